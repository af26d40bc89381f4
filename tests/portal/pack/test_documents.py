"""The pack on paper: everything is in the text, every badge is read, nothing runs."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pypdf
import pytest
from flask import Flask
from PIL import Image

from festival.exhibitors.models import Application, OrganizationContact
from festival.exhibitors.stands.drawings import remade_drawing
from festival.extensions import db
from festival.portal.pack import queries
from festival.portal.pack.actions import write_text
from festival.portal.pack.documents import background_of, digest_of, pack_pdf, stamp_of
from festival.portal.pack.facts import Span
from festival.portal.passes.actions import take_pass_back
from festival.programme.actions import publish_programme
from festival.shared.journal import SYSTEM
from festival.shared.pictures import store_picture
from tests.factories.passes import make_pass, make_team
from tests.factories.programme import make_session
from tests.factories.stands import give, make_plan, stand_called
from tests.factories.world import NOW, World
from tests.portal.pack.reading import codes_in, letters, pdf_now, sheet_now, text_of

FRIDAY = datetime(2027, 5, 14, 9, 0, tzinfo=UTC)
NAMES = ("Amina Diallo", "فاطمة الزهراء", "李小龍", "Александра Щербакова")


def full_team(world: World, *, language: str = "en") -> Application:
    """An exhibitor with all that a pack can tell, but for a slot."""
    team = make_team(world.here, wanted=6)
    team.language = language
    plan = make_plan(world.here, stands=6, venue_id=world.here.venue.id)
    give(stand_called(plan, "A3"), team)
    for name in NAMES:
        make_pass(team, name)
    session = make_session(
        world.here.edition, title="Bind your own notebook", starts_at=FRIDAY,
        space=world.here.space, occurrence={"is_bookable": True, "capacity": 12},
    )  # fmt: skip
    session.organization_id = team.organization_id
    team.organization.contacts = [OrganizationContact(name="Rosa Gil", role="stand", phone="555")]
    db.session.commit()
    publish_programme(world.here.edition, actor=SYSTEM, now=NOW)
    db.session.commit()
    return team


def test_the_pack_tells_everything_in_its_text_layer(world: World) -> None:
    team = full_team(world)

    text = text_of(pdf_now(team))

    for told in (
        "Your pack for Luminara Learns 2027", "Dear Nour Haddad,", "Paper Workshop", "Market hall",
        "A3", "3 × 3 m", "Power: 3000 W", "Luminara Library, 1 Main Street",
        "Bind your own notebook", "Fri, May 14 · 11:00", "Reading Hall", "12 places to book",
        "Keep ways, doors and emergency exits free.", "write to hello@luminara.example",
        "Rosa Gil · stand · 555", "Amina Diallo", "李小龍", "Made now.", team.code,
    ):  # fmt: skip
        assert letters(told) in text, told


@pytest.mark.parametrize("language", ["en", "ar", "zh"])
def test_every_badge_is_read_from_the_paper_in_every_direction(world: World, language: str) -> None:
    team = full_team(world, language=language)
    codes = [each.code for each in queries.facts_of(team.edition, [team])[team.id].badges]
    pdf = pdf_now(team)

    assert len(codes) == len(NAMES)
    assert sorted(codes_in(pdf)) == sorted(codes)
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    assert str(reader.trailer["/Root"]["/Lang"]) == language
    assert sheet_now(team)["rtl"] is (language == "ar")
    assert sheet_now(team)["letter"][0]["rtl"] is (language == "ar")


def test_a_badge_that_opens_no_door_is_not_printed(world: World) -> None:
    team = make_team(world.here)
    row = make_pass(team)
    stays = make_pass(team, "Stays")
    take_pass_back(row, actor=SYSTEM, now=NOW)
    db.session.commit()

    assert codes_in(pdf_now(team)) == [stays.badge.code]


def test_who_has_nothing_yet_is_told_what_is_missing(world: World) -> None:
    text = text_of(pdf_now(make_team(world.here, wanted=0)))

    for told in ("You have no stand yet.", "You have booked no time", "No activity of yours",
                 "Nobody of your team is named yet."):  # fmt: skip
        assert letters(told) in text


def test_a_slot_at_the_gate_stands_in_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    team = make_team(world.here)
    span = Span("Set-up", FRIDAY, FRIDAY.replace(hour=10), "North gate", "2 Harbour Street", "Ring")
    monkeypatch.setattr(queries, "_spans", lambda _edition: {team.id: [span]})

    text = text_of(pdf_now(team))

    assert letters("Fri, May 14 · 11:00–12:00") in text
    assert letters("North gate, 2 Harbour Street") in text


def test_the_organizers_own_words_stand_in_the_pack_of_their_language_only(world: World) -> None:
    english, french = make_team(world.here), make_team(world.here, "Relieurs")
    french.language = "fr"
    write_text(
        world.here.edition, language="en", rules="- No **balloons**.", contacts="Call 555-0101.",
        actor=SYSTEM, now=NOW,
    )  # fmt: skip
    db.session.commit()

    text = text_of(pdf_now(english))
    assert "Noballoons." in text and "Call555-0101." in text
    assert letters("Open fire") not in text
    assert "balloons" not in text_of(pdf_now(french))


@pytest.mark.parametrize("kind", ["drawing", "picture", "broken", "missing"])
def test_a_background_is_drawn_under_the_stands_and_a_broken_one_left_out(
    world: World, app: Flask, kind: str, tmp_path: Path
) -> None:
    team = full_team(world)
    facts = queries.facts_of(team.edition, [team])[team.id]
    assert facts.plan is not None
    if kind == "drawing":
        facts.plan.drawing = remade_drawing(
            b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><path d="M0 0h9"/></svg>'
        )
    elif kind in ("picture", "missing"):
        out = io.BytesIO()
        Image.new("RGB", (640, 480), "#4fdcae").save(out, "PNG")
        facts.plan.picture = store_picture(out.getvalue(), media_folder=tmp_path, now=NOW)
    folder = tmp_path / "elsewhere" if kind == "missing" else tmp_path
    background = background_of(facts.plan, media_folder=folder)
    if kind == "broken":
        background = "<svg"

    pdf = pack_pdf(sheet_now(team), background=background, stamp="Made now.")

    assert bool(background) is (kind != "missing")
    assert len(codes_in(pdf)) == len(NAMES)
    images = [each for page in pypdf.PdfReader(io.BytesIO(pdf)).pages for each in page.images]
    assert len(images) == (kind == "picture")


def test_the_digest_changes_with_every_fact_and_with_nothing_else(world: World) -> None:
    team = full_team(world)
    seen = [digest_of(sheet_now(team))]

    def is_new() -> bool:
        db.session.commit()
        db.session.expire_all()
        seen.append(digest_of(sheet_now(team)))
        return seen[-1] not in seen[:-1]

    assert not is_new()
    make_pass(team, "Late Comer")
    assert is_new()
    team.organization.contact_phone = "+34 611"
    assert is_new()
    stand_called(queries.facts_of(team.edition, [team])[team.id].plan, "A3").number = "Z9"
    assert is_new()
    write_text(team.edition, language="en", rules="x", contacts="", actor=SYSTEM, now=NOW)
    assert is_new()
    write_text(team.edition, language="ar", rules="x", contacts="", actor=SYSTEM, now=NOW)
    assert not is_new()
    first = stamp_of(NOW, edition=team.edition, lang="en")
    assert "March 1, 2027, 10:00 (Europe/Madrid)" in first


def test_nothing_that_somebody_typed_is_run_and_no_word_leaves_the_page(
    world: World, shared: Path, tmp_path: Path
) -> None:
    """Naughty strings in every field, a pile of them in each pack."""
    corpora = shared / "data" / "corpora"
    hostile = json.loads((corpora / "made/tmpl/ssti.json").read_text(encoding="utf-8"))
    hostile += json.loads((corpora / "blns/blns.json").read_text(encoding="utf-8"))
    secret = tmp_path / "secret.txt"
    secret.write_text("CANARY")
    hostile = [f'#read("{secret}")', "#sys.inputs", "`raw`", "$x$", *hostile]
    hostile = [each for each in hostile if each.strip() and "\0" not in each]
    team = full_team(world)
    organization, plan = team.organization, queries.facts_of(team.edition, [team])[team.id].plan
    assert plan is not None
    for number in range(0, len(hostile), 60):
        words = hostile[number : number + 60]
        organization.name = organization.contact_name = organization.contact_phone = words[0]
        plan.name = plan.venue.name = words[-1]  # type: ignore[union-attr]
        for place, (stand, word) in enumerate(zip(plan.stands, words, strict=False)):
            stand.number = f"{place}{word}"[:12]
        for row, word in zip(queries.passes_of_all([team.id])[team.id], words, strict=False):
            row.name = row.badge.holder_name = word[:200]
        team.edition.title = words[0][:200]
        write_text(team.edition, language="en", rules="\n\n".join(words), contacts=words[0],
                   actor=SYSTEM, now=NOW)  # fmt: skip
        with db.session.no_autoflush:
            pdf = pdf_now(team)
        db.session.rollback()
        text = text_of(pdf)
        assert "CANARY" not in text and "root:" not in text
        assert len(codes_in(pdf)) == len(NAMES)
        if not number:
            assert "#sys.inputs" in text
