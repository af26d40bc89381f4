"""What waits at the organizer's desk: each a number, a sentence and a page where it is dealt with.

Only what the roles of the person reach is asked for, so that nobody sees another's figures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import ngettext

from festival.exhibitors.calls.queries import find_call, windows_of
from festival.exhibitors.reviewing.queries import count_held_mails, count_unread_answers
from festival.festivals.models import Edition
from festival.festivals.states import EditionState
from festival.mail.batches.queries import batches_by_state
from festival.mail.batches.states import BatchState
from festival.shared.access import Role
from festival.shared.clock import day_bounds
from festival.site import desk_queries as ask

LINK_WARNING = timedelta(hours=24)
EMBARGO_WARNING = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class DeskItem:
    """One line of the desk; ``endpoint`` is a page of the edition, ``values`` its arguments."""

    number: int
    sentence: str
    endpoint: str
    accent: str
    icon: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step of setting up."""

    title: str
    reason: str
    endpoint: str
    is_done: bool


@dataclass(frozen=True, slots=True)
class Desk:
    waiting: list[DeskItem]
    """Wants a decision or a hand."""
    today: list[DeskItem]
    """Only told."""
    steps: list[Step]
    """Setting up; empty for those who do not set up, and once everything is done."""

    @property
    def next_step(self) -> Step | None:
        return next((step for step in self.steps if not step.is_done), None)


def waiting_at_desk(edition: Edition, *, roles: frozenset[str], now: datetime) -> Desk:
    """The desk of somebody with ``roles`` in the edition."""
    waiting = [item for item in _lines(WAITING, edition, roles=roles, now=now) if item.number]
    today = list(_lines(TODAY, edition, roles=roles, now=now))
    steps = list(_steps(edition)) if Role.ORGANIZER.value in roles else []
    return Desk(waiting, today, steps if any(not step.is_done for step in steps) else [])


def _lines(
    table: tuple[tuple[frozenset[Role], Callable[..., DeskItem]], ...],
    edition: Edition,
    *,
    roles: frozenset[str],
    now: datetime,
) -> Iterator[DeskItem]:
    for who, line in table:
        if not roles.isdisjoint({role.value for role in who}):
            yield line(edition, now=now)


def _applications(edition: Edition, *, now: datetime) -> DeskItem:
    number = ask.count_applications_to_decide(edition.id)
    sentence = ngettext(
        "application waits for a decision", "applications wait for a decision", number
    )
    return DeskItem(number, sentence, "exhibitors.applications", "coral", "people")


def _answers(edition: Edition, *, now: datetime) -> DeskItem:
    number = count_unread_answers(edition.id)
    sentence = ngettext(
        "applicant has answered a question", "applicants have answered a question", number
    )
    return DeskItem(number, sentence, "exhibitors.applications", "sky", "mail")


def _held_decisions(edition: Edition, *, now: datetime) -> DeskItem:
    number = count_held_mails(edition.id)
    sentence = ngettext(
        "mail with a decision waits to be released",
        "mails with decisions wait to be released",
        number,
    )
    return DeskItem(number, sentence, "reviewing.rounds", "amber", "clock")


def _offers(edition: Edition, *, now: datetime) -> DeskItem:
    number = ask.count_offers_outside_programme(edition.id)
    sentence = ngettext(
        "accepted activity is not in the programme yet",
        "accepted activities are not in the programme yet",
        number,
    )
    return DeskItem(number, sentence, "programme.offers", "sun", "calendar")


def _unpublished(edition: Edition, *, now: datetime) -> DeskItem:
    number = ask.count_sessions_to_publish(edition, now=now)
    sentence = ngettext(
        "session is new or changed since the last publication",
        "sessions are new or changed since the last publication",
        number,
    )
    return DeskItem(number, sentence, "programme.publish", "violet", "edit")


def _clashes(edition: Edition, *, now: datetime) -> DeskItem:
    number = ask.count_serious_clashes(edition)
    sentence = ngettext(
        "clash: one space or one person is in two sessions at once",
        "clashes: one space or one person is in two sessions at once",
        number,
    )
    return DeskItem(number, sentence, "programme.clashes", "coral", "warning")


def _dead_mail(edition: Edition, *, now: datetime) -> DeskItem:
    number = ask.count_dead_mail(edition.id)
    sentence = ngettext("message could not be delivered", "messages could not be delivered", number)
    return DeskItem(number, sentence, "mail.outbox", "rose", "mail")


def _held_messages(edition: Edition, *, now: datetime) -> DeskItem:
    number = batches_by_state(edition.id)[BatchState.HELD]
    sentence = ngettext(
        "message to many is held and waits for its release",
        "messages to many are held and wait for their release",
        number,
    )
    return DeskItem(number, sentence, "mail_batches.messages", "violet", "mail")


def _expiring_links(edition: Edition, *, now: datetime) -> DeskItem:
    number = ask.count_door_links_expiring(edition.id, after=now, before=now + LINK_WARNING)
    sentence = ngettext("door link expires within a day", "door links expire within a day", number)
    return DeskItem(number, sentence, "checkin.door_links", "amber", "clock")


def _pictures(edition: Edition, *, now: datetime) -> DeskItem:
    number = ask.count_pictures_without_papers(edition.id)
    sentence = ngettext(
        "picture lacks words or consent and stays out of the press kit",
        "pictures lack words or consent and stay out of the press kit",
        number,
    )
    return DeskItem(number, sentence, "press.office", "sky", "camera")


def _embargoes(edition: Edition, *, now: datetime) -> DeskItem:
    number = ask.count_embargoes_ending(edition.id, after=now, before=now + EMBARGO_WARNING)
    sentence = ngettext(
        "release opens by itself within two days",
        "releases open by themselves within two days",
        number,
    )
    return DeskItem(number, sentence, "press.office", "mint", "clock")


def _registered_today(edition: Edition, *, now: datetime) -> DeskItem:
    zone = ZoneInfo(edition.time_zone)
    start, end = day_bounds(now.astimezone(zone).date(), zone=zone)
    number = ask.count_people_registered(edition.id, since=start, until=end)
    sentence = ngettext("person registered today", "people registered today", number)
    return DeskItem(number, sentence, "visitors.registrations", "mint", "ticket")


def _registered(edition: Edition, *, now: datetime) -> DeskItem:
    number = ask.count_people_registered(edition.id)
    sentence = ngettext("person registered in all", "people registered in all", number)
    return DeskItem(number, sentence, "visitors.registrations", "sky", "people")


def _let_in(edition: Edition, *, now: datetime) -> DeskItem:
    today = now.astimezone(ZoneInfo(edition.time_zone)).date()
    number = ask.count_people_let_in(edition.id, day=today)
    sentence = ngettext(
        "person let in at the gates today", "people let in at the gates today", number
    )
    return DeskItem(number, sentence, "checkin.door_links", "violet", "qr")


_ORGANIZER = frozenset({Role.ORGANIZER})
WAITING = (
    (_ORGANIZER | {Role.REVIEWER}, _applications),
    (_ORGANIZER | {Role.REVIEWER}, _answers),
    (_ORGANIZER, _held_decisions),
    (_ORGANIZER, _offers),
    (_ORGANIZER, _unpublished),
    (_ORGANIZER, _clashes),
    (_ORGANIZER, _dead_mail),
    (_ORGANIZER, _held_messages),
    (_ORGANIZER | {Role.DOOR_LEAD}, _expiring_links),
    (_ORGANIZER | {Role.PRESS_OFFICER}, _pictures),
    (_ORGANIZER | {Role.PRESS_OFFICER}, _embargoes),
)
TODAY = (
    (_ORGANIZER, _registered_today),
    (_ORGANIZER | {Role.EVALUATOR}, _registered),
    (_ORGANIZER | {Role.DOOR_LEAD, Role.EVALUATOR}, _let_in),
)


def _steps(edition: Edition) -> Iterator[Step]:
    """Setting up, in the order in which one thing needs the other."""
    counts = ask.setting_up_counts(edition.id)
    yield from _steps_of_the_programme(edition, counts)
    yield Step(
        _("Say when visitors can register"),
        _("Households register once and carry one badge."),
        "festivals.edit_edition",
        edition.registration_opens_at is not None,
    )
    yield Step(
        _("Make links for the doors"),
        _("Crew scan badges with their own phones, without an account."),
        "checkin.door_links",
        counts["gates"] > 0,
    )
    yield Step(
        _("Show the festival to everybody"),
        _("While it is a draft, only your team sees it."),
        "festivals.edit_edition",
        edition.state != EditionState.DRAFT,
    )


def _steps_of_the_programme(edition: Edition, counts: dict[str, int]) -> Iterator[Step]:
    yield Step(
        _("Add the places"),
        _("Venues with their rooms, lawns and opening hours."),
        "festivals.venues",
        counts["spaces"] > 0 and counts["hours"] > 0,
    )
    yield Step(
        _("Open the call for exhibitors"),
        _("Organizations apply and offer hands-on activities."),
        "exhibitors.calls",
        windows_of(find_call(edition)).opens_at is not None,
    )
    yield Step(
        _("Fill the programme"),
        _("Take accepted activities in, enter sessions, or import a file."),
        "programme.sessions",
        counts["sessions"] > 0,
    )
    yield Step(
        _("Publish the programme"),
        _("From then on everybody sees the same numbered version."),
        "programme.publish",
        edition.programme_version > 0,
    )
