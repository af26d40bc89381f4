"""Figures of badge printing; printed with ``-s``, never asserted."""

from __future__ import annotations

import resource
import time

import pytest

from festival.badges.codes import make_badge_code
from festival.badges.qr import qr_path
from festival.badges.sheet import LAYOUTS, BadgeFace, Layout, badge_pdf

pytestmark = pytest.mark.benchmark
NAMES = ("Maria-José Ångström", "李小龍", "فاطمة الزهراء", "Александра Щербакова", "Li")


def faces(count: int) -> list[BadgeFace]:
    return [
        BadgeFace(
            code=make_badge_code(),
            kind="visitor",
            kind_word="Visitor",
            name=f"{NAMES[number % len(NAMES)]} {number}",
            edition_title="Festival of Learning 2027",
            city_name="Cork",
            dates_text="14–16 May 2027",
            people_text="Admits 4 people",
        )
        for number in range(count)
    ]


def cpu_of_all() -> float:
    """Seconds of this process and of the ended ones that it started."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def test_one_badge():
    badges = faces(1)
    begun = time.perf_counter()
    badge_pdf(badges)
    print(f"\none badge: {(time.perf_counter() - begun) * 1000:.0f} ms")


def test_codes_a_second():
    codes = [make_badge_code() for _ in range(500)]
    begun = time.process_time()
    for code in codes:
        qr_path(code)
    print(f"\nQR paths: {500 / (time.process_time() - begun):.0f}/s of CPU")


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_500_badges(layout: Layout):
    badges = faces(500)
    begun, cpu = time.perf_counter(), cpu_of_all()
    pdf = badge_pdf(badges, layout=layout)
    took, cpu = time.perf_counter() - begun, cpu_of_all() - cpu
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(
        f"\n500 badges: {500 / took:.0f}/s, {cpu:.2f} s CPU, {len(pdf) // 1024} KiB, "
        f"peak of the typesetter {peak} MB"
    )
