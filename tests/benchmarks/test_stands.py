"""Figures of the proposal for 36, 150 and 400 exhibitors; printed with ``-s``, never asserted.

The halls are made by arithmetic (tests/exhibitors/stands/halls.py): rows of twenty, a circuit of
9 kW per ten stands, six strands, one in ten loud, one in eight with a need for water, a wish for
every ten exhibitors.  ``settled`` means that two thirds have a stand already.
"""

from __future__ import annotations

import resource
import time

import pytest

from festival.exhibitors.stands.actions.proposals import EFFORTS
from festival.exhibitors.stands.documents import gap_percent, proposal_document
from festival.exhibitors.stands.solving.order import order_of
from festival.exhibitors.stands.solving.running import solve
from tests.exhibitors.stands.halls import made_hall

pytestmark = pytest.mark.benchmark


def cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.mark.parametrize("settled", [False, True], ids=["empty", "settled"])
@pytest.mark.parametrize("name", ["quick", "thorough"])
@pytest.mark.parametrize(("exhibitors", "stands"), [(36, 40), (150, 160), (400, 420)])
def test_a_proposal(exhibitors: int, stands: int, name: str, settled: bool) -> None:
    hall = made_hall(exhibitors, stands, settled=settled)
    begun, cpu, children = time.perf_counter(), time.process_time(), cpu_of_children()
    seconds, effort = EFFORTS[name]
    order = order_of(hall, seconds=seconds, effort=effort)
    ordered = time.perf_counter() - begun
    result = solve(order)
    document = proposal_document(hall, result)
    took = time.perf_counter() - begun
    cpu, children = time.process_time() - cpu, cpu_of_children() - children
    size = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    gap = gap_percent(document["objective"], document["bound"])
    counts = document["score"]
    print(
        f"\n{exhibitors} on {stands}{' settled' if settled else ''}, at most {seconds} s: "
        f"{counts['placed']} placed (at most {document['placed_bound']}), "
        f"cost {document['objective']}, bound {document['bound']}, "
        f"{document['status']}, gap {gap} %; wishes not kept {counts['broken_wishes']}, "
        f"moved {counts['moved']}, areas {counts['areas']}, unused {counts['unused_m2']} m²; "
        f"{took:.1f} s in all, {ordered:.2f} s for the order; "
        f"CPU {cpu:.2f} s here, {children:.1f} s in the solver, at most {size:.0f} MB"
    )
