"""Names of the world fit, keep their direction, and bring nothing invisible with them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from festival.badges.lettering import BREAK, Box, clean, is_right_to_left, language_of, letter

BOX = Box(width=250, height=85, sizes=(30, 24, 18, 12, 9))


def test_the_script_of_a_name_tells_its_language_and_direction():
    for text, language, rtl in (
        ("Ana María", "en", False),
        ("فاطمة", "ar", True),
        ("2027 مهرجان", "ar", True),
        ("李小龙", "zh", False),
        ("Пётр", "ru", False),
        ("", "en", False),
        ("—1—", "en", False),
    ):
        assert language_of(text, otherwise="en") == language, text
        assert is_right_to_left(text) == rtl, text


def test_a_ukrainian_edition_keeps_its_language():
    assert language_of("Олена", otherwise="uk") == "uk"


def test_short_names_are_large_and_long_ones_smaller():
    assert letter("Li", lang="en", box=BOX).size == 30
    assert letter("Ana María Fernández de la Peña y Ortiz", lang="en", box=BOX).size < 30
    assert letter("Щербакова-Преображенская", lang="en", box=BOX).size == 24


def test_an_endless_word_gets_places_to_break_and_loses_no_letter():
    lettering = letter("a" * 120, lang="en", box=BOX)

    assert lettering.size == 9
    assert BREAK in lettering.text
    assert lettering.text.replace(BREAK, "") == "a" * 120


def test_what_cannot_be_seen_is_dropped():
    assert clean("A\u202eB\x00C\n\tD\u200b\ufeff") == "ABC D"
    assert clean("می‌خواهم") == "می‌خواهم"  # the non-joiner is part of the word


def test_a_text_is_cut_at_140_characters():
    assert clean("x" * 500) == "x" * 139 + "…"


@given(st.text(max_size=300))
def test_any_text_can_be_lettered(text: str):
    lettering = letter(text, lang="en", box=BOX)

    assert lettering.size in BOX.sizes
    assert lettering.text.replace(BREAK, "") == clean(text)
