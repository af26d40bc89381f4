"""Stands as they are drawn: rectangles with a label and a link."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from festival.exhibitors.stands import queries
from festival.exhibitors.stands.models import Stand


@dataclass(frozen=True, slots=True)
class Shape:
    """One stand in the drawing; lengths in centimetres, after turning."""

    number: str
    code: str
    x: int
    y: int
    width: int
    depth: int
    state: str
    label: str
    href: str
    is_marked: bool = False

    @property
    def size(self) -> int:
        """Height of the letters: they fit into the stand."""
        fitting = int(self.width / max(2, len(self.number)) * 1.2)
        return max(20, min(fitting, int(self.depth * 0.38), 130))


def drawn(
    stands: Iterable[Stand],
    *,
    address: Callable[[Stand], str],
    label: Callable[[Stand], str],
    marked: int = 0,
) -> list[Shape]:
    """One shape for each stand; ``label`` says whose it is or how it stands, ``marked`` is the id
    of the one that is shown as the reader's."""
    found = []
    for each in stands:
        facts = queries.stand_facts(each)
        found.append(
            Shape(
                number=each.number,
                code=each.code,
                x=facts.x,
                y=facts.y,
                width=facts.width,
                depth=facts.depth,
                state=each.state.value,
                label=f"{each.number}: {label(each)}",
                href=address(each),
                is_marked=each.id == marked,
            )
        )
    return found
