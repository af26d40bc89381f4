"""Which of the known formats a file is in, by its content, and reading it."""

from __future__ import annotations

import re
from collections.abc import Callable

from festival.feeds.imported import ImportedProgramme, SourceFormat
from festival.feeds.reading.frab_json import read_frab_json
from festival.feeds.reading.frab_xml import read_frab_xml
from festival.feeds.reading.ical import read_ical
from festival.feeds.reading.limits import MAX_BYTES
from festival.feeds.reading.problems import ProblemLog
from festival.shared.sentences import mark

Reader = Callable[..., ImportedProgramme]
READERS: dict[SourceFormat, Reader] = {
    "frab_xml": read_frab_xml,
    "frab_json": read_frab_json,
    "ical": read_ical,
}
BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
LOOKED_AT = 4096


def detect_format(data: bytes) -> SourceFormat | None:
    """The format by the first few kilobytes; None for anything unknown."""
    head = data[:LOOKED_AT]
    for sign in BYTE_ORDER_MARKS:
        head = head.removeprefix(sign)
    head = head.replace(b"\0", b"").lstrip()  # UTF-16 too is told apart
    if re.search(rb"^\s*BEGIN\s*:\s*VCALENDAR", head, re.IGNORECASE | re.MULTILINE):
        return "ical"
    if head.startswith(b"<"):
        return "frab_xml"
    if head.startswith((b"{", b"[")):
        return "frab_json"
    return "ical" if head[:6].upper() == b"BEGIN:" else None


def read_programme(data: bytes, *, file_name: str, default_time_zone: str) -> ImportedProgramme:
    """The whole programme of a frab XML, frab JSON or iCalendar file.

    ``default_time_zone`` is the IANA name of the edition's zone, for times that name none.
    Raises ``ImportRefused``, and nothing else, for whatever cannot be imported whole.
    """
    log = ProblemLog(file_name)
    if len(data) > MAX_BYTES:
        raise log.stop(1, mark("The file is larger than %(limit)s MB."), limit=MAX_BYTES // 1024**2)
    source = detect_format(data)
    if source is None:
        raise log.stop(
            1, mark("This is none of the known formats: schedule.xml, schedule.json, iCalendar.")
        )
    return READERS[source](data, file_name=file_name, default_time_zone=default_time_zone)
