"""The secret in a reminder: opens the form of one time for one host, without an account.

It holds the numbers of the time and of the host and a keyed hash of both, so nobody gets anywhere
by guessing, nothing has to be stored, and a session that goes to another host closes it.
"""

from __future__ import annotations

import hashlib
import hmac
import re

TOKEN = re.compile(r"([1-9][0-9]{0,9})-([1-9][0-9]{0,9})-([0-9a-f]{32})")


def return_token(occurrence_id: int, *, organization_id: int, secret: str) -> str:
    """``17-4-3f9a…``: 128 bits of keyed hash."""
    told = f"return:{occurrence_id}:{organization_id}".encode()
    signature = hmac.new(secret.encode(), told, hashlib.sha256).hexdigest()[:32]
    return f"{occurrence_id}-{organization_id}-{signature}"


def read_return_token(token: str, *, secret: str) -> tuple[int, int] | None:
    """(occurrence id, organization id), or None for a token that is not ours."""
    found = TOKEN.fullmatch(token)
    if found is None:
        return None
    occurrence_id, organization_id = int(found[1]), int(found[2])
    right = return_token(occurrence_id, organization_id=organization_id, secret=secret)
    if not hmac.compare_digest(right, token) or max(occurrence_id, organization_id) >= 2**31:
        return None
    return occurrence_id, organization_id
