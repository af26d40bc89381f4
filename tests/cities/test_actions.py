"""Adding, changing and removing twin cities; their logos and their partners."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from festival.accounts.models import RoleGrant
from festival.accounts.states import Role
from festival.cities import actions, queries
from festival.cities.actions import NewLogo
from festival.extensions import db
from festival.festivals.models import Edition
from festival.mail.models import OutboxMessage
from festival.shared.errors import FieldRefused, NotFound, RuleBroken
from festival.shared.journal import JournalEntry
from tests.factories.cities import city_facts, city_profile, logo_bytes
from tests.factories.festivals import ANA
from tests.factories.programme import make_session
from tests.factories.world import NOW, World

WHO: dict[str, Any] = {"actor": ANA, "now": NOW}


def versions(edition: Edition) -> int:
    return db.session.scalars(select(Edition.content_version).where(Edition.id == edition.id)).one()


def test_a_city_is_added_to_its_festival_only(world: World) -> None:
    before = versions(world.there.edition)
    made = actions.add_city(world.here.festival, city_facts(), city_profile(), **WHO)
    assert (made.slug, made.languages, made.time_zone) == (
        "ballycarron",
        ["en", "ga"],
        "Europe/Dublin",
    )
    assert [city.slug for city in queries.cities_of(world.there.festival.id)] == ["korea"]
    assert versions(world.here.edition) == 1
    assert versions(world.there.edition) == before


def test_two_cities_of_one_name_and_a_name_in_another_script(world: World) -> None:
    slugs = [
        actions.add_city(world.here.festival, city_facts(name=name), city_profile(), **WHO).slug
        for name in ("New", "Korea", "새빛")
    ]
    assert slugs == ["new-2", "korea-2", "city"]


def test_the_organizer_changes_everything_but_the_address(world: World) -> None:
    city = world.here.city
    actions.change_city(city, city_facts(), city_profile(), **WHO)
    assert (city.slug, city.name, city.country) == ("korea", "Ballycarron", "IE")
    line = db.session.scalars(select(JournalEntry)).one()
    assert line.before is not None and line.before["country"] == "KR"


def test_the_partner_changes_what_the_city_says_of_itself(world: World) -> None:
    city = world.here.city
    actions.change_profile(city, city_profile(about="Come and see."), **WHO)
    assert (city.about, city.name, city.time_zone) == (
        "Come and see.", "Twin of Luminara", "Asia/Seoul",
    )  # fmt: skip


def test_saving_the_same_again_changes_nothing(world: World) -> None:
    actions.change_profile(world.here.city, city_profile(), **WHO)
    before = versions(world.here.edition)
    actions.change_profile(world.here.city, city_profile(), **WHO)
    assert versions(world.here.edition) == before


def test_a_logo_comes_with_terms(world: World, tmp_path: Path) -> None:
    city = world.here.city
    logo = NewLogo(logo_bytes(), "arms.png", tmp_path)
    with pytest.raises(FieldRefused) as refused:
        actions.change_profile(city, city_profile(), logo=logo, **WHO)
    assert refused.value.field == "logo_terms"
    assert city.logo is None and city.about == ""
    actions.change_profile(city, city_profile(logo_terms="Not cut."), logo=logo, **WHO)
    assert city.logo is not None
    assert (tmp_path / city.logo.file_name).is_file()
    assert (city.logo_terms, city.logo.original_name) == ("Not cut.", "arms.png")


def test_a_broken_logo_adds_no_city(world: World, tmp_path: Path) -> None:
    logo = NewLogo(b"<svg onload=alert(1)>", "arms.png", tmp_path)
    with pytest.raises(FieldRefused) as refused:
        actions.add_city(
            world.here.festival, city_facts(), city_profile(logo_terms="Any."), logo=logo, **WHO
        )
    assert refused.value.field == "logo"
    assert queries.city_slugs(world.here.festival.id) == {"korea"}


def test_a_new_city_may_bring_its_logo(world: World, tmp_path: Path) -> None:
    logo = NewLogo(logo_bytes(), "arms.png", tmp_path)
    made = actions.add_city(
        world.here.festival, city_facts(), city_profile(logo_terms="Any."), logo=logo, **WHO
    )
    assert made.logo is not None and made.logo.width == 60


@pytest.mark.both_databases
def test_a_city_with_a_session_or_a_partner_stays(world: World) -> None:
    with pytest.raises(RuleBroken, match="still takes part"):
        actions.remove_city(world.here.city, **WHO)  # it has a partner
    partner = world.here.people[Role.PARTNER.value]
    actions.dismiss_partner(world.here.city, partner.id, edition=world.here.edition, **WHO)
    session = make_session(world.here.edition, title="Talk")
    session.twin_city_id = world.here.city.id
    db.session.flush()
    with pytest.raises(RuleBroken, match="still takes part"):
        actions.remove_city(world.here.city, **WHO)
    session.twin_city_id = None
    db.session.flush()
    actions.remove_city(world.here.city, **WHO)
    assert queries.cities_of(world.here.festival.id) == []
    assert len(queries.cities_of(world.there.festival.id)) == 1


def test_a_partner_is_invited_by_mail_and_dismissed(world: World) -> None:
    city, edition = world.here.city, world.here.edition
    person = actions.invite_partner(
        city, edition=edition, email="seo@saebit.example", name="Seo", locale="en", **WHO
    )
    assert "Seo" in [each.name for each in queries.partners_of(city.id)]
    assert "Seo" not in [each.name for each in queries.partners_of(world.there.city.id)]
    message = db.session.scalars(select(OutboxMessage)).one()
    assert (message.recipient, message.edition_id) == ("seo@saebit.example", edition.id)
    actions.dismiss_partner(city, person.id, edition=edition, **WHO)
    grants = select(RoleGrant).where(RoleGrant.person_id == person.id)
    assert db.session.scalars(grants).all() == []
    with pytest.raises(NotFound):
        actions.dismiss_partner(city, person.id, edition=edition, **WHO)
