"""States of an edition and the moves between them."""

from __future__ import annotations

from enum import StrEnum


class EditionState(StrEnum):
    DRAFT = "draft"
    PUBLIC = "public"
    ARCHIVED = "archived"


MOVES = {
    EditionState.DRAFT: {EditionState.PUBLIC},
    EditionState.PUBLIC: {EditionState.DRAFT, EditionState.ARCHIVED},
    EditionState.ARCHIVED: {EditionState.PUBLIC},
}

SENTENCES = {
    EditionState.DRAFT: "Only its organizers see it.",
    EditionState.PUBLIC: "Everybody sees its home page and its published programme.",
    EditionState.ARCHIVED: "Everybody can read it; nothing can be registered or booked.",
}

ACCENTS = ("violet", "sun", "coral", "mint", "sky", "rose", "lime", "amber")
"""Accent colours that a strand can carry; the stylesheet has each in light and dark."""

ACCESS_FACTS = (
    "step_free",
    "lift",
    "accessible_toilet",
    "hearing_loop",
    "quiet_room",
    "changing_place",
    "baby_changing",
    "parking_reserved",
    "assistance_dogs",
)

SPACE_FEATURES = (
    "step_free",
    "hearing_loop",
    "power",
    "water",
    "sink",
    "projector",
    "stream",
    "interpretation",
    "outdoor",
    "kitchen",
)

SESSION_MANNERS = ("relaxed", "quiet", "women_only", "childcare", "easy_read")
"""How a session is held."""

SESSION_ACCESS = ("step_free", "sign_language", "hearing_loop", "captions")
"""What makes a session possible for more people."""
