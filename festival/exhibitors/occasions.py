"""Sample facts of the mails about applications, for their preview."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from festival.exhibitors.calls.states import CALL_NAMES, CallKind
from festival.mail.occasions import SAMPLE_MOMENT, SAMPLE_TOKEN, Facts, occasion
from festival.mail.states import Topic
from festival.shared.sentences import mark

WEEKS = timedelta(weeks=6)
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
    return _application(edition) | {"closes_at": SAMPLE_MOMENT - WEEKS}


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


def _link(edition: Any) -> dict[str, Any]:
    return {
        "edition": edition,
        "organization_name": "Paper Workshop",
        "token": SAMPLE_TOKEN,
        "expires_at": SAMPLE_MOMENT - WEEKS,
    }


@occasion(
    "call_invited",
    name=mark("Come again"),
    audience=mark("Organizations that were there before"),
)
def call_invited(edition: Any) -> Facts:
    return _link(edition)


@occasion(
    "call_late",
    name=mark("You may still apply"),
    audience=mark("Organizations for which the organizers keep the call open"),
)
def call_late(edition: Any) -> Facts:
    return _link(edition)


@occasion(
    "application_taken_back",
    name=mark("Application taken back"),
    audience=APPLICANTS,
)
def application_taken_back(edition: Any) -> Facts:
    return _application(edition) | {"closes_at": SAMPLE_MOMENT - WEEKS}


@occasion(
    "application_withdrawn",
    name=mark("Application withdrawn"),
    audience=APPLICANTS,
)
def application_withdrawn(edition: Any) -> Facts:
    return _application(edition)


@occasion(
    "call_closing",
    name=mark("A draft waits, and the call closes"),
    audience=mark("Organizations that have not handed in their draft"),
    topic=Topic.EXHIBITOR_NEWS,
)
def call_closing(edition: Any) -> Facts:
    missing = [mark("Tell visitors in a few sentences who you are.")]
    return _application(edition) | {"closes_at": SAMPLE_MOMENT - WEEKS, "missing": missing}


@occasion(
    "call_closed",
    name=mark("A call has closed"),
    audience=mark("Organizers of the edition"),
)
def call_closed(edition: Any) -> Facts:
    return {
        "edition": edition,
        "call_name": CALL_NAMES[CallKind.EXHIBITORS],
        "closes_at": SAMPLE_MOMENT - WEEKS,
        "handed_in": 12,
        "drafts": 3,
        "withdrawn": 1,
        "reopens_at": None,
    }
