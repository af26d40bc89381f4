"""One test per verdict, and what may be taken back, opened and believed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from festival.checkin import rules
from festival.checkin.rules import BadgeFacts
from festival.checkin.states import SENTENCES, WORDS, Verdict

NOW = datetime(2027, 5, 14, 8, 30, tzinfo=UTC)
HERE, THERE = 1, 2


def verdict(badge: BadgeFacts | None, *, before: bool = False) -> Verdict:
    return rules.verdict_for(badge, edition_id=HERE, admitted_before=before)


def test_a_badge_of_the_edition_is_admitted():
    assert verdict(BadgeFacts(edition_id=HERE, is_revoked=False)) == Verdict.ADMITTED


def test_a_badge_that_was_let_in_is_already_in():
    badge = BadgeFacts(edition_id=HERE, is_revoked=False)

    assert verdict(badge, before=True) == Verdict.ALREADY_IN


@pytest.mark.parametrize("before", [False, True])
def test_a_revoked_badge_is_revoked_even_when_it_was_in(before: bool):
    assert verdict(BadgeFacts(edition_id=HERE, is_revoked=True), before=before) == Verdict.REVOKED


@pytest.mark.parametrize("revoked", [False, True])
@pytest.mark.parametrize("before", [False, True])
def test_a_badge_of_another_edition_is_wrong_and_nothing_more_is_told(revoked: bool, before: bool):
    badge = BadgeFacts(edition_id=THERE, is_revoked=revoked)

    assert verdict(badge, before=before) == Verdict.WRONG_EDITION


def test_a_code_that_nobody_issued_is_unknown():
    assert verdict(None) == Verdict.UNKNOWN


def test_every_verdict_has_a_word_and_a_sentence():
    assert set(SENTENCES) == set(Verdict)
    assert set(WORDS) == {*Verdict, "undone"}
    assert len(set(WORDS.values())) == len(WORDS)


def test_gates_count_once_a_day_and_occurrences_once():
    day, next_day = date(2027, 5, 14), date(2027, 5, 15)

    def scope(day: date, occurrence_id: int | None = None) -> str:
        return rules.scope_of(occurrence_id=occurrence_id, day=day)

    assert scope(day) != scope(next_day)
    assert scope(day, 7) == scope(next_day, 7)
    assert len({scope(day), scope(day, 7), scope(day, 8)}) == 3


@pytest.mark.parametrize(
    ("phone_is_off_by", "waited"),
    [
        (timedelta(0), timedelta(0)),
        (timedelta(hours=-24), timedelta(minutes=5)),
        (timedelta(hours=24), timedelta(minutes=5)),
        (timedelta(hours=3), timedelta(hours=2)),
    ],
)
def test_only_the_difference_of_the_phones_clock_is_believed(
    phone_is_off_by: timedelta, waited: timedelta
):
    sent_at = NOW + phone_is_off_by
    happened = rules.moment_of_scan(sent_at - waited, sent_at=sent_at, now=NOW)

    assert happened == NOW - waited
    assert rules.was_offline(happened, now=NOW) == (waited > timedelta(minutes=1))


def test_impossible_waits_are_cut():
    def happened(waited: timedelta) -> datetime:
        return rules.moment_of_scan(NOW - waited, sent_at=NOW, now=NOW)

    assert happened(timedelta(days=400)) == NOW - rules.LONGEST_WAIT
    assert happened(timedelta(hours=-5)) == NOW
    assert rules.moment_of_scan(None, sent_at=NOW, now=NOW) == NOW
    assert rules.moment_of_scan(NOW - timedelta(hours=1), sent_at=None, now=NOW) == NOW - timedelta(
        hours=1
    )


@pytest.mark.parametrize(
    ("key", "good"),
    [
        ("1b4e28ba-2fa1-11d2-883f-0016d3cca427", True),
        ("a" * 64, True),
        ("a" * 65, False),
        ("short", False),
        ("", False),
        ("'; DROP TABLE scan; --", False),
        ("1b4e28ba-2fa1-11d2-883f-0016d3cca42\n", False),
    ],
)
def test_keys_of_phones(key: str, good: bool):
    assert rules.is_client_key(key) == good


def test_a_link_opens_until_it_ends_or_is_revoked():
    later, earlier = NOW + timedelta(seconds=1), NOW - timedelta(seconds=1)

    assert rules.is_open(expires_at=later, revoked_at=None, now=NOW)
    assert not rules.is_open(expires_at=NOW, revoked_at=None, now=NOW)
    assert not rules.is_open(expires_at=later, revoked_at=earlier, now=NOW)


def refusal(verdict: Verdict, *, age: timedelta, undone_at: datetime | None = None) -> str | None:
    return rules.refusal_for_undo(verdict, undone_at=undone_at, received_at=NOW - age, now=NOW)


def test_an_admission_can_be_taken_back_for_a_while():
    assert refusal(Verdict.ADMITTED, age=rules.UNDO_OFFERED) is None
    assert refusal(Verdict.ADMITTED, age=rules.UNDO_TAKEN) is None
    assert refusal(Verdict.ADMITTED, age=rules.UNDO_TAKEN + timedelta(seconds=1))


def test_what_was_taken_back_stays_so_however_late_it_is_asked_again():
    assert refusal(Verdict.ADMITTED, age=timedelta(days=1), undone_at=NOW) is None


@pytest.mark.parametrize("verdict", [each for each in Verdict if each != Verdict.ADMITTED])
def test_only_admissions_can_be_taken_back(verdict: Verdict):
    assert refusal(verdict, age=timedelta(0))


def test_a_link_ends_in_the_future_and_with_the_festival():
    end = NOW + timedelta(days=3)

    def for_expiry(expires_at: datetime) -> str | None:
        return rules.refusal_for_expiry(expires_at, edition_ends_at=end, now=NOW)

    assert for_expiry(NOW)
    assert for_expiry(NOW + timedelta(hours=1)) is None
    assert for_expiry(end + timedelta(hours=24)) is None
    assert for_expiry(end + timedelta(hours=24, seconds=1))
