"""Lettering of a badge: which script a text is in, and at what size it fits its box.

Sizes are found by estimate, not by trial typesetting, because a sheet of 500 badges is made while
somebody waits.  The estimate is generous; a box clips what it still misjudges.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

LONGEST_TEXT = 140
"""Characters of one text on a badge; more is cut with an ellipsis."""
BREAK = "\u200b"
"""Zero-width space: a place where an endless word may be broken."""
_JOINERS = "\u200c\u200d"  # change how Arabic letters join, so they are part of a name
_LINE = {"ar": 1.75, "zh": 1.45}
_LINE_ELSE = 1.37
"""Height of a line in ems, from ascender to descender, of the font of the language."""


@dataclass(frozen=True)
class Box:
    """Room for a text, in points."""

    width: float
    height: float
    sizes: Sequence[float]
    """Sizes in points to choose from, largest first."""


@dataclass(frozen=True)
class Lettering:
    """A text and how it is to be set."""

    text: str
    lang: str
    rtl: bool
    size: float


def letter(text: str, *, lang: str, box: Box) -> Lettering:
    """The cleaned text at the largest size that fits, in the language of its own script."""
    text = clean(text)
    own = language_of(text, otherwise=lang)
    for size in box.sizes:
        if _fits(text, size=size, box=box):
            return Lettering(text, own, is_right_to_left(text), size)
    smallest = box.sizes[-1]
    broken = "".join(_broken(text, room=box.width / smallest))
    return Lettering(broken, own, is_right_to_left(text), smallest)


def clean(text: str) -> str:
    """One line without control characters, direction overrides and surrogates, cut at 140."""
    kept = (
        " " if each.isspace() else each
        for each in unicodedata.normalize("NFC", text[: LONGEST_TEXT * 10])
        if each in _JOINERS or each.isspace() or unicodedata.category(each) not in _INVISIBLE
    )
    line = " ".join("".join(kept).split())
    return line if len(line) <= LONGEST_TEXT else line[: LONGEST_TEXT - 1].rstrip() + "…"


_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn"}


def is_right_to_left(text: str) -> bool:
    """Whether the first letter with a direction runs from right to left."""
    for each in text:
        direction = unicodedata.bidirectional(each)
        if direction in ("L", "R", "AL"):
            return direction != "L"
    return False


def language_of(text: str, *, otherwise: str) -> str:
    """``ar``, ``zh`` or ``ru`` by the script of the first letter that tells, else ``otherwise``."""
    for each in text:
        point = ord(each)
        if 0x0600 <= point <= 0x08FF or 0xFB50 <= point <= 0xFEFC:
            return "ar"
        if _is_ideograph(point):
            return "zh"
        if 0x0400 <= point <= 0x052F:
            return otherwise if otherwise in _CYRILLIC else "ru"
    return otherwise


_CYRILLIC = ("ru", "uk", "be", "bg", "sr", "mk", "kk", "ky", "mn", "tg")


def _is_ideograph(point: int) -> bool:
    return 0x2E80 <= point <= 0x9FFF or 0xF900 <= point <= 0xFAFF or 0xFF00 <= point <= 0xFF60


def _width(character: str) -> float:
    """Of the bold letter, in ems, rounded up."""
    if unicodedata.combining(character) or character in BREAK + _JOINERS:
        return 0
    if _is_ideograph(ord(character)):
        return 1
    if character in "iIljt.,:;'|!()-1 ·":
        return 0.36
    if character in "mwMWЖжМмШшЩщЮюФф@%æœÆŒ—":
        return 0.97
    return 0.74 if character.isupper() else 0.64


def _words(text: str) -> Iterator[float]:
    """Widths in ems of what may not be broken: words, and single ideographs."""
    width = 0.0
    for each in text:
        if each == " " or _is_ideograph(ord(each)):
            if width:
                yield width
            width = 0.0
            if each != " ":
                yield 1
        elif each == "-":
            yield width + _width(each)
            width = 0.0
        else:
            width += _width(each)
    if width:
        yield width


def _fits(text: str, *, size: float, box: Box) -> bool:
    room, used, lines = box.width / size, 0.0, 1
    for width in _words(text):
        if width > room:
            return False
        space = 0.3 if used and width != 1 else 0
        if used + space + width > room:
            lines, used = lines + 1, width
        else:
            used += space + width
    high = _LINE.get(language_of(text, otherwise=""), _LINE_ELSE)
    return lines * size * high <= box.height


def _broken(text: str, *, room: float) -> Iterator[str]:
    """The text with places to break in every word wider than ``room`` ems."""
    used = 0.0
    for each in text:
        used = 0.0 if each == " " else used + _width(each)
        if used > room * 0.9 and not unicodedata.combining(each):
            yield BREAK
            used = _width(each)
        yield each
