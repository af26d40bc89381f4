"""Slots as they stand on pages: by day, and as choices."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, tzinfo

from wtforms import SelectChoice

from festival.portal.slots.models import Slot


def by_day(slots: Iterable[Slot], *, zone: tzinfo) -> dict[date, list[Slot]]:
    """Slots by the day of their beginning, on the edition's clock."""
    found: dict[date, list[Slot]] = {}
    for each in slots:
        found.setdefault(each.starts_at.astimezone(zone).date(), []).append(each)
    return found


def times_of(slot: Slot, *, zone: tzinfo) -> str:
    """``08:00–08:30`` on the edition's clock."""
    begin, end = slot.starts_at.astimezone(zone), slot.ends_at.astimezone(zone)
    return f"{begin:%H:%M}–{end:%H:%M}"


def choices_of(
    slots: Iterable[Slot],
    *,
    zone: tzinfo,
    day_text: Callable[[date], str],
    label: Callable[[Slot], str],
    now: datetime,
    keep: int | None = None,
) -> list[SelectChoice]:
    """Slots that can be booked, under their days; ``keep`` is one that is always shown."""
    return [
        SelectChoice(each.code, label(each), optgroup=day_text(day))
        for day, rows in by_day(slots, zone=zone).items()
        for each in rows
        if each.id == keep or (each.left > 0 and each.is_open and each.starts_at > now)
    ]
