"""Which imported session is which of ours, and what an import would change.

Names of things are trusted first (guid, UID), then what a person would go by: the same title at
the same time, in the same room, or nowhere else.  What is doubtful stays apart.  A source that
says nothing about a field changes nothing there, so that a calendar does not wipe out what a
richer file brought, and the same file taken twice changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from difflib import SequenceMatcher

from festival.feeds.imported import ImportedOccurrence, ImportedSession
from festival.feeds.texts import folded_name

ALIKE = 0.6  # of two titles at the same time in the same room: a correction, not a replacement
NEAR = timedelta(days=31)
COMPARED = (
    "title", "subtitle", "abstract", "description", "kind_label", "strand", "language",
    "age_min", "age_max", "equipment", "links",
)  # fmt: skip
Value = str | int | tuple[object, ...] | None
Place = tuple[int, int]  # number of one of our sessions, number of one of its times


@dataclass(frozen=True, slots=True)
class KnownOccurrence:
    """An occurrence that we have.  ``uids``: its own and the one it was imported under."""

    uids: tuple[str, ...]
    starts_at: datetime
    minutes: int
    room: str = ""
    is_cancelled: bool = False


@dataclass(frozen=True, slots=True)
class KnownSession:
    """A session that we have.  ``guids``: its own and the one it was imported under."""

    code: str
    guids: tuple[str, ...]
    title: str
    occurrences: tuple[KnownOccurrence, ...]
    is_imported: bool = True  # False: entered or withdrawn here, so a file need not name it
    subtitle: str = ""
    abstract: str = ""
    description: str = ""
    kind_label: str = ""
    strand: str = ""
    language: str = ""
    presenters: tuple[str, ...] = ()  # names, in order
    links: tuple[tuple[str, str], ...] = ()
    age_min: int | None = None
    age_max: int | None = None
    equipment: str = ""

    @property
    def identifiers(self) -> tuple[str, ...]:
        return (*self.guids, *(uid for occ in self.occurrences for uid in occ.uids))


@dataclass(frozen=True, slots=True)
class FieldChange:
    """``field`` is a field of ``KnownSession``; of ``occurrences``, see the pairs."""

    field: str
    before: Value
    after: Value


@dataclass(frozen=True, slots=True)
class OccurrencePair:
    """One of ours and what it becomes; ``known`` None: new; ``imported`` None: gone."""

    known: KnownOccurrence | None
    imported: ImportedOccurrence | None

    @property
    def is_change(self) -> bool:
        if self.known is None:
            return True
        if self.imported is None:
            return not self.known.is_cancelled  # what is gone is cancelled, once
        return not _same_time(self.known, self.imported)


@dataclass(frozen=True, slots=True)
class SessionMatch:
    known: KnownSession
    imported: ImportedSession
    changes: tuple[FieldChange, ...]
    occurrences: tuple[OccurrencePair, ...]


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import would do.  ``missing``: imported once, and not in this file."""

    new: tuple[ImportedSession, ...]
    changed: tuple[SessionMatch, ...]
    same: tuple[SessionMatch, ...]
    missing: tuple[KnownSession, ...]

    @property
    def is_empty(self) -> bool:
        """Whether applying it would change nothing."""
        return not (self.new or self.changed)


def plan_import(
    imported: Sequence[ImportedSession], *, known: Sequence[KnownSession]
) -> ImportPlan:
    """Every imported session is new, or matched with one of ours; nothing is matched twice."""
    pairing = _Pairing(imported, known)
    pairing.by_identifier()
    pairing.by_title_and_start()
    pairing.by_key(_title_and_rooms, _title_and_rooms_of_known)
    pairing.by_key(_title, _title_of_known)
    pairing.by_place_and_likeness()
    matches = [_match(ours, theirs) for ours, theirs in pairing.pairs()]
    return ImportPlan(
        new=tuple(pairing.unmatched_imported()),
        changed=tuple(each for each in matches if each.changes),
        same=tuple(each for each in matches if not each.changes),
        missing=tuple(each for each in pairing.unmatched_known() if each.is_imported),
    )


class _Pairing:
    """Which imported sessions belong to which of ours, by position in the two lists."""

    def __init__(self, imported: Sequence[ImportedSession], known: Sequence[KnownSession]) -> None:
        self.imported = imported
        self.known = known
        self._theirs_of: dict[int, list[int]] = defaultdict(list)  # ours → theirs
        self._free = dict.fromkeys(range(len(imported)))
        self._taken: set[Place] = set()

    def pairs(self) -> Iterable[tuple[KnownSession, ImportedSession]]:
        for ours, theirs in sorted(self._theirs_of.items()):
            yield self.known[ours], _joined([self.imported[each] for each in sorted(theirs)])

    def unmatched_imported(self) -> list[ImportedSession]:
        return [self.imported[each] for each in self._free]

    def unmatched_known(self) -> list[KnownSession]:
        return [each for n, each in enumerate(self.known) if n not in self._theirs_of]

    def _pair(self, ours: int, theirs: int) -> None:
        self._theirs_of[ours].append(theirs)
        del self._free[theirs]
        known = self.known[ours].occurrences
        numbers = {id(occ): number for number, occ in enumerate(known)}
        open_ = [occ for number, occ in enumerate(known) if (ours, number) not in self._taken]
        for pair in pair_occurrences(open_, self.imported[theirs].occurrences):
            if pair.known is not None and pair.imported is not None:
                self._taken.add((ours, numbers[id(pair.known)]))

    def by_identifier(self) -> None:
        """A guid or UID in common.  Several events may bear uids of one of our sessions: a
        calendar gives each time an event of its own."""
        owner = {name: n for n, each in enumerate(self.known) for name in each.identifiers if name}
        for theirs in list(self._free):
            found = {owner[name] for name in _identifiers(self.imported[theirs]) if name in owner}
            if len(found) == 1:
                self._pair(found.pop(), theirs)

    def by_title_and_start(self) -> None:
        """The same title at the same time, best in the same room.  Several events may be times
        of one of our sessions here as well, but each of our times is taken once only."""
        in_room: dict[Hashable, list[Place]] = defaultdict(list)
        anywhere: dict[Hashable, list[Place]] = defaultdict(list)
        for ours, session in enumerate(self.known):
            for number, occ in enumerate(session.occurrences):
                key = (folded_name(session.title), occ.starts_at)
                anywhere[key].append((ours, number))
                in_room[(*key, folded_name(occ.room))].append((ours, number))
        for theirs in list(self._free):
            keys = _title_and_starts(self.imported[theirs], with_room=True)
            # Two that agree in title, time and room are told apart by nothing: in order.
            firsts = {found[0] for key in keys if (found := self._untaken(in_room[key]))}
            self._pair_if_one(firsts, theirs)
        for theirs in list(self._free):
            keys = _title_and_starts(self.imported[theirs], with_room=False)
            self._pair_if_one({n for key in keys for n in self._untaken(anywhere[key])}, theirs)

    def _untaken(self, places: Iterable[Place]) -> list[int]:
        return list(
            dict.fromkeys(ours for ours, number in places if (ours, number) not in self._taken)
        )

    def _pair_if_one(self, ours: set[int], theirs: int) -> None:
        if len(ours) == 1:
            self._pair(ours.pop(), theirs)

    def by_key(
        self,
        key_of_imported: Callable[[ImportedSession], Hashable],
        key_of_known: Callable[[KnownSession], Hashable],
    ) -> None:
        """Pairs what stands alone under its key on both sides, weeks and not years apart."""
        theirs = _grouped(self._free, lambda n: key_of_imported(self.imported[n]))
        ours = _grouped(self._free_known(), lambda n: key_of_known(self.known[n]))
        for key, group in theirs.items():
            alone = len(group) == 1 and len(ours.get(key, ())) == 1
            if alone and _near(self.known[ours[key][0]], self.imported[group[0]]):
                self._pair(ours[key][0], group[0])

    def by_place_and_likeness(self) -> None:
        """The same time and room with a title that was corrected: nothing else fits there."""
        at: dict[Hashable, list[int]] = defaultdict(list)
        for ours in self._free_known():
            for occ in self.known[ours].occurrences:
                if occ.room:
                    at[(occ.starts_at, folded_name(occ.room))].append(ours)
        for theirs in list(self._free):
            session = self.imported[theirs]
            places = [(occ.starts_at, folded_name(occ.room)) for occ in session.occurrences]
            found = {ours for place in places for ours in at.get(place, ())}
            alike = [n for n in found if _alike(self.known[n].title, session.title)]
            if len(alike) == 1 and alike[0] not in self._theirs_of:
                self._pair(alike[0], theirs)

    def _free_known(self) -> list[int]:
        return [n for n in range(len(self.known)) if n not in self._theirs_of]


def pair_occurrences(
    known: Sequence[KnownOccurrence], imported: Sequence[ImportedOccurrence]
) -> tuple[OccurrencePair, ...]:
    """Which time is which: by UID, by start and room, by start, by room, then in order.  What
    moves keeps its row, and with it its bookings."""
    ours, theirs = list(known), list(imported)
    pairs: list[OccurrencePair] = []
    tests: tuple[Callable[[KnownOccurrence, ImportedOccurrence], bool], ...] = (
        lambda a, b: bool(b.uid) and b.uid in a.uids,
        lambda a, b: a.starts_at == b.starts_at and folded_name(a.room) == folded_name(b.room),
        lambda a, b: a.starts_at == b.starts_at,
        lambda a, b: bool(a.room) and folded_name(a.room) == folded_name(b.room),
        lambda a, b: True,
    )
    for test in tests:
        for mine in list(ours):
            fitting = next((each for each in theirs if test(mine, each)), None)
            if fitting is not None:
                pairs.append(OccurrencePair(mine, fitting))
                ours.remove(mine)
                theirs.remove(fitting)
    pairs += [OccurrencePair(None, each) for each in theirs]
    pairs += [OccurrencePair(each, None) for each in ours]
    return tuple(sorted(pairs, key=_pair_start))


def _pair_start(pair: OccurrencePair) -> datetime:
    held = pair.imported or pair.known
    assert held is not None
    return held.starts_at


def _match(known: KnownSession, imported: ImportedSession) -> SessionMatch:
    changes = []
    for name in COMPARED:
        before, after = getattr(known, name), getattr(imported, name)
        if after not in ("", None, ()) and before != after:
            changes.append(FieldChange(name, before, after))
    names = tuple(who.name for who in imported.presenters)
    if names and names != known.presenters:
        changes.append(FieldChange("presenters", known.presenters, names))
    pairs = pair_occurrences(known.occurrences, imported.occurrences)
    if any(pair.is_change for pair in pairs):
        before_times = tuple(occ.starts_at for occ in known.occurrences)
        after_times = tuple(occ.starts_at for occ in imported.occurrences)
        changes.append(FieldChange("occurrences", before_times, after_times))
    return SessionMatch(known, imported, tuple(changes), pairs)


def _same_time(known: KnownOccurrence, imported: ImportedOccurrence) -> bool:
    """Whether nothing changes; an end or a room that the source does not name is no change."""
    return (
        known.starts_at == imported.starts_at
        and imported.minutes in (0, known.minutes)
        and folded_name(imported.room) in ("", folded_name(known.room))
        and known.is_cancelled == imported.is_cancelled
    )


def _joined(sessions: list[ImportedSession]) -> ImportedSession:
    """Events that are times of one session, as one."""
    first, *others = sessions
    if not others:
        return first
    held = sorted((occ for each in sessions for occ in each.occurrences), key=_start)
    return replace(first, occurrences=tuple(held))


def _start(held: ImportedOccurrence) -> datetime:
    return held.starts_at


def _identifiers(session: ImportedSession) -> set[str]:
    names = {session.guid or "", *(occ.uid for occ in session.occurrences)}
    return names - {""}


def _alike(ours: str, theirs: str) -> bool:
    return SequenceMatcher(None, folded_name(ours), folded_name(theirs)).ratio() >= ALIKE


def _near(known: KnownSession, imported: ImportedSession) -> bool:
    """Whether the two are of one festival: last year's opening is not this year's."""
    return not known.occurrences or any(
        abs(ours.starts_at - theirs.starts_at) <= NEAR
        for ours in known.occurrences
        for theirs in imported.occurrences
    )


def _title(session: ImportedSession) -> Hashable:
    return folded_name(session.title)


def _title_of_known(session: KnownSession) -> Hashable:
    return folded_name(session.title)


def _title_and_starts(session: ImportedSession, *, with_room: bool) -> list[Hashable]:
    title = folded_name(session.title)
    return [
        (title, occ.starts_at, folded_name(occ.room)) if with_room else (title, occ.starts_at)
        for occ in session.occurrences
    ]


def _title_and_rooms(session: ImportedSession) -> Hashable:
    return folded_name(session.title), frozenset(
        folded_name(occ.room) for occ in session.occurrences
    )


def _title_and_rooms_of_known(session: KnownSession) -> Hashable:
    return folded_name(session.title), frozenset(
        folded_name(occ.room) for occ in session.occurrences
    )


def _grouped(numbers: Iterable[int], key: Callable[[int], Hashable]) -> dict[Hashable, list[int]]:
    groups: dict[Hashable, list[int]] = defaultdict(list)
    for number in numbers:
        groups[key(number)].append(number)
    return groups
