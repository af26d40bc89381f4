"""The press office: releases and links for newsrooms."""

from __future__ import annotations

from flask import abort, current_app, g, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from festival.press import actions, queries
from festival.press.forms import LinkForm, ReleaseForm, release_values
from festival.press.kit import plan_kit
from festival.press.models import EmbargoLink, Release
from festival.press.rules import is_embargoed, is_released
from festival.press.states import MOVES, PAPER_NAMES, SENTENCES, ReleaseState
from festival.press.views.doors import blueprint, done, form_page, page
from festival.press.views.public import release_download
from festival.shared.access import Role, current_actor, open_to
from festival.shared.clock import utc_now
from festival.shared.errors import FieldRefused, StaleVersion
from festival.shared.forms import show_refusal
from festival.shared.work import unit_of_work

MOVE_ACTIONS = {
    ReleaseState.APPROVED.value: actions.approve_release,
    ReleaseState.WITHDRAWN.value: actions.withdraw_release,
    ReleaseState.DRAFT.value: actions.return_to_draft,
}


@blueprint.get("/organize/press")
@open_to(Role.ORGANIZER, Role.PRESS_OFFICER)
def office() -> ResponseReturnValue:
    now = utc_now()
    pictures = queries.pictures_of(g.edition.id)
    return page(
        "office",
        releases=queries.all_releases(g.edition.id),
        pictures=pictures,
        public_count=sum(1 for each in pictures if queries.is_public(each)),
        plan=plan_kit(g.edition, now=now),
        standing=standing,
        paper_names=PAPER_NAMES,
        now=now,
    )


def standing(release: Release) -> tuple[str, str]:
    """(word, accent) for how a release stands at this moment."""
    now = utc_now()
    if is_released(release.state, release.embargo_until, now=now):
        return _("Public"), "mint"
    if is_embargoed(release.state, release.embargo_until, now=now):
        return _("Under embargo"), "sun"
    if release.state == ReleaseState.WITHDRAWN:
        return _("Withdrawn"), "rose"
    return _("Draft"), ""


@blueprint.route("/organize/press/releases/new", methods=["GET", "POST"])
@open_to(Role.ORGANIZER, Role.PRESS_OFFICER)
@unit_of_work
def new_release() -> ResponseReturnValue:
    slug = request.args.get("of", "")
    written = queries.languages_of(g.edition.id, slug=slug) if slug else set()
    if slug and not written:
        abort(404)
    form = ReleaseForm(data={"language": g.edition.languages[0] if not slug else None})
    form.offer(g.edition, queries.contacts_of(g.edition.id))
    form.language.choices = [each for each in form.language.choices if each.value not in written]
    if form.validate_on_submit():
        try:
            release = actions.write_release(
                g.edition,
                form.text(),
                language=form.language.data,
                slug=slug,
                actor=current_actor(),
                now=utc_now(),
            )
        except FieldRefused as refusal:
            show_refusal(form, refusal)
        else:
            return _after_saving(release)
    return form_page("release_form", form=form, release=None, slug=slug)


@blueprint.route("/organize/press/releases/<slug>/<language>", methods=["GET", "POST"])
@open_to(Role.ORGANIZER, Role.PRESS_OFFICER)
@unit_of_work
def edit_release(slug: str, language: str) -> ResponseReturnValue:
    release = _release(slug, language)
    form = ReleaseForm(data=release_values(release, edition=g.edition))
    del form.language
    form.offer(g.edition, queries.contacts_of(g.edition.id))
    if form.validate_on_submit():
        try:
            actions.change_release(
                release,
                form.text(),
                edition=g.edition,
                version=form.seen_version,
                actor=current_actor(),
                now=utc_now(),
            )
        except FieldRefused as refusal:
            show_refusal(form, refusal)
        except StaleVersion as stale:
            form.form_errors.append(" ".join(map(_, (stale.sentence, stale.kept, stale.next_step))))
        else:
            return _after_saving(release)
    return form_page("release_form", form=form, release=release, slug=slug)


def _after_saving(release: Release) -> ResponseReturnValue:
    """To the preview, or back to the form for one more quote."""
    where = {"slug": release.slug, "language": release.language}
    if "more" in request.form:
        return done(_("Saved. There is room for more quotes now."), ".edit_release", **where)
    return done(_("The release is saved."), ".preview_release", **where)


@blueprint.get("/organize/press/releases/<slug>/<language>/preview")
@open_to(Role.ORGANIZER, Role.PRESS_OFFICER)
def preview_release(slug: str, language: str) -> ResponseReturnValue:
    release = _release(slug, language)
    return page(
        "preview",
        release=release,
        contact=release.contact or next(iter(queries.contacts_of(g.edition.id)), None),
        standing=standing,
        sentence=SENTENCES[release.state],
        moves=MOVES[release.state],
        written=queries.languages_of(g.edition.id, slug=slug),
    )


@blueprint.get("/organize/press/releases/<slug>/<language>/preview.pdf")
@open_to(Role.ORGANIZER, Role.PRESS_OFFICER)
def preview_document(slug: str, language: str) -> ResponseReturnValue:
    release = _release(slug, language)
    contact = release.contact or next(iter(queries.contacts_of(g.edition.id)), None)
    return release_download(release, contact=contact)


@blueprint.post("/organize/press/releases/<slug>/<language>/state")
@open_to(Role.ORGANIZER, Role.PRESS_OFFICER)
@unit_of_work
def move_release(slug: str, language: str) -> ResponseReturnValue:
    release = _release(slug, language)
    move = MOVE_ACTIONS.get(request.form.get("to", "")) or abort(400)
    move(release, actor=current_actor(), now=utc_now())
    word, _accent = standing(release)
    return done(
        _("The release is now: %(state)s.", state=word),
        ".preview_release",
        slug=slug,
        language=language,
    )


def _release(slug: str, language: str) -> Release:
    return queries.find_release(g.edition.id, slug=slug, language=language) or abort(404)


@blueprint.route("/organize/press/newsrooms", methods=["GET", "POST"])
@open_to(Role.ORGANIZER, Role.PRESS_OFFICER)
@unit_of_work
def newsrooms() -> ResponseReturnValue:
    form, address = LinkForm(), ""
    if form.validate_on_submit():
        actor, now = current_actor(), utc_now()
        link, token = actions.make_embargo_link(
            g.edition, outlet=form.outlet.data, actor=actor, now=now
        )
        if form.email.data:
            actions.mail_embargo_link(
                link, token=token, email=form.email.data, actor=actor, now=now
            )
        address = current_app.config["SETTINGS"].public_url + url_for(".embargoed", token=token)
    return form_page(
        "newsrooms", form=form, links=queries.embargo_links(g.edition.id), address=address
    )


@blueprint.post("/organize/press/newsrooms/<code>/revoke")
@open_to(Role.ORGANIZER, Role.PRESS_OFFICER)
@unit_of_work
def revoke_newsroom(code: str) -> ResponseReturnValue:
    link: EmbargoLink = queries.find_embargo_link(g.edition.id, code=code) or abort(404)
    actions.revoke_embargo_link(link, actor=current_actor(), now=utc_now())
    return done(_("The link opens nothing any more."), ".newsrooms")
