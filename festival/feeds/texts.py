"""Texts and addresses that go into and come out of feeds, free of what formats cannot carry.

Control characters break content lines (icalendar raises on them), lone surrogates break UTF-8
and XML 1.0 knows neither; U+2028 and its kin are line breaks to some readers and not to others.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urljoin, urlsplit

CONTROLS = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ud800-\udfff\ufffe\uffff]"
)
LINE_BREAKS = re.compile("\r\n|[\r\x85\u2028\u2029]")
NOT_WORD = re.compile(r"[\W_]+")
BLANK_LINES = re.compile(r"\n{3,}")
NOT_IN_ADDRESSES = re.compile(r'[\s<>"\\^`{|}]')
LONGEST_ADDRESS = 2000


def one_line(text: str | None) -> str:
    """Titles, names, rooms: no control characters, no line breaks, no outer blanks."""
    if not text:
        return ""
    return " ".join(CONTROLS.sub("", unicodedata.normalize("NFC", text)).split())


def many_lines(text: str | None) -> str:
    """Longer texts: every kind of line break as ``\\n``, at most one blank line between."""
    if not text:
        return ""
    cleaned = LINE_BREAKS.sub("\n", unicodedata.normalize("NFC", text))
    lines = [line.rstrip() for line in CONTROLS.sub("", cleaned).split("\n")]
    return BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def web_address(text: str | None, *, base: str = "") -> str:
    """An absolute http or https address, or nothing: never ``javascript:`` and its kin."""
    candidate = CONTROLS.sub("", text or "").strip()
    if not candidate or len(candidate) > LONGEST_ADDRESS or NOT_IN_ADDRESSES.search(candidate):
        return ""
    try:
        absolute = urljoin(base, candidate) if base else candidate
        parts = urlsplit(absolute)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return ""
    return absolute if valid else ""


def folded_name(text: str) -> str:
    """A title or room as a person compares it: no case, no punctuation, no blanks."""
    plain = NOT_WORD.sub("", unicodedata.normalize("NFKC", text).casefold())
    return plain or text
