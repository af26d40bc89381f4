"""Groups of people whom an organizer can write to.  A room names its own in ``segments.py``::

    @segment(
        "accepted_exhibitors",
        name=mark("Accepted exhibitors"),
        placeholders={"organization": mark("The name of the organization")},
    )
    def accepted(edition, *, choice, now):
        yield Recipient(email=…, name=…, locale=…, facts={"organization": …})

The drawer is imported by itself at the start.  The function may answer the same address several
times; ``addressees`` of the queries makes one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from festival.shared.sentences import mark

Facts = Mapping[str, str]
FactsIn = Callable[[str], Facts]
"""Language → facts in that language."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody in a segment."""

    email: str
    name: str
    locale: str
    """The language they read; they may get a text in another one, where theirs is not written."""
    facts: Facts | FactsIn = field(default_factory=dict)
    """A text for each placeholder of the segment; a function of the language where a text differs
    with it (a date, the address of a page)."""

    def facts_in(self, locale: str) -> Facts:
        """The facts for a text in ``locale``."""
        return self.facts(locale) if callable(self.facts) else self.facts


class RecipientsFunction(Protocol):
    """``choice`` is one of the segment's choices, or empty; ``edition`` is a festivals.Edition."""

    def __call__(self, edition: Any, *, choice: str, now: datetime) -> Iterable[Recipient]: ...


ChoicesFunction = Callable[[Any], list[tuple[str, str]]]
"""Edition → (value, label) of what can be chosen; labels are data, shown as they are."""

ALWAYS = {
    "name": mark("The name of the person, where they told it"),
    "festival": mark("The title of this edition"),
    "page": mark("The address of this edition’s home page"),
}
"""Placeholders of every segment with what they stand for."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A group of people by its name, and how to find them."""

    code: str
    name: str
    """Marked for translation."""
    recipients: RecipientsFunction
    choices: ChoicesFunction | None = None
    own_placeholders: Mapping[str, str] = field(default_factory=dict)

    @property
    def placeholders(self) -> dict[str, str]:
        """Name → marked sentence, of everything that a text to this segment may use."""
        return ALWAYS | dict(self.own_placeholders)


SEGMENTS: dict[str, Segment] = {}


def segment(
    code: str,
    *,
    name: str,
    placeholders: Mapping[str, str] | None = None,
    choices: ChoicesFunction | None = None,
) -> Callable[[RecipientsFunction], RecipientsFunction]:
    """Register a group of people under ``code``, which is stored: never rename it.

    ``placeholders``: name → what it stands for (marked), besides ``ALWAYS``.  ``choices``: for a
    group that has to be chosen more closely, such as the bookers of one session.
    """

    def register(function: RecipientsFunction) -> RecipientsFunction:
        SEGMENTS[code] = Segment(code, name, function, choices, dict(placeholders or {}))
        return function

    return register
