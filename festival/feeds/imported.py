"""What a reader hands over: a programme from outside, or the reasons why there is none.

All instants are aware and in UTC, durations are minutes, texts are plain text or Markdown and
never HTML.  An empty string means that the source does not say.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

SourceFormat = Literal["frab_xml", "frab_json", "ical"]
OccurrenceState = Literal["confirmed", "tentative", "cancelled"]


@dataclass(frozen=True, slots=True)
class ImportProblem:
    """Something wrong or remarkable in a file.

    ``template`` is an English sentence with ``%(name)s`` places, so that a page can translate
    it; ``line`` counts from 1; ``field`` is the source's own word for the part in question
    (``DTSTART``, ``duration``) or empty.
    """

    file: str
    line: int
    template: str
    values: tuple[tuple[str, str], ...] = ()
    field: str = ""

    @property
    def reason(self) -> str:
        return self.sentence()

    def sentence(self, translate: Callable[[str], str] = str) -> str:
        """The reason, in the language that ``translate`` speaks."""
        return translate(self.template) % dict(self.values)

    def __str__(self) -> str:
        field = f" ({self.field})" if self.field else ""
        return f"{self.file}, line {self.line}{field}: {self.reason}"


class ImportRefused(Exception):
    """The whole file is refused; ``problems`` says where and why, at least one."""

    def __init__(self, problems: tuple[ImportProblem, ...]) -> None:
        super().__init__("; ".join(str(each) for each in problems[:3]))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class ImportedPresenter:
    name: str
    source_id: str = ""  # the source's own number or guid of the person


@dataclass(frozen=True, slots=True)
class ImportedOccurrence:
    """One time that a session is held."""

    starts_at: datetime
    minutes: int  # 0: the source names no end
    room: str = ""
    uid: str = ""  # empty where the source has none, or gives one to several events
    state: OccurrenceState = "confirmed"
    whole_day: bool = False  # a date without a time of day; starts at local midnight

    @property
    def is_cancelled(self) -> bool:
        return self.state == "cancelled"


@dataclass(frozen=True, slots=True)
class ImportedSession:
    title: str
    occurrences: tuple[ImportedOccurrence, ...]
    guid: str | None = None
    source_id: str = ""
    code: str = ""  # a code that several events of one session share
    subtitle: str = ""
    abstract: str = ""
    description: str = ""
    kind_label: str = ""  # the source's own word: workshop, talk, lecture
    strand: str = ""
    language: str = ""
    presenters: tuple[ImportedPresenter, ...] = ()
    links: tuple[tuple[str, str], ...] = ()  # (url, title), http and https only
    url: str = ""  # the session's own page at the source
    tags: tuple[str, ...] = ()
    age_min: int | None = None
    age_max: int | None = None
    equipment: str = ""

    @property
    def is_cancelled(self) -> bool:
        return bool(self.occurrences) and all(each.is_cancelled for each in self.occurrences)


@dataclass(frozen=True, slots=True)
class ImportedProgramme:
    """A whole file.  ``time_zone`` is None where the source names none."""

    file: str
    source: SourceFormat
    title: str
    time_zone: str | None
    sessions: tuple[ImportedSession, ...]
    rooms: tuple[str, ...]  # in the order of the source, also those without a session
    days: tuple[date, ...]
    warnings: tuple[ImportProblem, ...] = ()

    @property
    def occurrence_count(self) -> int:
        return sum(len(each.occurrences) for each in self.sessions)

    @property
    def people(self) -> tuple[str, ...]:
        """Distinct names of presenters, sorted."""
        names = {who.name for each in self.sessions for who in each.presenters}
        return tuple(sorted(names))
