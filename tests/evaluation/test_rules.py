"""Small cells stay hidden from whoever can subtract."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from festival.evaluation.rules import Cell, Veil, safe_cells, share_of

TABLES = st.lists(st.integers(min_value=0, max_value=14), min_size=1, max_size=5)


def shown(counts: list[int], *, least: int = 5) -> list[Cell]:
    cells = safe_cells(dict(enumerate(counts)), least=least)
    assert list(cells) == list(range(len(counts)))
    return list(cells.values())


def test_large_cells_and_zeros_are_shown() -> None:
    assert shown([5, 0, 120]) == [Cell(5), Cell(0), Cell(120)]


def test_one_small_cell_takes_the_next_larger_with_it() -> None:
    assert shown([3, 40, 9, 120]) == [
        Cell(None, Veil.SMALL),
        Cell(40),
        Cell(None, Veil.COMPLEMENTARY),
        Cell(120),
    ]


def test_two_small_cells_whose_sum_gives_them_away_take_a_third() -> None:
    assert shown([1, 1, 30]) == [
        Cell(None, Veil.SMALL),
        Cell(None, Veil.SMALL),
        Cell(None, Veil.COMPLEMENTARY),
    ]


def test_three_small_cells_that_could_be_anything_protect_each_other() -> None:
    assert [cell.veil for cell in shown([2, 3, 2, 50])] == [Veil.SMALL] * 3 + [None]


def test_where_nothing_helps_not_even_smallness_is_told() -> None:
    assert shown([3]) == [Cell(None, Veil.COMPLEMENTARY)]
    assert shown([3, 0]) == [Cell(None, Veil.COMPLEMENTARY)] * 2


def test_an_empty_table_stays_empty() -> None:
    assert safe_cells({}, least=5) == {}


def tables_that_look_the_same(
    counts: list[int], cells: list[Cell], *, least: int
) -> list[list[int]]:
    """Every table with the same total that would be shown with the same numbers and veils."""
    possible = [
        [cell.value]
        if cell.value is not None
        else list(range(1, least))
        if cell.veil == Veil.SMALL
        else [0, *range(least, sum(counts) + 1)]
        for cell in cells
    ]
    if all(cell.veil == Veil.COMPLEMENTARY for cell in cells):
        possible = [list(range(sum(counts) + 1)) for _ in cells]
    return [list(table) for table in product(*possible) if sum(table) == sum(counts)]


@given(counts=TABLES)
@settings(deadline=None)
def test_whoever_knows_the_total_cannot_narrow_a_small_cell_down(counts: list[int]) -> None:
    least = 4
    cells = shown(counts, least=least)
    alike = tables_that_look_the_same(counts, cells, least=least)

    assert counts in alike
    for position, cell in enumerate(cells):
        if cell.veil == Veil.SMALL:
            assert {table[position] for table in alike} == set(range(1, least))
        if cell.value is not None:
            assert cell.value == counts[position] and (cell.value == 0 or cell.value >= least)


@pytest.mark.parametrize(
    ("people", "inhabitants", "share"), [(22_500, 90_000, 0.25), (0, 10, 0.0), (9, None, None)]
)
def test_share_of_inhabitants(people: int, inhabitants: int | None, share: float | None) -> None:
    assert share_of(people, inhabitants=inhabitants) == share
