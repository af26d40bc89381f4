"""Pure rules of the programme: facts in, decision out."""

from __future__ import annotations

from festival.programme.rules.versions import (
    Change,
    difference,
    numbered,
    with_occurrences,
)

__all__ = [
    "Change",
    "difference",
    "numbered",
    "with_occurrences",
]
