"""Keeps and checks passwords: argon2id, at most two at once, the same work for an unknown person.

Parameters after OWASP's password storage cheat sheet (t=2, m=19 MiB, p=1): about 30 ms of one core,
so that two at once leave the door's check-ins a core to run on.
"""

from __future__ import annotations

import functools
import secrets
import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_two_at_once = threading.BoundedSemaphore(2)


def hash_password(password: str) -> str:
    """argon2id string of a new password."""
    with _two_at_once:
        return HASHER.hash(_plain(password))


def is_password(password: str, *, kept: str) -> bool:
    """Whether ``password`` is the one kept; an empty ``kept`` costs the same time and is False."""
    with _two_at_once:
        try:
            HASHER.verify(kept or _nobodys_hash(), _plain(password))
        except (VerificationError, InvalidHashError):
            return False
    return bool(kept)


def wants_new_hash(kept: str) -> bool:
    """Whether the parameters have changed since it was kept."""
    return HASHER.check_needs_rehash(kept)


def _plain(password: str) -> str:
    """The same password whichever keyboard composed its accents."""
    return unicodedata.normalize("NFKC", password)


@functools.cache
def _nobodys_hash() -> str:
    return HASHER.hash(secrets.token_hex(16))
