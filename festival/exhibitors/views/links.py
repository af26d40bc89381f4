"""Personal links: made by organizers, opened by one organization."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import SelectChoice

from festival.exhibitors import queries
from festival.exhibitors.calls import links
from festival.exhibitors.calls.forms import LateLinkForm
from festival.exhibitors.calls.models import Call, CallLink
from festival.exhibitors.calls.queries import find_call, find_link, links_of, state_of, windows_of
from festival.exhibitors.calls.rules import next_opening
from festival.exhibitors.calls.states import PURPOSE_NAMES, CallState, LinkPurpose
from festival.exhibitors.forms import PersonalLinkForm
from festival.exhibitors.models import Organization
from festival.exhibitors.views.room import applicant, blueprint, kind_or_404
from festival.extensions import db
from festival.shared.access import Role, Who, current_actor, open_to
from festival.shared.clock import utc_now
from festival.shared.errors import FieldRefused
from festival.shared.forms import show_refusal
from festival.shared.headers import keeps_secret
from festival.shared.work import unit_of_work


@blueprint.route("/exhibitors/invitation/<token>", methods=["GET", "POST"])
@open_to(Who.LINK_HOLDER)
@keeps_secret
@unit_of_work
def personal_link(token: str) -> ResponseReturnValue:
    """Says what happens, and does it only when the button is pressed."""
    link = find_link(g.edition, token=token)
    if link is None:
        abort(404)
    now = utc_now()
    links.refuse_if_over(link, now=now)
    if link.used_at is not None:
        return redirect(url_for("exhibitors.application", handle=token), 303)
    organization = db.session.get(Organization, link.organization_id or 0)
    form = PersonalLinkForm()
    if organization is not None:
        del form.organization_name
    if form.validate_on_submit():
        try:
            links.open_link(
                link,
                token=token,
                organization_name=form.organization_name.data if not organization else "",
                language=g.locale,
                now=now,
                actor=applicant(),
            )
        except FieldRefused as refusal:
            show_refusal(form, refusal)
        else:
            return redirect(url_for("exhibitors.application", handle=token), 303)
    page = render_template(
        "exhibitors/calls/personal_link.html",
        form=form,
        link=link,
        organization=organization,
        is_open=link.purpose is LinkPurpose.LATE or state_of(link.call, now=now) is CallState.OPEN,
        opens_at=next_opening(now, windows_of(link.call)),
        knows_more=organization is not None and queries.has_applied(organization),
    )
    return page, 422 if form.errors else 200


@blueprint.route("/organize/calls/<kind>/links", methods=["GET", "POST"])
@open_to(Role.ORGANIZER)
@unit_of_work
def call_links(kind: str) -> ResponseReturnValue:
    """Who may still apply; one more can be let in."""
    call = _call_or_404(kind)
    form = LateLinkForm(data={"language": g.edition.languages[0] if g.edition.languages else "en"})
    known = queries.organizations_of(g.edition)
    form.organization.choices = [
        SelectChoice("", _("Somebody new")),
        *(SelectChoice(each.code, each.name) for each in known),
    ]
    if form.validate_on_submit():
        try:
            _make_late_link(call, form, known)
        except FieldRefused as refusal:
            show_refusal(form, refusal)
        else:
            flash(_("The link is on its way by mail."), "success")
            return redirect(url_for("exhibitors.call_links", kind=kind), 303)
    page = render_template(
        "exhibitors/calls/links.html",
        form=form,
        call=call,
        links=links_of(call),
        names={each.id: each.name for each in known},
        purpose_names=PURPOSE_NAMES,
        now=utc_now(),
    )
    return page, 422 if form.errors else 200


@blueprint.post("/organize/calls/<kind>/links/<code>/revoke")
@open_to(Role.ORGANIZER)
@unit_of_work
def revoke_call_link(kind: str, code: str) -> ResponseReturnValue:
    call = _call_or_404(kind)
    link: CallLink | None = next((each for each in links_of(call) if each.code == code), None)
    if link is None:
        abort(404)
    links.revoke_link(link, now=utc_now(), actor=current_actor())
    flash(_("The link opens nothing any more."), "success")
    return redirect(url_for("exhibitors.call_links", kind=kind), 303)


@blueprint.route("/organize/calls/<kind>/invite", methods=["GET", "POST"])
@open_to(Role.ORGANIZER)
@unit_of_work
def invite_again(kind: str) -> ResponseReturnValue:
    """Exhibitors of earlier editions, to be invited by a link of their own."""
    call = _call_or_404(kind)
    rows = queries.earlier_exhibitors(g.edition)
    invited = {each.organization_id for each in links_of(call)}
    if request.method == "POST":
        chosen = set(request.form.getlist("organization"))
        made = links.invite_again(
            call,
            [each.organization for each in rows if each.organization.code in chosen],
            now=utc_now(),
            actor=current_actor(),
        )
        flash(_("%(number)s invitations are on their way by mail.", number=len(made)), "success")
        return redirect(url_for("exhibitors.invite_again", kind=kind), 303)
    return render_template(
        "exhibitors/calls/invite_again.html",
        call=call,
        rows=rows,
        invited=invited,
        is_over=state_of(call, now=utc_now()) is CallState.CLOSED,
    )


def _make_late_link(call: Call, form: LateLinkForm, known: list[Organization]) -> None:
    wall: Any = form.until.data
    links.make_late_link(
        call,
        organization=next((each for each in known if each.code == form.organization.data), None),
        email=form.email.data or "",
        language=form.language.data,
        expires_at=wall.replace(tzinfo=ZoneInfo(g.edition.time_zone)) if wall else None,
        now=utc_now(),
        actor=current_actor(),
    )


def _call_or_404(kind: str) -> Call:
    call = find_call(g.edition, kind=kind_or_404(kind))
    if call is None:
        abort(404)
    return call
