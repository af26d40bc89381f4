"""Facts and pictures of twin cities."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image

from festival.cities.actions import CityFacts, CityProfile


def city_facts(**changes: Any) -> CityFacts:
    facts: dict[str, Any] = {
        "name": "Ballycarron",
        "country": "IE",
        "time_zone": "Europe/Dublin",
        "twinned_since": 2009,
    }
    return CityFacts(**facts | changes)


def city_profile(**changes: Any) -> CityProfile:
    profile: dict[str, Any] = {
        "about": "A river town.",
        "languages": ("en", "ga"),
        "contact_name": "Dervla",
        "contact_email": "dervla@ballycarron.example",
        "website": "https://ballycarron.example",
        "learning_city_since": 2015,
    }
    return CityProfile(**profile | changes)


def logo_bytes(colour: str = "#5a2bc2") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), colour).save(out, "PNG")
    return out.getvalue()
