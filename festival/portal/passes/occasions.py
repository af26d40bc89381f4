"""Sample facts of the mail with a team badge, for its preview."""

from __future__ import annotations

from typing import Any

from festival.mail.occasions import Facts, occasion
from festival.shared.sentences import mark

SAMPLE_BADGE = "LF1:AAAAAAAAAAAAAAAAAAAAAA"
"""Opens no door: no badge has this code."""


@occasion(
    "team_pass",
    name=mark("A team badge"),
    audience=mark("People whom an exhibitor has named for a team pass"),
)
def team_pass(edition: Any) -> Facts:
    return {"edition": edition, "organization": "Paper Workshop", "badge_code": SAMPLE_BADGE}
