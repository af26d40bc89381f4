"""News of editions for the rooms above, sent within the unit of work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from blinker import Namespace

from festival.festivals.models import Edition
from festival.shared.journal import Actor

_news = Namespace()

edition_cloned = _news.signal("edition-cloned")
"""A new edition was made after an earlier one; ``event`` is EditionCloned."""


@dataclass(frozen=True, slots=True)
class EditionCloned:
    source: Edition
    copy: Edition
    actor: Actor
    now: datetime
