"""Codes survive being read out, mistyped and scanned by anything; nothing else becomes one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from festival.badges.codes import (
    ALPHABET,
    code_hash,
    is_well_formed,
    make_badge_code,
    normalise,
    spoken,
    tail,
)

CODE = "LF1:0123456789ABCDEFGHJKMN"
codes = st.text(ALPHABET, min_size=22, max_size=22).map("LF1:".__add__)


def test_a_new_code_is_well_formed_and_never_seen_before():
    made = {make_badge_code() for _ in range(2000)}

    assert len(made) == 2000
    assert all(is_well_formed(code) for code in made)


def test_a_code_uses_every_letter_of_the_alphabet_about_as_often():
    letters = "".join(make_badge_code().removeprefix("LF1:") for _ in range(2000))

    shares = [letters.count(each) / len(letters) * 32 for each in ALPHABET]
    assert min(shares) > 0.85
    assert max(shares) < 1.15


def test_typed_text_is_forgiven():
    for typed in (
        "lf1:0123456789abcdefghjkmn",
        "LF1 0123-4567-89A BCDE-FGHJ-KMN",
        " 0123 4567 89ab cdef ghjk mn\r\n",
        "oI23456789abcdefghjkmn",
        "lf1:OL23456789ABCDEFGHJKMN",
        "LFI–0123–4567–89AB–CDEF–GHJK–MN",
        "٠١٢٣٤٥٦٧٨٩ABCDEFGHJKMN",
        "LF1:０１２３４５６７８９ABCDEFGHJKMN",
    ):
        assert normalise(typed) == CODE, typed


def test_a_body_that_begins_like_the_prefix_is_kept():
    code = "LF1:1F1" + "7" * 19

    assert normalise("1F1" + "7" * 19) == code
    assert normalise(code) == code


def test_other_texts_do_not_become_codes():
    for typed in (
        "",
        "LF1:",
        CODE[:-1],
        CODE + "0",
        "https://example.org/LF1",
        "U" * 22,
        "\x00",
        "😀",
    ):
        assert not is_well_formed(normalise(typed)), typed


@given(codes)
def test_normalising_keeps_every_code(code: str):
    assert normalise(code) == code
    assert normalise(spoken(code).lower()) == code


@given(st.text(max_size=400))
def test_any_text_is_normalised_without_error_and_once_is_enough(text: str):
    once = normalise(text)

    assert normalise(once) == once or not is_well_formed(once)
    assert len(code_hash(once)) == 64


@given(codes, st.integers(4, 25), st.sampled_from(ALPHABET))
def test_one_changed_letter_is_another_badge(code: str, at: int, letter: str):
    changed = code[:at] + letter + code[at + 1 :]

    assert (code_hash(changed) == code_hash(code)) == (letter == code[at])


def test_spoken_groups_and_tail():
    assert spoken(CODE) == "0123-4567-89A-BCDE-FGHJ-KMN"
    assert tail(CODE) == "KMN"
