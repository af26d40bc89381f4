"""What a pack tells about one exhibitor, as plain facts without words of a language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from festival.exhibitors.models import Application
from festival.exhibitors.stands.models import FloorPlan, Stand


@dataclass(frozen=True, slots=True)
class Span:
    """A slot at a gate."""

    kind: str
    """Message id of the kind: set-up or dismantling."""
    starts_at: datetime
    ends_at: datetime
    gate: str
    address: str
    note: str


@dataclass(frozen=True, slots=True)
class Held:
    """One time that an own activity is held, as published."""

    title: str
    language: str
    starts_at: datetime
    ends_at: datetime
    place: str
    capacity: int | None


@dataclass(frozen=True, slots=True)
class TeamBadge:
    """A badge that opens the door."""

    name: str
    code: str


@dataclass(frozen=True, slots=True)
class PackFacts:
    """Everything of one application; ``plan`` is the plan of its stand with all stands on it."""

    application: Application
    stand: Stand | None
    plan: FloorPlan | None
    spans: tuple[Span, ...]
    activities: tuple[Held, ...]
    badges: tuple[TeamBadge, ...]
    rules: str
    """Markdown of the organizers in the language of the pack; empty for the usual ones."""
    contacts: str
