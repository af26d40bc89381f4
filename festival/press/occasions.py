"""Sample facts of the mail to a newsroom, for its preview."""

from __future__ import annotations

from typing import Any

from festival.mail.occasions import SAMPLE_TOKEN, Facts, occasion
from festival.shared.sentences import mark


@occasion(
    "embargo_link",
    name=mark("Press texts under embargo"),
    audience=mark("Newsrooms that the press office invites"),
)
def embargo_link(edition: Any) -> Facts:
    return {"edition": edition, "outlet": "Luminara Courier", "token": SAMPLE_TOKEN}
