"""The page on which a host tells how it went: by the link of a mail, or signed in."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import abort, current_app, flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from festival.config import Settings
from festival.evaluation.returns import queries
from festival.evaluation.returns.actions import file_return, saved_values
from festival.evaluation.returns.forms import ReturnForm, form_of
from festival.evaluation.returns.links import read_return_token
from festival.evaluation.returns.models import HostReturn
from festival.evaluation.returns.queries import HostedTime
from festival.evaluation.returns.rules import differing
from festival.evaluation.returns.states import FiledBy
from festival.evaluation.returns.views.room import blueprint, speaks_for
from festival.evaluation.returns.words import difference_text
from festival.shared.access import Role, Who, current_actor, has_role, open_to
from festival.shared.clock import utc_now
from festival.shared.errors import FieldRefused, StaleVersion
from festival.shared.forms import show_refusal
from festival.shared.headers import keeps_secret
from festival.shared.journal import Actor
from festival.shared.work import unit_of_work


@dataclass(frozen=True, slots=True)
class Teller:
    """Who fills in the form."""

    by: FiledBy
    actor: Actor


@dataclass
class Refused:
    """Why the form was not taken: 200 while it was not sent."""

    status: int = 200
    apart: list[tuple[str, object, object]] = field(default_factory=list)


@blueprint.route("/return/<token>", methods=["GET", "POST"])
@open_to(Who.LINK_HOLDER)
@keeps_secret
@unit_of_work
def by_link(token: str) -> ResponseReturnValue:
    """Without an account; the link opens this one time and nothing else."""
    settings: Settings = current_app.config["SETTINGS"]
    ids = read_return_token(token, secret=settings.secret_key) or abort(404)
    time = queries.find_promised_time(g.edition, occurrence_id=ids[0], organization_id=ids[1])
    if time is None:
        abort(404)
    teller = Teller(FiledBy.LINK, Actor(label=f"host of {time.organization}"[:200]))
    return _page(time, teller)


@blueprint.route("/exhibitor/returns/<uid>", methods=["GET", "POST"])
@open_to(Who.SIGNED_IN)
@unit_of_work
def own(uid: str) -> ResponseReturnValue:
    """For people of the organization; organizers put in what a host told them otherwise."""
    time = queries.find_hosted_time(g.edition, uid=uid) or abort(404)
    if speaks_for(time.organization_id):
        return _page(time, Teller(FiledBy.HOST, current_actor()))
    if not has_role(Role.ORGANIZER):
        abort(404)
    return _page(time, Teller(FiledBy.ORGANIZER, current_actor()))


def _page(time: HostedTime, teller: Teller) -> ResponseReturnValue:
    now = utc_now()
    row = queries.returns_about([time.occurrence.id]).get(time.occurrence.id)
    form, refused = form_of(row), Refused()
    if form.validate_on_submit():
        refused = _file(time, form, teller)
        if refused.status == 303:
            flash(_("Thank you! It is saved."), "success")
            return redirect(request.path, 303)
    elif form.is_submitted():
        refused.status = 422
    (line,) = queries.lines_from(g.edition, [time], now=now)
    if refused.status in (200, 409):
        form.version.data = str(line.filed.version if line.filed else 0)
    has_ended = now >= time.occurrence.ends_at
    page = render_template(
        "evaluation/returns/form.html",
        form=form,
        time=time,
        line=line,
        teller=teller,
        apart=difference_text(refused.apart),
        has_ended=has_ended,
        is_open=has_ended and (teller.by is FiledBy.ORGANIZER or now < time.deadline),
        application_code=queries.find_application_code(
            g.edition, organization_id=time.organization_id
        ),
    )
    return page, refused.status


def _file(time: HostedTime, form: ReturnForm, teller: Teller) -> Refused:
    """File it; a status of 303 says that it is saved."""
    values = form.values()
    try:
        file_return(
            g.edition, time, values, version=form.seen_version, by=teller.by,
            actor=teller.actor, now=utc_now(),
        )  # fmt: skip
    except FieldRefused as refusal:
        show_refusal(form, refusal)
        return Refused(422)
    except StaleVersion:
        saved = _saved(time)
        return Refused(409, differing(saved_values(saved), values.whole()) if saved else [])
    return Refused(303)


def _saved(time: HostedTime) -> HostReturn | None:
    return queries.returns_about([time.occurrence.id]).get(time.occurrence.id)
