"""When a call is open, and which questions follow from which answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from festival.exhibitors.calls import rules
from festival.exhibitors.calls.rules import Asked, WallWindows, Windows
from festival.exhibitors.calls.states import CallState, QuestionKind

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
DAY = timedelta(days=1)
MADRID = ZoneInfo("Europe/Madrid")


@pytest.mark.parametrize(
    ("windows", "state"),
    [
        (Windows(), CallState.NOT_ANNOUNCED),
        (Windows(None, NOW + DAY), CallState.NOT_ANNOUNCED),
        (Windows(NOW + DAY), CallState.LATER),
        (Windows(NOW), CallState.OPEN),
        (Windows(NOW - DAY, NOW + DAY), CallState.OPEN),
        (Windows(NOW - DAY, NOW), CallState.CLOSED),
        (Windows(NOW - 2 * DAY, NOW - DAY, NOW + DAY), CallState.CLOSED),
        (Windows(NOW - 2 * DAY, NOW - DAY, NOW), CallState.OPEN),
        (Windows(NOW - 3 * DAY, NOW - 2 * DAY, NOW - DAY, NOW), CallState.CLOSED),
        (Windows(NOW - DAY, NOW + DAY, NOW + 2 * DAY), CallState.OPEN),
    ],
)
def test_a_call_opens_and_closes_at_its_instants(windows: Windows, state: CallState) -> None:
    assert rules.call_state(NOW, windows) is state
    assert rules.is_open(NOW, windows) is (state is CallState.OPEN)
    assert rules.is_open(NOW, windows, late_until=NOW + DAY), "a personal link lets in"
    assert rules.is_open(NOW, windows, late_until=NOW) is (state is CallState.OPEN)


@pytest.mark.parametrize(
    ("windows", "opens", "closes"),
    [
        (Windows(), None, None),
        (Windows(NOW + DAY, NOW + 2 * DAY), NOW + DAY, NOW + 2 * DAY),
        (Windows(NOW - DAY, NOW + DAY), None, NOW + DAY),
        (Windows(NOW - 2 * DAY, NOW - DAY, NOW + DAY, NOW + 2 * DAY), NOW + DAY, NOW - DAY),
        (Windows(NOW - 3 * DAY, NOW - 2 * DAY, NOW, NOW + DAY), None, NOW + DAY),
    ],
)
def test_a_closed_call_says_when_it_opens_again(
    windows: Windows, opens: datetime | None, closes: datetime | None
) -> None:
    assert rules.next_opening(NOW, windows) == opens
    assert rules.closing(NOW, windows) == closes


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({}, []),
        ({"opens": wall("2028-03-26T02:30")}, ["opens", "closes"]),
        ({"closes": wall("2027-01-01T09:00")}, ["closes"]),
        ({"closes": None, "reopens": wall("2027-05-01T09:00")}, ["reopens"]),
        ({"reopens": wall("2027-01-15T09:00")}, ["reopens"]),
        ({"reopens": wall("2027-05-01T09:00"), "recloses": wall("2027-05-01T09:00")}, ["recloses"]),
        ({"opens": None}, ["opens"]),
        ({"recloses": wall("2027-05-01T09:00")}, ["reopens"]),
        ({"reopens": wall("2027-05-01T09:00"), "recloses": wall("2027-06-01T09:00")}, []),
    ],
)
def test_each_wrong_time_is_told_beside_its_field(
    changes: dict[str, Any], fields: list[str]
) -> None:
    good = WallWindows(opens=wall("2027-01-01T09:00"), closes=wall("2027-02-01T18:00"))
    faults = rules.window_faults(replace(good, **changes), zone=MADRID)
    assert [fault.field for fault in faults] == fields


CLASSES = Asked("classes", QuestionKind.CHOICE, options=("yes", "no"))
PUPILS = Asked("pupils", QuestionKind.NUMBER, True, (), "classes", "yes")
AGREED = Asked("agreed", QuestionKind.CONSENT, required=True)
WHERE = Asked("where", QuestionKind.SEVERAL, options=("hall", "lawn"))
TENT = Asked("tent", QuestionKind.TEXT, True, (), "where", "lawn")
POLES = Asked("poles", QuestionKind.FILE, True, (), "agreed", "yes")
ALL = (CLASSES, PUPILS, AGREED, WHERE, TENT, POLES)


@pytest.mark.parametrize(
    ("answers", "shown"),
    [
        ({}, {"classes", "agreed", "where"}),
        ({"classes": "no"}, {"classes", "agreed", "where"}),
        ({"classes": "yes"}, {"classes", "pupils", "agreed", "where"}),
        ({"where": ["hall", "lawn"]}, {"classes", "agreed", "where", "tent"}),
        ({"agreed": True}, {"classes", "agreed", "where", "poles"}),
        ({"agreed": False}, {"classes", "agreed", "where"}),
    ],
)
def test_a_question_is_asked_only_where_it_follows(
    answers: dict[str, Any], shown: set[str]
) -> None:
    assert {each.code for each in rules.shown_questions(ALL, answers)} == shown


def test_a_hidden_question_hides_what_depends_on_it() -> None:
    chain = (CLASSES, replace(PUPILS, kind=QuestionKind.CHOICE, options=("few",)),
             Asked("names", QuestionKind.TEXT, False, (), "pupils", "few"))  # fmt: skip
    told = {"pupils": "few", "classes": "no"}
    assert [each.code for each in rules.shown_questions(chain, told)] == ["classes"]
    told["classes"] = "yes"
    assert len(rules.shown_questions(chain, told)) == 3


def test_only_what_is_asked_can_be_missing() -> None:
    def missing(answers: dict[str, Any], files: tuple[str, ...] = ()) -> list[str]:
        return [each.code for each in rules.missing_answers(ALL, answers, files=files)]

    assert missing({}) == ["agreed"]
    assert missing({"agreed": True}) == ["poles"]
    assert missing({"agreed": True}, files=("poles",)) == []
    assert missing({"agreed": False, "classes": "yes", "pupils": 0}) == ["agreed"]
    assert missing({"agreed": True, "where": ["lawn"], "tent": ""}, ("poles",)) == ["tent"]


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (QuestionKind.TEXT, ["a", "x" * 400], ["x" * 401, 5, ["a"]]),
        (QuestionKind.LONG_TEXT, ["x" * 4000], ["x" * 4001]),
        (QuestionKind.NUMBER, [0, -3, 10**9], [10**9 + 1, "7", 1.5, True]),
        (QuestionKind.CHOICE, ["yes"], ["maybe", ["yes"]]),
        (QuestionKind.SEVERAL, [["yes"], ["yes", "no"], []], [["maybe"], "yes"]),
        (QuestionKind.DATE, ["2027-05-14"], ["14.5.2027", "2027-02-30", 5]),
        (QuestionKind.CONSENT, [True, False], ["yes", 1]),
        (QuestionKind.FILE, [], ["a.pdf"]),
    ],
)
def test_an_answer_has_the_shape_of_its_question(
    kind: QuestionKind, good: list[Any], bad: list[Any]
) -> None:
    question = Asked("q", kind, options=("yes", "no"))
    for value in (*good, None, ""):
        assert rules.refusal_for_answer(question, value) is None
    for value in bad:
        assert rules.refusal_for_answer(question, value) is not None, value


def test_a_question_depends_only_on_an_earlier_one_with_that_answer() -> None:
    assert rules.dependency_faults(ALL) == []
    assert rules.dependency_faults((PUPILS, CLASSES)) == [PUPILS]
    wrong = replace(PUPILS, shown_if_answer="perhaps")
    assert rules.dependency_faults((CLASSES, wrong)) == [wrong]
    assert not rules.may_depend_on(TENT, answer="red")
    assert not rules.may_depend_on(AGREED, answer="no")


def test_words_fall_back_to_the_next_language() -> None:
    words = {"en": "Hall", "fr": "", "ar": "قاعة"}
    assert rules.words_in(words, languages=["fr", "en"]) == "Hall"
    assert rules.words_in(words, languages=["ru"]) == "Hall"
    assert rules.words_in({}, languages=["en"]) == ""


def test_a_call_can_be_full() -> None:
    assert not rules.is_full(10_000, most=None)
    assert not rules.is_full(2, most=3)
    assert rules.is_full(3, most=3)


VALUES = some.none() | some.text() | some.booleans() | some.lists(some.text()) | some.integers()
CODES = some.sampled_from([each.code for each in ALL])


@given(some.dictionaries(CODES, VALUES))
def test_no_answer_makes_the_rules_stumble(answers: dict[str, Any]) -> None:
    shown = rules.shown_questions(ALL, answers)
    assert {each.code for each in shown} >= {"classes", "agreed", "where"}
    assert set(rules.missing_answers(ALL, answers)) <= set(shown)
    for each in ALL:
        rules.refusal_for_answer(each, answers.get(each.code))
