"""Embargo and papers, without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from festival.press.rules import (
    instants_of,
    is_embargoed,
    is_kit_blocked,
    is_released,
    may_move,
    papers_missing,
)
from festival.press.states import Consent, Paper, ReleaseState
from tests.factories.press import COMPLETE

NOW = datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MADRID = ZoneInfo("Europe/Madrid")
clock = datetime.fromisoformat


def test_an_approved_release_without_embargo_is_public() -> None:
    assert is_released(ReleaseState.APPROVED, None, now=NOW)
    assert not is_embargoed(ReleaseState.APPROVED, None, now=NOW)


@pytest.mark.parametrize("state", [ReleaseState.DRAFT, ReleaseState.WITHDRAWN])
def test_what_is_not_approved_is_neither_public_nor_embargoed(state: ReleaseState) -> None:
    for embargo in (None, NOW - SECOND, NOW + SECOND):
        assert not is_released(state, embargo, now=NOW)
        assert not is_embargoed(state, embargo, now=NOW)


def test_the_embargo_ends_at_its_instant_and_not_before() -> None:
    assert not is_released(ReleaseState.APPROVED, NOW, now=NOW - SECOND)
    assert is_embargoed(ReleaseState.APPROVED, NOW, now=NOW - SECOND)
    assert is_released(ReleaseState.APPROVED, NOW, now=NOW)
    assert not is_embargoed(ReleaseState.APPROVED, NOW, now=NOW)


@pytest.mark.parametrize(
    ("wall_clock", "instants"),
    [
        (clock("2026-03-29 01:59:59"), [datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC)]),
        (clock("2026-03-29 02:30"), []),
        (clock("2026-03-29 03:00"), [datetime(2026, 3, 29, 1, 0, tzinfo=UTC)]),
        (
            clock("2026-10-25 02:30"),
            [
                datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
                datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
            ],
        ),
        (clock("2026-10-25 03:00"), [datetime(2026, 10, 25, 2, 0, tzinfo=UTC)]),
    ],
)
def test_wall_clocks_across_both_changes(wall_clock: datetime, instants: list[datetime]) -> None:
    assert instants_of(wall_clock, zone=MADRID) == instants


def test_moves_follow_the_table() -> None:
    assert may_move(ReleaseState.DRAFT, ReleaseState.APPROVED)
    assert not may_move(ReleaseState.WITHDRAWN, ReleaseState.APPROVED)


def test_a_picture_with_all_its_papers_lacks_nothing() -> None:
    assert papers_missing(COMPLETE) == ()


@pytest.mark.parametrize("paper", list(Paper)[:5])
def test_each_missing_paper_is_named(paper: Paper) -> None:
    assert papers_missing(replace(COMPLETE, **{paper.value: "  "})) == (paper,)


@pytest.mark.parametrize(
    ("shows_children", "consent", "missing"),
    [
        (False, Consent.NOT_NEEDED, ()),
        (False, Consent.MISSING, (Paper.CONSENT,)),
        (True, Consent.NOT_NEEDED, (Paper.CONSENT,)),
        (True, Consent.MISSING, (Paper.CONSENT,)),
        (True, Consent.GIVEN, ()),
    ],
)
def test_children_need_a_consent_that_was_given(
    shows_children: bool, consent: Consent, missing: tuple[Paper, ...]
) -> None:
    papers = replace(COMPLETE, shows_children=shows_children, consent=consent)
    assert papers_missing(papers) == missing


def test_the_kit_is_blocked_by_a_picture_or_by_nobody_to_ask() -> None:
    assert not is_kit_blocked([COMPLETE], contacts=1)
    assert not is_kit_blocked([], contacts=1)
    assert is_kit_blocked([COMPLETE, replace(COMPLETE, credit="")], contacts=1)
    assert is_kit_blocked([COMPLETE], contacts=0)
