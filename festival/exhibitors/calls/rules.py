"""What is true of calls, questions and answers; pure functions over plain facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from festival.exhibitors.calls.states import WITH_OPTIONS, CallState, QuestionKind
from festival.festivals.rules import Fault, is_on_the_clock
from festival.shared.sentences import mark

MOST_QUESTIONS = 40
MOST_OPTIONS = 30
MOST_CLASSES = 20
LONGEST_TEXT = 4000
LONGEST_LINE = 400
LARGEST_NUMBER = 1_000_000_000
AGREED = "yes"
"""The value of an agreed box where a question depends on it."""


@dataclass(frozen=True, slots=True)
class Windows:
    """When a call is open: once, and once more if the organizers want."""

    opens_at: datetime | None = None
    closes_at: datetime | None = None
    reopens_at: datetime | None = None
    recloses_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class WallWindows:
    """The same as an organizer types it, on the clock of the edition (naive on purpose)."""

    opens: datetime | None = None
    closes: datetime | None = None
    reopens: datetime | None = None
    recloses: datetime | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What the rules have to know of a question."""

    code: str
    kind: QuestionKind
    required: bool = False
    options: tuple[str, ...] = ()
    shown_if_question: str = ""
    shown_if_answer: str = ""


def call_state(now: datetime, windows: Windows) -> CallState:
    """Where the call stands; without an opening it is not announced, without a closing it stays."""
    first = _window_state(now, windows.opens_at, windows.closes_at)
    if first is not CallState.CLOSED or windows.reopens_at is None:
        return first
    again = _window_state(now, windows.reopens_at, windows.recloses_at)
    return CallState.CLOSED if again is CallState.LATER else again


def _window_state(now: datetime, opens: datetime | None, closes: datetime | None) -> CallState:
    if opens is None:
        return CallState.NOT_ANNOUNCED
    if now < opens:
        return CallState.LATER
    if closes is not None and closes <= now:
        return CallState.CLOSED
    return CallState.OPEN


def is_open(now: datetime, windows: Windows, *, late_until: datetime | None = None) -> bool:
    """Whether one can apply now: the call is open, or this one may still do so."""
    if late_until is not None and now < late_until:
        return True
    return call_state(now, windows) is CallState.OPEN


def next_opening(now: datetime, windows: Windows) -> datetime | None:
    """When it opens, or opens again; None when that is not known or it is open."""
    for moment in (windows.opens_at, windows.reopens_at):
        if moment is not None and now < moment:
            return moment
    return None


def closing(now: datetime, windows: Windows) -> datetime | None:
    """When the present window closes, or when the last one closed."""
    if windows.reopens_at is not None and windows.reopens_at <= now:
        return windows.recloses_at
    return windows.closes_at


def window_faults(wall: WallWindows, *, zone: ZoneInfo) -> list[Fault]:
    """Everything that is wrong with the typed windows; the field's name is that of the form."""
    faults = []
    ends = (("opens", wall.opens), ("closes", wall.closes), ("reopens", wall.reopens),
            ("recloses", wall.recloses))  # fmt: skip
    for name, moment in ends:
        if moment is not None and not is_on_the_clock(moment, zone=zone):
            faults.append(
                Fault(name, mark("That time does not exist on that day: the clocks go forward."))
            )
    if wall.opens is None and wall.closes is not None:
        faults.append(Fault("opens", mark("Say as well when it opens.")))
    if wall.reopens is None and wall.recloses is not None:
        faults.append(Fault("reopens", mark("Say as well when it opens again.")))
    return [*faults, *_order_faults(wall)]


def _order_faults(wall: WallWindows) -> list[Fault]:
    faults = []
    if wall.opens and wall.closes and wall.closes <= wall.opens:
        faults.append(Fault("closes", mark("It has to close after it opens.")))
    if wall.reopens and (wall.closes is None or wall.reopens < wall.closes):
        faults.append(Fault("reopens", mark("It can open again only after it has closed.")))
    if wall.reopens and wall.recloses and wall.recloses <= wall.reopens:
        faults.append(Fault("recloses", mark("It has to close after it opens.")))
    return faults


def words_in(words: Mapping[str, Any], *, languages: Iterable[str]) -> str:
    """The text in the first of the languages that has one, else in any, else nothing."""
    for language in languages:
        if words.get(language):
            return str(words[language])
    return next((str(text) for text in words.values() if text), "")


def shown_questions(questions: Sequence[Asked], answers: Mapping[str, Any]) -> tuple[Asked, ...]:
    """Those that are asked of somebody who answered so; a hidden one hides what depends on it."""
    shown: dict[str, Asked] = {}
    for each in questions:
        parent = each.shown_if_question
        if not parent or (parent in shown and is_answer(answers.get(parent), each.shown_if_answer)):
            shown[each.code] = each
    return tuple(shown.values())


def is_answer(given: Any, wanted: str) -> bool:
    """Whether what was given is, or holds, the wanted value."""
    if isinstance(given, bool):
        return given and wanted == AGREED
    if isinstance(given, list):
        return wanted in given
    return bool(given == wanted)


def is_told(value: Any) -> bool:
    """Whether a question was answered; 0 is an answer, a box that is not agreed to is none."""
    return value is not None and value is not False and value not in ("", [])


def missing_answers(
    questions: Sequence[Asked], answers: Mapping[str, Any], *, files: Iterable[str] = ()
) -> list[Asked]:
    """Required questions that are asked and not answered; ``files`` are codes with a file."""
    present = set(files)
    return [
        each
        for each in shown_questions(questions, answers)
        if each.required
        and not (
            each.code in present
            if each.kind is QuestionKind.FILE
            else is_told(answers.get(each.code))
        )
    ]


def refusal_for_answer(question: Asked, value: Any) -> str | None:
    """Why a value cannot answer the question; None when it can, or when nothing is answered."""
    if not is_told(value) and value is not False:
        return None
    return _REFUSALS[question.kind](question, value)


def _text(question: Asked, value: Any) -> str | None:
    longest = LONGEST_LINE if question.kind is QuestionKind.TEXT else LONGEST_TEXT
    if not isinstance(value, str):
        return mark("Write an answer.")
    return mark("This answer is too long.") if len(value) > longest else None


def _number(_question: Asked, value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > LARGEST_NUMBER:
        return mark("Give a whole number.")
    return None


def _choice(question: Asked, value: Any) -> str | None:
    return None if value in question.options else mark("Choose one of the answers.")


def _several(question: Asked, value: Any) -> str | None:
    if isinstance(value, list) and set(value) <= set(question.options):
        return None
    return mark("Choose among the answers.")


def _date(_question: Asked, value: Any) -> str | None:
    try:
        date.fromisoformat(value)
    except (TypeError, ValueError):
        return mark("Give a date.")
    return None


def _consent(_question: Asked, value: Any) -> str | None:
    return None if isinstance(value, bool) else mark("Agree, or leave the box empty.")


def _file(_question: Asked, _value: Any) -> str | None:
    return mark("This question is answered with a file.")


_REFUSALS = {
    QuestionKind.TEXT: _text,
    QuestionKind.LONG_TEXT: _text,
    QuestionKind.NUMBER: _number,
    QuestionKind.CHOICE: _choice,
    QuestionKind.SEVERAL: _several,
    QuestionKind.DATE: _date,
    QuestionKind.CONSENT: _consent,
    QuestionKind.FILE: _file,
}


def may_depend_on(earlier: Asked, *, answer: str) -> bool:
    """Whether a later question can be shown only if ``earlier`` has this answer."""
    if earlier.kind is QuestionKind.CONSENT:
        return answer == AGREED
    return earlier.kind in WITH_OPTIONS and answer in earlier.options


def dependency_faults(questions: Sequence[Asked]) -> list[Asked]:
    """Questions that depend on one that does not stand before them, or on no possible answer."""
    before: dict[str, Asked] = {}
    wrong = []
    for each in questions:
        parent = before.get(each.shown_if_question)
        if each.shown_if_question and (
            parent is None or not may_depend_on(parent, answer=each.shown_if_answer)
        ):
            wrong.append(each)
        before[each.code] = each
    return wrong


def is_full(applications: int, *, most: int | None) -> bool:
    """Whether no further application is taken."""
    return most is not None and applications >= most


def is_class_full(asked: int, *, quota: int | None, closes_when_full: bool) -> bool:
    """Whether nobody else can choose a class of stand for which so many have asked."""
    return closes_when_full and quota is not None and asked >= quota


@dataclass(frozen=True, slots=True)
class ClassUse:
    """How many want a class of stand, and how many there are."""

    code: str
    names: Mapping[str, Any]
    quota: int | None = None
    asked: int = 0
    """Handed in and not decided."""
    promised: int = 0
    tried: int = 0
    """What decisions that are only tried would add; below zero where they take promises back."""

    @property
    def would_be(self) -> int:
        return self.promised + self.tried

    @property
    def is_over(self) -> bool:
        """More would be promised than there are."""
        return self.quota is not None and self.would_be > self.quota
