"""Sentences that pure code speaks: marked here for translation, translated at the edge.

Rules and actions know neither language nor request.  They raise or answer an English sentence
that stands in the message catalogue; the page translates it.  Values are filled in afterwards,
by name, so that every language can order them as it likes.
"""

from __future__ import annotations


def mark(message: str) -> str:
    """Mark a message id for the catalogue (``pybabel extract -k mark``)."""
    return message
