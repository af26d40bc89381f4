"""Scores, conflicts, the even distribution and the balance; no database."""

from __future__ import annotations

import statistics
from collections import Counter
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from festival.exhibitors.reviewing import rules
from festival.exhibitors.reviewing.rules import BalanceFacts
from festival.exhibitors.reviewing.states import (
    AGE_NAMES,
    AGE_SPANS,
    CONFLICT_SENTENCES,
    DIMENSION_NAMES,
    HISTORY_NAMES,
    ROUND_MOVES,
    ROUND_NAMES,
    SCORE_WORDS,
    AgeGroup,
    ConflictKind,
    Dimension,
    History,
    RoundState,
)
from festival.exhibitors.rules import may_move
from festival.exhibitors.states import MOVES, TABLE, ApplicationState, Mover

S = ApplicationState
K = ConflictKind
D = Dimension


# Scores


def test_a_mean_counts_each_score_by_its_weight() -> None:
    assert rules.weighted_mean({"a": 5, "b": 2}, weights={"a": 2, "b": 1}) == 4
    assert rules.weighted_mean({"a": 5, "gone": 0}, weights={"a": 3}) == 5
    assert rules.weighted_mean({"gone": 1}, weights={"a": 3}) is None


@given(st.lists(st.floats(0, 5), max_size=9))
def test_the_spread_is_the_standard_deviation(values: list[float]) -> None:
    spread = rules.spread_of(values)
    if len(values) < 2:
        assert spread is None
    else:
        assert spread == pytest.approx(statistics.pstdev(values), abs=1e-6)
    mean = rules.mean_of(values)
    assert mean == (pytest.approx(statistics.fmean(values)) if values else None)


def test_every_criterion_needs_a_score_from_0_to_5() -> None:
    assert rules.refusal_for_scores({"a": 0, "b": 5}, codes=["a", "b"]) == {}
    refused = rules.refusal_for_scores({"a": -1, "b": 6, "d": 3}, codes=["a", "b", "c", "d"])
    assert list(refused) == ["a", "b", "c"]


def test_who_shall_judge_sees_others_only_after_judging() -> None:
    seen = {
        (decides, shall, has): rules.may_see_scores(
            decides=decides, shall_review=shall, has_given=has
        )
        for decides, shall, has in product((False, True), repeat=3)
    }
    for (decides, shall, has), sees in seen.items():
        if has:
            assert sees
        else:
            assert sees is (decides and not shall)


# Conflicts


def test_a_provider_s_domain_says_nothing() -> None:
    assert rules.telling_domain("Anna@School.Example") == "school.example"
    assert rules.telling_domain("anna@gmail.com") == ""
    assert rules.telling_domain("nonsense") == "nonsense"
    assert rules.telling_domain("") == ""


def test_belonging_is_certain_then_counts_what_was_said_then_the_domain() -> None:
    for said, shares in product((None, K.NONE, K.DECLARED), (False, True)):
        assert rules.conflict_of(is_member=True, said=said, shares_domain=shares) is K.MEMBER
    assert rules.conflict_of(is_member=False, said=K.DECLARED, shares_domain=False) is K.DECLARED
    assert rules.conflict_of(is_member=False, said=K.NONE, shares_domain=True) is None
    assert rules.conflict_of(is_member=False, said=None, shares_domain=True) is K.DOMAIN
    assert rules.conflict_of(is_member=False, said=None, shares_domain=False) is None


# Who reviews what


def test_the_work_is_spread_evenly_and_what_is_assigned_stays() -> None:
    made = rules.distributed(
        {1: {7}, 2: set(), 3: set()}, reviewers=[7, 8, 9], each=2, barred={(2, 9)}
    )
    assert (1, 7) not in made
    assert not {(2, 9)} & set(made)
    load = Counter({7: 1})
    load.update(person for _row, person in made)
    assert sorted(load.values()) == [2, 2, 2]


def test_too_few_impartial_reviewers_leave_an_application_with_fewer() -> None:
    made = rules.distributed({1: set()}, reviewers=[7, 8], each=2, barred={(1, 7)})
    assert made == [(1, 8)]
    assert rules.distributed({1: {7, 8}}, reviewers=[7, 8, 9], each=1, barred=()) == []


@given(
    rows=st.integers(1, 12),
    people=st.integers(1, 6),
    each=st.integers(1, 4),
    seed=st.randoms(use_true_random=False),
)
def test_nobody_gets_what_is_barred_and_no_swap_would_be_more_even(
    rows: int, people: int, each: int, seed: object
) -> None:
    reviewers = list(range(people))
    barred = {
        (row, person)
        for row in range(rows)
        for person in reviewers
        if seed.random() < 0.3  # type: ignore[attr-defined]
    }
    made = rules.distributed(
        {row: set() for row in range(rows)}, reviewers=reviewers, each=each, barred=barred
    )
    assert not barred & set(made)
    assert len(made) == len(set(made))
    for row in range(rows):
        free = people - sum((row, person) in barred for person in reviewers)
        assert sum(pair[0] == row for pair in made) == min(each, free)
    load = Counter(person for _row, person in made)
    for row, person in made:
        for other in reviewers:
            if (row, other) not in made and (row, other) not in barred:
                assert load[other] + 1 >= load[person]


# Ages and balance


def test_an_activity_is_for_every_group_that_its_ages_touch() -> None:
    assert rules.age_groups(None, age_max=None) == {"everybody"}
    assert rules.age_groups(6, age_max=12) == {"children"}
    assert rules.age_groups(12, age_max=13) == {"children", "teenagers"}
    assert rules.age_groups(16, age_max=None) == {"teenagers", "adults", "older"}
    assert rules.age_groups(None, age_max=5) == {"children"}


def _fact(number: int, state: ApplicationState, sector: str) -> BalanceFacts:
    return BalanceFacts(number, state, {D.SECTOR: {sector}})


def test_the_balance_counts_what_is_what_would_be_and_what_waits() -> None:
    facts = [
        _fact(1, S.ACCEPTED, "library"),
        _fact(2, S.ACCEPTED, "museum"),
        _fact(3, S.ACCEPTED_WITH_CHANGES, "library"),
        _fact(4, S.SUBMITTED, "museum"),
        _fact(5, S.SUBMITTED, "ngo"),
        _fact(6, S.WAITLISTED, "ngo"),
        _fact(7, S.DECLINED, "ngo"),
        _fact(8, S.SUBMITTED, "ngo"),
        _fact(9, S.DECLINED, "other"),
    ]
    trials = {2: S.DECLINED, 4: S.ACCEPTED, 8: S.DECLINED, 9: S.ACCEPTED_WITH_CHANGES}

    found = rules.balance(
        facts,
        trials=trials,
        targets={(D.SECTOR, "ngo"): 2, (D.SECTOR, "company"): 1},
        order={D.SECTOR: ["museum", "library"]},
    )

    lines = {line.value: line for line in found.lines[D.SECTOR]}
    assert list(lines)[:2] == ["museum", "library"]
    museum, ngo = lines["museum"], lines["ngo"]
    assert (museum.accepted, museum.tried, museum.leaving, museum.would_be) == (1, 1, 1, 1)
    assert (ngo.waiting, ngo.wanted, ngo.missing) == (2, 2, 2)
    assert lines["company"].missing == 1
    assert lines["library"].missing == 0
    assert (found.whole.accepted, found.whole.tried, found.whole.leaving) == (3, 2, 1)
    assert found.whole.waiting == 2
    assert found.lines[D.DISTRICT] == []


@given(
    st.lists(st.sampled_from(list(S)), max_size=30),
    st.lists(st.sampled_from([None, *S]), min_size=30, max_size=30),
)
def test_trying_and_then_deciding_gives_the_same_balance(
    states: list[ApplicationState], tries: list[ApplicationState | None]
) -> None:
    facts = [_fact(number, state, "ngo") for number, state in enumerate(states)]
    trials = {
        number: to
        for number, (state, to) in enumerate(zip(states, tries, strict=False))
        if to is not None and may_move(state, to=to, by=Mover.ORGANIZER)
    }
    tried = rules.balance(facts, trials=trials, targets={}, order={}).whole
    decided = rules.balance(
        [_fact(each.id, trials.get(each.id, each.state), "ngo") for each in facts],
        trials={},
        targets={},
        order={},
    ).whole
    assert tried.would_be == decided.accepted


def test_history_has_two_values() -> None:
    assert rules.history_of(has_taken_part=True) == History.RETURNING
    assert rules.history_of(has_taken_part=False) == History.NEW


# Words


@pytest.mark.parametrize(
    ("words", "states"),
    [
        (CONFLICT_SENTENCES, ConflictKind),
        (ROUND_NAMES, RoundState),
        (ROUND_MOVES, RoundState),
        (DIMENSION_NAMES, Dimension),
        (AGE_NAMES, AgeGroup),
        (HISTORY_NAMES, History),
        (SCORE_WORDS, range(6)),
    ],
)
def test_every_state_has_its_words(words: dict[object, object], states: object) -> None:
    assert set(words) == set(states)  # type: ignore[call-overload]


def test_age_groups_touch_without_a_gap() -> None:
    spans = list(AGE_SPANS.values())
    assert all(before[1] + 1 == after[0] for before, after in pairwise(spans))


def test_only_held_rounds_end() -> None:
    assert [state for state in RoundState if rules.may_end(state)] == [RoundState.HELD]


# The table of moves


@given(st.lists(st.sampled_from(list(S)), max_size=40))
def test_a_random_walk_never_leaves_the_table(wishes: list[ApplicationState]) -> None:
    state = S.DRAFT
    for wish in wishes:
        if may_move(state, to=wish):
            assert any(move.start is state and move.to is wish for move in TABLE)
            state = wish
        else:
            assert wish not in MOVES[state]
    assert state in S


def test_every_state_can_be_reached_and_only_withdrawn_is_an_end() -> None:
    seen, edge = {S.DRAFT}, [S.DRAFT]
    while edge:
        onward = MOVES[edge.pop()] - seen
        seen |= onward
        edge += onward
    assert seen == set(S)
    assert [state for state in S if not MOVES[state]] == [S.WITHDRAWN]


def test_nobody_is_accepted_by_themselves() -> None:
    """Whoever applies reaches ACCEPTED only over an organizer's decision."""
    by_applicant = {(move.start, move.to) for move in TABLE if move.by is Mover.APPLICANT}
    reached, edge = {S.DRAFT}, [S.DRAFT]
    while edge:
        here = edge.pop()
        onward = {to for start, to in by_applicant if start is here} - reached
        reached |= onward
        edge += onward
    assert reached == {S.DRAFT, S.SUBMITTED, S.WITHDRAWN}
