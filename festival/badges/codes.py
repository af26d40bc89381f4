"""Badge codes: 110 random bits that people can also read out and type.

A code is ``LF1:`` and 22 characters of Crockford's base 32 (no I, L, O, U).  The prefix says which
kind of code this is, so that a scanner can tell a badge from the wifi poster; it holds no version
of the festival, no person and no address.
"""

from __future__ import annotations

import re
import secrets
import unicodedata

from festival.shared.tokens import token_hash

PREFIX = "LF1:"
BODY_LENGTH = 22
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LONGEST_INPUT = 200
"""Characters of typed or scanned text that are looked at; a code needs 26."""

_WELL_FORMED = re.compile(rf"{PREFIX}[{ALPHABET}]{{{BODY_LENGTH}}}")
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})
_TYPED_PREFIX = PREFIX.rstrip(":").translate(_MISREAD)
_GROUPS = (4, 4, 3, 4, 4, 3)


def make_badge_code() -> str:
    """A new code, from the operating system's randomness."""
    return PREFIX + "".join(secrets.choice(ALPHABET) for _ in range(BODY_LENGTH))


def is_well_formed(code: str) -> bool:
    """Whether the text is exactly a code as we write it; says nothing about its being issued."""
    return _WELL_FORMED.fullmatch(code) is not None


def normalise(typed: str) -> str:
    """What was typed or scanned, as we would write the code.

    Forgives lower case, O for 0, I and L for 1, digits of other scripts, spaces, dashes and other
    separators, and a missing prefix.  Text that cannot be a code comes back cleaned but not
    well-formed, so that it is looked up, not found, and logged like any unknown code.
    """
    letters = [
        _as_ascii_digit(each)
        for each in unicodedata.normalize("NFKC", typed[:LONGEST_INPUT]).upper()
        if each.isalnum()
    ]
    body = "".join(letters).translate(_MISREAD)
    if len(body) == BODY_LENGTH + len(_TYPED_PREFIX):
        body = body.removeprefix(_TYPED_PREFIX)
    code = PREFIX + body
    return code if is_well_formed(code) else body


def _as_ascii_digit(character: str) -> str:
    value = unicodedata.decimal(character, None)
    return character if value is None else str(value)


def code_hash(code: str) -> str:
    """What a normalised code is looked up by: SHA-256, 64 hexadecimal digits."""
    return token_hash(code)


def spoken(code: str) -> str:
    """The body in short groups for reading out, ``7K2M-9PQR-4XY-…``; the prefix may be left out."""
    body, start, groups = code.removeprefix(PREFIX), 0, []
    for length in _GROUPS:
        groups.append(body[start : start + length])
        start += length
    return "-".join(group for group in groups if group)


def tail(code: str) -> str:
    """The last three characters: enough for a list to tell badges apart, too few to use one."""
    return code[-3:]
