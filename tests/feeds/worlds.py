"""Programmes for the tests of the feeds: made by hand, or from a file that was read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from festival.feeds.imported import ImportedProgramme, ImportedSession
from festival.feeds.reading.detect import read_programme
from festival.feeds.rules import KnownOccurrence, KnownSession
from festival.programme.published import (
    PublishedOccurrence,
    PublishedPerson,
    PublishedProgramme,
    PublishedSession,
    PublishedSpace,
    PublishedStrand,
    PublishedVenue,
)

CHANGED = datetime(2026, 8, 1, 12, tzinfo=UTC)
START = datetime(2026, 9, 1, 8, tzinfo=UTC)
VENUE = PublishedVenue(
    slug="library", name="City Library", address="1 Grand Parade", latitude=51.89, longitude=-8.47
)
SPACE = PublishedSpace(slug="hall", name="Great Hall", venue=VENUE, capacity=40)
STRAND = PublishedStrand(slug="craft", name="Craft & making", accent="coral")
HOME = "https://festival.example/cork/2026/"
UNITS = "ABCDEFGHJKMNPQRSTVWXYZ"


def page_url(session: PublishedSession) -> str:
    return f"{HOME}programme/{session.code}"


def occurrence(number: int = 1, **changes: Any) -> PublishedOccurrence:
    made = PublishedOccurrence(
        id=number,
        uid=f"00000000-0000-4000-8000-{number:012d}",
        sequence=0,
        changed_at=CHANGED,
        starts_at=START + timedelta(hours=number),
        minutes=45,
        space=SPACE,
    )
    return replace(made, **changes)


def session(number: int = 1, **changes: Any) -> PublishedSession:
    made = PublishedSession(
        code=f"S{number}",
        guid=f"10000000-0000-4000-8000-{number:012d}",
        kind="activity",
        title=f"Bookbinding {number}",
        language="en",
        abstract="Fold, sew and glue.",
        strand=STRAND,
        presenters=(PublishedPerson(code="P1", name="Ada Byrne"),),
        occurrences=(occurrence(number),),
    )
    return replace(made, **changes)


def programme(*sessions: PublishedSession, **changes: Any) -> PublishedProgramme:
    made = PublishedProgramme(
        festival_slug="cork",
        edition_slug="2026",
        title="Cork Lifelong Learning Festival",
        city_name="Cork",
        time_zone="Europe/Dublin",
        languages=("en",),
        starts_on=date(2026, 9, 1),
        ends_on=date(2026, 9, 5),
        version=3,
        published_at=CHANGED,
        strands=(STRAND,),
        venues=(VENUE,),
        spaces=(SPACE,),
        sessions=sessions or (session(),),
    )
    return replace(made, **changes)


def read(data: bytes | str, *, zone: str = "Europe/London", name: str = "x") -> ImportedProgramme:
    raw = data.encode() if isinstance(data, str) else data
    return read_programme(raw, file_name=name, default_time_zone=zone)


def published_from(imported: ImportedProgramme, *, zone: str) -> PublishedProgramme:
    """The programme that an import would lead to, without a database."""
    spaces = {
        name: PublishedSpace(slug=f"r{number}", name=name, venue=VENUE)
        for number, name in enumerate(imported.rooms)
    }
    people = {name: f"P{number}" for number, name in enumerate(imported.people)}
    strands = {each.strand: PublishedStrand(each.strand, each.strand, "sun")
               for each in imported.sessions if each.strand}  # fmt: skip
    sessions, row = [], 0
    for number, each in enumerate(imported.sessions):
        held = []
        for occ in each.occurrences:
            row += 1
            held.append(
                occurrence(
                    row,
                    starts_at=occ.starts_at,
                    minutes=occ.minutes,
                    space=spaces.get(occ.room),
                    status="cancelled" if occ.is_cancelled else "confirmed",
                )
            )
        sessions.append(
            session(
                number,
                title=each.title,
                subtitle=each.subtitle,
                abstract=each.abstract,
                description=each.description,
                language=each.language,
                languages=(each.language,) if each.language else (),
                type_label=each.kind_label,
                strand=strands.get(each.strand),
                links=each.links,
                presenters=tuple(PublishedPerson(people[p.name], p.name) for p in each.presenters),
                occurrences=tuple(held),
            )
        )
    return programme(
        *sessions,
        title=imported.title or "Untitled",
        time_zone=zone,
        spaces=tuple(spaces.values()),
        strands=tuple(strands.values()),
        starts_on=min(imported.days),
        ends_on=max(imported.days),
    )


def known_from(sessions: tuple[ImportedSession, ...]) -> list[KnownSession]:
    """What the tables would hold after these sessions were imported."""
    return [
        KnownSession(
            code=f"S{number}",
            guids=(f"own-{number}", each.guid or ""),
            title=each.title,
            occurrences=tuple(
                KnownOccurrence(
                    (f"own-{number}-{n}", occ.uid),
                    occ.starts_at,
                    occ.minutes,
                    occ.room,
                    occ.is_cancelled,
                )
                for n, occ in enumerate(each.occurrences)
            ),
            subtitle=each.subtitle,
            abstract=each.abstract,
            description=each.description,
            kind_label=each.kind_label,
            strand=each.strand,
            language=each.language,
            presenters=tuple(who.name for who in each.presenters),
            links=each.links,
            age_min=each.age_min,
            age_max=each.age_max,
            equipment=each.equipment,
        )
        for number, each in enumerate(sessions)
    ]
