"""News that this room sends up: listeners act in the same unit of work, before the commit.

A listener connects with ``application_left.connect(function)`` and is called as
``function(sender, event=…)``.  It may write rows and queue mail; it must not commit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from blinker import Namespace

from festival.exhibitors.states import ApplicationState
from festival.shared.journal import Actor

_news = Namespace()

application_left = _news.signal("application-left")
"""An application lost the place that was promised to it; ``event`` is an ApplicationLeft."""


@dataclass(frozen=True, slots=True)
class ApplicationLeft:
    """It was accepted, with changes or without, and is not any more: withdrawn, declined, undone.

    Stand, team passes and activities become free.
    """

    application_id: int
    edition_id: int
    organization_id: int
    code: str
    before: ApplicationState
    state: ApplicationState
    actor: Actor
    now: datetime
