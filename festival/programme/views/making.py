"""Offers that wait for the programme, strands, and the people who lead sessions."""

from __future__ import annotations

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from festival.programme.actions import (
    add_presenter,
    add_strand,
    edit_presenter,
    edit_strand,
    remove_presenter,
    remove_strand,
    take_offer,
)
from festival.programme.forms import PresenterForm, StrandForm
from festival.programme.models import Presenter, Strand
from festival.programme.queries import (
    find_offer,
    find_presenter,
    find_strand,
    offers_waiting,
    presenters_of,
    strands_of,
)
from festival.programme.views.cards import language_names
from festival.programme.views.door import blueprint
from festival.programme.views.organize import tabs
from festival.shared.access import Role, current_actor, open_to
from festival.shared.clock import utc_now
from festival.shared.work import unit_of_work


@blueprint.get("/organize/programme/offers")
@open_to(Role.ORGANIZER)
def offers() -> ResponseReturnValue:
    """Activities of accepted organizations that are not in the programme yet."""
    return render_template(
        "programme/organize/offers.html",
        tabs=tabs("offers"),
        offers=offers_waiting(g.edition),
        names=language_names(g.locale),
    )


@blueprint.post("/organize/programme/offers/<int:number>")
@open_to(Role.ORGANIZER)
@unit_of_work
def take_offer_in(number: int) -> ResponseReturnValue:
    """Make a draft session of an offer."""
    offer = find_offer(g.edition, number=number) or abort(404)
    session = take_offer(offer, edition=g.edition, actor=current_actor(), now=utc_now())
    flash(_("A draft was made of the offer. Now say when and where."), "success")
    return redirect(url_for("programme.edit_session_page", code=session.code, _anchor="times"), 303)


@blueprint.route("/organize/programme/strands", methods=["GET", "POST"])
@open_to(Role.ORGANIZER)
@unit_of_work
def strands() -> ResponseReturnValue:
    """The themes, and a form for one more."""
    form = StrandForm()
    if form.validate_on_submit():
        add_strand(
            g.edition,
            name=form.name.data,
            accent=form.accent.data,
            position=form.position.data or 0,
            actor=current_actor(),
            now=utc_now(),
        )
        flash(_("The strand is there; sessions can choose it."), "success")
        return redirect(url_for("programme.strands"), 303)
    page = render_template(
        "programme/organize/strands.html",
        tabs=tabs("strands"),
        strands=strands_of(g.edition),
        form=form,
    )
    return page, 422 if form.is_submitted() else 200


def _strand_or_404(slug: str) -> Strand:
    return find_strand(g.edition, slug=slug) or abort(404)


@blueprint.route("/organize/programme/strands/<slug>", methods=["GET", "POST"])
@open_to(Role.ORGANIZER)
@unit_of_work
def edit_strand_page(slug: str) -> ResponseReturnValue:
    """Name, colour and order of one strand."""
    found = _strand_or_404(slug)
    form = StrandForm(obj=found)
    if form.validate_on_submit():
        edit_strand(
            found,
            name=form.name.data,
            accent=form.accent.data,
            position=form.position.data or 0,
            actor=current_actor(),
            now=utc_now(),
        )
        flash(_("Saved. It shows with the next publication."), "success")
        return redirect(url_for("programme.strands"), 303)
    page = render_template(
        "programme/organize/strand.html", tabs=tabs("strands"), strand=found, form=form
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/organize/programme/strands/<slug>/remove")
@open_to(Role.ORGANIZER)
@unit_of_work
def remove_strand_page(slug: str) -> ResponseReturnValue:
    """Remove a strand without sessions."""
    remove_strand(_strand_or_404(slug), actor=current_actor(), now=utc_now())
    flash(_("Removed."), "success")
    return redirect(url_for("programme.strands"), 303)


@blueprint.route("/organize/programme/people", methods=["GET", "POST"])
@open_to(Role.ORGANIZER)
@unit_of_work
def presenters() -> ResponseReturnValue:
    """The people who lead sessions, and a form for one more."""
    form = PresenterForm(languages=g.edition.languages)
    if form.validate_on_submit():
        add_presenter(g.edition, **form.told(), actor=current_actor(), now=utc_now())
        flash(_("The person is in the list; sessions can choose them."), "success")
        return redirect(url_for("programme.presenters"), 303)
    page = render_template(
        "programme/organize/presenters.html",
        tabs=tabs("presenters"),
        presenters=presenters_of(g.edition),
        form=form,
    )
    return page, 422 if form.is_submitted() else 200


def _presenter_or_404(code: str) -> Presenter:
    return find_presenter(g.edition, code=code) or abort(404)


@blueprint.route("/organize/programme/people/<code>", methods=["GET", "POST"])
@open_to(Role.ORGANIZER)
@unit_of_work
def edit_presenter_page(code: str) -> ResponseReturnValue:
    """Name and words about one person."""
    found = _presenter_or_404(code)
    form = PresenterForm(obj=found, languages=g.edition.languages)
    if form.validate_on_submit():
        edit_presenter(found, **form.told(), actor=current_actor(), now=utc_now())
        flash(_("Saved. It shows with the next publication."), "success")
        return redirect(url_for("programme.presenters"), 303)
    page = render_template(
        "programme/organize/presenter.html", tabs=tabs("presenters"), presenter=found, form=form
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/organize/programme/people/<code>/remove")
@open_to(Role.ORGANIZER)
@unit_of_work
def remove_presenter_page(code: str) -> ResponseReturnValue:
    """Remove somebody who leads nothing."""
    remove_presenter(_presenter_or_404(code), actor=current_actor(), now=utc_now())
    flash(_("Removed."), "success")
    return redirect(url_for("programme.presenters"), 303)
