"""Tells everybody concerned by a publication what it changes for them, once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from festival.festivals.models import Edition
from festival.festivals.states import EditionState
from festival.mail.actions import Letter, queue_letters
from festival.mail.batches.actions import open_batch
from festival.mail.batches.states import Origin
from festival.mail.occasions import topic_of
from festival.mail.queries import who_refuse
from festival.programme.events import Audience, ProgrammePublished
from festival.programme.rules.news import OccurrenceNews, What
from festival.programme.states import Telling
from festival.shared.forms import normalised_email
from festival.shared.sentences import mark
from festival.visitors.news.queries import readers_of
from festival.visitors.news.rules import NewsRoom, Reader, address_mark

FIRST = "programme_published"
LATER = "programme_changed"


def tell(event: ProgrammePublished) -> int:
    """One mail to each address that the publication concerns; answers how many are new.

    They stand in the outbox in the transaction of the publication.  Those to be held go into a
    batch that an organizer releases or discards.
    """
    if event.telling == Telling.NOBODY:
        return 0
    readers = readers_of_news(event.edition, event.news)
    if not readers:
        return 0
    held = event.telling == Telling.HELD
    batch_id = _open_batch(event) if held else None
    return queue_letters(
        LATER if event.version_before else FIRST,
        _letters(event, readers),
        edition_id=event.edition.id,
        now=event.now,
        batch_id=batch_id,
        held=held,
    )


def audience_of(edition: Edition, news: Iterable[OccurrenceNews]) -> Audience:
    """How many people would be told in how many mails."""
    readers = readers_of_news(edition, news)
    return Audience(mails=len(readers), people=sum(each.people for each in readers))


def readers_of_news(edition: Edition, news: Iterable[OccurrenceNews]) -> list[Reader]:
    """Whom it concerns and who wants such mail; nobody while the edition's pages are not public.

    What is announced can only concern those who hold it: nobody can have booked it.
    """
    if edition.state != EditionState.PUBLIC:
        return []
    booked: set[int] = set()
    held: dict[str, set[int]] = defaultdict(set)
    for each in news:
        held[each.session.code].add(each.after.id)
        if each.what != What.ANNOUNCED:
            booked.add(each.after.id)
    readers = readers_of(edition, booked=booked, held=held)
    unwilling = who_refuse(topic_of(LATER), edition_id=edition.id) if readers else frozenset()
    return [each for each in readers if normalised_email(each.email) not in unwilling]


def _letters(event: ProgrammePublished, readers: Iterable[Reader]) -> list[Letter]:
    room = NewsRoom({each.after.id: each for each in event.news}, ZoneInfo(event.time_zone))
    return [
        Letter(
            key=f"programme:{event.edition.id}:{event.version}:{address_mark(reader.email)}",
            recipient=reader.email,
            recipient_name=reader.name,
            locale=reader.locale,
            facts={
                "name": reader.name,
                "zone": event.time_zone,
                "items": room.items_of(reader),
            },
        )
        for reader in readers
    ]


def _open_batch(event: ProgrammePublished) -> int:
    batch = open_batch(
        event.edition,
        origin=Origin.PROGRAMME,
        title=mark("Programme, version %(number)s") % {"number": event.version},
        actor=event.actor,
        now=event.now,
    )
    return batch.id
