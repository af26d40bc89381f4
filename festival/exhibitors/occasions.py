"""Sample facts of the mails about applications, for their preview."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from festival.mail.occasions import SAMPLE_TOKEN, Facts, occasion
from festival.shared.sentences import mark

APPLICANTS = mark("Organizations that apply")
WORDS = (
    "Your bookbinding table was the favourite of the whole team.\n"
    "Please bring two helpers on Saturday."
)
REASON = "This year we had four times as many applications as stands."


def _application(edition: Any, *, words: str = "") -> dict[str, Any]:
    """An invented organization: what others wrote is nobody's to look at in a preview."""
    return {
        "edition": edition,
        "organization": SimpleNamespace(name="Paper Workshop", code="abc234"),
        "application": SimpleNamespace(decision_text=words, code="abc234"),
        "token": SAMPLE_TOKEN,
    }


@occasion("application_resume", name=mark("An application was begun"), audience=APPLICANTS)
def application_resume(edition: Any) -> Facts:
    return _application(edition)


@occasion("application_received", name=mark("Application received"), audience=APPLICANTS)
def application_received(edition: Any) -> Facts:
    return _application(edition)


@occasion("application_accepted", name=mark("Application accepted"), audience=APPLICANTS)
def application_accepted(edition: Any) -> Facts:
    return _application(edition, words=WORDS)


@occasion("application_declined", name=mark("Application declined"), audience=APPLICANTS)
def application_declined(edition: Any) -> Facts:
    return _application(edition, words=REASON)


@occasion(
    "application_waitlisted",
    name=mark("Application on the waiting list"),
    audience=APPLICANTS,
)
def application_waitlisted(edition: Any) -> Facts:
    return _application(edition, words=REASON)


@occasion(
    "application_accepted_with_changes",
    name=mark("Application accepted with changes"),
    audience=APPLICANTS,
)
def application_accepted_with_changes(edition: Any) -> Facts:
    return _application(edition) | {"conditions": "One table instead of two, on Saturday only."}


@occasion(
    "application_question",
    name=mark("A question about an application"),
    audience=APPLICANTS,
)
def application_question(edition: Any) -> Facts:
    return _application(edition) | {"question": "Do you need water at your stand?"}
