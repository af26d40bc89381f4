"""Files from strangers: whole or refused with file, line and reason, within 2 s and 150 MB."""

from __future__ import annotations

import functools
import json
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import icalendar
import pytest

ROOT = Path(__file__).resolve().parents[2]
MOST_SECONDS = 2.0
MOST_MEGABYTES = 150
Outcome = dict[str, Any]


@functools.cache
def outcomes(folder: str) -> dict[str, Outcome]:
    """Each case's outcome; one process for all, so that one bomb would take the rest with it."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.feeds.hostile", *([folder] if folder else [])],
        cwd=ROOT,
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    found = [json.loads(line) for line in done.stdout.splitlines()]
    return {each["name"]: each for each in found}


@pytest.fixture
def corpus(shared: Path) -> dict[str, Outcome]:
    return outcomes(str(shared / "data"))


def unreasonable(found: dict[str, Outcome]) -> list[Outcome]:
    """What is neither whole nor refused with file, line and reason, or costs too much."""
    return [
        each
        for each in found.values()
        if not (
            each["cpu"] <= MOST_SECONDS
            and each["grown"] <= MOST_MEGABYTES
            and (
                each["outcome"] == "whole"
                or (
                    each["outcome"] == "refused"
                    and each["reasons"]
                    and all(
                        file == each["name"] and line >= 1 and reason and len(reason) < 1000
                        for file, line, reason in each["reasons"]
                    )
                )
            )
        )
    ]


def test_every_file_of_the_collections_is_whole_or_refused_in_time(
    corpus: dict[str, Outcome],
) -> None:
    assert len(corpus) > 380
    assert unreasonable(corpus) == []


def test_every_bomb_is_refused_or_read_in_time() -> None:
    found = dict(outcomes(""))
    control = found.pop("control")
    assert len(found) > 30
    assert unreasonable(found) == []
    whole = {name for name, each in found.items() if each["outcome"] == "whole"}
    assert whole == {
        "xml events", "xml html", "json events", "calendar events", "rules that never match again",
        "clocks since the year one", "a clock of one's own for every event", "calendar quotes",
    }  # fmt: skip
    # The broken variant: the same kind of file in a parser without limits.
    assert control["outcome"] == "whole"
    assert control["grown"] > MOST_MEGABYTES


def is_read_by_the_library(body: bytes) -> bool:
    with warnings.catch_warnings(action="ignore"):  # it guesses at zones aloud
        try:
            icalendar.Calendar.from_ical(body, multiple=True)
        except ValueError:
            return False
    return True


def test_whatever_the_library_refuses_is_refused(shared: Path, corpus: dict[str, Outcome]) -> None:
    refused_by_library = []
    for folder in ("ics_odd", "ics_real", "corpora/ics", "corpora/made/ics"):
        for path in sorted((shared / "data" / folder).rglob("*")):
            name = f"{folder}/{path.relative_to(shared / 'data' / folder)}"
            if path.is_file() and not is_read_by_the_library(path.read_bytes()):
                refused_by_library.append(name)
    assert len(refused_by_library) > 50
    assert {corpus[name]["outcome"] for name in refused_by_library} == {"refused"}


@pytest.mark.parametrize(
    ("name", "line", "part"),
    [
        ("corpora/made/xml/billion_laughs.xml", 1, "DOCTYPE"),
        ("corpora/made/xml/quadratic.xml", 1, "DOCTYPE"),
        ("corpora/made/xml/xxe_file.xml", 1, "DOCTYPE"),
        ("corpora/made/xml/xxe_http.xml", 1, "DOCTYPE"),
        ("corpora/made/xml/xinclude.xml", 1, "include"),
        ("corpora/made/xml/bad_utf8.xml", 1, "well-formed"),
        ("corpora/made/xml/nul.xml", 1, "well-formed"),
        ("corpora/made/xml/unclosed.xml", 1, "well-formed"),
        ("corpora/made/xml/utf16_lie.xml", 1, "encoding"),
        ("corpora/made/xml/half_good.xml", 1, "a1"),
        ("schedules/voc_invalid-example.json", 23, "['id']: text instead of integer"),
        ("schedules/voc_hub-schedule2.json", 202, "version 2"),
        ("ics_real/leap_digital_health_festival.ics", 1, "<!--"),
        ("ics_odd/libical_issue251.ics", 12, "U+0014"),
        ("ics_odd/libical_stresstest.ics", 28, "Sorry, I cannot"),
        ("titled/end_before_start.ics", 9, "before it starts"),
        ("titled/bad_tz.ics", 8, "Mars/Olympus"),
        ("titled/date_9999.ics", 8, "9999"),
        ("titled/rrule_secondly_forever.ics", 9, "SECONDLY"),
        ("titled/rrule_count_1e9.ics", 9, "too often"),
        ("titled/rrule_never.ics", 9, "without an end"),
        ("titled/bare_lf_cr.ics", 8, "U+000D"),
        ("titled/nul.ics", 8, "U+0000"),
        ("titled/no_end.ics", 4, "never closed"),
        ("titled/nest_5000.ics", 9, "nested"),
    ],
)
def test_the_reason_says_what_is_wrong_and_where(
    corpus: dict[str, Outcome], name: str, line: int, part: str
) -> None:
    outcome = corpus[name]
    assert outcome["outcome"] == "refused"
    assert [reason for _, at, reason in outcome["reasons"] if at == line and part in reason], (
        outcome["reasons"][:3]
    )


@pytest.mark.parametrize("name", ["dst_gap.ics", "dst_fold.ics"])
def test_odd_but_possible_files_are_taken(corpus: dict[str, Outcome], name: str) -> None:
    assert corpus[f"titled/{name}"]["outcome"] == "whole"
