"""News of the programme for the rooms above: sent when it is published, inside the unit of work.

A listener connects with ``programme_published.connect(function)`` and is called as
``function(sender, event=…)``.  It may write rows and queue mail; it must not commit; it answers
how many mails it has put into the outbox.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from blinker import Namespace

from festival.festivals.models import Edition
from festival.programme.rules.news import OccurrenceNews
from festival.programme.states import Telling
from festival.shared.journal import Actor

_news = Namespace()

programme_published = _news.signal("programme-published")
"""A version is public; one signal with everything it changes.  ``event`` is ProgrammePublished."""
audience_asked = _news.signal("audience-asked")
"""A question: a listener answers an ``Audience``; see ``who_would_be_told``."""


@dataclass(frozen=True, slots=True)
class ProgrammePublished:
    """What one publication changes for those who come, hold or take part.

    ``version_before`` is 0 for the first publication.  ``telling`` is the organizer's wish whether
    the people concerned are told now, later or not at all.
    """

    edition: Edition
    version: int
    version_before: int
    time_zone: str
    """In which the published times are meant (IANA name)."""
    news: tuple[OccurrenceNews, ...]
    telling: Telling
    actor: Actor
    now: datetime


@dataclass(frozen=True, slots=True)
class AudienceAsked:
    """Whom would this news be told, if it were published now?"""

    edition: Edition
    news: tuple[OccurrenceNews, ...]


@dataclass(frozen=True, slots=True)
class Audience:
    """``people`` who are concerned and learn of it from so many ``mails``.

    A household with four places counts as four people and gets one mail.
    """

    mails: int = 0
    people: int = 0

    def __add__(self, other: Audience) -> Audience:
        return Audience(self.mails + other.mails, self.people + other.people)


def who_would_be_told(edition: Edition, news: tuple[OccurrenceNews, ...]) -> Audience:
    """How many people and mails, as the rooms above answer.  Writes nothing."""
    asked = AudienceAsked(edition, news)
    answers = [answer for _, answer in audience_asked.send(who_would_be_told, event=asked)]
    return sum(answers, start=Audience())
