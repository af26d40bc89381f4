"""Embargoed releases for newsrooms that have promised to wait."""

from __future__ import annotations

from flask import abort, flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from festival.press import actions, queries
from festival.press.forms import AcceptForm
from festival.press.models import EmbargoLink
from festival.press.views.doors import blueprint, form_page, page
from festival.press.views.public import release_download
from festival.shared.access import Who, open_to
from festival.shared.clock import utc_now
from festival.shared.errors import FieldRefused
from festival.shared.forms import show_refusal
from festival.shared.headers import keeps_secret
from festival.shared.journal import Actor
from festival.shared.work import unit_of_work


@blueprint.route("/press/embargoed/<token>", methods=["GET", "POST"])
@open_to(Who.LINK_HOLDER)
@keeps_secret
@unit_of_work
def embargoed(token: str) -> ResponseReturnValue:
    link, now = _link(token), utc_now()
    if link.accepted_at is not None:
        releases = queries.embargoed_releases(g.edition.id, now=now)
        contact = next(iter(queries.contacts_of(g.edition.id)), None)
        return page("embargoed", link=link, releases=releases, contact=contact, token=token)
    form = AcceptForm()
    if form.validate_on_submit():
        journalist = Actor(label=f"{form.name.data}, {link.outlet}"[:200])
        try:
            actions.accept_embargo(link, name=form.name.data, actor=journalist, now=now)
        except FieldRefused as refusal:
            show_refusal(form, refusal)
        else:
            flash(_("Thank you. The texts are open to you now."), "success")
            return redirect(url_for(".embargoed", token=token), 303)
    return form_page("accept_embargo", form=form, link=link)


@blueprint.get("/press/embargoed/<token>/<slug>/<language>/release.pdf")
@open_to(Who.LINK_HOLDER)
@keeps_secret
def embargoed_document(token: str, slug: str, language: str) -> ResponseReturnValue:
    link = _link(token)
    found = queries.find_release(g.edition.id, slug=slug, language=language)
    if link.accepted_at is None or found is None:
        abort(404)
    if found not in queries.embargoed_releases(g.edition.id, now=utc_now()):
        abort(404)
    contact = found.contact or next(iter(queries.contacts_of(g.edition.id)), None)
    return release_download(found, contact=contact)


def _link(token: str) -> EmbargoLink:
    return queries.find_embargo_link_by_token(g.edition.id, token=token) or abort(404)
