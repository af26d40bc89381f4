"""Passwords, limits, look-alike addresses and ways back, without a database."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from festival.accounts.likeness import likeness
from festival.accounts.rules import (
    COMMON_PASSWORDS,
    RESET_LIMITS,
    SIGN_IN_LIMITS,
    is_too_often,
    may_lose_role,
    may_stop_administrating,
    password_refusal,
    safe_path,
)

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "ninechars",
        "x" * 201,
        "aaaaaaaaaaaa",
        "abababababab",
        "abcdefghijkl",
        "9876543210",
        "qwertyuiop",
        "PassWord123",
        "пароль12345",
        "１２３４５６７８９０",
        "ana.sol@luminara.example",
        "ana.sol2027!",
    ],
)
def test_passwords_that_strangers_guess_are_refused(password: str) -> None:
    assert password_refusal(password, own_words=("ana.sol@luminara.example", "Ana Sol")) is not None


@pytest.mark.parametrize(
    "password",
    ["four unrelated words", "kitap okumak güzel", "学习型城市的节日很好玩呢", "x7#kQ9!mZ2"],
)
def test_long_and_odd_passwords_are_taken(password: str) -> None:
    assert password_refusal(password, own_words=("ana@x.example", "Al")) is None


def test_the_list_of_common_passwords_holds_only_what_length_does_not_refuse() -> None:
    assert len(COMMON_PASSWORDS) > 60
    assert all(len(each) >= 10 for each in COMMON_PASSWORDS)


def test_the_sixth_try_in_a_quarter_of_an_hour_is_too_often() -> None:
    tries = [NOW - timedelta(minutes=minute) for minute in range(5)]
    assert not is_too_often(tries[:4], limits=SIGN_IN_LIMITS, now=NOW)
    assert is_too_often(tries, limits=SIGN_IN_LIMITS, now=NOW)
    assert not is_too_often(tries, limits=SIGN_IN_LIMITS, now=NOW + timedelta(minutes=16))


def test_the_eleventh_try_of_a_day_is_too_often() -> None:
    tries = [NOW - timedelta(hours=2 * number) for number in range(1, 11)]
    assert not is_too_often(tries[:9], limits=SIGN_IN_LIMITS, now=NOW)
    assert is_too_often(tries, limits=SIGN_IN_LIMITS, now=NOW)


def test_a_reset_is_sent_once_in_ten_minutes_and_five_times_a_day() -> None:
    assert is_too_often([NOW - timedelta(minutes=9)], limits=RESET_LIMITS, now=NOW)
    assert not is_too_often([NOW - timedelta(minutes=10)], limits=RESET_LIMITS, now=NOW)
    hours = [NOW - timedelta(hours=number) for number in range(1, 6)]
    assert is_too_often(hours, limits=RESET_LIMITS, now=NOW)


@pytest.mark.parametrize(
    "other",
    [
        "аda@example.org",  # Cyrillic а
        "adа@exаmple.org",
        "ａｄａ@example.org",  # full width
        "Ada@Example.org",
        " ada@example.org ",
        "áda@example.org",
        "ad\u200ba@example.org",
        "αda@example.org",
    ],
)
def test_addresses_that_look_the_same_are_alike(other: str) -> None:
    assert likeness(other) == likeness("ada@example.org")


@pytest.mark.parametrize("other", ["a.da@example.org", "adal@example.org", "ada@example.com"])
def test_different_addresses_are_not_alike(other: str) -> None:
    assert likeness(other) != likeness("ada@example.org")


def test_plain_letters_stay_what_they_are() -> None:
    assert likeness("ali@example.org") != likeness("all@example.org")


def test_no_foreign_address_is_followed(shared: Path) -> None:
    for hostile in json.loads((shared / "data/corpora/made/redirect/next.json").read_text()):
        assert safe_path(hostile) is None, hostile


@pytest.mark.parametrize("hostile", ["/a//b", "/a%2f%2fb", "/x?u=//evil.example", "/" + "a" * 500])
def test_doubtful_paths_are_not_followed(hostile: str) -> None:
    assert safe_path(hostile) is None


@pytest.mark.parametrize("path", ["/en/luminara/2027/organize/", "/ar/x?q=a%20b&page=2"])
def test_paths_of_our_own_are_followed(path: str) -> None:
    assert safe_path(path) == path


@given(st.text(max_size=60))
def test_whatever_is_followed_is_a_path(text: str) -> None:
    followed = safe_path(text)
    assert followed is None or (followed.startswith("/") and not followed.startswith("//"))


def test_nothing_wanted_is_nothing_followed() -> None:
    assert safe_path(None) is None
    assert safe_path("") is None


def test_the_last_organizer_stays_unless_an_administrator_says_so() -> None:
    assert not may_lose_role(role="organizer", holders=1, by_administrator=False)
    assert may_lose_role(role="organizer", holders=2, by_administrator=False)
    assert may_lose_role(role="organizer", holders=1, by_administrator=True)
    assert may_lose_role(role="reviewer", holders=1, by_administrator=False)


def test_the_last_administrator_stays() -> None:
    assert not may_stop_administrating(administrators=1)
    assert may_stop_administrating(administrators=2)
