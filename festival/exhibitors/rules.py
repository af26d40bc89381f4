"""What is allowed to applications; pure functions over plain facts."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from festival.exhibitors.states import (
    TABLE,
    ApplicationState,
    Bringing,
    Mover,
    SpaceWish,
    Step,
)
from festival.shared.sentences import mark

MOST_EXHIBITS = 20
MOST_OFFERS = 10
MOST_DRAFTS_A_DAY = 5
"""New drafts per address, edition and day: each sends a mail to an address nobody has proven."""

LONGEST_ACTIVITY = 480
"""Minutes."""

ALL_TAKEN = mark("All stands of this kind are taken. Choose another kind, or leave it open.")


@dataclass(frozen=True, slots=True)
class ApplicationFacts:
    """What decides which pages are asked and whether an application can be handed in."""

    name: str
    about: str
    contact_name: str
    contact_email: str
    languages: tuple[str, ...]
    exhibits: int
    offers: int
    needs_told: bool
    brings: tuple[str, ...] = ()
    space: str = ""
    """Of SpaceWish; empty where needs were told before there was such a choice."""
    stand_is_asked: bool = True
    """False in a call for activities."""
    class_is_full: bool = False
    """Others have asked for all stands of the kind that was chosen."""
    questions: int = 0
    """Asked of this application."""
    questions_missing: int = 0
    papers: bool = False
    """Papers are wanted, or some were given."""


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


def may_move(state: ApplicationState, *, to: ApplicationState, by: Mover | None = None) -> bool:
    """Whether the table of moves has this one, by anybody or by ``by``."""
    return any(move.start is state and move.to is to and by in (None, move.by) for move in TABLE)


def may_edit(state: ApplicationState) -> bool:
    """Only a draft is written; what was handed in is taken back first."""
    return state is ApplicationState.DRAFT


def steps_for(facts: ApplicationFacts) -> list[Step]:
    """The pages that this application needs, in their order."""
    shown = {
        Step.PLAN: facts.stand_is_asked,
        Step.EXHIBITS: Bringing.EXHIBITS in facts.brings or facts.exhibits > 0,
        Step.ACTIVITIES: Bringing.ACTIVITIES in facts.brings or facts.offers > 0,
        Step.NEEDS: facts.space == SpaceWish.MORE or (facts.needs_told and not facts.space),
        Step.QUESTIONS: facts.questions > 0,
        Step.PAPERS: facts.papers,
    }
    return [each for each in Step if shown.get(each, True)]


def following(step: Step, facts: ApplicationFacts) -> Step:
    """The page after this one; what can be told in addition is not in the way."""
    steps = [each for each in steps_for(facts) if each is not Step.PROFILE]
    order = list(Step)
    return next(each for each in steps if order.index(each) > order.index(step))


def refusal_for_submission(facts: ApplicationFacts) -> list[Missing]:
    """Everything that is missing, in the order of the pages; empty when it can be handed in."""
    wanted = (
        (facts.name, Step.PROFILE, mark("Give the name of your organization.")),
        (facts.about, Step.ORGANIZATION, mark("Tell visitors in a few sentences who you are.")),
        (facts.contact_name, Step.ORGANIZATION, mark("Name a contact person.")),
        (facts.languages, Step.PROFILE, mark("Say which languages you speak with visitors.")),
        (facts.contact_email, Step.PROFILE, mark("Give a contact e-mail address.")),
        *_wanted_of_contents(facts),
        (not facts.class_is_full, Step.PLAN, ALL_TAKEN),
        (
            facts.needs_told,
            Step.NEEDS if facts.space == SpaceWish.MORE else Step.PLAN,
            mark("Say what you need, even if it is nothing."),
        ),
        (
            not facts.questions_missing,
            Step.QUESTIONS,
            mark("Answer the questions of the organizers that need an answer."),
        ),
    )
    return [Missing(step, sentence) for told, step, sentence in wanted if not told]


def _wanted_of_contents(facts: ApplicationFacts) -> Iterator[tuple[bool, Step, str]]:
    """Something at all, and something of each kind that was announced."""
    if not facts.brings and not facts.exhibits and not facts.offers:
        yield False, Step.PLAN, mark("Say what you bring: something to see, or something to do.")
        return
    told_exhibits = facts.exhibits > 0 or Bringing.EXHIBITS not in facts.brings
    yield told_exhibits, Step.EXHIBITS, mark("Name at least one course, product or material.")
    told_offers = facts.offers > 0 or Bringing.ACTIVITIES not in facts.brings
    yield told_offers, Step.ACTIVITIES, mark("Name at least one hands-on activity.")


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
