"""Text as the search compares it."""

from __future__ import annotations

import unicodedata

LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "ـ": None, "ى": "ي", "ة": "ه"}
)
"""Letters that Unicode does not take apart, though a reader types the plain one."""


def folded(text: str) -> str:
    """Case and accents folded: ``Éducation`` equals ``education``, and ``أحمد`` equals ``احمد``.

    Full-width letters become narrow ones; Chinese characters stay, so that any part is found.
    """
    parts = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(char for char in parts if unicodedata.category(char) != "Mn")
    return kept.casefold().translate(LETTERS)
