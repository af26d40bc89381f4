"""Small cells and shares: pure arithmetic over counts.

A table by age band is shown with its total, so a single hidden cell could be found by
subtraction.  ``safe_cells`` therefore hides more, until whoever knows the total, the shown
cells and these very rules cannot narrow a small cell down.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

Key = TypeVar("Key")

MIN_CELL = 10
"""Smallest cell of a demographic table in a report."""
MIN_PUBLIC_CELL = 5
"""Smallest cell of a demographic table that the public sees."""


class Veil(StrEnum):
    """Why a cell shows no number."""

    SMALL = "small"
    """Between 1 and the smallest cell; shown as "fewer than"."""
    COMPLEMENTARY = "complementary"
    """Large enough, but its number would give a small one away."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as it may be shown: a number, or the reason why there is none."""

    value: int | None
    veil: Veil | None = None


def safe_cells(counts: Mapping[Key, int], *, least: int) -> dict[Key, Cell]:
    """The cells in the order given; zeros are shown, because nobody stands behind them.

    Small cells are veiled as SMALL and, until they are safe, the next larger ones as
    COMPLEMENTARY.  Where that does not suffice, every cell is COMPLEMENTARY, so that not even
    "fewer than" is said of one.
    """
    small = [key for key, count in counts.items() if 0 < count < least]
    large = sorted((key for key, count in counts.items() if count >= least), key=counts.__getitem__)
    if not small:
        return {key: Cell(count) for key, count in counts.items()}
    for hidden in range(len(large) + 1):
        veiled = sum(counts[key] for key in [*small, *large[:hidden]])
        if is_protected(veiled, small=len(small), complementary=hidden, least=least):
            veils = dict.fromkeys(large[:hidden], Veil.COMPLEMENTARY) | dict.fromkeys(
                small, Veil.SMALL
            )
            return {key: _cell(count, veils.get(key)) for key, count in counts.items()}
    return {key: Cell(None, Veil.COMPLEMENTARY) for key in counts}


def _cell(count: int, veil: Veil | None) -> Cell:
    return Cell(None if veil else count, veil)


def is_protected(veiled: int, *, small: int, complementary: int, least: int) -> bool:
    """Whether each of ``small`` hidden cells may still be anything from 1 to ``least - 1``.

    ``veiled`` is the sum of all hidden cells, which everybody can find by subtraction; the
    ``complementary`` ones are known to be ``least`` or more.
    """
    fewest_elsewhere = (small - 1) + complementary * least
    if veiled - (least - 1) < fewest_elsewhere:
        return False
    return complementary > 0 or veiled - 1 <= (small - 1) * (least - 1)


def share_of(people: int, *, inhabitants: int | None) -> float | None:
    """``people`` as a fraction of the inhabitants, or None where their number is unknown."""
    return people / inhabitants if inhabitants else None
