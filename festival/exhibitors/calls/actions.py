"""What changes calls, their questions and their classes of stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from festival.exhibitors.calls import queries, rules
from festival.exhibitors.calls.models import Call, Question, StandClass
from festival.exhibitors.calls.rules import WallWindows
from festival.exhibitors.calls.states import WITH_OPTIONS, CallKind, QuestionKind
from festival.exhibitors.models import Application
from festival.extensions import db
from festival.festivals.actions import touch_edition
from festival.festivals.models import Edition
from festival.festivals.rules import same_wall_time
from festival.shared.errors import FieldRefused, RuleBroken, StaleVersion
from festival.shared.journal import Actor, write_journal
from festival.shared.sentences import mark
from festival.shared.tokens import make_code

WINDOWS = ("opens_at", "closes_at", "reopens_at", "recloses_at")
LIMITS = ("most_exhibits", "most_offers", "most_passes", "most_applications")
QUESTION_COLUMNS = (
    "kind", "labels", "hints", "options", "required", "position",
    "shown_if_question", "shown_if_answer",
)  # fmt: skip
CLASS_COLUMNS = ("names", "area_m2", "price", "quota", "closes_when_full", "position")


@dataclass(frozen=True, slots=True)
class CallFacts:
    """What an organizer says about a call; times on the clock of the edition."""

    windows: WallWindows = field(default_factory=WallWindows)
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Language → {"title", "text"}."""
    most_exhibits: int = 20
    most_offers: int = 10
    most_passes: int = 6
    most_applications: int | None = None
    papers_wanted: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class QuestionFacts:
    """What an organizer says about a question."""

    kind: QuestionKind
    labels: Mapping[str, str]
    """Language → the question; one language at least."""
    hints: Mapping[str, str] = field(default_factory=dict)
    options: Sequence[Mapping[str, Any]] = ()
    """Each {"value": "" for a new one, "labels": {language: text}}."""
    required: bool = False
    shown_if_question: str = ""
    shown_if_answer: str = ""


@dataclass(frozen=True, slots=True)
class ClassFacts:
    """What an organizer says about a class of stand."""

    names: Mapping[str, str]
    area_m2: int | None = None
    price: str = ""
    quota: int | None = None
    closes_when_full: bool = False


def set_call(
    edition: Edition,
    *,
    opens_at: datetime | None,
    closes_at: datetime | None = None,
    kind: CallKind = CallKind.EXHIBITORS,
    now: datetime,
    actor: Actor,
) -> Call:
    """Say when a call is open, as instants; makes the call if there is none."""
    call = queries.find_call(edition, kind=kind) or _new_call(edition, kind=kind, now=now)
    call.opens_at, call.closes_at = opens_at, closes_at
    _write("call_changed", call, now=now, actor=actor, after=_plain(call))
    return call


def change_call(
    edition: Edition,
    *,
    kind: CallKind,
    facts: CallFacts,
    version: int,
    now: datetime,
    actor: Actor,
) -> Call:
    """Take over what the organizer says; ``version`` is 0 where there was no call yet.

    Raises ``FieldRefused`` (opens, closes, reopens, recloses) and ``StaleVersion``.
    """
    zone = ZoneInfo(edition.time_zone)
    for fault in rules.window_faults(facts.windows, zone=zone):
        raise FieldRefused(fault.field, fault.sentence)
    call = queries.find_call(edition, kind=kind)
    if call is None:
        call = _new_call(edition, kind=kind, now=now)
    elif call.version != version:
        raise StaleVersion(
            mark("Somebody else has changed this call since you opened it."),
            kept=mark("Nothing was overwritten, and what you typed is still here."),
        )
    before = _plain(call)
    for name, value in _columns(facts, zone=zone).items():
        setattr(call, name, value)
    _write("call_changed", call, now=now, actor=actor, before=before, after=_plain(call))
    return call


def add_question(call: Call, facts: QuestionFacts, *, now: datetime, actor: Actor) -> Question:
    """A new question at the end.  Raises ``FieldRefused`` (labels, options, shown_if)."""
    if len(call.questions) >= rules.MOST_QUESTIONS:
        raise FieldRefused("labels", mark("There are forty questions already: that is too many."))
    row = Question(code=f"q{make_code(6)}", position=_next_position(call.questions))
    _put_question(row, facts, earlier=call.questions)
    call.questions.append(row)
    _write("question_added", call, now=now, actor=actor, after=_plain_question(row))
    return row


def change_question(row: Question, facts: QuestionFacts, *, now: datetime, actor: Actor) -> None:
    """Ask otherwise; answers that were given stay.  Raises ``FieldRefused``."""
    before = _plain_question(row)
    earlier = [each for each in row.call.questions if each.position < row.position]
    _put_question(row, facts, earlier=earlier)
    _refuse_broken_dependencies(row.call)
    _write(
        "question_changed", row.call, now=now, actor=actor, before=before,
        after=_plain_question(row),
    )  # fmt: skip


def move_question(row: Question, *, up: bool, now: datetime, actor: Actor) -> None:
    """One place up or down; at the end of the list nothing happens."""
    rows = list(row.call.questions)
    place = rows.index(row)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(rows):
        return
    rows[place], rows[other] = rows[other], rows[place]
    for number, each in enumerate(rows):
        each.position = number
    row.call.questions.sort(key=lambda each: each.position)
    _refuse_broken_dependencies(row.call)
    _write("questions_ordered", row.call, now=now, actor=actor,
           after={"codes": [each.code for each in rows]})  # fmt: skip


def remove_question(row: Question, *, now: datetime, actor: Actor) -> None:
    """No longer ask.  Answers stay in the applications; what depended on it must go first."""
    call = row.call
    if any(each.shown_if_question == row.code for each in call.questions):
        raise RuleBroken(
            mark("Another question is shown only because of this one."),
            next_step=mark("Change or remove that one first."),
        )
    before = _plain_question(row)
    call.questions.remove(row)
    _write("question_removed", call, now=now, actor=actor, before=before)


def put_stand_class(
    call: Call, facts: ClassFacts, *, row: StandClass | None = None, now: datetime, actor: Actor
) -> StandClass:
    """Add a class of stand, or change ``row``.  Raises ``FieldRefused`` (names, quota)."""
    names = _filled(facts.names)
    if not names:
        raise FieldRefused("names", mark("Give it a name in one language at least."))
    if facts.closes_when_full and facts.quota is None:
        raise FieldRefused("quota", mark("Say how many there are, so that it can be full."))
    if row is None:
        if len(call.stand_classes) >= rules.MOST_CLASSES:
            raise FieldRefused("names", mark("There are twenty classes already."))
        row = StandClass(code=make_code(6), position=_next_position(call.stand_classes))
        call.stand_classes.append(row)
    row.names, row.area_m2 = names, facts.area_m2
    row.price, row.quota = facts.price, facts.quota
    row.closes_when_full = facts.closes_when_full
    _write("stand_class_changed", call, now=now, actor=actor, after={"names": names})
    return row


def remove_stand_class(row: StandClass, *, now: datetime, actor: Actor) -> None:
    """Refused while somebody wishes for it."""
    wishes = db.session.scalar(
        select(func.count()).select_from(Application).where(Application.stand_class_id == row.id)
    )
    if wishes:
        raise RuleBroken(
            mark("Somebody has wished for this class of stand."),
            next_step=mark("Change its name instead."),
        )
    call, before = row.call, {"names": dict(row.names)}
    call.stand_classes.remove(row)
    _write("stand_class_removed", call, now=now, actor=actor, before=before)


def clone_calls(source: Edition, *, into: Edition, now: datetime, actor: Actor) -> None:
    """The calls of an edition for its next one: moved by whole days, questions and all."""
    days = (into.starts_on - source.starts_on).days
    zone = ZoneInfo(source.time_zone)
    for call in queries.calls_of(source):
        made = _new_call(into, kind=call.kind, now=now)
        for name in WINDOWS:
            setattr(made, name, same_wall_time(getattr(call, name), days=days, zone=zone))
        for name in ("texts", "papers_wanted", *LIMITS):
            setattr(made, name, getattr(call, name))
        for question in call.questions:
            copied = {name: getattr(question, name) for name in QUESTION_COLUMNS}
            made.questions.append(Question(code=question.code, **copied))
        for stand_class in call.stand_classes:
            copied = {name: getattr(stand_class, name) for name in CLASS_COLUMNS}
            made.stand_classes.append(StandClass(code=stand_class.code, **copied))
        _write("call_cloned", made, now=now, actor=actor, after={"from": source.slug})


def _new_call(edition: Edition, *, kind: CallKind, now: datetime) -> Call:
    call = Call(
        edition_id=edition.id, edition=edition, kind=kind, texts={}, papers_wanted=[],
        version=0, changed_at=now, most_exhibits=20, most_offers=10, most_passes=6,
    )  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(call)
    except IntegrityError:
        raise StaleVersion(mark("Somebody else has made this call at the same time.")) from None
    return call


def _columns(facts: CallFacts, *, zone: ZoneInfo) -> dict[str, Any]:
    wall = facts.windows
    moments = (wall.opens, wall.closes, wall.reopens, wall.recloses)
    return {
        **{
            name: moment.replace(tzinfo=zone) if moment else None
            for name, moment in zip(WINDOWS, moments, strict=True)
        },
        "texts": {
            language: {"title": each.get("title", ""), "text": each.get("text", "")}
            for language, each in facts.texts.items()
            if each.get("title") or each.get("text")
        },
        "papers_wanted": list(facts.papers_wanted),
        **{name: getattr(facts, name) for name in LIMITS},
    }


def _put_question(row: Question, facts: QuestionFacts, *, earlier: Sequence[Question]) -> None:
    labels = _filled(facts.labels)
    if not labels:
        raise FieldRefused("labels", mark("Write the question in one language at least."))
    options = _options(facts)
    if facts.kind in WITH_OPTIONS and not 2 <= len(options) <= rules.MOST_OPTIONS:
        raise FieldRefused("options", mark("Give two answers at least, and thirty at most."))
    row.kind, row.labels, row.hints = facts.kind, labels, _filled(facts.hints)
    row.options, row.required = options, facts.required
    row.shown_if_question = facts.shown_if_question
    row.shown_if_answer = facts.shown_if_answer if facts.shown_if_question else ""
    if row.shown_if_question:
        parent = next((each for each in earlier if each.code == row.shown_if_question), None)
        if parent is None or not rules.may_depend_on(
            queries.facts_of_question(parent), answer=row.shown_if_answer
        ):
            raise FieldRefused(
                "shown_if", mark("Choose an answer of a question that stands before this one.")
            )


def _options(facts: QuestionFacts) -> list[dict[str, Any]]:
    """Those with a text; a value once given to an answer never changes."""
    if facts.kind not in WITH_OPTIONS:
        return []
    options = []
    for each in facts.options:
        labels = _filled(each.get("labels", {}))
        if labels:
            options.append({"value": each.get("value") or make_code(6), "labels": labels})
    return options


def _refuse_broken_dependencies(call: Call) -> None:
    if rules.dependency_faults(queries.asked_of(call)):
        raise RuleBroken(
            mark("A question that depends on another has to stand after it."),
            kept=mark("Nothing was changed."),
        )


def _filled(words: Mapping[str, str]) -> dict[str, str]:
    return {language: text for language, text in words.items() if text}


def _next_position(rows: Sequence[Question] | Sequence[StandClass]) -> int:
    return max((each.position for each in rows), default=-1) + 1


def _plain(call: Call) -> dict[str, Any]:
    moments = {name: getattr(call, name) for name in WINDOWS}
    return {
        **{name: each.isoformat() if each else None for name, each in moments.items()},
        **{name: getattr(call, name) for name in LIMITS},
        "texts": call.texts,
        "papers_wanted": list(call.papers_wanted),
    }


def _plain_question(row: Question) -> dict[str, Any]:
    return {"code": row.code, "kind": row.kind.value, "labels": dict(row.labels)}


def _write(
    action: str,
    call: Call,
    *,
    now: datetime,
    actor: Actor,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Raise the version, let cached pages be made anew, write the journal's line."""
    call.version += 1
    call.changed_at = now
    db.session.flush()
    touch_edition(call.edition_id)
    write_journal(
        action, actor=actor, entity="call", key=call.id, now=now, edition_id=call.edition_id,
        before=dict(before) if before is not None else None,
        after=dict(after) if after is not None else None,
    )  # fmt: skip
