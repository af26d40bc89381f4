"""The constraint model of an order, for CP-SAT."""

from __future__ import annotations

from typing import Any

from ortools.sat.python import cp_model


class Allocation:
    """The model: ``chosen[who][where]`` is a Boolean for each allowed pair."""

    def __init__(self, order: dict[str, Any]) -> None:
        self.order = order
        self.model = cp_model.CpModel()
        self.chosen: list[dict[int, Any]] = [
            {where: self.model.new_bool_var(f"{who}@{where}") for where in places}
            for who, places in enumerate(order["allowed"])
        ]
        self.holders: list[list[tuple[int, Any]]] = [[] for _ in range(order["stands"])]
        for who, places in enumerate(self.chosen):
            for where, var in places.items():
                self.holders[where].append((who, var))
        self.placed = sum(var for places in self.chosen for var in places.values())
        self._one_each()
        self._circuits()
        self._noise()
        self.cost: Any = 0
        self.broken: dict[tuple[int, int], Any] = {}
        """The pair of a wish → whether it is not kept."""
        self.placed_too: dict[tuple[int, int], Any] = {}
        """The pair of a wish to be near → whether the second has a stand."""
        self.used: dict[tuple[int, int], Any] = {}
        """Group and area → whether a member of the group stands there."""

    def weigh(self) -> None:
        """Build the cost; the first step does without it."""
        self.cost = self._own_costs() + self._wishes() + self._groups()

    def _one_each(self) -> None:
        forced = set(self.order["forced"])
        for who, places in enumerate(self.chosen):
            if who in forced:
                self.model.add_exactly_one(places.values())
            else:
                self.model.add_at_most_one(places.values())
        for holders in self.holders:
            self.model.add_at_most_one(var for _, var in holders)

    def _circuits(self) -> None:
        watts = self.order["watts"]
        for circuit in self.order["circuits"]:
            load = [
                watts[who] * var
                for where in circuit["stands"]
                for who, var in self.holders[where]
                if watts[who]
            ]
            if load:
                self.model.add(sum(load) <= circuit["watts"])

    def _noise(self) -> None:
        noise = self.order["noise"]
        loud, quiet = set(noise["loud"]), set(noise["quiet"])
        for here, there in noise["too_close"]:
            disturbing = [var for who, var in self.holders[here] if who in loud]
            disturbed = [var for who, var in self.holders[there] if who in quiet]
            if disturbing and disturbed:
                self.model.add(sum(disturbing) + sum(disturbed) <= 1)

    def _own_costs(self) -> Any:
        costs = self.order["costs"]
        return sum(
            cost * var
            for who, places in enumerate(self.chosen)
            for cost, var in zip(costs[who], places.values(), strict=True)
            if cost
        )

    def _wishes(self) -> Any:
        wishes = self.order["wishes"]
        for one, other in wishes["near"]:
            is_broken = self.broken[one, other] = self.model.new_bool_var(f"near {one} {other}")
            is_placed = self.model.new_bool_var(f"placed {other} beside {one}")
            self.placed_too[one, other] = is_placed
            self.model.add(sum(self.chosen[other].values()) == is_placed)
            for here, var in self.chosen[one].items():
                beside = self._within(other, wishes["close"][here])
                self.model.add(var + is_placed <= 1 + beside + is_broken)
        for one, other in wishes["apart"]:
            is_broken = self.broken[one, other] = self.model.new_bool_var(f"apart {one} {other}")
            for here, var in self.chosen[one].items():
                beside = self._within(other, wishes["not_far"][here])
                self.model.add(var + beside <= 1 + is_broken)
        return self.order["wish_cost"] * sum(self.broken.values())

    def _within(self, who: int, places: list[int]) -> Any:
        return sum(self.chosen[who][where] for where in places if where in self.chosen[who])

    def _groups(self) -> Any:
        """A group uses an area when one of its members stands there."""
        for number, members in enumerate(self.order["groups"]):
            for area, places in enumerate(self.order["areas"]):
                inside = [self._within(who, places) for who in members]
                inside = [each for each in inside if not isinstance(each, int)]
                if not inside:
                    continue
                is_used = self.model.new_bool_var(f"group {number} area {area}")
                self.used[number, area] = is_used
                for each in inside:
                    self.model.add(each <= is_used)
                self.model.add(sum(inside) <= min(len(inside), len(places)) * is_used)
        return self.order["scatter_cost"] * sum(self.used.values())

    def hint(self, chosen: list[int | None]) -> None:
        """Begin the search from this plan."""
        self.model.clear_hints()  # type: ignore[no-untyped-call]
        for who, places in enumerate(self.chosen):
            for where, var in places.items():
                self.model.add_hint(var, chosen[who] == where)
        for (number, area), var in self.used.items():
            inside = set(self.order["areas"][area])
            members = self.order["groups"][number]
            self.model.add_hint(var, any(chosen[who] in inside for who in members))
        for (_, other), var in self.placed_too.items():
            self.model.add_hint(var, chosen[other] is not None)
        near = {tuple(pair) for pair in self.order["wishes"]["near"]}
        for (one, other), var in self.broken.items():
            self.model.add_hint(
                var, self._is_broken(chosen[one], chosen[other], (one, other) in near)
            )

    def _is_broken(self, here: int | None, there: int | None, is_near: bool) -> bool:
        if here is None or there is None:
            return False
        if is_near:
            return there not in self.order["wishes"]["close"][here]
        return there in self.order["wishes"]["not_far"][here]

    def read(self, solver: cp_model.CpSolver) -> list[int | None]:
        return [
            next((where for where, var in places.items() if solver.boolean_value(var)), None)
            for places in self.chosen
        ]
