"""Sample facts of the mail with a new badge, for its preview."""

from __future__ import annotations

from typing import Any

from festival.mail.occasions import Facts, occasion
from festival.shared.sentences import mark

SAMPLE_BADGE = "LF1:AAAAAAAAAAAAAAAAAAAAAA"
"""Opens no door: no badge has this code."""


@occasion(
    "badge",
    name=mark("A new badge"),
    audience=mark("Households whose badge was replaced"),
)
def badge(edition: Any) -> Facts:
    return {"edition": edition, "badge_code": SAMPLE_BADGE, "people": 4}
