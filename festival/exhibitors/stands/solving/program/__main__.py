"""Three steps: as many exhibitors as possible, a cheap plan for them, and the proof.

CP-SAT is asked in the first step only where quick beginnings do not reach the number that the
matching of exhibitors with stands allows.  The search of the second step makes the plan cheap; in
the third CP-SAT goes on from there and proves how much cheaper any plan could be.  While the
search uses one core, the other works out a bound from a smaller problem (``relaxation``).
"""

from __future__ import annotations

import json
import math
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

from ortools.graph.python import min_cost_flow
from ortools.sat.python import cp_model

from .allocation import Allocation
from .relaxation import Besides
from .search import UNPLACED, Search

STATUS = {
    cp_model.OPTIMAL: "optimal",
    cp_model.FEASIBLE: "feasible",
    cp_model.INFEASIBLE: "infeasible",
    cp_model.MODEL_INVALID: "invalid",
    cp_model.UNKNOWN: "unknown",
}
WORKERS = 2
Say = Callable[[dict[str, Any]], None]
BEGINNINGS = 100
"""How often the first plan is begun anew in another order before CP-SAT is asked."""
FIRST_STEP = 0.2
"""Share of the time within which as many as possible are placed."""

SEARCHES = ((0, 30.0), (0, 6.0), (2, 4.0))
"""Which of the plans so far each search begins with, and how hot it begins."""
SEARCH_STEP = 0.5
"""Share of the time that the search after it may use; CP-SAT has the rest."""


def limit_resources(*, megabytes: int, cpu_seconds: int) -> None:
    """The kernel ends this process when it wants more."""
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def new_solver(order: dict[str, Any], *, seconds: float, effort: float) -> cp_model.CpSolver:
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = max(seconds, 0.1)
    solver.parameters.max_deterministic_time = effort
    solver.parameters.max_memory_in_mb = order["megabytes"] // 4
    solver.parameters.random_seed = order["seed"]
    if order.get("plain"):
        solver.parameters.num_workers = 1
        return solver
    solver.parameters.num_workers = WORKERS
    solver.parameters.interleave_search = True  # repeatable with more than one worker
    solver.parameters.cp_model_presolve = False  # took longer than it saved, see decision 0013
    return solver


def matching_bound(order: dict[str, Any]) -> int:
    """How many could have a stand if neither circuits nor noise stood in the way."""
    loose = Search({**order, "circuits": [], "noise": {"loud": [], "quiet": [], "too_close": []}})
    return loose.begin()


def easy_bound(order: dict[str, Any], *, placed: int) -> int:
    """What any plan with so many exhibitors costs at least, worked out without the model.

    The cheapest matching of so many with stands, and for each group the fewest areas into which it
    could fit; circuits, noise and wishes can only make a plan dearer.
    """
    bound = cheapest_matching(order, placed=placed)
    if placed == len(order["allowed"]):
        roomiest = max((len(places) for places in order["areas"]), default=1)
        areas = sum(-(-len(members) // roomiest) for members in order["groups"])
        bound += areas * order["scatter_cost"]
    return bound


def cheapest_matching(order: dict[str, Any], *, placed: int) -> int:
    """The least sum of own costs with which ``placed`` exhibitors have a stand each."""
    people, stands = len(order["allowed"]), order["stands"]
    source, sink = people + stands, people + stands + 1
    flow = min_cost_flow.SimpleMinCostFlow()
    for who, (places, costs) in enumerate(zip(order["allowed"], order["costs"], strict=True)):
        flow.add_arc_with_capacity_and_unit_cost(source, who, 1, 0)
        for where, cost in zip(places, costs, strict=True):
            flow.add_arc_with_capacity_and_unit_cost(who, people + where, 1, cost)
    for where in range(stands):
        flow.add_arc_with_capacity_and_unit_cost(people + where, sink, 1, 0)
    flow.set_nodes_supplies([source, sink], [placed, -placed])
    return int(flow.optimal_cost()) if flow.solve() == flow.OPTIMAL else 0


def most_placed(order: dict[str, Any], *, until: float) -> tuple[list[int | None], int]:
    """A plan with as many exhibitors as can be found, and how many there can be at most."""
    search, most = Search(order), matching_bound(order)
    placed, chosen = search.begin(), search.plan()
    for _ in range(BEGINNINGS):
        if placed == most:
            return chosen, most
        if (reached := search.begin(shuffled=True)) > placed:
            placed, chosen = reached, search.plan()
    allocation = Allocation(order)
    allocation.hint(chosen)
    allocation.model.maximize(allocation.placed)
    allocation.model.add(allocation.placed <= most)
    solver = new_solver(
        order, seconds=until - time.monotonic(), effort=order["effort"] * FIRST_STEP
    )
    if solver.solve(allocation.model) in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        chosen = allocation.read(solver)
        most = min(most, math.floor(solver.best_objective_bound + 1e-6))
    return chosen, most


def cheapened(
    order: dict[str, Any], chosen: list[int | None], *, begun: float
) -> tuple[list[int | None], int]:
    """A cheaper plan for as many, and its cost.

    A wide search forgets where it began; a close one keeps near a present plan that is worth
    keeping; another close one goes round the better of the two.
    """
    plans = [chosen]
    found: list[tuple[int, list[int | None]]] = []
    for number, (beginning, hottest) in enumerate(SEARCHES, start=1):
        share = FIRST_STEP + SEARCH_STEP * number / len(SEARCHES)
        search = Search({**order, "hint": plans[beginning]})
        plan = search.run(
            moves=order["moves"] // len(SEARCHES),
            hottest=hottest,
            until=begun + order["seconds"] * share,
        )
        found.append((plan.count(None) * UNPLACED + search.best, plan))
        plans.append(min(found, key=lambda each: each[0])[1])
    total, best = min(found, key=lambda each: each[0])
    return best, total - best.count(None) * UNPLACED


def proven(order: dict[str, Any], result: dict[str, Any], *, seconds: float) -> dict[str, Any]:
    """CP-SAT goes on from the plan: a better one, a better bound, or the proof."""
    allocation = Allocation(order)
    allocation.weigh()
    allocation.model.add(allocation.placed == result["placed"])
    allocation.hint(result["chosen"])
    allocation.model.minimize(allocation.cost)
    solver = new_solver(order, seconds=seconds, effort=order["effort"])
    status = solver.solve(allocation.model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return result
    better: dict[str, Any] = {}
    if round(solver.objective_value) <= result["objective"]:
        better = {"objective": round(solver.objective_value), "status": STATUS[status]}
    if round(solver.objective_value) < result["objective"]:  # as good is not worth another plan
        better["chosen"] = allocation.read(solver)
    bound = math.ceil(solver.best_objective_bound - 1e-6)
    by_the_clock = solver.wall_time >= max(seconds, 0.1) * 0.98
    return {
        **result,
        **better,
        "bound": max(result["bound"], bound),
        "by_the_clock": by_the_clock and status != cp_model.OPTIMAL,
    }


def solve(order: dict[str, Any], *, say: Say) -> None:
    """All steps.  A plan is said before the proof begins, so that nothing can lose it any more.

    ``placed_bound`` is how many at most, ``bound`` the least thinkable cost.
    """
    begun = time.monotonic()
    seconds = order["seconds"]
    chosen, most = most_placed(order, until=begun + seconds * FIRST_STEP)
    at_first = len(chosen) - chosen.count(None)
    until = begun + seconds * (FIRST_STEP + SEARCH_STEP)
    besides = Besides(order, placed=at_first, seconds=until - time.monotonic())
    besides.start()
    chosen, cost = cheapened(order, chosen, begun=begun)
    placed = len(chosen) - chosen.count(None)
    result: dict[str, Any] = {
        "status": "feasible",
        "placed": placed,
        "placed_bound": most,
        "chosen": chosen,
        "objective": cost,
        "bound": easy_bound(order, placed=placed),
        "by_the_clock": True,
        "seconds": round(time.monotonic() - begun, 2),
    }
    say({"result": result})
    relaxed = besides.finish()
    if placed == at_first:
        result["bound"] = max(result["bound"], relaxed)
    if cost > result["bound"]:
        result = proven(order, result, seconds=seconds - (time.monotonic() - begun))
    else:
        result |= {"status": "optimal", "by_the_clock": False}
    say({"result": {**result, "seconds": round(time.monotonic() - begun, 2)}})


def main() -> None:
    order = json.load(sys.stdin)
    limit_resources(
        megabytes=order["megabytes"], cpu_seconds=int(order["seconds"] * (WORKERS + 1)) + 10
    )

    def say(line: dict[str, Any]) -> None:
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()

    solve(order, say=say)


if __name__ == "__main__":
    main()
