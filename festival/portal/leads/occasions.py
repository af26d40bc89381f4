"""Sample facts of the mail to a visitor who left an address, for its preview."""

from __future__ import annotations

from typing import Any

from festival.mail.occasions import SAMPLE_MOMENT, SAMPLE_TOKEN, Facts, occasion
from festival.portal.leads.states import DEFAULT_FIELDS, FIELD_NAMES
from festival.shared.sentences import mark


@occasion("interest_given", name=mark("Address left with an exhibitor"), audience=mark("Visitors"))
def interest_given(edition: Any) -> Facts:
    return {
        "edition": edition,
        "organization": "Paper Workshop",
        "field_names": [FIELD_NAMES[each] for each in DEFAULT_FIELDS],
        "purpose": "We write to you once when the courses of the autumn are known.",
        "kept_until": SAMPLE_MOMENT.date(),
        "token": SAMPLE_TOKEN,
    }
