"""Why a proposal puts somebody there, what was given up, and why somebody has no stand."""

from __future__ import annotations

from collections import Counter

from festival.exhibitors.stands.rules.constraints import (
    Constraint,
    Fault,
    faults_of,
    fits,
    lasting_faults,
    load_of,
    wish_is_kept,
)
from festival.exhibitors.stands.rules.facts import (
    ExhibitorFacts,
    Hall,
    Placing,
    Said,
    StandFacts,
    WishFacts,
    gap_cm,
    in_metres,
    in_square_metres,
)
from festival.exhibitors.stands.rules.weighing import is_moved, unused_m2
from festival.exhibitors.stands.states import WishKind
from festival.shared.sentences import mark

MOST_NAMED = 12
"""Names in one sentence."""


def reasons(hall: Hall, exhibitor_id: int, *, placing: Placing) -> list[Said]:
    """What speaks for the stand that ``placing`` gives."""
    who, where = hall.exhibitors[exhibitor_id], hall.stands[placing[exhibitor_id]]
    found: list[Said] = []
    if exhibitor_id in hall.pinned:
        found.append(Said(mark("Pinned: it stays here.")))
    elif hall.present.get(exhibitor_id) == where.id:
        found.append(Said(mark("Stays where it was.")))
    if who.area_m2:
        sizes = {"given": in_square_metres(where.area_m2), "needed": in_square_metres(who.area_m2)}
        found.append(Said(mark("%(given)s m² for the %(needed)s m² asked for."), sizes))
    found += _met_needs(hall, who, where, placing=placing)
    found += [_kept(hall, wish, exhibitor_id, placing=placing) for wish in _kept_wishes(
        hall, exhibitor_id, placing=placing
    )]  # fmt: skip
    found += _company(hall, who, where, placing=placing)
    return found


def given_up(hall: Hall, exhibitor_id: int, *, placing: Placing) -> list[Said]:
    """What the exhibitor does not get: broken wishes, room to spare, its former stand."""
    who, where = hall.exhibitors[exhibitor_id], hall.stands[placing[exhibitor_id]]
    found = [fault.said for fault in faults_of(hall, exhibitor_id, placing=placing)]
    spare = unused_m2(who, where)
    if spare > 1:
        found.append(Said(mark("%(spare)s m² more than asked for."), {"spare": spare}))
    if is_moved(hall, exhibitor_id, where.id):
        found.append(_why_moved(hall, who))
    return found


def _why_moved(hall: Hall, who: ExhibitorFacts) -> Said:
    former = hall.stands[hall.present[who.id]]
    wrong = [
        fault
        for fault in faults_of(hall, who.id, placing=hall.present)
        if fault.constraint is not Constraint.TAKEN
    ]
    if wrong:
        return Said(
            mark("Leaves %(stand)s, where something was wrong: %(why)s"),
            {"stand": former.number, "why": (wrong[0].said,)},
        )
    return Said(
        mark("Leaves %(stand)s, so that the whole plan becomes better."), {"stand": former.number}
    )


def _met_needs(
    hall: Hall, who: ExhibitorFacts, where: StandFacts, *, placing: Placing
) -> list[Said]:
    found = []
    if who.watts and where.circuit_id is not None:
        circuit = hall.circuits[where.circuit_id]
        values = {
            "watts": who.watts,
            "circuit": circuit.name,
            "load": load_of(hall, circuit.id, placing=placing),
            "limit": circuit.watts,
        }
        sentence = mark(
            "%(watts)s W on circuit %(circuit)s, which carries %(load)s of %(limit)s W."
        )
        found.append(Said(sentence, values))
    wanted = (
        (who.needs_water, mark("Has the water it needs.")),
        (who.needs_internet, mark("Has the internet it needs.")),
        (who.needs_step_free, mark("Is step-free, as needed.")),
        (who.needs_quiet, mark("Nobody loud is near.")),
        (who.load_kg and where.bears_kg, mark("The floor bears its weight.")),
    )
    return found + [Said(sentence) for is_needed, sentence in wanted if is_needed]


def _kept_wishes(hall: Hall, exhibitor_id: int, *, placing: Placing) -> list[WishFacts]:
    return [
        wish
        for wish in hall.wishes
        if exhibitor_id in (wish.one, wish.other)
        and wish.one in placing
        and wish.other in placing
        and wish_is_kept(
            wish.kind, hall.stands[placing[wish.one]], hall.stands[placing[wish.other]]
        )
    ]


def _kept(hall: Hall, wish: WishFacts, exhibitor_id: int, *, placing: Placing) -> Said:
    other = wish.other if wish.one == exhibitor_id else wish.one
    where, there = hall.stands[placing[exhibitor_id]], hall.stands[placing[other]]
    values = {"name": hall.exhibitors[other].name, "stand": there.number}
    if where.plan_id != there.plan_id:
        return Said(mark("On another plan than %(name)s (%(stand)s), as wished."), values)
    values["gap"] = in_metres(gap_cm(where, there))
    if wish.kind is WishKind.NEAR:
        return Said(mark("Near %(name)s on %(stand)s, as wished: %(gap)s m."), values)
    return Said(mark("Far from %(name)s on %(stand)s, as wished: %(gap)s m."), values)


def _company(hall: Hall, who: ExhibitorFacts, where: StandFacts, *, placing: Placing) -> list[Said]:
    """How many of the same strand stand in the same area."""
    if who.strand_id is None:
        return []
    others = sum(
        hall.exhibitors[other].strand_id == who.strand_id and hall.stands[there].area == where.area
        for other, there in placing.items()
        if other != who.id
    )
    if not others:
        return []
    return [
        Said(
            mark("In one area with others of its strand: %(others)s."),
            {"others": others},
        )
    ]


def why_without(
    hall: Hall, exhibitor_id: int, *, placing: Placing, may_give: frozenset[int]
) -> list[Said]:
    """Why somebody has no stand, from the plan alone; ``may_give`` are the stands to be had.

    Either no stand suits; or every one that does is wanted by more than there are (shown by a
    group of exhibitors that together have too few, which is a proof); or the suitable free ones
    fail by circuits or noise, and then three of them say why.
    """
    who = hall.exhibitors[exhibitor_id]
    stands = [hall.stands[each] for each in sorted(may_give)]
    suitable = [each for each in stands if fits(who, each)]
    if not suitable:
        return _nothing_suits(who, stands)
    holders = {where: other for other, where in placing.items()}
    rivals, wanted, free = _rivals(hall, who, stands, holders=holders)
    if not free:
        return [_too_few(hall, rivals, wanted)]
    found = []
    for where in free[:3]:
        for fault in _in_the_way(hall, exhibitor_id, where, placing=placing)[:1]:
            found.append(
                Said(
                    mark("Stand %(stand)s is free, but: %(why)s"),
                    {"stand": where.number, "why": (fault.said,)},
                )
            )
    return found or [
        Said(mark("Stands are free, but giving one of them would push somebody else out."))
    ]


def _nothing_suits(who: ExhibitorFacts, stands: list[StandFacts]) -> list[Said]:
    """Which needs no stand meets, or that none meets all of them together."""
    if not stands:
        return [Said(mark("There is no stand to be given."))]
    counts = Counter(fault.constraint for where in stands for fault in lasting_faults(who, where))
    nowhere = [
        next(each.said for each in lasting_faults(who, stands[0]) if each.constraint is constraint)
        for constraint, count in counts.items()
        if count == len(stands)
    ]
    if nowhere:
        sentence = mark("No stand has what is needed, for example %(stand)s: %(why)s")
        return [Said(sentence, {"stand": stands[0].number, "why": (said,)}) for said in nowhere]
    best = min(stands, key=lambda where: (len(lasting_faults(who, where)), where.id))
    why = tuple(fault.said for fault in lasting_faults(who, best))
    return [
        Said(
            mark("No stand has all that is needed together. The closest is %(stand)s: %(why)s"),
            {"stand": best.number, "why": why},
        )
    ]


def _rivals(
    hall: Hall, who: ExhibitorFacts, stands: list[StandFacts], *, holders: dict[int, int]
) -> tuple[list[ExhibitorFacts], list[StandFacts], list[StandFacts]]:
    """Who competes, for which stands, and the free ones among these.

    Alternating paths: the stands that suit, their holders, the stands that suit those, and so
    forth.  Without a free stand at the end, the exhibitors outnumber the stands by one.
    """
    rivals, wanted, free = [who], {}, []
    queue = [who]
    while queue:
        each = queue.pop(0)
        if each.id in hall.pinned:
            continue
        for where in stands:
            if where.id in wanted or not fits(each, where):
                continue
            wanted[where.id] = where
            holder = holders.get(where.id)
            if holder is None:
                free.append(where)
            else:
                rivals.append(hall.exhibitors[holder])
                queue.append(hall.exhibitors[holder])
    return rivals, list(wanted.values()), free


def _too_few(hall: Hall, rivals: list[ExhibitorFacts], wanted: list[StandFacts]) -> Said:
    names = [each.name for each in rivals[:MOST_NAMED]]
    more = "" if len(rivals) <= MOST_NAMED else " …"
    sentence = mark(
        "%(rivals)s exhibitors can only stand on %(stands)s stands (%(numbers)s): %(names)s"
    )
    values = {
        "rivals": len(rivals),
        "stands": len(wanted),
        "numbers": ", ".join(each.number for each in wanted[:MOST_NAMED])
        + ("" if len(wanted) <= MOST_NAMED else " …"),
        "names": ", ".join(names) + more,
    }
    return Said(sentence, values)


def _in_the_way(
    hall: Hall, exhibitor_id: int, where: StandFacts, *, placing: Placing
) -> list[Fault]:
    tried = {**placing, exhibitor_id: where.id}
    return [each for each in faults_of(hall, exhibitor_id, placing=tried) if not each.only_warns]
