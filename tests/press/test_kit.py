"""The kit as one file: what is in it, that it is true, and that it is built when it must be."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import html5lib
import pypdf
import pytest
import time_machine
from flask_babel import force_locale
from PIL import Image
from PIL.IptcImagePlugin import getiptcinfo

from festival.extensions import db
from festival.festivals.models import Edition
from festival.press import kit as kit_room
from festival.press.jobs import keep_kits_ready
from festival.press.kit import KitPlan, KitRequest, build_kit, contribute, kit_paths, plan_kit
from festival.press.kit_shelf import MOST_KEPT, RENEWED_AFTER, SERVED_UNTIL, find_kit, kept_kit
from festival.programme.actions import publish_programme
from festival.shared.forms import clean_text
from tests.factories.evaluation import let_in, make_badge, make_gate
from tests.factories.press import COMPLETE, OFFICER, make_contact, make_picture, make_release
from tests.factories.programme import make_programme
from tests.factories.world import NOW, World

LATER = NOW + timedelta(days=90)
SITE = "http://localhost"


def instance(world: World) -> Path:
    folder: Path = world.app.config["SETTINGS"].instance_path
    return folder


def full_world(world: World) -> None:
    make_contact(world.here)
    make_release(world.here, quotes=[{"text": "We learn.", "speaker": "Ana", "role": "Mayor"}])
    make_release(world.here, language="ar", headline="مدينة تتعلم", lead="نص", body="**نص**")
    make_picture(world.here)
    make_picture(world.here, kind="PNG", position=1)
    make_programme(world.here.edition, venue=world.here.venue, sessions=6)
    publish_programme(world.here.edition, actor=OFFICER, now=NOW)
    db.session.commit()


def build(world: World) -> bytes:
    plan = plan_kit(world.here.edition, now=LATER)
    return build_kit(plan, instance=instance(world), public_url=SITE, now=LATER)


def opened(body: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_kit_holds_what_its_list_says(world: World) -> None:
    full_world(world)
    files = opened(build(world))
    assert sorted(files) == kit_paths(plan_kit(world.here.edition, now=LATER))
    for name, body in files.items():
        assert body, f"{name} is empty"
        assert not name.startswith("/") and ".." not in name


def test_the_same_content_gives_the_same_bytes(world: World) -> None:
    full_world(world)
    assert build(world) == build(world)


def test_the_manifest_names_each_file_with_its_digest(world: World) -> None:
    full_world(world)
    files = opened(build(world))
    manifest = json.loads(files.pop("manifest.json"))
    assert {each["path"]: each["sha256"] for each in manifest["files"]} == {
        name: hashlib.sha256(body).hexdigest() for name, body in files.items()
    }
    assert {each["path"]: each["bytes"] for each in manifest["files"]} == {
        name: len(body) for name, body in files.items()
    }
    assert manifest["programme_version"] == 1
    assert manifest["figures_as_of"] == "2027-05-30T09:00:00+00:00"
    assert {each["language"] for each in manifest["releases"]} == {"en", "ar"}


def test_every_page_is_valid_and_every_link_leads_to_a_file(world: World) -> None:
    full_world(world)
    files = opened(build(world))
    for name in [each for each in files if each.endswith(".html")]:
        root = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(files[name])
        for each in root.iter():
            target = each.get("href") or each.get("src")
            if target and not target.startswith(("http", "mailto:")):
                path = target.removeprefix("../") if "/" in name else target
                assert path in files, f"{name} links to {target}"


def test_documents_can_be_read_and_arabic_is_there(world: World) -> None:
    full_world(world)
    files = opened(build(world))
    for name in [each for each in files if each.endswith(".pdf")]:
        text = "".join(
            page.extract_text() for page in pypdf.PdfReader(io.BytesIO(files[name])).pages
        )
        assert len(text) > 50, f"{name} has no text"
    programme = pypdf.PdfReader(io.BytesIO(files["programme/programme-en.pdf"]))
    text = "".join(page.extract_text() for page in programme.pages)
    assert "All times are local times in Europe/Madrid" in text
    assert "Programme version 1, published 1 March 2027, 10:00" in text
    assert "Session 0" in text and "10:00" in text
    (arabic,) = [each for each in files if each.endswith("-ar.html") and "releases" in each]
    assert b'<html lang="ar" dir="rtl">' in files[arabic]


def test_pictures_carry_their_papers_inside(world: World) -> None:
    full_world(world)
    files = opened(build(world))
    for name in [each for each in files if each.startswith("pictures/web/")]:
        picture = Image.open(io.BytesIO(files[name]))
        described = json.dumps(picture.getxmp(), ensure_ascii=False)
        for text in (COMPLETE.caption, COMPLETE.alt_text, COMPLETE.credit, COMPLETE.licence):
            assert text in described, f"{name} lacks {text}"
        assert "AltTextAccessibility" in described and "ModelReleaseStatus" in described
        if name.endswith(".jpg"):
            records = getiptcinfo(picture)
            assert records is not None
            assert records[2, 80] == b"Ana Ruiz"
            assert records[2, 120].decode() == COMPLETE.caption
    captions = files["pictures/captions.txt"].decode()
    assert COMPLETE.caption in captions and COMPLETE.credit in captions


def test_captions_of_any_script_survive_in_the_file(world: World) -> None:
    make_contact(world.here)
    caption = "مدينة تتعلم 学习 <b>&\"'\x0b" + "é" * 1500
    make_picture(world.here, papers=replace(COMPLETE, caption=caption))
    files = opened(build(world))
    (name,) = [each for each in files if each.startswith("pictures/print/")]
    picture = Image.open(io.BytesIO(files[name]))
    assert caption.replace("\x0b", "") in json.dumps(picture.getxmp(), ensure_ascii=False).replace(
        '\\"', '"'
    )
    records = getiptcinfo(picture)
    assert records is not None
    short = records[2, 120].decode()
    assert caption.startswith(short) and len(short.encode()) <= 2000


def test_formulas_in_papers_are_defused(world: World) -> None:
    make_contact(world.here)
    make_picture(world.here, papers=replace(COMPLETE, credit="=HYPERLINK(1)"))
    assert b'"\'=HYPERLINK(1)"' in opened(build(world))["pictures/captions.csv"]


def test_naughty_strings_stay_text_in_every_file(world: World, shared: Path) -> None:
    strings = json.loads((shared / "data/corpora/blns/blns.json").read_text())
    naughty = clean_text(" ".join(each for each in strings if each)[:20_000])  # as forms do
    make_contact(world.here, name="<script>alert(1)</script>", role=naughty[:200])
    make_release(world.here, headline=naughty[:400], dateline=naughty[400:600], body=naughty)
    papers = replace(COMPLETE, caption=naughty[:2000], alt_text=naughty[2000:3000])
    make_picture(world.here, papers=papers)

    files = opened(build(world))

    for name in [each for each in files if each.endswith(".html")]:
        root = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(files[name])
        kinds = {each.tag for each in root.iter()}
        assert not kinds & {"script", "iframe", "svg", "object", "form", "style"}, name
        assert not any(key.startswith("on") for each in root.iter() for key in each.attrib), name
        images = [each.get("src") for each in root.iter("img")]
        assert all(each and each.startswith("pictures/web/") for each in images), name
    assert all(re.fullmatch(r"[a-z0-9/.-]+", name) for name in files)


@pytest.mark.parametrize("without", ["contact", "credit"])
def test_a_blocked_plan_is_not_built(world: World, without: str) -> None:
    if without == "credit":
        make_contact(world.here)
        make_picture(world.here, papers=replace(COMPLETE, credit=""))
    with pytest.raises(ValueError, match="blocked"):
        build(world)
    with pytest.raises(ValueError, match="blocked"):
        plan_and_kit(world)
    keep_kits_ready()
    assert not (instance(world) / "kits" / str(world.here.edition.id)).exists()


def test_other_rooms_bring_files(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kit_room, "_writers", {})
    make_contact(world.here)
    told: list[KitRequest] = []

    def write(request: KitRequest) -> bytes:
        told.append(request)
        return b"code;title"

    contribute("programme/extra.csv", write)

    assert opened(build(world))["programme/extra.csv"] == b"code;title"
    assert (told[0].locale, told[0].public_url, told[0].now) == ("en", SITE, LATER)


def plan_and_kit(
    world: World, *, minutes: float = 0, oldest: timedelta = RENEWED_AFTER
) -> tuple[KitPlan, Path]:
    now = LATER + timedelta(minutes=minutes)
    plan = plan_kit(world.here.edition, now=now)
    kept = kept_kit(plan, instance=instance(world), public_url=SITE, now=now, oldest=oldest)
    return plan, kept.path


def test_a_kit_is_kept_until_its_content_changes(world: World) -> None:
    make_contact(world.here)
    _, first = plan_and_kit(world)
    _, again = plan_and_kit(world, minutes=3)
    assert first == again

    make_release(world.here)
    plan, other = plan_and_kit(world, minutes=4)

    assert other != first
    assert plan.content_key in other.name


def test_figures_are_renewed_after_some_minutes_if_they_moved(world: World) -> None:
    make_contact(world.here)
    _, first = plan_and_kit(world)
    kept_for = RENEWED_AFTER.total_seconds() / 60
    _, unmoved = plan_and_kit(world, minutes=kept_for)
    assert unmoved == first

    let_in(make_badge(world.here, people=3), gate=make_gate(world.here))
    db.session.commit()
    _, soon = plan_and_kit(world, minutes=kept_for + 1)
    _, renewed = plan_and_kit(world, minutes=kept_for * 2)

    assert soon == first
    assert renewed != first
    assert b'"key": "visits"' in opened(renewed.read_bytes())["facts/facts.json"]


def test_a_reader_takes_older_figures_rather_than_waiting(world: World) -> None:
    make_contact(world.here)
    _, first = plan_and_kit(world)
    let_in(make_badge(world.here), gate=make_gate(world.here))
    db.session.commit()
    until = SERVED_UNTIL.total_seconds() / 60
    _, still = plan_and_kit(world, minutes=until - 1, oldest=SERVED_UNTIL)
    _, anew = plan_and_kit(world, minutes=until, oldest=SERVED_UNTIL)
    assert still == first
    assert anew != first


def test_the_worker_keeps_kits_ready_and_one_broken_picture_stops_no_other(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    for corner in (world.here, world.there):
        make_contact(corner)
    picture = make_picture(world.here)
    (instance(world) / "media" / picture.picture.file_name).unlink()
    with time_machine.travel(NOW, tick=False):
        keep_kits_ready()

    def kit_of(edition: Edition) -> object:
        return find_kit(plan_kit(edition, now=NOW), instance=instance(world))

    assert kit_of(world.here.edition) is None
    assert kit_of(world.there.edition) is not None
    assert "could not be built" in caplog.text


def test_a_reader_gets_the_kit_that_the_worker_made(world: World) -> None:
    make_contact(world.here)
    with time_machine.travel(NOW, tick=False):
        keep_kits_ready()
        kept = find_kit(plan_kit(world.here.edition, now=NOW), instance=instance(world))
        answer = world.browser().get(f"{world.here.path}/press/kit.zip", buffered=True)
    assert kept is not None
    assert answer.headers["ETag"] == f'"{kept.etag}"'


def test_a_spoilt_note_means_that_the_kit_is_built_again(world: World) -> None:
    make_contact(world.here)
    plan, path = plan_and_kit(world)
    path.with_name(f"{plan.content_key}.json").write_text("{")
    assert plan_and_kit(world)[1] == path


def test_old_kits_are_thrown_away(world: World) -> None:
    make_contact(world.here)
    for number in range(MOST_KEPT + 3):
        make_release(world.here, headline=f"Release {number}")
        _, path = plan_and_kit(world)
    assert len(list(path.parent.glob("*.zip"))) == MOST_KEPT
    assert path.exists()
    assert not list(path.parent.glob("*.partial"))


def test_a_kit_that_vanished_is_built_again(world: World) -> None:
    make_contact(world.here)
    _, path = plan_and_kit(world)
    path.unlink()
    _, again = plan_and_kit(world)
    assert again.exists()


def test_the_kit_stands_in_its_first_language(world: World) -> None:
    world.here.edition.languages = ["ar", "en"]
    make_contact(world.here)
    with force_locale("en"):
        assert b'<html lang="ar" dir="rtl">' in opened(build(world))["index.html"]
