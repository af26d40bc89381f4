"""Organizers: everybody's pack, one or all, and the words that stand in them."""

from __future__ import annotations

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_login import current_user

from festival.exhibitors.stands.queries import exhibitors_of, find_exhibitor
from festival.portal.pack import actions, queries
from festival.portal.pack.forms import PackTextForm
from festival.portal.pack.wording import usual_contacts, usual_rules
from festival.portal.views.pack import pack_answer
from festival.portal.views.room import blueprint
from festival.shared.access import Role, current_actor, open_to
from festival.shared.addresses import page_asked_for
from festival.shared.clock import utc_now
from festival.shared.languages import LANGUAGES
from festival.shared.work import unit_of_work

PER_PAGE = 50


@blueprint.get("/organize/exhibitors/packs")
@open_to(Role.ORGANIZER)
def packs() -> ResponseReturnValue:
    """Everybody with a promised place, and when their pack was made."""
    rows = exhibitors_of(g.edition.id)
    made = queries.packs_of(g.edition.id)
    last = max(1, -(-len(rows) // PER_PAGE))
    number = min(page_asked_for(), last)
    return render_template(
        "portal/pack/office.html",
        rows=rows[(number - 1) * PER_PAGE : number * PER_PAGE],
        total=len(rows),
        made=made,
        count=sum(1 for each in rows if each.id in made and made[each.id].made_at),
        number=number,
        last=last,
        languages=_languages(),
        texts=queries.texts_of(g.edition.id),
    )


@blueprint.post("/organize/exhibitors/packs")
@open_to(Role.ORGANIZER)
@unit_of_work
def order_all_packs() -> ResponseReturnValue:
    """One ZIP of all; its task's page tells how far it is."""
    task = actions.order_all(g.edition, locale=g.locale, actor=current_actor(), now=utc_now())
    return redirect(url_for("tasks.task", code=task.code), 303)


@blueprint.post("/organize/exhibitors/packs/<code>")
@open_to(Role.ORGANIZER)
@unit_of_work
def order_office_pack(code: str) -> ResponseReturnValue:
    """One exhibitor's pack, made now."""
    application = find_exhibitor(g.edition.id, code) or abort(404)
    task = actions.order_pack(
        application,
        href=url_for("portal.office_pack", code=code),
        person_id=current_user.person_id,
        now=utc_now(),
    )
    return redirect(url_for("tasks.task", code=task.code), 303)


@blueprint.get("/organize/exhibitors/packs/<code>.pdf")
@open_to(Role.ORGANIZER)
def office_pack(code: str) -> ResponseReturnValue:
    """The PDF, for the organizers of this edition."""
    return pack_answer(find_exhibitor(g.edition.id, code) or abort(404))


@blueprint.route("/organize/exhibitors/packs/words/<language>", methods=["GET", "POST"])
@open_to(Role.ORGANIZER)
@unit_of_work
def pack_words(language: str) -> ResponseReturnValue:
    """Rules and contacts in one language; empty ones mean the usual ones, which stand beside."""
    if language not in _languages():
        abort(404)
    form = PackTextForm(obj=queries.texts_of(g.edition.id).get(language))
    if form.validate_on_submit():
        actions.write_text(
            g.edition,
            language=language,
            rules=form.rules.data or "",
            contacts=form.contacts.data or "",
            actor=current_actor(),
            now=utc_now(),
        )
        flash(_("Saved. Packs that were made already are made anew."), "success")
        return redirect(url_for("portal.packs"), 303)
    with force_locale(language):
        usual = (usual_rules(), usual_contacts(g.edition))
    page = render_template(
        "portal/pack/words.html",
        form=form,
        language=LANGUAGES[language],
        usual_rules=usual[0],
        usual_contacts=usual[1],
    )
    return page, 422 if form.errors else 200


def _languages() -> list[str]:
    """Languages that a pack can be in: the edition's, as far as the house speaks them."""
    return [each for each in g.edition.languages if each in LANGUAGES]
