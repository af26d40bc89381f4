"""Languages as people write them in one line, and as they are kept: codes."""

from __future__ import annotations

import functools
import re

from babel import Locale
from babel.core import UnknownLocaleError

SEPARATORS = re.compile(r"[,;،、/\n]+")


def codes_from(text: str, *, locale: str) -> tuple[list[str], list[str]]:
    """(codes, words that name no language) of ``English, Arabic`` written in ``locale``.

    Names are understood in the page's language, in English and in the language itself for the
    six interface languages; codes such as ``pt`` are understood too.  Order is kept, each once.
    """
    names = _names(locale)
    codes: list[str] = []
    unknown: list[str] = []
    for word in SEPARATORS.split(text):
        wanted = " ".join(word.split()).casefold()
        if not wanted:
            continue
        code = names.get(wanted)
        if code is None:
            unknown.append(word.strip())
        elif code not in codes:
            codes.append(code)
    return codes, unknown


def names_of(codes: list[str], *, locale: str) -> str:
    """``English, Arabic`` in the page's language; a code without a name stays a code."""
    names = Locale.parse(_babel(locale)).languages
    comma = {"ar": "، ", "zh": "、"}.get(locale[:2], ", ")
    return comma.join(names.get(code.replace("-", "_"), code) for code in codes)


@functools.lru_cache(maxsize=16)
def _names(locale: str) -> dict[str, str]:
    """Case-folded name or code → code."""
    found: dict[str, str] = {}
    for each in ("es", "ru", "fr", "zh_Hans", "ar", "en", _babel(locale)):
        own = Locale.parse(each)
        if own.language_name:
            found[own.language_name.casefold()] = own.language
    for each in ("en", _babel(locale)):
        for code, name in Locale.parse(each).languages.items():
            found[name.casefold()] = code.replace("_", "-")
            found[code.casefold()] = code.replace("_", "-")
    return found


def _babel(locale: str) -> str:
    """A locale that Babel knows."""
    try:
        return str(Locale.parse(locale.replace("-", "_")))
    except (UnknownLocaleError, ValueError):
        return "en"
