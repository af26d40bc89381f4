"""What a letter tells, as JSON that gives moments and days back as they were.

``{"$moment": "2027-05-14T08:00:00+00:00"}``, ``{"$day": "2027-05-14"}``; an object whose own keys
begin with a dollar sign is wrapped in ``{"$facts": …}``, so that no fact is mistaken for a mark.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any


def packed(value: Any) -> Any:
    """``value`` as JSON.

    Raises ``ValueError`` for a moment without a zone and for anything but text, numbers, truth,
    None, moments, days, lists and objects with textual keys.
    """
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(f"a moment without a time zone is ambiguous: {value!r}")
        return {"$moment": value.isoformat()}
    if isinstance(value, date):
        return {"$day": value.isoformat()}
    if isinstance(value, Mapping):
        return _packed_object(value)
    if isinstance(value, list | tuple):
        return [packed(each) for each in value]
    raise ValueError(f"a letter cannot tell {type(value).__name__}; give plain facts")


def _packed_object(value: Mapping[Any, Any]) -> dict[str, Any]:
    if not all(isinstance(name, str) for name in value):
        raise ValueError("facts have textual names")
    inner = {str(name): packed(each) for name, each in value.items()}
    return {"$facts": inner} if any(name.startswith("$") for name in inner) else inner


def unpacked(value: Any) -> Any:
    """The reverse of ``packed``; tuples come back as lists."""
    if isinstance(value, list):
        return [unpacked(each) for each in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        (name, inner), *_others = value.items()
        if name == "$moment":
            return datetime.fromisoformat(inner)
        if name == "$day":
            return date.fromisoformat(inner)
        if name == "$facts":
            return {key: unpacked(each) for key, each in inner.items()}
    return {key: unpacked(each) for key, each in value.items()}
