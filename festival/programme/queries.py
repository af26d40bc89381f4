"""What other rooms ask the programme."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable

from sqlalchemy import select

from festival.extensions import db
from festival.festivals.models import Edition
from festival.programme.document import from_document
from festival.programme.models import Occurrence, ProgrammeVersion
from festival.programme.published import PublishedProgramme

KEPT = 12
"""Programmes kept in memory; one of 480 sessions takes about 2 MB."""


class _Shelf:
    """The last programmes that were read, by digest; safe between threads."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._kept: OrderedDict[str, PublishedProgramme] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, digest: str) -> PublishedProgramme | None:
        with self._lock:
            programme = self._kept.get(digest)
            if programme is not None:
                self._kept.move_to_end(digest)
            return programme

    def keep(self, digest: str, programme: PublishedProgramme) -> None:
        with self._lock:
            self._kept[digest] = programme
            self._kept.move_to_end(digest)
            while len(self._kept) > self.most:
                self._kept.popitem(last=False)


_shelf = _Shelf(KEPT)


def published_programme(edition: Edition) -> PublishedProgramme:
    """The published version; an empty programme with version 0 where nothing is published.

    It is kept in memory under the digest of its document.  The digest is asked for each time, one
    light query: a number alone would also name a version whose publication was rolled back.
    """
    return programme_of_version(edition, number=edition.programme_version)


def programme_of_version(edition: Edition, *, number: int) -> PublishedProgramme:
    """An earlier or the present version; 0 and unknown numbers are the empty programme."""
    digest = number and db.session.scalar(
        select(ProgrammeVersion.digest).where(
            ProgrammeVersion.edition_id == edition.id, ProgrammeVersion.number == number
        )
    )
    if not digest:
        return _nothing_published(edition)
    programme = _shelf.find(digest)
    if programme is None:
        document = db.session.scalars(
            select(ProgrammeVersion.document).where(
                ProgrammeVersion.edition_id == edition.id, ProgrammeVersion.number == number
            )
        ).one()
        programme = from_document(document)
        _shelf.keep(digest, programme)
    return programme


def _nothing_published(edition: Edition) -> PublishedProgramme:
    return PublishedProgramme(
        festival_slug=edition.festival.slug,
        edition_slug=edition.slug,
        title=edition.title,
        city_name=edition.festival.city_name,
        time_zone=edition.time_zone,
        languages=tuple(edition.languages),
        starts_on=edition.starts_on,
        ends_on=edition.ends_on,
        version=0,
        published_at=None,
    )


def places_left(ids: Iterable[int]) -> dict[int, int | None]:
    """Occurrence id → places that can still be booked; None where nobody counts.

    Unknown ids are left out.
    """
    wanted = list(ids)
    if not wanted:
        return {}
    rows = db.session.execute(
        select(Occurrence.id, Occurrence.capacity, Occurrence.places_taken).where(
            Occurrence.id.in_(wanted)
        )
    )
    return {
        number: None if capacity is None else capacity - taken for number, capacity, taken in rows
    }


def full_occurrences(edition: Edition) -> frozenset[int]:
    """Ids of bookable occurrences of which every place is taken."""
    return frozenset(
        db.session.scalars(
            select(Occurrence.id).where(
                Occurrence.edition_id == edition.id,
                Occurrence.is_bookable,
                Occurrence.places_taken >= Occurrence.capacity,
            )
        )
    )
