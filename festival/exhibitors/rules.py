"""What is allowed to applications; pure functions over plain facts."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from festival.exhibitors.states import TABLE, ApplicationState, CallState, Mover, Step
from festival.shared.sentences import mark

MOST_EXHIBITS = 20
MOST_OFFERS = 10
MOST_DRAFTS_A_DAY = 5
"""New drafts per address, edition and day: each sends a mail to an address nobody has proven."""

LONGEST_ACTIVITY = 480
"""Minutes."""


@dataclass(frozen=True, slots=True)
class ApplicationFacts:
    """What decides whether an application can be handed in."""

    name: str
    about: str
    contact_name: str
    contact_email: str
    languages: tuple[str, ...]
    exhibits: int
    offers: int
    needs_told: bool


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that still has to be told, and the page on which to tell it."""

    step: Step
    sentence: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that says one thing in what is saved and another in what was typed."""

    field: str
    saved: Any
    typed: Any


def call_state(
    now: datetime, *, opens_at: datetime | None, closes_at: datetime | None
) -> CallState:
    """Where the call stands; without an opening it is not announced, without a closing it stays."""
    if opens_at is None:
        return CallState.NOT_ANNOUNCED
    if now < opens_at:
        return CallState.LATER
    if closes_at is not None and closes_at <= now:
        return CallState.CLOSED
    return CallState.OPEN


def call_is_open(now: datetime, *, opens_at: datetime | None, closes_at: datetime | None) -> bool:
    """Whether an application can be begun and handed in now."""
    return call_state(now, opens_at=opens_at, closes_at=closes_at) is CallState.OPEN


def may_move(state: ApplicationState, *, to: ApplicationState, by: Mover | None = None) -> bool:
    """Whether the table of moves has this one, by anybody or by ``by``."""
    return any(move.start is state and move.to is to and by in (None, move.by) for move in TABLE)


def may_edit(state: ApplicationState) -> bool:
    """Only a draft is written; what was handed in is taken back first."""
    return state is ApplicationState.DRAFT


def refusal_for_submission(facts: ApplicationFacts) -> list[Missing]:
    """Everything that is missing, in the order of the pages; empty when it can be handed in."""
    wanted = (
        (facts.name, Step.ORGANIZATION, mark("Give the name of your organization.")),
        (facts.about, Step.ORGANIZATION, mark("Tell visitors in a few sentences who you are.")),
        (facts.languages, Step.ORGANIZATION, mark("Say which languages you speak with visitors.")),
        (facts.contact_name, Step.ORGANIZATION, mark("Name a contact person.")),
        (facts.contact_email, Step.ORGANIZATION, mark("Give a contact e-mail address.")),
        (
            facts.exhibits or facts.offers,
            Step.EXHIBITS,
            mark("Name at least one course, product or material, or one hands-on activity."),
        ),
        (facts.needs_told, Step.NEEDS, mark("Say what you need, even if it is nothing.")),
    )
    return [Missing(step, sentence) for told, step, sentence in wanted if not told]


def refusal_for_decision(
    to: ApplicationState, *, reason: str, conditions: str = ""
) -> tuple[str, str] | None:
    """(field, sentence): a refusal is explained and changes are named, because both are mailed."""
    if to is ApplicationState.DECLINED and not reason.strip():
        return "text", mark("Give the reason: the applicant reads it in the mail.")
    if to is ApplicationState.ACCEPTED_WITH_CHANGES and not conditions.strip():
        return "conditions", mark("Say what has to change: the applicant agrees to it or not.")
    return None


def refusal_for_ages(age_min: int | None, *, age_max: int | None) -> str | None:
    """The youngest is not older than the oldest."""
    if age_min is not None and age_max is not None and age_max < age_min:
        return mark("The upper age is below the lower one.")
    return None


def differences(saved: Mapping[str, Any], *, typed: Mapping[str, Any]) -> list[Difference]:
    """Fields of ``typed`` that ``saved`` holds otherwise, in the order of ``typed``."""
    return [
        Difference(name, saved.get(name), value)
        for name, value in typed.items()
        if saved.get(name) != value
    ]


def folded(text: str) -> str:
    """For searching: without case and accents, in every script."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in plain if not unicodedata.combining(char))


def matches(search: str, *, texts: Iterable[str]) -> bool:
    """Whether every word of the search stands somewhere in the texts."""
    heap = folded("\n".join(texts))
    return all(word in heap for word in folded(search).split())
