"""What work there is, for the pages that list it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from festival.accounts.models import Person
from festival.extensions import db
from festival.festivals.models import Edition
from festival.shared.tasks import GOING, Task, TaskState

PAGE = 30


class Shown(StrEnum):
    """Which of the work a list shows."""

    ALL = "all"
    GOING = "going"
    FAILED = "failed"
    BY_PEOPLE = "by_people"


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One line of the list."""

    task: Task
    started_by: str
    """Name of a person; empty: the clock, or a rule of the house."""
    edition_title: str


@dataclass(frozen=True, slots=True)
class Whose:
    """The work of an edition (or, for None, of everything), of one person if one is given."""

    edition_id: int | None
    person_id: int | None = None


def _wanted(whose: Whose, shown: Shown) -> Select[Task]:
    wanted = select(Task)
    if whose.edition_id is not None:
        wanted = wanted.where(Task.edition_id == whose.edition_id)
    if whose.person_id is not None:
        wanted = wanted.where(Task.person_id == whose.person_id)
    if shown == Shown.GOING:
        wanted = wanted.where(Task.state.in_(GOING))
    elif shown == Shown.FAILED:
        wanted = wanted.where(Task.state == TaskState.FAILED)
    elif shown == Shown.BY_PEOPLE:
        wanted = wanted.where(Task.person_id.is_not(None))
    return wanted


def count_tasks(whose: Whose) -> dict[Shown, int]:
    """How many lines each list has."""
    return {
        shown: db.session.scalar(
            _wanted(whose, shown).with_only_columns(func.count(), maintain_column_froms=True)
        )
        or 0
        for shown in Shown
    }


def tasks_on_page(whose: Whose, *, shown: Shown, number: int) -> list[TaskLine]:
    """One page of the list, the newest first, with the names of those who started it."""
    starter = aliased(Person)
    rows = db.session.execute(
        _wanted(whose, shown)
        .outerjoin(starter, starter.id == Task.person_id)
        .outerjoin(Edition, Edition.id == Task.edition_id)
        .add_columns(starter.name, Edition.title)
        .order_by(Task.id.desc())
        .limit(PAGE)
        .offset((number - 1) * PAGE)
    ).all()
    return [TaskLine(task, name or "", title or "") for task, name, title in rows]


def starter_of(task: Task) -> str:
    """Name of the person who started it; empty when nobody did."""
    return db.session.scalar(select(Person.name).where(Person.id == task.person_id)) or ""
