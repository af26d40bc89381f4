"""What imported sessions refer to: spaces, strands and presenters, found again or made once."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from sqlalchemy import select

from festival.extensions import db
from festival.feeds.imported import ImportedPresenter, ImportedProgramme, ImportedSession
from festival.feeds.intake import presenter_key
from festival.feeds.texts import folded_name
from festival.festivals.actions import touch_edition
from festival.festivals.models import Edition, Space, Venue
from festival.festivals.places import VenueFacts, add_venue
from festival.festivals.queries import space_slugs
from festival.festivals.rules import free_slug, slug_from
from festival.festivals.states import ACCENTS
from festival.programme.models import Presenter, Strand
from festival.shared.journal import Actor
from festival.shared.tokens import make_code

IMPORTED_PLACES = "Imported places"


class Surroundings:
    """Row numbers by the file's own words."""

    def __init__(
        self, edition: Edition, programme: ImportedProgramme, *, actor: Actor, now: datetime
    ) -> None:
        self.edition = edition
        self.programme = programme
        self.actor = actor
        self.now = now
        self._spaces: dict[str, int] = {}
        self._strands: dict[str, int] = {}
        self._presenters: dict[str, int] = {}

    def prepare(self) -> None:
        """Find what is there and make what is missing."""
        self._prepare_spaces()
        self._prepare_strands()
        self._prepare_presenters()

    def space_id(self, room: str) -> int | None:
        return self._spaces[room] if room else None

    def strand_id(self, name: str) -> int | None:
        return self._strands[name] if name else None

    def presenter_ids(self, session: ImportedSession) -> list[int]:
        """In the order of the session, each once."""
        keys = [presenter_key(who) for who in session.presenters]
        return list(dict.fromkeys(self._presenters[key] for key in keys))

    def _prepare_spaces(self) -> None:
        """By name; else by the one space that differs in case and punctuation only."""
        held = (occ.room for each in self.programme.sessions for occ in each.occurrences)
        rooms = [name for name in dict.fromkeys((*self.programme.rooms, *held)) if name]
        rows = db.session.execute(
            select(Space.name, Space.id).where(Space.edition_id == self.edition.id)
        )
        known: dict[str, int] = {}
        for name, number in rows:
            known.setdefault(name, number)
        alike = {folded_name(name): n for name, n in known.items() if name not in rooms}
        missing: list[str] = []
        for room in rooms:
            found = known.get(room) or alike.get(folded_name(room))
            if found is None:
                missing.append(room)
            else:
                self._spaces[room] = found
        if missing:
            self._make_spaces(missing)

    def _make_spaces(self, names: list[str]) -> None:
        venue = self._venue()
        taken = space_slugs(self.edition.id)
        made = []
        for name in names:
            slug = free_slug(slug_from(name, fallback="space"), taken=taken)
            taken.add(slug)
            made.append(
                Space(
                    edition_id=self.edition.id, venue_id=venue.id, slug=slug, name=name, features=[]
                )
            )
        db.session.add_all(made)
        db.session.flush()
        self._spaces |= {each.name: each.id for each in made}
        touch_edition(self.edition.id)

    def _venue(self) -> Venue:
        """The venue of the imported rooms, named after the conference."""
        name = self.programme.title[:200].strip() or IMPORTED_PLACES
        found = db.session.scalars(
            select(Venue)
            .where(Venue.edition_id == self.edition.id, Venue.name == name)
            .order_by(Venue.id)
        ).first()
        if found is not None:
            return found
        return add_venue(self.edition, VenueFacts(name=name), actor=self.actor, now=self.now)

    def _prepare_strands(self) -> None:
        """New ones take the accents in turn, going on after those that are there."""
        rows = db.session.scalars(select(Strand).where(Strand.edition_id == self.edition.id)).all()
        taken = {each.slug for each in rows}
        self._strands = {each.name: each.id for each in rows}
        wanted = dict.fromkeys(each.strand for each in self.programme.sessions if each.strand)
        made = []
        for number, name in enumerate((n for n in wanted if n not in self._strands), len(rows)):
            slug = free_slug(slug_from(name, fallback="strand"), taken=taken)
            taken.add(slug)
            accent = ACCENTS[number % len(ACCENTS)]
            strand = Strand(edition_id=self.edition.id, slug=slug, name=name, accent=accent)
            strand.position = number
            made.append(strand)
        db.session.add_all(made)
        db.session.flush()
        self._strands |= {each.name: each.id for each in made}

    def _prepare_presenters(self) -> None:
        """By the source's number, else by a name that one person bears."""
        rows = db.session.scalars(
            select(Presenter).where(Presenter.edition_id == self.edition.id)
        ).all()
        by_key = {each.source_key: each for each in rows if each.source_key}
        bearers = Counter(each.name for each in rows)
        by_name = {each.name: each for each in rows if bearers[each.name] == 1}
        missing: dict[str, ImportedPresenter] = {}
        for session in self.programme.sessions:
            for who in session.presenters:
                key = presenter_key(who)
                found = by_key.get(key) or self._namesake(who, by_name)
                if found is None:
                    missing.setdefault(key, who)
                else:
                    found.name = who.name
                    self._presenters[key] = found.id
        made = [self._new_presenter(key, who) for key, who in missing.items()]
        db.session.add_all(made)
        db.session.flush()
        self._presenters |= {each.source_key: each.id for each in made if each.source_key}

    def _namesake(self, who: ImportedPresenter, by_name: dict[str, Presenter]) -> Presenter | None:
        """A person without a number in this file, or in the file that brought them."""
        found = by_name.get(who.name)
        if found is None or not who.source_id:
            return found
        has_number = (found.source_key or "").startswith(("id:", "sha256:"))
        return None if has_number else found

    def _new_presenter(self, key: str, who: ImportedPresenter) -> Presenter:
        return Presenter(
            edition_id=self.edition.id,
            code=make_code(),
            name=who.name,
            affiliation="",
            biography="",
            source_key=key,
        )
