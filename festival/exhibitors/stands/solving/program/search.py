"""A quick search by moves and swaps, so that CP-SAT begins from a good plan."""

from __future__ import annotations

import math
import random
import time
from typing import Any

NOWHERE = -1
UNPLACED = 100_000
"""Cost of somebody without a stand during the search; more than any plan costs otherwise."""
COLDEST = 0.4
TOGETHER = 0.5
"""How often somebody is tried in an area where one of the same group stands, and not anywhere."""


class Search:
    """Annealing by moves and swaps, so that CP-SAT begins from a good plan.

    Pure arithmetic on the order; a plan of the search never breaks a constraint.
    """

    def __init__(self, order: dict[str, Any]) -> None:
        self.order = order
        self.rng = random.Random(order["seed"])
        self.cost = [
            dict(zip(places, costs, strict=True))
            for places, costs in zip(order["allowed"], order["costs"], strict=True)
        ]
        stands, people = order["stands"], len(self.cost)
        self.at: list[int] = [NOWHERE] * people
        self.holder: list[int] = [NOWHERE] * stands
        self.watts = order["watts"]
        self.circuit_of = [NOWHERE] * stands
        for number, circuit in enumerate(order["circuits"]):
            for where in circuit["stands"]:
                self.circuit_of[where] = number
        self.left = [circuit["watts"] for circuit in order["circuits"]]
        self._learn_noise()
        self._learn_wishes()
        self.group_of = [NOWHERE] * people
        for number, members in enumerate(order["groups"]):
            for who in members:
                self.group_of[who] = number
        self.area_of = [NOWHERE] * stands
        for number, places in enumerate(order["areas"]):
            for where in places:
                self.area_of[where] = number
        self.places_in: list[dict[int, list[int]]] = [{} for _ in range(people)]
        for who, places in enumerate(order["allowed"]):
            for where in places:
                self.places_in[who].setdefault(self.area_of[where], []).append(where)
        self.pins = {order["allowed"][who][0] for who in order["forced"]}
        self.inside = [[0] * len(order["areas"]) for _ in order["groups"]]
        self.best = 0
        """Cost of the best plan, without those who have no stand."""

    def _learn_noise(self) -> None:
        noise = self.order["noise"]
        self.is_loud, self.is_quiet = set(noise["loud"]), set(noise["quiet"])
        self.disturbs: list[list[int]] = [[] for _ in self.holder]
        self.disturbed_by: list[list[int]] = [[] for _ in self.holder]
        for here, there in noise["too_close"]:
            self.disturbs[here].append(there)
            self.disturbed_by[there].append(here)

    def _learn_wishes(self) -> None:
        wishes = self.order["wishes"]
        self.wishes: list[list[tuple[int, bool]]] = [[] for _ in self.at]
        for is_near, pairs in ((True, wishes["near"]), (False, wishes["apart"])):
            for one, other in pairs:
                self.wishes[one].append((other, is_near))
                self.wishes[other].append((one, is_near))
        self.close = [set(each) for each in wishes["close"]]
        self.not_far = [set(each) for each in wishes["not_far"]]

    def can(self, who: int, where: int) -> bool:
        """Whether the empty stand can be given without breaking a constraint."""
        if where not in self.cost[who]:
            return False
        circuit = self.circuit_of[where]
        if circuit != NOWHERE and self.watts[who] and self.left[circuit] < self.watts[who]:
            return False
        if who in self.is_loud and any(
            self.holder[there] in self.is_quiet for there in self.disturbs[where]
        ):
            return False
        return who not in self.is_quiet or not any(
            self.holder[there] in self.is_loud for there in self.disturbed_by[where]
        )

    def put(self, who: int, where: int) -> int:
        """Give an empty stand; says what that adds to the cost."""
        self.at[who], self.holder[where] = where, who
        if (circuit := self.circuit_of[where]) != NOWHERE:
            self.left[circuit] -= self.watts[who]
        change: int = self.cost[who][where] - UNPLACED + self._broken(who, where)
        if (group := self.group_of[who]) != NOWHERE:
            inside, area = self.inside[group], self.area_of[where]
            change += 0 if inside[area] else self.order["scatter_cost"]
            inside[area] += 1
        return change

    def take(self, who: int) -> int:
        """Take the stand away; says what that adds to the cost."""
        where = self.at[who]
        if (circuit := self.circuit_of[where]) != NOWHERE:
            self.left[circuit] += self.watts[who]
        change: int = UNPLACED - self.cost[who][where] - self._broken(who, where)
        if (group := self.group_of[who]) != NOWHERE:
            inside, area = self.inside[group], self.area_of[where]
            inside[area] -= 1
            change -= 0 if inside[area] else self.order["scatter_cost"]
        self.at[who], self.holder[where] = NOWHERE, NOWHERE
        return change

    def _broken(self, who: int, where: int) -> int:
        broken = 0
        for other, is_near in self.wishes[who]:
            there = self.at[other]
            if there != NOWHERE:
                broken += (
                    there not in self.close[where] if is_near else there in self.not_far[where]
                )
        return broken * int(self.order["wish_cost"])

    def begin(self, *, shuffled: bool = False) -> int:
        """Pins first, then who stands well already, then the hardest to place; says how many."""
        for who, where in enumerate(self.at):
            if where != NOWHERE:
                self.take(who)
        for who in self.order["forced"]:
            self.put(who, self.order["allowed"][who][0])
        people = list(range(len(self.at)))
        if shuffled:
            self.rng.shuffle(people)
        else:
            people.sort(key=lambda who: len(self.cost[who]))
        for who in people:
            hinted = self.order["hint"][who]
            if hinted is not None and self._is_free_for(who, hinted):
                self.put(who, hinted)
        for who in people:
            if self.at[who] == NOWHERE:
                self._make_room(who, tried=set(self.pins))
        return len(self.at) - self.at.count(NOWHERE)

    def _make_room(self, who: int, *, tried: set[int]) -> bool:
        """Give a stand, if need be by moving its holder on, and so forth (an augmenting path)."""
        places = sorted(self.cost[who], key=lambda where: self.cost[who][where])
        for where in places:
            if self.holder[where] == NOWHERE and self.can(who, where):
                self.put(who, where)
                return True
        for where in places:
            other = self.holder[where]
            if where in tried or other == NOWHERE:
                continue
            tried.add(where)
            self.take(other)
            if self.can(who, where):
                self.put(who, where)
                if self._make_room(other, tried=tried):
                    return True
                self.take(who)
            self.put(other, where)
        return False

    def _is_free_for(self, who: int, where: int) -> bool:
        return self.at[who] == NOWHERE and self.holder[where] == NOWHERE and self.can(who, where)

    def run(self, *, moves: int, hottest: float, until: float) -> list[int | None]:
        """The best plan after so many tried moves, or at the instant ``until``.

        The heat is what a worse plan may cost more to be gone on with; it falls from ``hottest``.
        """
        self.begin()
        total = self.best = self.present_cost()
        kept = list(self.at)
        forced = set(self.order["forced"])
        people = [who for who in range(len(self.at)) if who not in forced and self.cost[who]]
        for tried in range(moves if people else 0):
            if tried % 512 == 0 and time.monotonic() > until:
                break
            heat = hottest * (COLDEST / hottest) ** (tried / moves)
            who = self.rng.choice(people)
            where = self._choose(who)
            total += self._try(who, where, heat=heat)
            if total < self.best:
                self.best, kept = total, list(self.at)
        self.best -= UNPLACED * kept.count(NOWHERE)
        return _plan(kept)

    def _choose(self, who: int) -> int:
        """A stand to try: half of the time in an area where one of the same group stands."""
        group = self.group_of[who]
        if group != NOWHERE and self.rng.random() < TOGETHER:
            there = self.at[self.rng.choice(self.order["groups"][group])]
            places = self.places_in[who].get(self.area_of[there]) if there != NOWHERE else None
            if places:
                return self.rng.choice(places)
        return int(self.rng.choice(self.order["allowed"][who]))

    def present_cost(self) -> int:
        """Counted anew: all stands are taken away one by one and given back."""
        stood = [(who, where) for who, where in enumerate(self.at) if where != NOWHERE]
        for who, _ in stood:
            self.take(who)
        return UNPLACED * len(self.at) + sum(self.put(who, where) for who, where in stood)

    def plan(self) -> list[int | None]:
        """Who stands where now."""
        return _plan(self.at)

    def _try(self, who: int, where: int, *, heat: float) -> int:
        """Move, swap or push out; taken back unless it is better or the heat allows it."""
        before, other = self.at[who], self.holder[where]
        if before == where or (other != NOWHERE and where not in self.cost[other]):
            return 0
        change = self.take(who) if before != NOWHERE else 0
        change += self.take(other) if other != NOWHERE else 0
        goes = self._refuge(other, before, where) if other != NOWHERE else NOWHERE
        done = self.can(who, where)
        if done:
            change += self.put(who, where)
            if goes != NOWHERE and self.can(other, goes):
                change += self.put(other, goes)
            if change <= 0 or self.rng.random() < math.exp(-change / heat):
                return change
            if other != NOWHERE and self.at[other] != NOWHERE:
                self.take(other)
            self.take(who)
        if other != NOWHERE:
            self.put(other, where)
        if before != NOWHERE:
            self.put(who, before)
        return 0

    def _refuge(self, other: int, before: int, where: int) -> int:
        """Where somebody goes who is pushed out of ``where``: to the pusher's stand, else away."""
        if before != NOWHERE:
            return before
        free = [each for each in self.cost[other] if self.holder[each] == NOWHERE and each != where]
        return self.rng.choice(free) if free else NOWHERE


def _plan(places: list[int]) -> list[int | None]:
    return [None if where == NOWHERE else where for where in places]
