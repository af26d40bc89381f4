"""Figures of reading and writing: CPU time and size.  Printed, never asserted."""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from festival.feeds.rules import plan_import
from tests.feeds.test_reading_real import ICS, JSON, XML
from tests.feeds.test_round_trips import ical, json, xml
from tests.feeds.worlds import known_from, published_from, read

pytestmark = pytest.mark.benchmark


def timed(call: Callable[[], object]) -> tuple[object, float]:
    began = time.process_time()
    made = call()
    return made, (time.process_time() - began) * 1000


def test_reading_real_programmes(shared: Path) -> None:
    folders = (("schedules", (*XML, *JSON)), ("ics_real", ICS))
    for path in (shared / "data" / folder / name for folder, names in folders for name in names):
        body = path.read_bytes()
        made, cpu = timed(partial(read, body))
        print(f"{path.name:28} {len(body) / 1024:7.0f} KiB {cpu:6.0f} ms")
        assert made


def test_writing_600_events(shared: Path) -> None:
    """The first 600 of FOSDEM 2020's 872, and all 482 of EMF 2024."""
    for name, zone, most in (
        ("fosdem_2020.xml", "Europe/Brussels", 600),
        ("emf_2024.frab.xml", "Europe/London", 482),
    ):
        imported = read((shared / "data/schedules" / name).read_bytes(), zone=zone)
        made = published_from(imported, zone=zone)
        made = replace(made, sessions=made.sessions[:most])
        assert len(made.held) == most
        for write in (ical, xml, json):
            body, cpu = timed(partial(write, made))
            assert isinstance(body, bytes)
            small = len(gzip.compress(body, 6)) / 1024
            print(f"{name:20} {write.__name__:5} {most} events {cpu:6.0f} ms "
                  f"{len(body) / 1024:6.0f} KiB, gzip {small:5.0f} KiB")  # fmt: skip
        known = known_from(imported.sessions)
        _, cpu = timed(partial(plan_import, imported.sessions, known=known))
        print(f"{name:20} plan  {len(known)} sessions {cpu:6.0f} ms")
