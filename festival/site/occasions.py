"""Sample facts of the mail to administrators, for its preview."""

from __future__ import annotations

from typing import Any

from festival.mail.occasions import SAMPLE_MOMENT, Facts, occasion
from festival.shared.sentences import mark


@occasion(
    "backup_failed",
    name=mark("The nightly backup failed"),
    audience=mark("Administrators of the installation"),
)
def backup_failed(_edition: Any) -> Facts:
    return {"edition": None, "at": SAMPLE_MOMENT, "reason": "No space left on device"}
