"""What visitors read about the exhibitor, during the festival and after it."""

from __future__ import annotations

from datetime import datetime

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from festival.exhibitors.catalogue.actions import save_public_face
from festival.exhibitors.catalogue.forms import PublicFaceForm
from festival.exhibitors.catalogue.queries import places_of
from festival.exhibitors.models import Application
from festival.exhibitors.states import ApplicationState
from festival.exhibitors.tongues import names_of
from festival.portal.states import Chore
from festival.portal.views.room import blueprint, own_exhibitor_or_404
from festival.shared.access import Who, current_actor, open_to
from festival.shared.clock import utc_now
from festival.shared.errors import FieldRefused, StaleVersion
from festival.shared.forms import show_refusal
from festival.shared.work import unit_of_work


@blueprint.route("/exhibitor/<code>/catalogue", methods=["GET", "POST"])
@open_to(Who.SIGNED_IN)
@unit_of_work
def public_face(code: str) -> ResponseReturnValue:
    """Places where it teaches all year, its text in more languages, its contact card."""
    application = own_exhibitor_or_404(code)
    organization = application.organization
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
            return redirect(url_for("portal.public_face", code=code), 303)
    page = render_template(
        "portal/catalogue/public_face.html",
        application=application,
        organization=organization,
        form=form,
        saved=saved,
        language_names={each: names_of([each], locale=g.locale) for each in g.edition.languages},
        is_shown=application.state is ApplicationState.ACCEPTED,
    )
    return page, 422 if form.errors else 200


def chores(application: Application, *, now: datetime) -> list[Chore]:
    """Who shows a course that is held all year is asked where."""
    if not any(each.all_year for each in application.exhibits):
        return []
    places = places_of(application.organization_id)
    placed = [each for each in places if each.latitude is not None]
    return [
        Chore(
            key="learning_place",
            title=_("Say where you teach all year, so that you are on the map"),
            href=url_for("portal.public_face", code=application.code),
            due=None,
            done=bool(placed),
            detail=placed[0].name if placed else "",
        )
    ]
