"""Rules of people: which passwords, how many tries, which addresses, which way back."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

from festival.shared.sentences import mark

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200

SIGN_IN_LIMITS = ((timedelta(minutes=15), 5), (timedelta(days=1), 10))
"""(span, most tries in it) for one account."""
CLIENT_LIMITS = ((timedelta(minutes=15), 50),)
"""The same for one network address: a school behind one address still gets in."""
RESET_LIMITS = ((timedelta(minutes=10), 1), (timedelta(days=1), 5))

CONTROL = frozenset(map(chr, (*range(32), 127)))

COMMON_PASSWORDS = frozenset(
    (Path(__file__).parent / "common_passwords.txt").read_text(encoding="utf-8").split()
)
"""Passwords of ten characters and more that guessers try first; shorter ones are refused anyway."""


def password_refusal(password: str, *, own_words: Collection[str] = ()) -> str | None:
    """Why a new password cannot be taken, as a sentence, or None.

    ``own_words``: name and address of the person, which a guesser tries first.
    """
    plain = unicodedata.normalize("NFKC", password)
    lower = plain.casefold()
    if len(plain) < SHORTEST_PASSWORD:
        return mark("Take at least 10 characters. Four unrelated words are easy to remember.")
    if len(plain) > LONGEST_PASSWORD:
        return mark("Take at most 200 characters.")
    if len(set(lower)) < 4:
        return mark("Take more than three different characters.")
    if lower in COMMON_PASSWORDS or _is_row(lower):
        return mark("This password is among the first that strangers try. Take another one.")
    for word in own_words:
        name = word.casefold().split("@")[0]
        if lower == word.casefold() or (len(name) >= 4 and lower.strip("0123456789!.-_") == name):
            return mark("Do not use your own name or address as the password.")
    return None


def _is_row(text: str) -> bool:
    """Each character follows the one before: abcdefghij, 0123456789 or backwards."""
    steps = {ord(after) - ord(before) for before, after in pairwise(text)}
    return steps in ({1}, {-1})


def is_too_often(
    tries: Sequence[datetime], *, limits: Sequence[tuple[timedelta, int]], now: datetime
) -> bool:
    """Whether one more try would break one of ``limits`` (span, most)."""
    return any(sum(1 for at in tries if at > now - span) >= most for span, most in limits)


def safe_path(wanted: str | None) -> str | None:
    """``next`` as a path on our own host, or None.

    Only what begins with one slash and stays a path however often a browser or a proxy decodes
    it: no scheme, no host, no backslash, no control character, no second address inside.
    """
    if not wanted or len(wanted) > 500 or not wanted.startswith("/"):
        return None
    decoded = wanted
    for _ in range(3):
        path = decoded.partition("?")[0]
        if "//" in path or "\\" in decoded or any(char in CONTROL for char in decoded):
            return None
        decoded = unquote(decoded)
    if "//" in decoded:
        return None
    return wanted


def may_lose_role(*, role: str, holders: int, by_administrator: bool) -> bool:
    """An edition keeps at least one organizer, unless an administrator takes care of it."""
    return role != "organizer" or holders > 1 or by_administrator


def may_stop_administrating(*, administrators: int) -> bool:
    """Somebody must be able to let people in: the last administrator stays."""
    return administrators > 1
