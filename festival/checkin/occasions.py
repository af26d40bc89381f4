"""Sample facts of the mail with a door link, for its preview."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from festival.mail.occasions import SAMPLE_MOMENT, SAMPLE_TOKEN, Facts, occasion
from festival.shared.sentences import mark


@occasion("door_link", name=mark("Door link"), audience=mark("Whoever scans at a door"))
def door_link(edition: Any) -> Facts:
    return {
        "edition": edition,
        "place": "Reading Hall, Library",
        "occurrence": SimpleNamespace(starts_at=SAMPLE_MOMENT),
        "label": "Jaume",
        "token": SAMPLE_TOKEN,
        "expires_at": SAMPLE_MOMENT + timedelta(hours=10),
    }
