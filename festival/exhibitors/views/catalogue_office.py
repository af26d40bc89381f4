"""The organizers' side of the catalogue: terms of the open data, and what is still missing."""

from __future__ import annotations

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from festival.exhibitors.catalogue import queries
from festival.exhibitors.catalogue.actions import choose_terms, save_public_face
from festival.exhibitors.catalogue.forms import PublicFaceForm, TermsForm
from festival.exhibitors.catalogue.rules.facts import Entry
from festival.exhibitors.catalogue.rules.finding import exhibitors
from festival.exhibitors.organizations.queries import find_organization
from festival.exhibitors.tongues import names_of
from festival.exhibitors.views.room import blueprint
from festival.shared.access import Role, current_actor, open_to
from festival.shared.addresses import page_asked_for
from festival.shared.clock import utc_now
from festival.shared.errors import FieldRefused, StaleVersion
from festival.shared.forms import show_refusal
from festival.shared.work import unit_of_work

PER_PAGE = 50


@blueprint.route("/organize/catalogue", methods=["GET", "POST"])
@open_to(Role.ORGANIZER)
@unit_of_work
def catalogue_office() -> ResponseReturnValue:
    """Licence, source and note of the open data; who has not said where it teaches."""
    terms = queries.terms_of(g.edition)
    form = TermsForm(obj=terms)
    if form.validate_on_submit():
        choose_terms(
            g.edition,
            licence=form.chosen(),
            source=form.source.data or "",
            note=form.note.data or "",
            actor=current_actor(),
            now=utc_now(),
        )
        flash(_("Saved. The open data says so at once."), "success")
        return redirect(url_for("exhibitors.catalogue_office"), 303)
    if terms is not None and not form.is_submitted():
        form.licence.data = terms.licence.value if terms.licence else ""
    found = [each.entry for each in exhibitors(queries.entries_of(g.edition, now=utc_now()))]
    rows = sorted(found, key=_is_complete)
    last = max(1, -(-len(rows) // PER_PAGE))
    number = min(page_asked_for(), last)
    page = render_template(
        "exhibitors/catalogue_office.html",
        form=form,
        rows=rows[(number - 1) * PER_PAGE : number * PER_PAGE],
        count=len(rows),
        without=sum(not _is_complete(each) for each in rows),
        number=number,
        last=last,
    )
    return page, 422 if form.errors else 200


def _is_complete(entry: Entry) -> bool:
    return any(each.latitude is not None for each in entry.places)


@blueprint.route("/organize/catalogue/<code>", methods=["GET", "POST"])
@open_to(Role.ORGANIZER)
@unit_of_work
def edit_public_face(code: str) -> ResponseReturnValue:
    """What an organization shows of itself, written by an organizer on its behalf."""
    organization = find_organization(g.edition, code=code)
    if organization is None:
        abort(404)
    form, saved = PublicFaceForm.about(organization), None
    if form.validate_on_submit():
        try:
            save_public_face(
                organization,
                edition=g.edition,
                places=form.place_values(),
                abouts=form.about_values(),
                card=form.card_values(),
                seen=form.seen.data,
                actor=current_actor(),
                now=utc_now(),
            )
        except FieldRefused as refusal:
            show_refusal(form, refusal)
        except StaleVersion as refusal:
            saved = form.see(organization)
            form.form_errors.append(refusal.spoken(_))
        else:
            flash(_("Saved. Visitors see it at once."), "success")
            return redirect(url_for("exhibitors.catalogue_office"), 303)
    page = render_template(
        "exhibitors/edit_public_face.html",
        organization=organization,
        form=form,
        saved=saved,
        language_names={each: names_of([each], locale=g.locale) for each in g.edition.languages},
    )
    return page, 422 if form.errors else 200
