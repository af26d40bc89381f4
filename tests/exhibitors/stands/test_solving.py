"""The solver's process: whole, killable, repeatable; its plans pass the independent check."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from festival.exhibitors.stands.documents import proposal_document
from festival.exhibitors.stands.rules.constraints import faults_of_a_proposal
from festival.exhibitors.stands.rules.facts import CircuitFacts, Hall, WishFacts
from festival.exhibitors.stands.rules.weighing import score
from festival.exhibitors.stands.solving import running
from festival.exhibitors.stands.solving.order import numbering_of, order_of
from festival.exhibitors.stands.solving.program.search import Search
from festival.exhibitors.stands.solving.running import SolverFailed, solve
from festival.exhibitors.stands.states import NoiseZone, WishKind
from festival.exhibitors.states import Noise
from tests.exhibitors.stands.halls import exhibitor, hall, made_hall, stand


def solved(made: Hall, seconds: float = 20) -> dict[int, int]:
    """The plan for a small hall; it has to be proven best."""
    result = solve(order_of(made, seconds=seconds, effort=8))
    document = proposal_document(made, result)
    assert document["status"] == "optimal"
    placing = {each["exhibitor"]: each["stand"] for each in document["places"]}
    assert score(made, placing=placing).total == document["objective"] == result["objective"]
    return placing


def test_the_application_never_imports_the_solver() -> None:
    code = (
        "import sys, festival; from festival.exhibitors.stands import jobs; "
        "print('ortools' in sys.modules)"
    )
    root = Path(__file__).resolve().parents[3]
    said = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == "False"


def test_every_kind_of_constraint_in_one_small_hall() -> None:
    """By hand there is one plan: water on 1, loud far from quiet, the pin kept, one too many."""
    stands = [
        stand(1, has_water=True, circuit_id=1, watts=3000),
        stand(2, circuit_id=1, watts=3000),
        stand(3, circuit_id=1, watts=3000),
        stand(4, x=3000, zone=NoiseZone.LOUD),
        stand(5, x=6000, is_blocked=True),
        stand(6, x=9000, is_reserved=True),
        stand(7, x=12000, depth=600),
    ]
    people = [
        exhibitor(1, needs_water=True, watts=2000),
        exhibitor(2, watts=2000),
        exhibitor(3, needs_quiet=True),
        exhibitor(4, noise=Noise.LOUD),
        exhibitor(5, area_m2=16),
    ]
    made = hall(
        stands=stands, exhibitors=people, circuits=[CircuitFacts(1, "C", 3000)],
        present={3: 2}, pinned=frozenset({3}),
    )  # fmt: skip
    assert solved(made) == {1: 1, 3: 2, 4: 4, 5: 7}, "the circuit does not bear a second 2000 W"


def test_wishes_strands_and_changes_are_weighed() -> None:
    stands = [stand(number, number=f"A{number}") for number in (1, 2, 3)]
    stands += [stand(number, number=f"B{number}", x=number * 1000) for number in (4, 5, 6)]
    people = [exhibitor(number, strand_id=number % 2) for number in range(1, 7)]
    wishes = (WishFacts(1, 3, WishKind.NEAR), WishFacts(2, 1, WishKind.APART))
    made = hall(stands=stands, exhibitors=people, wishes=wishes)
    placing = solved(made)
    assert score(made, placing=placing).total == 20, "two strands in two areas, every wish kept"
    settled = hall(stands=stands, exhibitors=people[:2], present={1: 2, 2: 6}, wishes=wishes[1:])
    assert solved(settled) == {1: 2, 2: 6}, "nobody is moved without a reason"


def test_pins_that_quarrel_are_kept() -> None:
    """Two pins too close for noise, and a pin on an overloaded circuit, do not stop the others."""
    stands = [stand(number, circuit_id=1, watts=3000) for number in (1, 2, 3)]
    people = [
        exhibitor(1, noise=Noise.LOUD, watts=3000), exhibitor(2, needs_quiet=True, watts=3000),
        exhibitor(3), exhibitor(4, watts=100),
    ]  # fmt: skip
    made = hall(
        stands=stands, exhibitors=people, circuits=[CircuitFacts(1, "C", 4000)],
        present={1: 1, 2: 2}, pinned=frozenset({1, 2}),
    )  # fmt: skip
    assert solved(made) == {1: 1, 2: 2, 3: 3}


@pytest.mark.parametrize("people", [0, 3])
def test_nobody_and_nowhere(people: int) -> None:
    made = hall(
        stands=[stand(1, is_blocked=True)],
        exhibitors=[exhibitor(number) for number in range(1, people + 1)],
    )
    assert solved(made) == {}


def test_a_middling_hall_is_valid_and_repeatable() -> None:
    made = made_hall(36, 40)
    order = order_of(made, seconds=60, effort=2)
    first, second = solve(order), solve(order)
    assert first["chosen"] == second["chosen"]
    placing = numbering_of(made).placing(first["chosen"])
    assert faults_of_a_proposal(made, placing=placing) == []
    assert len(placing) == first["placed"] <= first["placed_bound"]
    assert first["bound"] <= first["objective"] == score(made, placing=placing).total


def test_the_search_never_breaks_a_constraint() -> None:
    for seed in range(3):
        made = made_hall(34, 30, seed=seed, settled=True)
        order = {**order_of(made, seconds=5, effort=1), "seed": seed}
        search = Search(order)
        chosen = search.run(moves=8000, hottest=30.0, until=time.monotonic() + 60)
        placing = numbering_of(made).placing(chosen)
        assert faults_of_a_proposal(made, placing=placing) == []
        assert search.best == score(made, placing=placing).total
        places = [each for each in chosen if each is not None]
        assert len(set(places)) == len(places)


def test_whoever_listens_can_stop_it() -> None:
    class Enough(Exception):
        pass

    def heard(_seconds: float) -> None:
        raise Enough

    begun = time.monotonic()
    with pytest.raises(Enough):
        solve(order_of(made_hall(150, 160), seconds=60, effort=60), heard=heard)
    assert time.monotonic() - begun < 20


def test_it_ends_when_it_wants_too_much_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "MEGABYTES", 60)
    with pytest.raises(SolverFailed):
        solve(order_of(made_hall(150, 160), seconds=10, effort=2))


def test_it_is_killed_when_its_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "GRACE", -9.5)
    with pytest.raises(SolverFailed):
        solve(order_of(made_hall(150, 160), seconds=10, effort=60))


def test_a_plan_that_was_found_is_not_lost_with_the_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program is killed while it proves; what it had said before counts."""
    monkeypatch.setattr(running, "GRACE", -48)
    made = made_hall(120, 160)
    order = {**order_of(made, seconds=60, effort=600), "moves": 20_000}
    result = solve(order)
    assert result["status"] == "feasible"
    assert result["by_the_clock"] is True
    placing = numbering_of(made).placing(result["chosen"])
    assert faults_of_a_proposal(made, placing=placing) == []
    assert running._result(['{"result": {"a": 1}}', '{"result": {"a"']) == {"a": 1}
