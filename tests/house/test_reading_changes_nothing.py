"""No GET writes: the whole sample festival is read by an administrator, and no row differs."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from festival import create_app
from festival.extensions import db
from festival.festivals.models import Edition
from tests import page_reader
from tests.conftest import settings_for_tests
from tests.links import administrator_browser, crawl
from tests.sample import build_sample


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    folder = tmp_path_factory.mktemp("reading")
    shutil.copytree(build_sample(tmp_path_factory), folder, dirs_exist_ok=True)
    return create_app(settings_for_tests(folder, f"sqlite:///{folder / 'festival.db'}"))


def fingerprint() -> dict[str, str]:
    """Table → hash over all its rows."""
    prints = {}
    for table in db.metadata.sorted_tables:
        digest = hashlib.sha256()
        for row in db.session.execute(select(table).order_by(*table.primary_key.columns)):
            digest.update(repr(tuple(row)).encode())
        prints[table.name] = digest.hexdigest()
    db.session.rollback()
    return prints


def test_no_get_writes_and_no_page_fails(sample: Flask, tmp_path: Path) -> None:
    browser = administrator_browser(sample)
    with sample.app_context():
        edition = db.session.scalars(select(Edition).order_by(Edition.starts_on.desc())).first()
        assert edition is not None
        start = f"/en/{edition.festival.slug}/{edition.slug}/"
        before = fingerprint()
    answers = crawl(browser, start=["/en/", start, f"{start}organize/desk"], most_per_endpoint=3)
    with sample.app_context():
        after = fingerprint()

    assert {name for name in before if before[name] != after[name]} == set()
    bad = {each.address: each.status for each in answers if each.status >= 400}
    assert bad == {}
    assert len({each.endpoint for each in answers}) > 30


def test_the_fingerprint_would_catch_a_write(sample: Flask) -> None:
    with sample.app_context():
        before = fingerprint()
        edition = db.session.scalars(select(Edition)).first()
        assert edition is not None
        edition.content_version += 1
        db.session.commit()
        assert fingerprint() != before


def test_pages_are_read_strictly() -> None:
    class Broken:
        mimetype, status_code, headers = "text/html", 200, {}

        @staticmethod
        def get_data() -> bytes:
            return b"<!doctype html><title>x</title><p style='color:red'>x</p>"

    with pytest.raises(AssertionError, match="inline style"):
        page_reader.read(Broken)
