"""Lines of an exhibitor's to-do list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ChoreState(StrEnum):
    OPEN = "open"
    DONE = "done"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Chore:
    """Something that an organization is asked to do for the festival.

    ``title`` is in the reader's language already; ``due`` is an instant (UTC) or nothing where no
    date presses; ``detail`` says what was done or what is missing.
    """

    key: str
    title: str
    href: str
    due: datetime | None
    done: bool
    detail: str = ""

    def state(self, *, now: datetime) -> ChoreState:
        """Where it stands at ``now``."""
        if self.done:
            return ChoreState.DONE
        return ChoreState.LATE if self.due is not None and self.due < now else ChoreState.OPEN
