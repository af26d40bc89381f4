"""Releases, pictures and contacts, made directly."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import current_app
from PIL import Image

from festival.extensions import db
from festival.press.actions import add_picture
from festival.press.models import PressContact, PressPicture, Release
from festival.press.rules import Papers
from festival.press.states import Consent, ReleaseState
from festival.shared.journal import Actor
from festival.shared.tokens import make_code
from tests.factories.world import NOW, Corner

OFFICER = Actor(label="press officer of luminara")
COMPLETE = Papers(
    caption="Children build a solar oven.",
    alt_text="Three people round a box covered with foil.",
    creator="Ana Ruiz",
    credit="Luminara City / Ana Ruiz",
    licence="CC BY 4.0",
    shows_children=False,
    consent=Consent.NOT_NEEDED,
)


def make_release(corner: Corner, **values: Any) -> Release:
    """An approved release that is public at once, unless ``values`` say otherwise."""
    facts: dict[str, Any] = {
        "slug": make_code(), "language": "en", "headline": "A city learns", "dateline": "LUMINARA",
        "lead": "Everybody is invited.", "body": "Come **all**.", "quotes": [], "notes": "",
        "boilerplate": "Luminara is a learning city.", "state": ReleaseState.APPROVED,
        "approved_at": NOW, "created_at": NOW, "changed_at": NOW,
    } | values  # fmt: skip
    release = Release(edition_id=corner.edition.id, **facts)
    db.session.add(release)
    db.session.commit()
    return release


def make_contact(corner: Corner, **values: Any) -> PressContact:
    facts: dict[str, Any] = {
        "name": "Pilar Press", "role": "Press officer", "email": "press@luminara.example",
        "phone": "+34 900 000 000", "hours": "9:00 to 18:00", "languages": ["en", "es"],
    } | values  # fmt: skip
    contact = PressContact(edition_id=corner.edition.id, **facts)
    db.session.add(contact)
    db.session.commit()
    return contact


def picture_bytes(kind: str = "JPEG", *, size: tuple[int, int] = (1200, 800)) -> bytes:
    out = io.BytesIO()
    mode = "RGBA" if kind == "PNG" else "RGB"
    Image.new(mode, size, (255, 201, 51, 200)[: len(mode)]).save(out, kind)
    return out.getvalue()


def make_picture(
    corner: Corner, *, papers: Papers = COMPLETE, kind: str = "JPEG", in_kit: bool = True,
    position: int = 0, at: datetime = NOW,
) -> PressPicture:  # fmt: skip
    picture = add_picture(
        corner.edition,
        picture_bytes(kind),
        papers,
        media_folder=media_folder(),
        actor=OFFICER,
        now=at,
        in_kit=in_kit,
        position=position,
    )
    db.session.commit()
    return picture


def media_folder() -> Path:
    folder: Path = current_app.config["SETTINGS"].instance_path / "media"
    return folder
