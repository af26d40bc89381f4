"""Sample facts of the mail about a paper that lapses, for its preview."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from festival.mail.occasions import SAMPLE_MOMENT, SAMPLE_TOKEN, Facts, occasion
from festival.shared.sentences import mark


@occasion(
    "paper_lapses",
    name=mark("A paper lapses before the festival"),
    audience=mark("Organizations that apply"),
)
def paper_lapses(edition: Any) -> Facts:
    return {
        "edition": edition,
        "organization": SimpleNamespace(name="Paper Workshop", code="abc234"),
        "application": SimpleNamespace(code="abc234"),
        "token": SAMPLE_TOKEN,
        "paper_name": mark("Insurance"),
        "expires_on": SAMPLE_MOMENT.date(),
    }
