"""Scores, conflicts, who reviews what, and the balance; pure functions over plain facts."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from festival.exhibitors.reviewing.states import (
    AGE_SPANS,
    BEST,
    AgeGroup,
    ConflictKind,
    Dimension,
    History,
    RoundState,
)
from festival.exhibitors.states import PROMISED, ApplicationState
from festival.shared.sentences import mark

PROVIDERS = frozenset(
    {
        "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com",
        "yahoo.com", "yahoo.fr", "yahoo.es", "icloud.com", "me.com", "aol.com", "gmx.de",
        "gmx.net", "web.de", "orange.fr", "free.fr", "laposte.net", "mail.ru", "yandex.ru",
        "bk.ru", "list.ru", "qq.com", "163.com", "126.com", "proton.me", "protonmail.com",
        "zoho.com", "hotmail.es", "hotmail.fr", "posteo.de", "mailbox.org",
    }
)  # fmt: skip
"""Domains of mail providers: sharing one says nothing."""
SHARED_BY_MANY = 3
"""A domain that more organizations of an edition have says nothing either."""

PLACEHOLDERS = ("name", "organization", "festival", "city", "dates", "conditions")
"""What a text of a decision may hold in braces."""


def weighted_mean(scores: Mapping[str, int], *, weights: Mapping[str, int]) -> float | None:
    """The mean of the scores whose criteria are asked, 0 to 5; None where none is."""
    counted = {code: weight for code, weight in weights.items() if code in scores}
    total = sum(counted.values())
    if not total:
        return None
    return sum(scores[code] * weight for code, weight in counted.items()) / total


def refusal_for_scores(scores: Mapping[str, int], *, codes: Collection[str]) -> dict[str, str]:
    """Criterion → sentence, for each that has no score from 0 to 5."""
    return {
        code: mark("Give a score from 0 to 5.")
        for code in codes
        if code not in scores or not 0 <= scores[code] <= BEST
    }


def mean_of(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def spread_of(values: Sequence[float]) -> float | None:
    """Standard deviation of the given scores; None of fewer than two."""
    if len(values) < 2:
        return None
    middle = sum(values) / len(values)
    return math.sqrt(sum((each - middle) ** 2 for each in values) / len(values))


def may_see_scores(*, decides: bool, shall_review: bool, has_given: bool) -> bool:
    """Others' scores and words are hidden from who shall still judge, or only reviews."""
    return has_given or (decides and not shall_review)


def domain_of(address: str) -> str:
    return address.rpartition("@")[2].strip().lower()


def telling_domain(address: str) -> str:
    """The domain of an address where it says something about belonging, else empty."""
    domain = domain_of(address)
    return "" if domain in PROVIDERS else domain


def conflict_of(
    *, is_member: bool, said: ConflictKind | None, shares_domain: bool
) -> ConflictKind | None:
    """Why somebody stays away, or is asked first (DOMAIN); None where nothing speaks for it.

    Belonging is certain; then what the person said counts; a shared domain only proposes.
    """
    if is_member:
        return ConflictKind.MEMBER
    if said is ConflictKind.NONE:
        return None
    if said is not None:
        return said
    return ConflictKind.DOMAIN if shares_domain else None


def may_end(state: RoundState) -> bool:
    """Whether a round's mails can still be released or its decisions undone."""
    return state is RoundState.HELD


def distributed(
    applications: Mapping[int, Collection[int]],
    *,
    reviewers: Sequence[int],
    each: int,
    barred: Collection[tuple[int, int]],
) -> list[tuple[int, int]]:
    """New (application, reviewer) pairs so that each application has ``each`` reviewers.

    ``applications``: id → reviewers it has already; ``barred``: pairs that may not be.  Where there
    are too few impartial reviewers, an application gets fewer.  The loads differ by as little as
    the bars allow: first whoever has least, then handed on along chains.
    """
    shut = frozenset(barred)
    taken = {(row, person) for row, people in applications.items() for person in people}
    load = Counter({person: 0 for person in reviewers})
    load.update(person for _row, person in taken if person in load)
    made: set[tuple[int, int]] = set()
    open_to = {
        row: [person for person in reviewers if (row, person) not in shut | taken]
        for row in applications
    }
    for row in sorted(applications, key=lambda each_row: (len(open_to[each_row]), each_row)):
        wanted = each - len(applications[row])
        order = sorted(open_to[row], key=lambda person: (load[person], person))
        for person in order[: max(0, wanted)]:
            made.add((row, person))
            load[person] += 1
    _even_out(made, load=load, open_to=open_to)
    return sorted(made)


def _even_out(
    made: set[tuple[int, int]], *, load: Counter[int], open_to: Mapping[int, Collection[int]]
) -> None:
    """Hand pairs on along chains of reviewers until no chain makes the loads more even."""
    while chain := _chain(made, load=load, open_to=open_to):
        for row, giver, taker in chain:
            made.remove((row, giver))
            made.add((row, taker))
        load[chain[0][1]] -= 1
        load[chain[-1][2]] += 1


def _chain(
    made: set[tuple[int, int]], *, load: Counter[int], open_to: Mapping[int, Collection[int]]
) -> list[tuple[int, int, int]]:
    """(application, giver, taker) from somebody to another who has at least two less; or none."""
    for start in sorted(load, key=lambda person: (-load[person], person)):
        came: dict[int, tuple[int, int, int]] = {}
        edge = [start]
        while edge:
            giver = edge.pop(0)
            for row, taker in _handovers(made, giver, open_to=open_to):
                if taker == start or taker in came:
                    continue
                came[taker] = (row, giver, taker)
                if load[taker] + 2 <= load[start]:
                    return _way_back(came, start=start, end=taker)
                edge.append(taker)
    return []


def _handovers(
    made: set[tuple[int, int]], giver: int, *, open_to: Mapping[int, Collection[int]]
) -> list[tuple[int, int]]:
    """(application, taker) that ``giver`` could hand on at once."""
    return [
        (row, taker)
        for row, person in sorted(made)
        if person == giver
        for taker in open_to[row]
        if taker != giver and (row, taker) not in made
    ]


def _way_back(
    came: Mapping[int, tuple[int, int, int]], *, start: int, end: int
) -> list[tuple[int, int, int]]:
    steps = []
    person = end
    while person != start:
        step = came[person]
        steps.append(step)
        person = step[1]
    return steps[::-1]


def age_groups(age_min: int | None, *, age_max: int | None) -> frozenset[str]:
    """Age groups that an activity is for; without ages it is for everybody."""
    if age_min is None and age_max is None:
        return frozenset({AgeGroup.EVERYBODY.value})
    low, high = age_min or 0, 120 if age_max is None else age_max
    return frozenset(
        group.value for group, (first, last) in AGE_SPANS.items() if low <= last and first <= high
    )


@dataclass(frozen=True, slots=True)
class BalanceFacts:
    """One application as the balance sees it; ``values``: dimension → its values there."""

    id: int
    state: ApplicationState
    values: Mapping[Dimension, Collection[str]]


@dataclass(slots=True)
class BalanceLine:
    """One value of a dimension: how many exhibitors have it."""

    value: str
    accepted: int = 0
    tried: int = 0
    """Would come in addition."""
    leaving: int = 0
    """Would be given up; they are counted in ``accepted`` too."""
    waiting: int = 0
    wanted: int = 0

    @property
    def would_be(self) -> int:
        return self.accepted + self.tried - self.leaving

    @property
    def missing(self) -> int:
        return max(0, self.wanted - self.would_be)


@dataclass(slots=True)
class Balance:
    """Lines of each dimension in the order of their values, and the sums."""

    lines: dict[Dimension, list[BalanceLine]] = field(default_factory=dict)
    whole: BalanceLine = field(default_factory=lambda: BalanceLine(""))


def balance(
    facts: Iterable[BalanceFacts],
    *,
    trials: Mapping[int, ApplicationState],
    targets: Mapping[tuple[Dimension, str], int],
    order: Mapping[Dimension, Sequence[str]],
) -> Balance:
    """Count what is accepted, tried and waiting along every dimension.

    ``order`` gives values that are always listed, in their order; others follow by number.
    """
    found = Balance()
    known: dict[Dimension, dict[str, BalanceLine]] = {}
    for dimension in Dimension:
        known[dimension] = {value: BalanceLine(value) for value in order.get(dimension, ())}
    for (dimension, value), wanted in targets.items():
        known[dimension].setdefault(value, BalanceLine(value)).wanted = wanted
    for each in facts:
        kinds = _kinds_of(each.state, trials.get(each.id))
        _count(found.whole, kinds)
        for dimension, values in each.values.items():
            for value in values:
                _count(known[dimension].setdefault(value, BalanceLine(value)), kinds)
    for dimension, by_value in known.items():
        found.lines[dimension] = _in_order(by_value.values(), order.get(dimension, ()))
    return found


def _in_order(lines: Iterable[BalanceLine], first: Sequence[str]) -> list[BalanceLine]:
    """The listed values in their order, then the others, the most frequent first."""
    place = {value: number for number, value in enumerate(first)}
    return sorted(
        lines,
        key=lambda line: (place.get(line.value, len(place)), -line.would_be, line.value),
    )


def _kinds_of(state: ApplicationState, trial: ApplicationState | None) -> tuple[str, ...]:
    """Under which numbers an application is counted."""
    if state in PROMISED:
        return ("accepted",) if trial is None or trial in PROMISED else ("accepted", "leaving")
    if trial in PROMISED:
        return ("tried",)
    open_still = (ApplicationState.SUBMITTED, ApplicationState.WAITLISTED)
    if state in open_still and trial is not ApplicationState.DECLINED:
        return ("waiting",)
    return ()


def _count(line: BalanceLine, kinds: tuple[str, ...]) -> None:
    for kind in kinds:
        setattr(line, kind, getattr(line, kind) + 1)


def history_of(*, has_taken_part: bool) -> str:
    return (History.RETURNING if has_taken_part else History.NEW).value
