"""A bound from a smaller problem: exhibitors and stands that are alike are only counted.

Noise and wishes are left out, so no plan can cost less than the best of these counts.  Only how a
group spreads over areas has to be branched on, which is why this gets further in seconds than the
whole model does.
"""

from __future__ import annotations

import math
import threading
from collections import defaultdict
from typing import Any

from ortools.sat.python import cp_model

MOST_PAIRS = 12_000
"""Of kinds of exhibitors with kinds of stands; with more, seconds are too short for it."""
SUBSOLVERS = ("lb_tree_search",)
"""What raises the bound; plans are looked for elsewhere."""
PATIENCE = 1.0
"""Seconds that it may take to end."""


class Relaxation:
    """``count[kind of exhibitor][kind of stand]``: how many of the one stand on the other."""

    def __init__(self, order: dict[str, Any]) -> None:
        self.order = order
        self.area_of = _numbers(order["areas"], size=order["stands"])
        self.circuit_of = _numbers(
            [each["stands"] for each in order["circuits"]], size=order["stands"]
        )
        self.group_of = _numbers(order["groups"], size=len(order["allowed"]))
        costs = [
            dict(zip(places, costs, strict=True))
            for places, costs in zip(order["allowed"], order["costs"], strict=True)
        ]
        self.people = self._kinds_of_people(costs)
        self.stands = self._kinds_of_stands()
        self.pairs = [
            (who, where, dict(costs)[alike[0]])
            for who, ((costs, _, _), _) in enumerate(self.people)
            for where, alike in enumerate(self.stands)
            if alike[0] in dict(costs)
        ]

    def _kinds_of_people(self, costs: list[dict[int, int]]) -> list[tuple[Any, int]]:
        """(costs, group, watts) and how many are like that."""
        found: dict[Any, int] = defaultdict(int)
        for who, row in enumerate(costs):
            found[tuple(sorted(row.items())), self.group_of[who], self.order["watts"][who]] += 1
        return list(found.items())

    def _kinds_of_stands(self) -> list[list[int]]:
        """Stands of one area and circuit that cost everybody the same."""
        told: list[list[tuple[int, int]]] = [[] for _ in self.area_of]
        for who, ((costs, _, _), _) in enumerate(self.people):
            for where, cost in costs:
                told[where].append((who, cost))
        found: dict[Any, list[int]] = defaultdict(list)
        for where, costs in enumerate(told):
            found[self.area_of[where], self.circuit_of[where], tuple(costs)].append(where)
        return list(found.values())

    def model(self, *, placed: int) -> cp_model.CpModel:
        """The cost of the cheapest counts with so many exhibitors placed."""
        model = cp_model.CpModel()
        by_person, by_stand = defaultdict(list), defaultdict(list)
        by_circuit, by_area = defaultdict(list), defaultdict(list)
        costs = []
        for who, where, cost in self.pairs:
            (_, group, watts), many = self.people[who]
            alike = self.stands[where]
            count = model.new_int_var(0, min(many, len(alike)), "")
            by_person[who].append(count)
            by_stand[where].append(count)
            costs.append(cost * count)
            if watts and self.circuit_of[alike[0]] is not None:
                by_circuit[self.circuit_of[alike[0]]].append(watts * count)
            if group is not None:
                by_area[group, self.area_of[alike[0]]].append((who, count))
        for who, counts in by_person.items():
            model.add(sum(counts) <= self.people[who][1])
        for where, counts in by_stand.items():
            model.add(sum(counts) <= len(self.stands[where]))
        for circuit, loads in by_circuit.items():
            model.add(sum(loads) <= self.order["circuits"][circuit]["watts"])
        model.add(sum(each for counts in by_person.values() for each in counts) == placed)
        model.minimize(sum(costs) + self.order["scatter_cost"] * self._spread(model, by_area))
        return model

    def _spread(self, model: cp_model.CpModel, by_area: dict[Any, list[tuple[int, Any]]]) -> Any:
        """In how many areas each group stands, added up."""
        used = []
        for (group, area), counts in by_area.items():
            room = len(self.order["areas"][area])
            is_used = model.new_bool_var("")
            used.append(is_used)
            model.add(
                sum(count for _, count in counts)
                <= min(len(self.order["groups"][group]), room) * is_used
            )
            alike: dict[int, list[Any]] = defaultdict(list)
            for who, count in counts:
                alike[who].append(count)
            for who, each in alike.items():
                model.add(sum(each) <= min(self.people[who][1], room) * is_used)
        return sum(used)


def _numbers(lists: list[list[int]], *, size: int) -> list[int | None]:
    """Member → number of the list that it stands in, or None."""
    found: list[int | None] = [None] * size
    for number, members in enumerate(lists):
        for each in members:
            found[each] = number
    return found


class Besides(threading.Thread):
    """Works the bound out on the second core while the search uses the first."""

    def __init__(self, order: dict[str, Any], *, placed: int, seconds: float) -> None:
        super().__init__(daemon=True)
        self.order, self.placed = order, placed
        self.bound = 0
        """What any plan with so many exhibitors costs at least; 0 where nothing is found out."""
        self.is_over = False
        self.solver = cp_model.CpSolver()
        self.solver.parameters.max_time_in_seconds = max(seconds, 0.1)
        self.solver.parameters.max_deterministic_time = order["effort"]
        self.solver.parameters.max_memory_in_mb = order["megabytes"] // 4
        self.solver.parameters.random_seed = order["seed"]
        self.solver.parameters.num_workers = 1
        self.solver.parameters.subsolvers.extend(SUBSOLVERS)
        self.solver.parameters.linearization_level = 2

    def run(self) -> None:
        relaxation = Relaxation(self.order)
        if len(relaxation.pairs) > MOST_PAIRS:
            return
        model = relaxation.model(placed=self.placed)
        if self.is_over:
            return
        status = self.solver.solve(model)
        bound = self.solver.best_objective_bound
        if status != cp_model.INFEASIBLE and math.isfinite(bound):
            self.bound = max(0, math.ceil(bound - 1e-6))

    def finish(self) -> int:
        """End it where it is; answers the bound so far."""
        self.is_over = True
        self.solver.stop_search()
        self.join(timeout=PATIENCE)
        return self.bound
