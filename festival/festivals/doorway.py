"""The doorway of every page that belongs to an edition: address in, edition found, or 404."""

from __future__ import annotations

from typing import Any

from flask import abort, g
from sqlalchemy import select

from festival.extensions import db
from festival.festivals.models import Edition, Festival
from festival.festivals.states import EditionState
from festival.shared.access import roles_here


def find_addressed_edition(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """``url_value_preprocessor``: take the edition's two slugs out of the address into ``g``."""
    if not values or "edition_slug" not in values:
        return
    festival_slug, edition_slug = values.pop("festival_slug"), values.pop("edition_slug")
    g.edition = db.session.scalar(
        select(Edition)
        .join(Edition.festival)
        .where(Festival.slug == festival_slug, Edition.slug == edition_slug)
    )


def require_edition() -> None:
    """``before_request``: an unknown edition, or a draft seen by a stranger, is not found."""
    if "edition" not in g:
        return
    if g.edition is None:
        abort(404)
    if g.edition.state == EditionState.DRAFT and not roles_here():
        g.edition = None  # the page that says so does not name it either
        abort(404)
