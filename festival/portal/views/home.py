"""Everything for the day on one page: what is to do, where the stand is, when and where to come."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import g, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date, format_datetime
from flask_babel import gettext as _

from festival.exhibitors.models import Application
from festival.exhibitors.papers.states import PAPER_NAMES
from festival.exhibitors.reviewing.queries import open_conditions
from festival.exhibitors.stands.models import FloorPlan, Stand
from festival.exhibitors.stands.shapes import Shape, drawn
from festival.exhibitors.stands.states import NAMES, SIGNS
from festival.exhibitors.states import ACCENTS, OWN_SENTENCES
from festival.exhibitors.states import NAMES as STATE_NAMES
from festival.festivals.queries import hours_of
from festival.portal import queries
from festival.portal.rules import in_order
from festival.portal.slots.listing import times_of
from festival.portal.slots.queries import bookings_of
from festival.portal.slots.states import KIND_NAMES
from festival.portal.states import Chore
from festival.portal.views import activities, leads, own_slots, pack, passes, public_face
from festival.portal.views.room import blueprint, own_exhibitor_or_404
from festival.shared.access import Who, open_to
from festival.shared.clock import local_instant, utc_now

Asked = Callable[..., list[Chore]]
PARTS: tuple[Asked, ...] = (
    own_slots.chores,
    passes.chores,
    activities.chores,
    public_face.chores,
    leads.chores,
    pack.chores,
)
"""What each part of the room asks an exhibitor to do."""


@blueprint.get("/exhibitor/<code>/day")
@open_to(Who.SIGNED_IN)
def home(code: str) -> ResponseReturnValue:
    """The exhibitor's first page."""
    row, now = own_exhibitor_or_404(code), utc_now()
    place = queries.place_of(row, now=now)
    venue = place.plan.venue if place else None
    return render_template(
        "portal/home.html",
        application=row,
        state_names=STATE_NAMES,
        own_sentences=OWN_SENTENCES,
        accents=ACCENTS,
        chores=in_order(_chores(row, now=now), now=now),
        now=now,
        place=place,
        drawing=_drawing(place) if place else None,
        venue=venue,
        hours=hours_of(venue.id) if venue else [],
        slots=bookings_of(row.id),
        kind_names=KIND_NAMES,
        times_of=times_of,
        zone=own_slots.zone(),
        due_text=due_text,
    )


def due_text(due: datetime) -> str:
    """Until when, on the edition's clock; midnight is said as the day that ends with it."""
    local = due.astimezone(ZoneInfo(g.edition.time_zone))
    if local.time() == time.min:
        return str(format_date(local.date() - timedelta(days=1), "d MMM"))
    return str(format_datetime(local, "d MMM, HH:mm", rebase=False))


def _chores(row: Application, *, now: datetime) -> list[Chore]:
    return [*_of_application(row), *(each for part in PARTS for each in part(row, now=now))]


def _of_application(row: Application) -> list[Chore]:
    """Conditions, questions and papers of the application itself."""
    found = []
    conditions = open_conditions(row)
    if conditions:
        found.append(
            Chore(
                key="conditions", title=_("Say whether you agree to the changes"),
                href=url_for("reviewing.changes", handle=row.code), due=None, done=False,
                detail=conditions,
            )
        )  # fmt: skip
    question = queries.open_question(row)
    if question is not None:
        found.append(
            Chore(
                key="question", title=_("Answer the question of the organizers"),
                href=url_for("reviewing.answer", handle=row.code), due=None, done=False,
                detail=question.text,
            )
        )  # fmt: skip
    first_day = local_instant(
        g.edition.starts_on, datetime.min.time(), zone=ZoneInfo(g.edition.time_zone)
    )
    for kind in queries.wanted_papers(row):
        done = queries.covers(row, kind)
        found.append(
            Chore(
                key=f"paper_{kind.value}",
                title=_("Hand in: %(paper)s", paper=_(PAPER_NAMES[kind])),
                href=url_for("exhibitors.edit_papers", handle=row.code),
                due=first_day,
                done=done,
                detail="" if done else _("It has to hold until the last day of the festival."),
            )
        )
    return found


def _drawing(place: queries.OwnPlace) -> dict[str, Any]:
    """What the drawing of the plan needs; only what everybody may know stands on it."""
    plan = place.plan

    def label(stand: Stand) -> str:
        if stand.id == place.stand.id:
            return str(_("your stand"))
        if plan.is_public and place.is_told(stand) and stand.assignment is not None:
            return stand.assignment.application.organization.name
        return str(_(NAMES[stand.state]))

    shapes: list[Shape] = drawn(
        plan.stands, address=_address(place), label=label, marked=place.stand.id
    )
    return {"plan": plan, "shapes": shapes, "background": _background(plan)}


def _address(place: queries.OwnPlace) -> Callable[[Stand], str]:
    """Where a stand of the drawing leads: to the catalogue, where everybody may read of it."""

    def address(stand: Stand) -> str:
        row = stand.assignment
        if row is None or not place.plan.is_public or not place.is_told(stand):
            return ""
        return url_for("exhibitors.exhibitor", code=row.application.organization.code)

    return address


def _background(plan: FloorPlan) -> str:
    if plan.picture is not None:
        return url_for("machine.media", name=plan.picture.file_name.rpartition("/")[2])
    if plan.drawing and plan.is_public:
        return url_for("stands.background", code=plan.code, v=plan.version)
    return ""


WORDS = {"state_signs": SIGNS, "stand_names": NAMES}


@blueprint.context_processor
def words() -> dict[str, Any]:
    """What the drawing of a plan needs in every template of the room."""
    return WORDS
