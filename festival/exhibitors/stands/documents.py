"""A proposal as it is kept: plain JSON, sentences as message ids with their values.

``proposal_document`` says: ``places`` (exhibitor, stand, was, why, given_up), ``unplaced``
(exhibitor, why), ``score`` (counts), ``objective`` and ``bound``, ``placed_bound``, ``status``
(``optimal`` or ``feasible``), ``seconds``, ``by_the_clock``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from festival.exhibitors.stands.rules.constraints import faults_of_a_proposal
from festival.exhibitors.stands.rules.explaining import given_up, reasons, why_without
from festival.exhibitors.stands.rules.facts import Hall, Placing, Said
from festival.exhibitors.stands.rules.weighing import score
from festival.exhibitors.stands.solving.order import numbering_of
from festival.shared.errors import RuleBroken
from festival.shared.sentences import mark


class ProposalRefused(RuleBroken):
    """The solver's plan breaks a constraint; it is never shown as a proposal."""


def fingerprint(hall: Hall) -> str:
    """SHA-256 over everything that the solver is told; another hall has another one."""
    told = {
        "plans": [asdict(each) for _, each in sorted(hall.plans.items())],
        "circuits": [asdict(each) for _, each in sorted(hall.circuits.items())],
        "stands": [asdict(each) for _, each in sorted(hall.stands.items())],
        "exhibitors": [asdict(each) for _, each in sorted(hall.exhibitors.items())],
        "wishes": sorted([each.one, each.other, each.kind.value] for each in hall.wishes),
        "present": sorted(hall.present.items()),
        "pinned": sorted(hall.pinned),
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def proposal_document(hall: Hall, result: dict[str, Any]) -> dict[str, Any]:
    """What is kept of the solver's result, after the independent check.

    Raises ``ProposalRefused`` when the plan has a fault.
    """
    numbers = numbering_of(hall)
    placing = numbers.placing(result["chosen"])
    faults = faults_of_a_proposal(hall, placing=placing)
    if faults:
        raise ProposalRefused(
            mark("The plan that was worked out breaks a constraint and was thrown away: %(why)s"),
            why=faults[0].said.in_english(),
        )
    counts = score(hall, placing=placing)
    may_give = frozenset(each.id for each in numbers.stands)
    is_best = result["status"] == "optimal" and counts.placed == result["placed_bound"]
    return {
        "places": [_place(hall, who, where, placing) for who, where in sorted(placing.items())],
        "unplaced": [
            {
                "exhibitor": who,
                "why": told(why_without(hall, who, placing=placing, may_give=may_give)),
            }
            for who in sorted(hall.exhibitors)
            if who not in placing
        ],
        "score": asdict(counts),
        "objective": counts.total,
        "bound": min(counts.total, result["bound"]),
        "placed_bound": result["placed_bound"],
        "status": "optimal" if is_best else "feasible",
        "seconds": result["seconds"],
        "by_the_clock": result["by_the_clock"],
    }


def _place(hall: Hall, who: int, where: int, placing: Placing) -> dict[str, Any]:
    return {
        "exhibitor": who,
        "stand": where,
        "was": hall.present.get(who),
        "why": told(reasons(hall, who, placing=placing)),
        "given_up": told(given_up(hall, who, placing=placing)),
    }


def told(sentences: Iterable[Said]) -> list[list[Any]]:
    """Sentences as JSON: each a message id and its values; nested ones under ``said``."""
    return [
        [
            each.sentence,
            {
                name: {"said": told(value)} if isinstance(value, tuple) else value
                for name, value in each.values.items()
            },
        ]
        for each in sentences
    ]


def retold(sentences: Iterable[list[Any]]) -> list[Said]:
    """What ``told`` wrote down."""
    return [
        Said(
            sentence,
            {
                name: tuple(retold(value["said"])) if isinstance(value, dict) else value
                for name, value in values.items()
            },
        )
        for sentence, values in sentences
    ]


def gap_percent(objective: int, bound: int) -> int:
    """By how much at most, in per cent of the plan's cost, another plan could be better."""
    return 0 if objective <= bound else -(-(objective - bound) * 100 // objective)
