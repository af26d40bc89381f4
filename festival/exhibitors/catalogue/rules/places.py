"""What is refused of a learning place, and how coordinates are read; pure functions."""

from __future__ import annotations

import re

from festival.shared.sentences import mark

MOST_PLACES = 12
DECIMALS = 6
"""About a decimetre; more would say nothing."""
NUMBER = r"([+-]?\d{1,3}(?:\.\d{1,15})?)"
PAIR = re.compile(rf"\s*(?:geo:)?\s*{NUMBER}\s*[,;\s]\s*{NUMBER}\s*(?:;.*|\?.*)?")
IN_ADDRESS = (
    re.compile(rf"mlat={NUMBER}&mlon={NUMBER}"),
    re.compile(rf"#map=\d+(?:\.\d+)?/{NUMBER}/{NUMBER}"),
    re.compile(rf"[@=]{NUMBER},{NUMBER}"),
)
"""How map services write a position into their addresses."""

UNREADABLE = mark("Give a latitude and a longitude such as 40.4168, -3.7038, or a link of a map.")


def read_position(text: str) -> tuple[float, float] | None:
    """(latitude, longitude) in degrees of a pair, a ``geo:`` address or a map's link; else None."""
    found = PAIR.fullmatch(text) or next(
        (each for pattern in IN_ADDRESS if (each := pattern.search(text))), None
    )
    if found is None:
        return None
    latitude, longitude = float(found[1]), float(found[2])
    if abs(latitude) > 90 or abs(longitude) > 180:
        return None
    return round(latitude, DECIMALS), round(longitude, DECIMALS)


def position_text(latitude: float | None, longitude: float | None) -> str:
    """As ``read_position`` reads it back; empty where there is none."""
    if latitude is None or longitude is None:
        return ""
    return (
        f"{latitude:.{DECIMALS}f}".rstrip("0").rstrip(".")
        + ", "
        + (f"{longitude:.{DECIMALS}f}".rstrip("0").rstrip("."))
    )
