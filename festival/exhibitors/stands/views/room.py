"""The blueprint, what its pages look up, and how a plan is put into shapes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask import abort, g, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from festival.exhibitors.calls.models import Call, StandClass
from festival.exhibitors.models import Application
from festival.exhibitors.stands import queries
from festival.exhibitors.stands.documents import retold
from festival.exhibitors.stands.forms import metres
from festival.exhibitors.stands.models import FloorPlan, Stand, StandProposal
from festival.exhibitors.stands.rules.constraints import NAMES as CONSTRAINT_NAMES
from festival.exhibitors.stands.rules.facts import Said
from festival.exhibitors.stands.shapes import Shape, drawn
from festival.exhibitors.stands.states import (
    ACCENTS,
    MOVE_NAMES,
    NAMES,
    PROPOSAL_NAMES,
    SENTENCES,
    SIGNS,
    WISH_NAMES,
    ZONE_NAMES,
)
from festival.extensions import db
from festival.festivals.queries import venues_with_spaces
from festival.shared.addresses import edition_blueprint

blueprint = edition_blueprint("stands", __name__)

Choices = list[tuple[str, str]]
ZOOMS = (1, 2, 3)


@blueprint.context_processor
def words() -> dict[str, Any]:
    """The room's words for its templates; all are message ids, so templates say ``_(…)``."""
    return {
        "state_names": NAMES,
        "state_sentences": SENTENCES,
        "state_accents": ACCENTS,
        "state_signs": SIGNS,
        "move_names": MOVE_NAMES,
        "zone_names": ZONE_NAMES,
        "wish_names": WISH_NAMES,
        "proposal_names": PROPOSAL_NAMES,
        "constraint_names": CONSTRAINT_NAMES,
        "metres": metres,
        "speak": speak,
        "zooms": ZOOMS,
        "class_name": class_name,
    }


def speak(said: Said | list[Any]) -> str:
    """A sentence of the rules, or one that was kept as JSON, in the page's language."""
    sentence = said if isinstance(said, Said) else retold([said])[0]
    return sentence.spoken(_)


def plan_or_404(code: str, *, only_public: bool = False) -> FloorPlan:
    row = queries.find_plan(g.edition.id, code, only_public=only_public)
    if row is None:
        abort(404)
    return row


def stand_or_404(code: str) -> Stand:
    row = queries.find_stand(g.edition.id, code)
    if row is None:
        abort(404)
    return row


def exhibitor_or_404(code: str) -> Application:
    row = queries.find_exhibitor(g.edition.id, code)
    if row is None:
        abort(404)
    return row


def proposal_or_404(code: str) -> StandProposal:
    row = queries.find_proposal(g.edition.id, code)
    if row is None:
        abort(404)
    return row


def asked_zoom() -> int:
    """``?zoom=``: how many times larger the plan is drawn than the page is wide."""
    zoom = request.args.get("zoom", 1, type=int)
    return zoom if zoom in ZOOMS else 1


def holder_name(stand: Stand) -> str:
    """Name of the organization that has it, or nothing."""
    return stand.assignment.application.organization.name if stand.assignment else ""


def shapes_of(
    stands: Iterable[Stand],
    *,
    address: Callable[[Stand], str],
    name_of: Callable[[Stand], str] | None = None,
    marked: int = 0,
) -> list[Shape]:
    """Stands as they are drawn; ``address`` says where each one leads, ``name_of`` whose it is."""

    def label(stand: Stand) -> str:
        return (name_of or holder_name)(stand) or str(_(NAMES[stand.state]))

    return drawn(stands, address=address, label=label, marked=marked)


def office_address(stand: Stand) -> str:
    return url_for("stands.stand", code=stand.code)


def background_href(plan: FloorPlan) -> str:
    """Address of the background: a stored picture, or our copy of a drawing; or nothing."""
    if plan.picture is not None:
        return url_for("machine.media", name=plan.picture.file_name.rpartition("/")[2])
    if plan.drawing:
        return url_for("stands.background", code=plan.code, v=plan.version)
    return ""


def places_choices() -> Choices:
    """Venues and their spaces as ``venue/space``."""
    found: Choices = [("", _("Nowhere in particular"))]
    for venue in venues_with_spaces(g.edition.id):
        found.append((str(venue.id), venue.name))
        found += [(f"{venue.id}/{each.id}", f"{venue.name} · {each.name}") for each in venue.spaces]
    return found


def circuit_choices(plan: FloorPlan) -> Choices:
    return [(str(each.id), f"{each.name} ({each.watts} W)") for each in plan.circuits]


def class_choices() -> Choices:
    """Classes of stand that the calls of this edition offer."""
    rows = db.session.scalars(
        select(StandClass)
        .join(StandClass.call)
        .where(Call.edition_id == g.edition.id)
        .order_by(StandClass.position, StandClass.id)
    )
    return [(str(each.id), class_name(each)) for each in rows]


def class_name(row: StandClass) -> str:
    """In the page's language, else in any."""
    return str(row.names.get(g.locale) or next(iter(row.names.values()), row.code))


def exhibitor_choices(rows: Iterable[Application], *, leave_out: int = 0) -> Choices:
    return [(each.code, each.organization.name) for each in rows if each.id != leave_out]
