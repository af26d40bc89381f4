"""Reads hostile files one after another and says of each how it went; run in a process of its own.

Prints one line of JSON for each case: name, outcome, reasons, CPU seconds, and by how many MB
the process had to grow at its highest.
"""

from __future__ import annotations

import functools
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree

from festival.feeds.imported import ImportRefused
from festival.feeds.reading.detect import read_programme

HEAD = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n"
TAIL = b"END:VCALENDAR\r\n"
MOST = 5 * 1024 * 1024 - 200
NEVER = b"RRULE:FREQ=DAILY;UNTIL=20270101T000000Z;BYYEARDAY=244;BYMONTH=9;BYDAY=TU\r\n"


def events(number: int, *lines: bytes) -> bytes:
    body = b"SUMMARY:t\r\nDTSTART:20260901T100000Z\r\n" + b"".join(lines)
    one = b"BEGIN:VEVENT\r\nUID:%d\r\n" + body + b"END:VEVENT\r\n"
    return HEAD + b"".join(one % each for each in range(number)) + TAIL


def zone(rule: bytes, *, since: bytes = b"16010101T000000", number: int = 1) -> bytes:
    part = b"DTSTART:%s\r\nRRULE:%s\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\n" % (since, rule)
    parts = b"".join(
        b"BEGIN:%s\r\n%sEND:%s\r\n" % (kind, part, kind) for kind in (b"STANDARD", b"DAYLIGHT") * 2
    )
    held = b"".join(
        b"BEGIN:VEVENT\r\nUID:%d\r\nSUMMARY:t\r\nDTSTART;TZID=Z:20%02d0901T1%d0000\r\nEND:VEVENT\r\n"
        % (each, each % 90, each % 9)
        for each in range(number)
    )
    return HEAD + b"BEGIN:VTIMEZONE\r\nTZID:Z\r\n" + parts + b"END:VTIMEZONE\r\n" + held + TAIL


def schedule_json(*held: str) -> bytes:
    day = '{"date":"2026-09-01","rooms":{"A":[' + ",".join(held) + "]}}"
    return ('{"schedule":{"conference":{"title":"T","days":[' + day + "]}}}").encode()


def schedule_xml(*held: str) -> bytes:
    day = '<day date="2026-09-01"><room name="A">' + "".join(held) + "</room></day>"
    return f"<schedule><conference><title>T</title></conference>{day}</schedule>".encode()


JSON_EVENT = '{"guid":"%d","title":"t","date":"2026-09-01T10:00:00+02:00","duration":"0:30"}'
XML_EVENT = '<event guid="%d"><title>t</title><start>10:00</start><duration>0:30</duration></event>'


def made_cases() -> Iterator[tuple[str, bytes]]:
    """Bombs too large to keep as files; each is about as large as a file may be."""
    yield "ten megabytes of nothing", b"\0" * 10_000_000
    yield "ten megabytes of calendar", events(100_000)[:10_000_000]
    yield "blank lines", HEAD + b"\n" * (MOST - 100)
    yield "xml deep", b"<a>" * 100_000 + b"</a>" * 100_000
    yield "xml wide", b"<schedule>" + b"<a/>" * ((MOST - 30) // 4) + b"</schedule>"
    yield "xml attributes", b"<schedule " + b" ".join(b'a%d=""' % n for n in range(450_000)) + b"/>"
    yield "xml text", b"<schedule>" + b"x" * (MOST - 50) + b"</schedule>"
    yield "xml comments", b"<schedule>" + b"<!---->" * ((MOST - 50) // 7) + b"</schedule>"
    yield "xml events", schedule_xml(*(XML_EVENT % n for n in range(4_999)))
    yield "xml one event more", schedule_xml(*(XML_EVENT % n for n in range(5_001)))
    yield (
        "xml html",
        schedule_xml(
            XML_EVENT.replace(
                "<title>", "<abstract>" + "&lt;" * 11_000 + "&lt;p&gt;</abstract><title>"
            )
        ),
    )
    yield "json deep lists", b'{"schedule":' + b"[" * 50_000
    yield "json deep objects", b'{"a":' * 100_000
    yield "json lists", b"[" + b"[]," * ((MOST - 10) // 3) + b"[]]"
    yield "json numbers", b'{"schedule":[' + b"0," * 290_000 + b"0]}"
    yield "json one number", b'{"schedule":' + b"1" * 1_000_000 + b"}"
    yield "json one text", b'{"schedule":"' + b"x" * (MOST - 20) + b'"}'
    yield "json backslashes", b'{"' + b"\\" * MOST
    yield "json escapes", b'{"a":"' + b"\\n" * (MOST // 2 - 20) + b'"}'
    yield "json events", schedule_json(*(JSON_EVENT % n for n in range(4_999)))
    yield "json wrong events", schedule_json(*['{"guid":1}'] * 30_000)
    yield "calendar line", events(1, b"DESCRIPTION:" + b"A" * 2_000_000 + b"\r\n")
    yield "calendar folds", events(1, b"DESCRIPTION:a" + b"\r\n a" * 99_000 + b"\r\n")
    yield "calendar fold bomb", events(1, b"DESCRIPTION:a" + b"\r\n a" * 200_000 + b"\r\n")
    yield "calendar commas", events(1, b"X-A;A=" + b"," * 90_000 + b"\r\n")
    yield "calendar quotes", events(1, b"X-A" + b';A="' * 20_000 + b":x\r\n")
    yield "calendar events", events(4_999)
    yield "calendar of wrong events", events(4_999, b"DTSTART:x\r\n")
    yield "rules that never match again", events(100, NEVER)
    yield "one rule too many", events(101, NEVER)
    yield "rules of ten thousand times", events(30, b"RRULE:FREQ=DAILY;COUNT=400\r\n")
    yield "a clock that changes every second", zone(b"FREQ=SECONDLY")
    yield "a clock that changes every second, hidden", zone(b"FREQ=YEARLY;FREQ=SECONDLY")
    march = b"FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=1,2,3,4,5,6,7;BYDAY=MO"
    yield "clocks since the year one", zone(march, since=b"00010101T000000")
    yield "a clock of one's own for every event", zone(march, number=4_999)


def corpus_cases(data: Path) -> Iterator[tuple[str, bytes]]:
    for folder in ("ics_odd", "ics_real", "corpora/ics", "corpora/made/ics", "corpora/made/xml"):
        for path in sorted((data / folder).rglob("*")):
            if path.is_file():
                yield f"{folder}/{path.relative_to(data / folder)}", path.read_bytes()
    for path in sorted((data / "corpora/made/ics").glob("*.ics")):
        titled = path.read_bytes().replace(b"UID:1\r\n", b"UID:1\r\nSUMMARY:titled\r\n")
        yield f"titled/{path.name}", titled  # or the missing title would hide what is meant
    for path in sorted((data / "schedules").iterdir()):
        yield f"schedules/{path.name}", path.read_bytes()


def memory(name: str) -> int:
    status = Path("/proc/self/status").read_text()
    return int(status.split(f"{name}:")[1].split()[0]) // 1024


def measured(name: str, read: Callable[[], object]) -> None:
    """Read in a child, which starts as small as every other, and print how it went."""
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return
    before, began = memory("VmRSS"), time.process_time()
    reasons: list[list[object]] = []
    try:
        read()
        outcome = "whole"
    except ImportRefused as refused:
        outcome = "refused"
        reasons = [[each.file, each.line, each.reason] for each in refused.problems]
    except BaseException as error:
        outcome = repr(error)
    made = {
        "name": name,
        "outcome": outcome,
        "reasons": reasons,
        "cpu": time.process_time() - began,
        "grown": memory("VmHWM") - before,
    }
    print(json.dumps(made), flush=True)
    os._exit(0)


def main(data: Path | None) -> None:
    cases = corpus_cases(data) if data else made_cases()
    for name, body in cases:
        reader = functools.partial(
            read_programme, body, file_name=name, default_time_zone="Europe/Berlin"
        )
        measured(name, reader)
    if data is None:
        wide = b"<schedule>" + b"<a b=''/>" * ((MOST - 30) // 9) + b"</schedule>"
        measured("control", functools.partial(ElementTree.fromstring, wide))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
