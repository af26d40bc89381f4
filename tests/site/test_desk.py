"""The desk: what waits, for whom, and what is the next step."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from festival.accounts.states import Role
from festival.exhibitors.states import ApplicationState
from festival.extensions import db
from festival.festivals.states import EditionState
from festival.mail.states import MessageState
from festival.press.states import Consent
from festival.site import desk_queries as ask
from festival.site.desk import Desk, waiting_at_desk
from tests.factories import press as press_factory
from tests.factories.badges import make_badge
from tests.factories.checkin import make_door, make_gate, scan
from tests.factories.exhibitors import make_application
from tests.factories.festivals import open_venue
from tests.factories.mail import waiting_message
from tests.factories.programme import make_session
from tests.factories.visitors import make_household, publish
from tests.factories.world import FIRST_DAY, NOW, World

MORNING = datetime(2027, 5, 14, 8, 0, tzinfo=UTC)


def desk_of(world: World, *roles: Role, now: datetime = NOW) -> Desk:
    return waiting_at_desk(
        world.here.edition, roles=frozenset(role.value for role in roles), now=now
    )


def waiting(world: World, *roles: Role, now: datetime = NOW) -> dict[str, int]:
    desk = desk_of(world, *(roles or (Role.ORGANIZER,)), now=now)
    return {item.endpoint: item.number for item in desk.waiting}


def test_nothing_waits_in_a_new_edition(world: World) -> None:
    assert waiting(world) == {}


def test_sessions_before_the_first_publication_wait_when_they_are_ready(world: World) -> None:
    make_session(world.here.edition, title="Ready")
    assert waiting(world) == {"programme.publish": 1}
    publish(world.here)
    assert waiting(world) == {}


def test_a_session_changed_after_the_publication_waits(world: World) -> None:
    session = make_session(world.here.edition, title="Pottery")
    make_session(world.here.edition, title="Untouched")
    publish(world.here)
    session.title = "Advanced pottery"
    db.session.flush()
    assert waiting(world) == {"programme.publish": 1}


def test_two_sessions_in_one_space_are_a_clash(world: World) -> None:
    for title in ("Pottery", "Singing"):
        make_session(world.here.edition, title=title, space=world.here.space)
    assert waiting(world)["programme.clashes"] == 1


def test_mail_that_came_back_waits_in_its_own_edition_only(world: World) -> None:
    for number, corner in enumerate((world.here, world.there)):
        message = waiting_message(number, edition_id=corner.edition.id)
        message.state = MessageState.DEAD
    db.session.flush()
    assert waiting(world) == {"mail.outbox": 1}


def test_door_links_are_told_a_day_before_they_end(world: World) -> None:
    link, _token = make_door(world.here)
    link.expires_at = NOW + timedelta(hours=23)
    db.session.flush()
    assert waiting(world, Role.DOOR_LEAD) == {"checkin.door_links": 1}
    for moment in (NOW - timedelta(hours=2), NOW + timedelta(hours=23)):
        assert waiting(world, Role.DOOR_LEAD, now=moment) == {}
    link.revoked_at = NOW
    db.session.flush()
    assert waiting(world, Role.DOOR_LEAD) == {}


def test_pictures_without_papers_and_releases_under_embargo(world: World) -> None:
    picture = press_factory.make_picture(world.here)
    assert ask.count_pictures_without_papers(world.here.edition.id) == 0
    picture.alt_text = ""
    db.session.flush()
    assert ask.count_pictures_without_papers(world.here.edition.id) == 1
    picture.alt_text, picture.consent = "A sun", Consent.MISSING
    db.session.flush()
    assert ask.count_pictures_without_papers(world.here.edition.id) == 1
    assert ask.count_pictures_without_papers(world.there.edition.id) == 0
    picture.in_kit = False
    db.session.flush()
    assert ask.count_pictures_without_papers(world.here.edition.id) == 0


def test_an_application_waits_for_organizer_and_reviewer(world: World) -> None:
    make_application(world.here)
    assert waiting(world) == {"exhibitors.applications": 1}
    assert waiting(world, Role.REVIEWER) == {"exhibitors.applications": 1}
    for role in (Role.DOOR_LEAD, Role.PRESS_OFFICER, Role.EVALUATOR):
        assert waiting(world, role) == {}


def test_an_accepted_offer_waits_until_it_is_in_the_programme(world: World) -> None:
    application, _token = make_application(world.here, state=ApplicationState.ACCEPTED)
    offers = len(application.offers)
    assert offers > 0
    assert waiting(world)["programme.offers"] == offers
    session = make_session(world.here.edition, title="Taken")
    session.offer_id = application.offers[0].id
    db.session.flush()
    assert ask.count_offers_outside_programme(world.here.edition.id) == offers - 1


def test_people_registered_today_are_counted_by_the_clock_of_the_city(world: World) -> None:
    moments = (
        datetime(2027, 5, 13, 21, 59, tzinfo=UTC),  # 23:59 the evening before in Madrid
        datetime(2027, 5, 13, 22, 0, tzinfo=UTC),  # midnight
        datetime(2027, 5, 14, 20, 0, tzinfo=UTC),
    )
    for people, moment in enumerate(moments, 1):
        household, _token = make_household(world.here, people=people)
        household.created_at = moment
    db.session.flush()
    told = {item.icon: item.number for item in desk_of(world, Role.ORGANIZER, now=MORNING).today}
    assert told["ticket"] == 5
    assert told["people"] == 6


def test_people_let_in_today(world: World) -> None:
    with time_machine.travel(MORNING, tick=False):
        door, _token = make_door(world.here, gate=make_gate(world.here))
        scan(door, make_badge(world.here, people=3), at=MORNING)
    assert ask.count_people_let_in(world.here.edition.id, day=FIRST_DAY) == 3
    assert ask.count_people_let_in(world.here.edition.id, day=FIRST_DAY + timedelta(days=1)) == 0
    assert ask.count_people_let_in(world.there.edition.id, day=FIRST_DAY) == 0


def test_the_steps_of_setting_up_name_the_next_one(world: World) -> None:
    steps = desk_of(world, Role.ORGANIZER)
    assert steps.next_step is not None and steps.next_step.endpoint == "festivals.venues"
    open_venue(world.here.venue, FIRST_DAY, (9, 18))
    make_session(world.here.edition, title="Pottery")
    step = desk_of(world, Role.ORGANIZER).next_step
    assert step is not None and step.endpoint == "programme.publish"


def test_when_all_is_set_up_the_steps_are_gone(world: World) -> None:
    open_venue(world.here.venue, FIRST_DAY, (9, 18))
    make_session(world.here.edition, title="Pottery")
    publish(world.here)
    make_gate(world.here)
    world.here.edition.registration_opens_at = NOW
    db.session.flush()
    desk = desk_of(world, Role.ORGANIZER)
    assert (desk.steps, desk.next_step, desk.waiting) == ([], None, [])
    world.here.edition.state = EditionState.DRAFT
    db.session.flush()
    step = desk_of(world, Role.ORGANIZER).next_step
    assert step is not None and step.endpoint == "festivals.edit_edition"


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.DOOR_LEAD, Role.PRESS_OFFICER])
def test_only_organizers_set_up(world: World, role: Role) -> None:
    assert desk_of(world, role).steps == []


@pytest.mark.parametrize(
    ("role", "words"),
    [
        (Role.ORGANIZER, "Next: Add the places"),
        (Role.REVIEWER, "Nothing waits"),
        (Role.EVALUATOR, "people registered in all"),
        (Role.DOOR_LEAD, "people let in at the gates today"),
        (Role.PRESS_OFFICER, "Nothing waits"),
    ],
)
def test_each_role_has_a_desk(world: World, role: Role, words: str) -> None:
    answer: Any = world.browser_as(role).get(f"{world.here.path}/organize/")
    assert answer.status_code == 200
    assert words in answer.text
    assert world.browser_as(role).get(f"{world.there.path}/organize/").status_code == 404


def test_a_line_of_the_desk_leads_to_its_page(world: World) -> None:
    make_application(world.here)
    db.session.commit()
    page = world.browser_as(Role.ORGANIZER).get(f"{world.here.path}/organize/").text
    assert "application waits for a decision" in page
    assert f'href="{world.here.path}/organize/exhibitors"' in page
