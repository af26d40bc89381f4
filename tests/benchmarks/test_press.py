"""How long a press kit takes: the first time, and when it is kept."""

from __future__ import annotations

import io
import time
import zipfile

import pytest

from festival.extensions import db
from festival.programme.actions import publish_programme
from tests.factories.evaluation import let_in, make_badge, make_gate
from tests.factories.press import OFFICER, make_contact, make_picture, make_release
from tests.factories.programme import make_programme
from tests.factories.world import NOW, World

pytestmark = pytest.mark.benchmark
LANGUAGES = ["en", "ar", "zh", "fr", "ru", "es"]


def test_a_large_kit_is_built_once_and_then_served(world: World) -> None:
    world.here.edition.languages = LANGUAGES
    make_contact(world.here)
    for language in LANGUAGES:
        make_release(world.here, slug="one", language=language)
    for number in range(6):
        make_picture(world.here, position=number)
    make_programme(world.here.edition, venue=world.here.venue, sessions=600)
    publish_programme(world.here.edition, actor=OFFICER, now=NOW)
    db.session.commit()
    address = f"{world.here.path}/press/kit.zip"
    took = []
    for _ in range(2):
        start = time.perf_counter()
        answer = world.browser().get(address, buffered=True)
        took.append(time.perf_counter() - start)
    files = zipfile.ZipFile(io.BytesIO(answer.get_data())).namelist()

    print(
        f"\npress kit, 600 sessions, 6 languages: {len(files)} files, "
        f"{len(answer.get_data()) / 1e6:.1f} MB, "
        f"first {took[0]:.1f} s, then {took[1] * 1000:.0f} ms"
    )
    assert len(files) > 40


def test_the_fact_sheet_of_two_thousand_admissions(world: World) -> None:
    gate = make_gate(world.here)
    for _ in range(2000):
        badge = make_badge(world.here, people=3)
        let_in(badge, gate=gate)
    db.session.commit()
    browser = world.browser()
    start = time.perf_counter()
    answer = browser.get(f"{world.here.path}/press/facts")
    print(f"\nfact sheet of 2,000 admissions: {(time.perf_counter() - start) * 1000:.0f} ms")
    assert "6,000" in answer.text
