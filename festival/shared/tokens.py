"""Secrets in links.  Only their hash is stored, and only the hash is looked up."""

from __future__ import annotations

import hashlib
import re
import secrets

READABLE = "23456789abcdefghjkmnpqrstuvwxyz"  # no 0 o 1 i l: codes are read out at a desk


TOKEN = re.compile(r"[A-Za-z0-9_-]{20,64}")


def make_token() -> str:
    """A URL-safe secret of 192 bits."""
    return secrets.token_urlsafe(24)


def is_token(text: str) -> bool:
    """Whether the text has the shape of a token, as a form sends back the one it was made with."""
    return TOKEN.fullmatch(text) is not None


def token_hash(token: str) -> str:
    """What is stored and looked up instead of the token: SHA-256, hexadecimal."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def make_code(length: int = 8) -> str:
    """A short public code for URLs; not a secret."""
    return "".join(secrets.choice(READABLE) for _ in range(length))
