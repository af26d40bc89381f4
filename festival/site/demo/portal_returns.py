"""What hosts told after the first morning, and after last year's festival."""

from __future__ import annotations

from datetime import datetime, timedelta

from festival.evaluation.returns.actions import file_return
from festival.evaluation.returns.queries import Line, lines_of
from festival.evaluation.returns.rules import ReturnValues
from festival.evaluation.returns.states import CountMethod, FiledBy
from festival.shared.journal import Actor
from festival.site.demo.stage import Stage

WENT_WELL = (
    "Everybody went home with something in their hands.",
    "The helpers from the school: they explained it better than we do.",
    "",
    "A grandmother and her grandson stayed for two rounds.",
)
SAID = (
    "“I did not know that this was in my own street.”",
    "“When is the next course?” – asked eleven times.",
    "Too loud next to the drums.",
    "",
)
BETTER = ("A second table for the smallest.", "", "Signs from the tram stop.", "Bring more paper.")


def tell_of_both(before: Stage, stage: Stage) -> int:
    """Last year's hosts of all days, this year's of the first morning."""
    last_year = tell_how_it_went(before, until=before.at(4, 0))
    return last_year + tell_how_it_went(stage, until=stage.at(0, 13))


def tell_how_it_went(stage: Stage, *, until: datetime) -> int:
    """Most hosts of what ended before ``until`` tell; answers how many did.

    Every fifth has not told yet, and every ninth number is too high to be true.
    """
    lines = [
        each for each in lines_of(stage.edition, now=until) if each.time.occurrence.ends_at <= until
    ]
    told = [pair for pair in enumerate(lines) if pair[0] % 5 != 3]
    for number, line in told:
        file_return(
            stage.edition, line.time, _values(number, line), version=0,
            by=FiledBy.LINK if number % 2 else FiledBy.HOST,
            actor=Actor(f"host of {line.time.organization}"[:200]),
            now=line.time.occurrence.ends_at + timedelta(minutes=25),
        )  # fmt: skip
    return len(told)


def _values(number: int, line: Line) -> ReturnValues:
    people = line.scanned or line.time.booked or (line.time.occurrence.capacity or 24) * 3 // 4
    people = people * 2 + 9 if number % 9 == 4 else people + number % 4
    apart = number % 2 == 0
    return ReturnValues(
        method=tuple(CountMethod)[number % 3],
        children=people * 2 // 5 if apart else None,
        adults=people - people * 2 // 5 if apart else None,
        total=None if apart else people,
        went_well=WENT_WELL[number % len(WENT_WELL)],
        visitors_said=SAID[number % len(SAID)],
        do_better=BETTER[number % len(BETTER)],
    )
