"""What is allowed to applications; no database, no application."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from festival.exhibitors import rules
from festival.exhibitors.rules import ApplicationFacts, Difference
from festival.exhibitors.states import (
    DECISIONS,
    FIELD_NAMES,
    KIND_NAMES,
    MOVES,
    NAMES,
    NEXT_STEPS,
    NOISE_NAMES,
    OWN_SENTENCES,
    SECTOR_NAMES,
    SENTENCES,
    STEP_NAMES,
    TABLE,
    ApplicationState,
    ExhibitKind,
    Mover,
    Noise,
    Sector,
    Step,
)
from festival.exhibitors.tongues import codes_from, names_of

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)

COMPLETE = ApplicationFacts(
    name="Paper Workshop",
    about="We bind books.",
    contact_name="Nour",
    contact_email="nour@paper.example",
    languages=("en",),
    exhibits=1,
    offers=0,
    needs_told=True,
)


def test_the_table_of_moves_is_the_whole_truth() -> None:
    d, s, q, c, a, n, w = ApplicationState
    allowed = {
        (d, s), (d, w), (s, d), (s, a), (s, c), (s, q), (s, n), (s, w),
        (q, a), (q, c), (q, n), (q, w), (c, a), (c, w), (c, q), (c, n),
        (a, n), (a, w), (n, a), (n, c), (n, q),
    }  # fmt: skip

    found = {
        (start, to)
        for start, to in product(ApplicationState, repeat=2)
        if rules.may_move(start, to=to)
    }

    assert found == allowed
    assert set(MOVES) == set(ApplicationState)


def test_an_applicant_never_decides_and_an_organizer_never_withdraws() -> None:
    for move in TABLE:
        by_applicant = rules.may_move(move.start, to=move.to, by=Mover.APPLICANT)
        if move.to is ApplicationState.ACCEPTED:
            changes = ApplicationState.ACCEPTED_WITH_CHANGES
            assert by_applicant is (move.start is changes), "only by agreeing to changes"
        elif move.to in DECISIONS:
            assert not by_applicant
        else:
            assert not rules.may_move(move.start, to=move.to, by=Mover.ORGANIZER)


def test_only_a_draft_is_written() -> None:
    assert [state for state in ApplicationState if rules.may_edit(state)] == ["draft"]


def test_a_complete_application_misses_nothing() -> None:
    assert rules.refusal_for_submission(COMPLETE) == []
    assert rules.refusal_for_submission(replace(COMPLETE, exhibits=0, offers=1)) == []


@pytest.mark.parametrize(
    ("changes", "step"),
    [
        ({"name": ""}, Step.PROFILE),
        ({"about": ""}, Step.ORGANIZATION),
        ({"languages": ()}, Step.PROFILE),
        ({"contact_name": ""}, Step.ORGANIZATION),
        ({"contact_email": ""}, Step.PROFILE),
        ({"exhibits": 0}, Step.PLAN),
        ({"exhibits": 0, "brings": ("exhibits",)}, Step.EXHIBITS),
        ({"brings": ("exhibits", "activities")}, Step.ACTIVITIES),
        ({"needs_told": False}, Step.PLAN),
        ({"needs_told": False, "space": "more"}, Step.NEEDS),
        ({"questions": 3, "questions_missing": 1}, Step.QUESTIONS),
    ],
)
def test_each_missing_thing_is_named_with_its_page(changes: dict[str, object], step: Step) -> None:
    (missing,) = rules.refusal_for_submission(replace(COMPLETE, **changes))  # type: ignore[arg-type]
    assert missing.step is step
    assert missing.sentence.endswith(".")


@pytest.mark.parametrize(
    ("to", "reason", "conditions", "field"),
    [
        (ApplicationState.DECLINED, " \n ", "", "text"),
        (ApplicationState.DECLINED, "No room is left.", "", None),
        (ApplicationState.ACCEPTED, "", "", None),
        (ApplicationState.WAITLISTED, "", "", None),
        (ApplicationState.ACCEPTED_WITH_CHANGES, "Welcome", " ", "conditions"),
        (ApplicationState.ACCEPTED_WITH_CHANGES, "", "Half the area.", None),
    ],
)
def test_a_refusal_is_explained_and_changes_are_named(
    to: ApplicationState, reason: str, conditions: str, field: str | None
) -> None:
    refusal = rules.refusal_for_decision(to, reason=reason, conditions=conditions)
    assert (refusal and refusal[0]) == field


@pytest.mark.parametrize(
    ("low", "high", "refused"),
    [(8, 7, True), (8, 8, False), (None, 7, False), (8, None, False), (None, None, False)],
)
def test_the_youngest_is_not_older_than_the_oldest(
    low: int | None, high: int | None, refused: bool
) -> None:
    assert (rules.refusal_for_ages(low, age_max=high) is not None) is refused


def test_differences_show_both_values() -> None:
    saved = {"name": "Paper Workshop", "about": "Old", "district": ""}
    typed = {"name": "Paper Workshop", "about": "New", "district": "Harbour"}

    assert rules.differences(saved, typed=typed) == [
        Difference("about", "Old", "New"),
        Difference("district", "", "Harbour"),
    ]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("", True),
        ("pap", True),
        ("workshop PAPER", True),
        ("ecole", True),
        ("École", True),
        ("图书", True),
        ("متحف", True),
        ("paper robot", False),
    ],
)
def test_search_forgives_case_and_accents_in_every_script(search: str, found: bool) -> None:
    texts = ["Paper Workshop", "École du soir", "城市图书馆", "متحف الميناء"]
    assert rules.matches(search, texts=texts) is found


def test_every_state_and_kind_has_its_words() -> None:
    for words, members in (
        (NAMES, ApplicationState),
        (SENTENCES, ApplicationState),
        (OWN_SENTENCES, ApplicationState),
        (NEXT_STEPS, ApplicationState),
        (SECTOR_NAMES, Sector),
        (KIND_NAMES, ExhibitKind),
        (NOISE_NAMES, Noise),
        (STEP_NAMES, Step),
    ):
        assert set(words) == set(members)
    assert all(FIELD_NAMES.values())


# Languages in one line


@pytest.mark.parametrize(
    ("text", "locale", "codes", "unknown"),
    [
        ("English, Arabic", "en", ["en", "ar"], []),
        ("english;FRENCH / pt", "en", ["en", "fr", "pt"], []),
        ("الإنجليزية، العربية", "ar", ["en", "ar"], []),
        ("英语、中文", "zh", ["en", "zh"], []),
        ("中文, русский, English", "es", ["zh", "ru", "en"], []),
        ("English, English", "en", ["en"], []),
        ("English, Moonspeak", "en", ["en"], ["Moonspeak"]),
        (" , ", "en", [], []),
        ("Englisch", "xx-nowhere", [], ["Englisch"]),
    ],
)
def test_languages_are_written_as_people_write_them(
    text: str, locale: str, codes: list[str], unknown: list[str]
) -> None:
    assert codes_from(text, locale=locale) == (codes, unknown)


@pytest.mark.parametrize("locale", ["ar", "zh", "en", "fr", "ru", "es"])
def test_what_is_shown_is_understood_again(locale: str) -> None:
    codes = ["ar", "zh", "en", "fr", "ru", "es", "pt", "ko"]
    assert codes_from(names_of(codes, locale=locale), locale=locale) == (codes, [])
