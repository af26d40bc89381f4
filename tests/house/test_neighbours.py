"""Object by object: whoever belongs to one festival gets at nothing of another one.

The table of routes says what is tried, so a new door is tried without anybody thinking of it; one
whose argument has no example here fails the test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from festival.badges import queries as badge_queries
from festival.badges.models import Badge
from festival.extensions import db
from festival.shared.access import Role, Who
from tests.factories.everything import Everything, fill
from tests.factories.world import World
from tests.house.signed import form_token, post
from tests.house.test_reading_changes_nothing import fingerprint

CANARY = "Zanzibar"
FRAME = {"lang", "festival_slug", "edition_slug"}
OPEN = {Who.EVERYBODY.value, Who.LINK_HOLDER.value}

BEARER = {
    "accounts.choose_password", "accounts.set_up", "door.scanner", "door.scan", "door.typed",
    "door.undo", "door.names", "personal_feeds.personal_feed", "exhibitor_feeds.calendar",
    "machine.media", "static",
    "all_mail.choose", "all_mail.unsubscribe", "all_mail.unsubscribe_at_once",
}  # fmt: skip
"""Their address names no festival: the secret (or the picture's hash) is the whole permission."""

OF_EACH = {
    "programme.version",  # both have a first one, a call of each kind, and all kinds of mail
    "mail.kind", "mail.kind_as_html",
    "exhibitors.edit_call", "exhibitors.preview_call", "exhibitors.new_question",
    "exhibitors.new_stand_class", "exhibitors.call_links", "exhibitors.invite_again",
    "exhibitors.answers_table", "portal.pack_words",
}  # fmt: skip
"""Their arguments name what every edition has."""

NOT_FOR_ORGANIZERS = {
    "cities.partner",
    "tasks.file",  # that work made none
    "portal.office_pack", "portal.pack_file",  # no pack is made yet
    "press.picture",  # not public: it is not in the kit
    "press.release", "press.release_document",  # under embargo
    "press.embargoed_document",  # the promise is not given yet
    "feed_addresses.city_calendar",  # no session of the city
}  # fmt: skip

Facts = dict[str, Callable[[Everything], object]]
EXAMPLES: dict[str, Facts] = {
    "accounts": {
        "person_id": lambda made: made.corner.people["organizer"].id,
        "sign_in_id": lambda made: made.sign_in.id,
        "step": lambda made: "deactivate",
    },
    "accounts.change_administrator": {"step": lambda made: "give"},
    "all_tasks": {"code": lambda made: made.task.code},
    "all_mail": {
        "message_id": lambda made: made.message.id,
        "kind": lambda made: "booking_confirmed",
        "language": lambda made: "en",
    },
    "badges": {
        "code": lambda made: made.badge.code,
        "reference": lambda made: made.badge.code_hash,
    },
    "checkin": {
        "reference": lambda made: made.door_reference,
        "key": lambda made: made.scan_key,
    },
    "cities": {
        "slug": lambda made: made.city.slug,
        "person_id": lambda made: made.corner.people["partner"].id,
    },
    "exhibitors": {
        "code": lambda made: made.application.code,
        "file_code": lambda made: made.paper.file.code,
        "kind": lambda made: "exhibitors",
        "token": lambda made: made.call_link_token,
        "keep": lambda made: made.corner.organization.code,
        "gone": lambda made: made.draft_application.organization.code,
    },
    "exhibitors.own_paper": {"code": lambda made: made.paper.file.code},
    "exhibitors.remove_own_paper": {"code": lambda made: made.paper.file.code},
    "exhibitors.edit_question": {"code": lambda made: made.question.code},
    "exhibitors.move_question": {"code": lambda made: made.question.code},
    "exhibitors.remove_question": {"code": lambda made: made.question.code},
    "exhibitors.edit_stand_class": {"code": lambda made: made.stand_class.code},
    "exhibitors.remove_stand_class": {"code": lambda made: made.stand_class.code},
    "exhibitors.revoke_call_link": {"code": lambda made: made.call_link.code},
    "exhibitors.members": {"code": lambda made: made.application.organization.code},
    "exhibitors.end_own_member": {"code": lambda made: made.application.organization.code},
    **{
        f"exhibitors.{door}": {"code": lambda made: made.application.organization.code}
        for door in ("exhibitor", "card", "edit_public_face")
    },
    "exhibitors.apply_again": {"code": lambda made: made.application.organization.code},
    "feed_addresses": {"code": lambda made: made.session.code},
    "feed_addresses.city_calendar": {"slug": lambda made: made.city.slug},
    "feed_addresses.place_calendar": {"slug": lambda made: made.corner.venue.slug},
    "feed_addresses.space_calendar": {"slug": lambda made: made.corner.space.slug},
    "feed_addresses.strand_calendar": {"slug": lambda made: made.strand.slug},
    "feeds": {
        "code": lambda made: made.import_code,
        "token": lambda made: made.household_token,
    },
    "festival_admin": {"slug": lambda made: made.corner.festival.slug},
    "festivals": {"slug": lambda made: made.corner.venue.slug},
    "festivals.edit_space": {"slug": lambda made: made.corner.space.slug},
    "festivals.remove_space": {"slug": lambda made: made.corner.space.slug},
    "mail": {
        "message_id": lambda made: made.message.id,
        "kind": lambda made: "booking_confirmed",
        "language": lambda made: "en",
    },
    "mail_batches": {"code": lambda made: made.batch.code},
    "mail_batches.introduce": {"code": lambda made: made.pile.code},
    "portal": {
        "code": lambda made: made.application.code,
        "gate_code": lambda made: made.vehicle_gate.code,
        "slot_code": lambda made: made.gate_slot.code,
        "pass_code": lambda made: made.team_pass.code,
        "language": lambda made: "en",
        "kind": lambda made: "set_up",
        "state": lambda made: "closed",
    },
    "portal.interest": {"code": lambda made: made.lead_page.code},
    "portal.my_interest": {"token": lambda made: made.lead_token},
    **{
        f"portal.{door}": {"code": lambda made: made.application.code}
        for door in ("leads", "leads_csv", "lead_poster")
    },
    "press": {
        "number": lambda made: made.contact.id,
        "code": lambda made: made.picture.code,
        "slug": lambda made: made.release.slug,
        "language": lambda made: made.release.language,
        "size": lambda made: "web",
        "token": lambda made: made.newsroom_token,
    },
    "press.revoke_newsroom": {"code": lambda made: made.newsroom.code},
    "programme": {
        "code": lambda made: made.session.code,
        "slug": lambda made: made.strand.slug,
        "uid": lambda made: made.occurrence.uid,
        "number": lambda made: 1,
    },
    "programme.edit_presenter_page": {"code": lambda made: made.presenter.code},
    "programme.remove_presenter_page": {"code": lambda made: made.presenter.code},
    "programme.place": {"slug": lambda made: made.corner.venue.slug},
    "programme.take_offer_in": {"number": lambda made: made.application.offers[0].id},
    "returns": {
        "token": lambda made: made.return_token,
        "uid": lambda made: made.hosted.uid,
    },
    "reviewing": {
        "code": lambda made: made.waiting_application.code,
        "number": lambda made: made.conflict.id,
    },
    "reviewing.decided": {"code": lambda made: made.decision_round.code},
    "reviewing.release": {"code": lambda made: made.decision_round.code},
    "reviewing.undo": {"code": lambda made: made.decision_round.code},
    "stands": {
        "code": lambda made: made.stand.code,
        "state": lambda made: "blocked",
        "wish_id": lambda made: made.placement_wish.id,
    },
    **{
        f"stands.{door}": {"code": lambda made: made.floor_plan.code}
        for door in ("plan", "edit_plan", "remove_plan", "draw", "background", "public_plan")
    },
    **{
        f"stands.{door}": {"code": lambda made: made.application.code}
        for door in ("exhibitor", "remove_wish")
    },
    **{
        f"stands.{door}": {"code": lambda made: made.stand_proposal.code}
        for door in ("proposal", "accept", "discard", "undo")
    },
    "tasks": {"code": lambda made: made.task.code},
    "team": {
        "person_id": lambda made: made.corner.people["reviewer"].id,
        "role": lambda made: "reviewer",
    },
    "visitors": {
        "code": lambda made: made.registration.code,
        "token": lambda made: made.household_token,
        "uid": lambda made: made.occurrence.uid,
    },
}
"""Room or endpoint → argument → which of the objects that ``fill`` made it names."""


@dataclass(frozen=True)
class Door:
    rule: Rule
    who: frozenset[str]

    @property
    def endpoint(self) -> str:
        return str(self.rule.endpoint)

    @property
    def methods(self) -> list[str]:
        return sorted((self.rule.methods or set()) & {"GET", "POST"})

    @property
    def names_an_edition(self) -> bool:
        return "edition_slug" in self.rule.arguments


def doors_with_objects(app: Flask) -> list[Door]:
    return [
        Door(rule, app.view_functions[rule.endpoint].__open_to__)
        for rule in app.url_map.iter_rules()
        if rule.arguments - FRAME and rule.endpoint not in BEARER
    ]


def examples_of(door: Door, made: Everything) -> Iterator[dict[str, object]]:
    """Values for the arguments that name objects; several where one argument has two forms."""
    known = EXAMPLES.get(door.endpoint.split(".")[0], {}) | EXAMPLES.get(door.endpoint, {})
    if "handle" in door.rule.arguments:
        others = {name: known[name](made) for name in door.rule.arguments - FRAME - {"handle"}}
        if not others:
            yield {"handle": made.draft_application_token}
            yield {"handle": made.application.code}
        else:
            yield {"handle": made.application_token} | others
        return
    missing = door.rule.arguments - FRAME - set(known)
    assert not missing, f"{door.endpoint}: say in EXAMPLES what {missing} names"
    yield {name: known[name](made) for name in door.rule.arguments - FRAME}


def address(door: Door, *, at: Everything, values: dict[str, object]) -> str:
    frame = {
        "lang": "en",
        "festival_slug": at.corner.festival.slug,
        "edition_slug": at.corner.edition.slug,
    }
    wanted = {name: value for name, value in frame.items() if name in door.rule.arguments}
    routes = door.rule.map
    assert routes is not None
    return routes.bind("localhost").build(door.endpoint, wanted | values)


@pytest.fixture
def filled(world: World) -> tuple[Everything, Everything]:
    """``here`` and ``there``; the twin city of there bears a name that here does not have."""
    there = world.there
    there.city.slug, there.venue.slug, there.space.slug = "far-city", "far-venue", "far-space"
    db.session.commit()
    return fill(world.here, canary="Nearby"), fill(there, canary=CANARY)


def browser_of(world: World, who: str) -> FlaskClient:
    people = {
        "stranger": None,
        "administrator": world.administrator,
        **{role.value: world.here.people[role.value] for role in Role},
    }
    return world.browser(people[who])


def is_for(door: Door, who: str) -> bool:
    """Whether ``who`` gets as far as the look-up; who does not is test_routes' matter."""
    if door.who & OPEN:
        return who in ("stranger", "exhibitor")
    return who in ("administrator", *door.who) or Who.SIGNED_IN in door.who


def is_refused(status: int, location: str) -> bool:
    return status in (401, 403, 404) or (status == 302 and "/sign-in" in location)


def knock(browser: FlaskClient, door: Door, place: str, *, token: str) -> list[str]:
    """What is wrong with the answers at this address; empty when every one is a refusal."""
    faults = []
    for method in door.methods:
        answer = browser.get(place) if method == "GET" else post(browser, place, token=token)
        if not is_refused(answer.status_code, answer.location or ""):
            faults.append(f"{method} {place} ({door.endpoint}) answered {answer.status_code}")
        if CANARY.encode() in answer.get_data():
            faults.append(f"{method} {place} ({door.endpoint}) shows the neighbour's words")
    return faults


@pytest.mark.parametrize("who", ["stranger", "administrator", *(role.value for role in Role)])
def test_the_neighbours_objects_are_not_found_under_the_own_address(
    world: World, filled: tuple[Everything, Everything], who: str
) -> None:
    here, there = filled
    browser = browser_of(world, who)
    token = form_token(browser)
    before = fingerprint()
    faults = [
        fault
        for door in doors_with_objects(world.app)
        if door.names_an_edition and is_for(door, who)
        if door.endpoint not in OF_EACH
        for values in examples_of(door, there)
        for fault in knock(browser, door, address(door, at=here, values=values), token=token)
    ]

    assert faults == []
    assert fingerprint() == before


@pytest.mark.parametrize("who", ["stranger", *(role.value for role in Role)])
def test_the_neighbours_objects_stay_closed_under_the_neighbours_address(
    world: World, filled: tuple[Everything, Everything], who: str
) -> None:
    """Doors for roles, and those of the whole installation; secrets are not known here."""
    _here, there = filled
    browser = browser_of(world, who)
    token = form_token(browser)
    before = fingerprint()
    faults = [
        fault
        for door in doors_with_objects(world.app)
        if not door.who & OPEN and (is_for(door, who) or who in ("stranger", "exhibitor"))
        for values in examples_of(door, there)
        for fault in knock(browser, door, address(door, at=there, values=values), token=token)
    ]
    for door in doors_with_objects(world.app):
        if "handle" in door.rule.arguments:  # the code alone opens it for its own people only
            values = next(examples_of(door, there)) | {"handle": there.application.code}
            place = address(door, at=there, values=values)
            faults += knock(browser, door, place, token=token)

    assert faults == []
    assert fingerprint() == before


def test_a_look_up_that_forgets_the_edition_would_be_noticed(
    world: World, filled: tuple[Everything, Everything], monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = filled
    monkeypatch.setattr(
        badge_queries,
        "find_badge",
        lambda _edition, code: db.session.scalar(db.select(Badge).where(Badge.code_hash == code)),
    )
    browser = world.browser_as(Role.ORGANIZER)
    token = form_token(browser)
    faults = [
        fault
        for door in doors_with_objects(world.app)
        if door.endpoint == "badges.badge"
        for values in examples_of(door, there)
        for fault in knock(browser, door, address(door, at=here, values=values), token=token)
    ]

    assert len(faults) == 2


def test_the_examples_name_things_that_are_there(
    world: World, filled: tuple[Everything, Everything]
) -> None:
    """Their own organizer, or the exhibitor whose they are, gets in at every GET."""
    _here, there = filled
    browsers = [world.browser(there.corner.people[who]) for who in ("organizer", "exhibitor")]
    opened = set()
    for door in doors_with_objects(world.app):
        if "GET" not in door.methods or not door.names_an_edition:
            continue
        for values in examples_of(door, there):
            place = address(door, at=there, values=values)
            if any(each.get(place).status_code in (200, 303) for each in browsers):
                opened.add(door.endpoint)
    closed = {
        door.endpoint
        for door in doors_with_objects(world.app)
        if "GET" in door.methods and door.names_an_edition
    } - opened

    assert closed <= NOT_FOR_ORGANIZERS
