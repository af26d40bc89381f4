"""Time zones by the names that calendars use for them.

Names are looked up in our own list, never in a library's cache: icalendar keeps the VTIMEZONE
of one file for all later files of the process, so that one upload could move another's times.
"""

from __future__ import annotations

from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

LONGEST_NAME = 120


@lru_cache(maxsize=1)
def _by_folded_name() -> dict[str, str]:
    return {name.casefold(): name for name in available_timezones()}


def known_zone(name: str) -> ZoneInfo | None:
    """The zone meant by an IANA name, a Windows name, or a name with a vendor's prefix such as
    ``/freeassociation.sourceforge.net/Europe/Berlin``; None where nothing fits."""
    if len(name) > LONGEST_NAME:
        return None
    cleaned = name.strip().strip('"').strip("/")
    parts = cleaned.casefold().split("/")
    names = _by_folded_name()
    for start in range(len(parts)):
        found = names.get("/".join(parts[start:]))
        if found:
            return ZoneInfo(found)
        if not name.startswith("/"):
            break
    windows = WINDOWS_TO_OLSON.get(cleaned)
    return ZoneInfo(windows) if windows else None
