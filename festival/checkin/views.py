"""Pages of the room for organizers: door links, gates, and the log of scans."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from flask import abort, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from festival.badges.codes import tail
from festival.badges.qr import link_path
from festival.checkin import actions, queries, rules
from festival.checkin.door import door as door
from festival.checkin.forms import DoorLinkForm, GateForm, ReleaseForm, release_text
from festival.checkin.models import DoorLink
from festival.checkin.releasing import releases_of
from festival.checkin.releasing import set_release as set_release_of
from festival.checkin.states import LOG_WORDS, Verdict
from festival.programme.models import Occurrence
from festival.shared.access import Role, current_actor, has_role, open_to
from festival.shared.addresses import edition_blueprint, page_asked_for
from festival.shared.clock import utc_now
from festival.shared.errors import FieldRefused
from festival.shared.forms import show_refusal
from festival.shared.headers import keeps_secret
from festival.shared.work import unit_of_work

blueprint = edition_blueprint("checkin", __name__)


@blueprint.get("/organize/doors")
@open_to(Role.ORGANIZER, Role.DOOR_LEAD)
def door_links() -> ResponseReturnValue:
    return _doors_page(_link_form(), GateForm())


@blueprint.post("/organize/doors")
@open_to(Role.ORGANIZER, Role.DOOR_LEAD)
@keeps_secret
@unit_of_work
def make_link() -> ResponseReturnValue:
    """Shows the new link in the answer itself: it is known only now, its hash is kept."""
    form = _link_form()
    if not form.validate_on_submit():
        return _doors_page(form, GateForm()), 422
    try:
        link, token = actions.make_door_link(
            g.edition,
            label=form.label.data,
            last_day=form.last_day.data,
            actor=current_actor(),
            now=utc_now(),
            **form.chosen(),
        )
    except FieldRefused as refusal:
        show_refusal(form, refusal)
        return _doors_page(form, GateForm()), 422
    if form.email.data:
        actions.mail_door_link(
            link, token=token, email=form.email.data, actor=current_actor(), now=utc_now()
        )
    address = current_app.config["SETTINGS"].public_url + url_for("door.scanner", token=token)
    path, side = link_path(address)
    page = render_template(
        "checkin/new_link.html",
        link=link,
        address=address,
        path=path,
        side=side,
        mailed_to=form.email.data,
    )
    return page, 201


@blueprint.post("/organize/doors/<reference>/revoke")
@open_to(Role.ORGANIZER, Role.DOOR_LEAD)
@unit_of_work
def revoke_link(reference: str) -> ResponseReturnValue:
    link = queries.find_door_link(g.edition.id, reference) or abort(404)
    actions.revoke_door_link(link, actor=current_actor(), now=utc_now())
    flash(_("The link has ended. The phone that used it scans no more."), "success")
    return _back()


@blueprint.post("/organize/doors/release")
@open_to(Role.ORGANIZER)
@unit_of_work
def set_release() -> ResponseReturnValue:
    """When places that nobody claims at a session's door go to others."""
    form = _release_form()
    if not form.validate_on_submit():
        return _doors_page(_link_form(), GateForm(), form), 422
    set_release_of(g.edition, minutes=form.chosen, actor=current_actor(), now=utc_now())
    flash(_("Saved: %(when)s.", when=release_text(form.chosen)), "success")
    return _back()


@blueprint.post("/organize/doors/gates")
@open_to(Role.ORGANIZER, Role.DOOR_LEAD)
@unit_of_work
def add_gate() -> ResponseReturnValue:
    form = GateForm()
    if not form.validate_on_submit():
        return _doors_page(_link_form(), form), 422
    try:
        actions.add_gate(g.edition, name=form.name.data, actor=current_actor(), now=utc_now())
    except FieldRefused as refusal:
        show_refusal(form, refusal)
        return _doors_page(_link_form(), form), 422
    flash(_("The gate is there. Make a link for it now."), "success")
    return _back()


@blueprint.get("/organize/scans")
@open_to(Role.ORGANIZER, Role.DOOR_LEAD)
def scans() -> ResponseReturnValue:
    wanted = request.args.get("verdict")
    verdict = Verdict(wanted) if wanted in set(Verdict) else None
    door_reference = request.args.get("door", "")
    number = page_asked_for()
    rows = queries.scans_of(
        g.edition.id, verdict=verdict, door_reference=door_reference, page=number
    )
    return render_template(
        "checkin/scans.html",
        scans=rows[: queries.PER_PAGE],
        has_more=len(rows) > queries.PER_PAGE,
        number=number,
        verdict=verdict,
        door_reference=door_reference,
        links=queries.door_links_of(g.edition.id),
        words=LOG_WORDS,
        verdicts=list(Verdict),
        tail=tail,
    )


@blueprint.post("/organize/scans/<key>/undo")
@open_to(Role.ORGANIZER, Role.DOOR_LEAD)
@unit_of_work
def undo_scan(key: str) -> ResponseReturnValue:
    scan = queries.find_scan_of_edition(g.edition.id, key) or abort(404)
    actions.take_back(scan, actor=current_actor(), now=utc_now())
    flash(_("Taken back. The badge counts as not let in."), "success")
    return redirect(url_for("checkin.scans"), 303)


def _back() -> Response:
    return redirect(url_for("checkin.door_links"), 303)


def _link_form() -> DoorLinkForm:
    form = DoorLinkForm()
    today = actions.local_day(g.edition, moment=utc_now())
    form.offer(
        [(gate.id, gate.name) for gate in queries.gates_of(g.edition.id)],
        [
            (each.id, _occurrence_text(each))
            for each in queries.occurrences_with_doors(g.edition.id, after=utc_now())
        ],
        last_day=max(today, g.edition.ends_on),
    )
    return form


def _release_form() -> ReleaseForm:
    form = ReleaseForm()
    form.offer(g.edition.places_released_after)
    return form


def _occurrence_text(occurrence: Occurrence) -> str:
    zone = ZoneInfo(g.edition.time_zone)
    time = format_datetime(occurrence.starts_at, "d MMM, HH:mm", tzinfo=zone, locale=g.locale)
    return f"{time} · {occurrence.session.title}"


def _doors_page(
    form: DoorLinkForm, gate_form: GateForm, release_form: ReleaseForm | None = None
) -> str:
    now = utc_now()
    links = queries.door_links_of(g.edition.id)

    def open_now(link: DoorLink) -> bool:
        return rules.is_open(expires_at=link.expires_at, revoked_at=link.revoked_at, now=now)

    return render_template(
        "checkin/door_links.html",
        form=form,
        gate_form=gate_form,
        open_links=[link for link in links if open_now(link)],
        ended_links=[link for link in links if not open_now(link)],
        gates=queries.gates_of(g.edition.id),
        release_form=release_form or _release_form(),
        release_text=release_text(g.edition.places_released_after),
        releases={each.occurrence_id: each.at for each in releases_of(g.edition)},
        may_set_release=has_role(Role.ORGANIZER),
    )
