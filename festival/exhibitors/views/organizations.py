"""Organizations as records: who speaks for them, which are one, merging them."""

from __future__ import annotations

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from festival.exhibitors import queries
from festival.exhibitors.contacts import people_of
from festival.exhibitors.forms import VersionForm
from festival.exhibitors.models import Organization
from festival.exhibitors.organizations.actions import (
    end_member,
    invite_member,
    merge_organizations,
)
from festival.exhibitors.organizations.forms import MemberForm
from festival.exhibitors.organizations.queries import (
    count_applications,
    doubles_of,
    facts_of_merge,
    find_organization,
)
from festival.exhibitors.organizations.rules import Sign
from festival.exhibitors.rules import matches
from festival.exhibitors.views.room import blueprint, own_organization_ids
from festival.shared.access import Role, Who, current_actor, open_to
from festival.shared.addresses import page_asked_for
from festival.shared.clock import utc_now
from festival.shared.errors import FieldRefused
from festival.shared.forms import clean_line, show_refusal
from festival.shared.sentences import mark
from festival.shared.work import unit_of_work

PER_PAGE = 50
SIGNS = {
    Sign.NAME: mark("Nearly the same name"),
    Sign.WEBSITE: mark("Same website"),
    Sign.DOMAIN: mark("Addresses of the same domain"),
}


@blueprint.get("/organize/organizations")
@open_to(Role.ORGANIZER)
def organizations() -> ResponseReturnValue:
    """Everybody who ever applied to the festival; likely doubles first."""
    search = clean_line(request.args.get("q"))[:100]
    rows = [
        each
        for each in queries.organizations_of(g.edition)
        if matches(search, texts=[each.name, each.district, each.contact_email])
    ]
    number = page_asked_for()
    shown = rows[(number - 1) * PER_PAGE : number * PER_PAGE]
    return render_template(
        "exhibitors/organizations/organizations.html",
        rows=shown,
        found=len(rows),
        counts=count_applications(shown),
        doubles=doubles_of(g.edition) if not search and number == 1 else [],
        signs=SIGNS,
        search=search,
        number=number,
        last=max(1, -(-len(rows) // PER_PAGE)),
    )


@blueprint.route("/organize/organizations/<keep>/merge/<gone>", methods=["GET", "POST"])
@open_to(Role.ORGANIZER)
@unit_of_work
def merge(keep: str, gone: str) -> ResponseReturnValue:
    """Both side by side, what moves, and the button."""
    kept, going = _organization_or_404(keep), _organization_or_404(gone)
    form = VersionForm()
    if form.validate_on_submit():
        merge_organizations(
            kept, gone=going, edition=g.edition, now=utc_now(), actor=current_actor()
        )
        flash(_("The two are one now. Everything went along."), "success")
        return redirect(url_for("exhibitors.organizations"), 303)
    if kept.id == going.id:
        abort(404)
    return render_template(
        "exhibitors/organizations/merge.html",
        form=form,
        keep=kept,
        gone=going,
        facts=facts_of_merge(kept, gone=going),
    )


@blueprint.route("/exhibitor/<code>/people", methods=["GET", "POST"])
@open_to(Who.SIGNED_IN)
@unit_of_work
def members(code: str) -> ResponseReturnValue:
    """Who signs in for one's own organization; its own people invite others."""
    organization = _own_or_404(code)
    form = MemberForm()
    if form.validate_on_submit():
        try:
            person = invite_member(
                organization,
                edition=g.edition,
                email=form.email.data,
                name=form.name.data,
                locale=g.locale,
                now=utc_now(),
                actor=current_actor(),
            )
        except FieldRefused as refusal:
            show_refusal(form, refusal)
        else:
            flash(_("%(name)s can sign in for the organization now.", name=person.name), "success")
            return redirect(url_for("exhibitors.members", code=code), 303)
    page = render_template(
        "exhibitors/organizations/members.html",
        form=form,
        organization=organization,
        people=people_of(organization),
    )
    return page, 422 if form.errors else 200


@blueprint.post("/exhibitor/<code>/people/end")
@open_to(Who.SIGNED_IN)
@unit_of_work
def end_own_member(code: str) -> ResponseReturnValue:
    """Somebody leaves; the last one stays."""
    organization = _own_or_404(code)
    person_id = request.form.get("person", 0, type=int)
    end_member(
        organization,
        edition=g.edition,
        person_id=person_id,
        now=utc_now(),
        actor=current_actor(),
    )
    flash(_("This person no longer speaks for the organization."), "success")
    if person_id != current_user.person_id:
        return redirect(url_for("exhibitors.members", code=code), 303)
    return redirect(url_for("exhibitors.own"), 303)


def _organization_or_404(code: str) -> Organization:
    row = find_organization(g.edition, code=code)
    if row is None:
        abort(404)
    return row


def _own_or_404(code: str) -> Organization:
    row = find_organization(g.edition, code=code)
    if row is None or row.id not in own_organization_ids():
        abort(404)
    return row
