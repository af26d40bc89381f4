"""Marks that only this installation can make: on a message for its bounce, on a link to a choice.

Both hold a row's number and a keyed hash of it, so that nobody gets anywhere by guessing, and no
address stands in a link or in the sender's address.
"""

from __future__ import annotations

import hashlib
import hmac
import re

CODE_HEADER = "X-Festival-Mail"
"""The same mark as in the sender's address, for servers that rewrite it."""
MARK = re.compile(r"([1-9][0-9]{0,9})-([0-9a-f]{24})")


def _sign(purpose: str, number: int, *, secret: str) -> str:
    told = f"{purpose}:{number}".encode()
    return f"{number}-{hmac.new(secret.encode(), told, hashlib.sha256).hexdigest()[:24]}"


def _number(purpose: str, mark: str, *, secret: str) -> int | None:
    found = MARK.fullmatch(mark)
    if found is None:
        return None
    number = int(found[1])
    right = hmac.compare_digest(_sign(purpose, number, secret=secret), mark)
    return number if right and number < 2**31 else None


def bounce_code(message_id: int, *, secret: str) -> str:
    """What a report about this message will carry: ``17-3f9a…``; 96 bits of keyed hash."""
    return _sign("bounce", message_id, secret=secret)


def bounced_message(code: str, *, secret: str) -> int | None:
    """Number of the message that the code was made for; None for a code that is not ours."""
    return _number("bounce", code, secret=secret)


def choice_token(recipient_id: int, *, secret: str) -> str:
    """The secret in a recipient's link to what they want to receive."""
    return _sign("choice", recipient_id, secret=secret)


def choosing_recipient(token: str, *, secret: str) -> int | None:
    """Number of the recipient whose link it is; None for a token that is not ours."""
    return _number("choice", token, secret=secret)
