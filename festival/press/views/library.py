"""The press office: pictures, contacts and rules for the media."""

from __future__ import annotations

from flask import abort, g
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from festival.press import actions, queries
from festival.press.forms import (
    CONSENT_HINTS,
    ContactForm,
    PictureForm,
    RulesForm,
    contact_values,
    picture_values,
)
from festival.press.models import PressContact, PressPicture
from festival.press.rules import papers_missing
from festival.press.states import PAPER_NAMES
from festival.press.views.doors import blueprint, done, form_page, instance_folder, page
from festival.press.views.public import picture_answer
from festival.shared.access import Role, current_actor, open_to
from festival.shared.clock import utc_now
from festival.shared.errors import FieldRefused
from festival.shared.forms import show_refusal
from festival.shared.work import unit_of_work


@blueprint.get("/organize/press/pictures")
@open_to(Role.ORGANIZER, Role.PRESS_OFFICER)
def pictures() -> ResponseReturnValue:
    return page(
        "pictures",
        pictures=queries.pictures_of(g.edition.id),
        missing=lambda picture: papers_missing(queries.papers_of(picture)),
        paper_names=PAPER_NAMES,
    )


@blueprint.route("/organize/press/pictures/new", methods=["GET", "POST"])
@open_to(Role.ORGANIZER, Role.PRESS_OFFICER)
@unit_of_work
def new_picture() -> ResponseReturnValue:
    form = PictureForm()
    if form.validate_on_submit():
        upload = form.picture.data
        try:
            if not upload:
                raise FieldRefused("picture", actions.NO_FILE)
            picture = actions.add_picture(
                g.edition,
                upload.read(),
                form.papers(),
                media_folder=instance_folder() / "media",
                original_name=upload.filename or "",
                in_kit=form.in_kit.data,
                position=form.position.data or 0,
                actor=current_actor(),
                now=utc_now(),
            )
        except FieldRefused as refusal:
            show_refusal(form, refusal)
        else:
            return _after_saving(picture)
    return form_page("picture_form", form=form, picture=None, hints=CONSENT_HINTS)


@blueprint.route("/organize/press/pictures/<code>", methods=["GET", "POST"])
@open_to(Role.ORGANIZER, Role.PRESS_OFFICER)
@unit_of_work
def edit_picture(code: str) -> ResponseReturnValue:
    picture = _picture(code)
    form = PictureForm(data=picture_values(picture))
    del form.picture
    if form.validate_on_submit():
        actions.change_picture(
            picture,
            form.papers(),
            in_kit=form.in_kit.data,
            position=form.position.data or 0,
            actor=current_actor(),
            now=utc_now(),
        )
        return _after_saving(picture)
    return form_page("picture_form", form=form, picture=picture, hints=CONSENT_HINTS)


def _after_saving(picture: PressPicture) -> ResponseReturnValue:
    missing = papers_missing(queries.papers_of(picture))
    if not missing:
        return done(_("The picture is saved, and its papers are complete."), ".pictures")
    names = ", ".join(_(PAPER_NAMES[paper]) for paper in missing)
    return done(_("The picture is saved. Still missing: %(names)s.", names=names), ".pictures")


@blueprint.post("/organize/press/pictures/<code>/remove")
@open_to(Role.ORGANIZER, Role.PRESS_OFFICER)
@unit_of_work
def remove_picture(code: str) -> ResponseReturnValue:
    actions.remove_picture(_picture(code), actor=current_actor(), now=utc_now())
    return done(_("The picture is out of the library."), ".pictures")


@blueprint.get("/organize/press/pictures/<code>/file/<size>")
@open_to(Role.ORGANIZER, Role.PRESS_OFFICER)
def office_picture(code: str, size: str) -> ResponseReturnValue:
    return picture_answer(_picture(code), size=size)


def _picture(code: str) -> PressPicture:
    return queries.find_picture(g.edition.id, code=code) or abort(404)


@blueprint.route("/organize/press/contacts/new", methods=["GET", "POST"])
@open_to(Role.ORGANIZER, Role.PRESS_OFFICER)
@unit_of_work
def new_contact() -> ResponseReturnValue:
    return _contact_page(ContactForm(), None)


@blueprint.route("/organize/press/contacts/<int:number>", methods=["GET", "POST"])
@open_to(Role.ORGANIZER, Role.PRESS_OFFICER)
@unit_of_work
def edit_contact(number: int) -> ResponseReturnValue:
    contact = _contact(number)
    return _contact_page(ContactForm(data=contact_values(contact)), contact)


def _contact_page(form: ContactForm, contact: PressContact | None) -> ResponseReturnValue:
    if form.validate_on_submit():
        try:
            actions.save_contact(
                g.edition, form.facts(), contact=contact, actor=current_actor(), now=utc_now()
            )
        except FieldRefused as refusal:
            show_refusal(form, refusal)
        else:
            return done(_("The contact is saved."), ".office")
    return form_page("contact_form", form=form, contact=contact)


@blueprint.post("/organize/press/contacts/<int:number>/remove")
@open_to(Role.ORGANIZER, Role.PRESS_OFFICER)
@unit_of_work
def remove_contact(number: int) -> ResponseReturnValue:
    actions.remove_contact(_contact(number), actor=current_actor(), now=utc_now())
    return done(_("The contact is removed."), ".office")


def _contact(number: int) -> PressContact:
    return queries.find_contact(g.edition.id, number=number) or abort(404)


@blueprint.route("/organize/press/rules", methods=["GET", "POST"])
@open_to(Role.ORGANIZER, Role.PRESS_OFFICER)
@unit_of_work
def rules() -> ResponseReturnValue:
    form = RulesForm(data={"text": queries.rules_text(g.edition.id)})
    if form.validate_on_submit():
        actions.set_rules(g.edition, form.text.data, actor=current_actor(), now=utc_now())
        return done(_("The rules are saved."), ".office")
    return form_page("rules_form", form=form)
