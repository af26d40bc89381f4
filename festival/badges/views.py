"""Pages of the room: the household's own badge, and the organizers' list and sheets."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlsplit

from flask import abort, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask.wrappers import Response
from flask_babel import gettext as _
from flask_babel import ngettext

from festival.badges import actions, queries
from festival.badges.calendar import days_calendar
from festival.badges.codes import spoken, tail
from festival.badges.face import face_of, people_text
from festival.badges.forms import MakeBadges, RevokeBadge
from festival.badges.models import Badge
from festival.badges.qr import qr_path, qr_png
from festival.badges.sheet import A6, LAYOUTS, MOST_BADGES, badge_pdf, calibration_pdf
from festival.badges.states import ACCENTS, KIND_NAMES, STATE_NAMES, BadgeKind, BadgeState
from festival.shared.access import Role, Who, current_actor, open_to
from festival.shared.addresses import edition_blueprint, page_asked_for
from festival.shared.clock import utc_now
from festival.shared.errors import FieldRefused
from festival.shared.forms import clean_line, show_refusal
from festival.shared.headers import keeps_secret
from festival.shared.work import unit_of_work

blueprint = edition_blueprint("badges", __name__)

S = TypeVar("S", bound=StrEnum)
WORDS = {"kind_names": KIND_NAMES, "state_names": STATE_NAMES, "accents": ACCENTS, "tail": tail}


@blueprint.get("/badge/<code>")
@open_to(Who.LINK_HOLDER)
@keeps_secret
def show(code: str) -> ResponseReturnValue:
    """The badge on a phone: held before the scanner, valid for the whole household."""
    badge = _by_code(code)
    return render_template(
        "badges/show.html",
        badge=badge,
        face=face_of(badge, edition=g.edition, locale=g.locale),
        path=qr_path(badge.code),
        spoken=spoken(badge.code),
        people_text=people_text(badge.people),
        **WORDS,
    )


@blueprint.get("/badge/<code>/badge.pdf")
@open_to(Who.LINK_HOLDER)
@keeps_secret
def paper(code: str) -> ResponseReturnValue:
    """The badge to print on A6, for whoever has no phone at the door."""
    badge = _by_code(code)
    if badge.state == BadgeState.REVOKED:
        abort(404)
    return _pdf([badge], layout_name="a6", start=1)


@blueprint.get("/badge/<code>/badge.png")
@open_to(Who.LINK_HOLDER)
@keeps_secret
def picture(code: str) -> ResponseReturnValue:
    """The code alone, to be kept among the pictures of a phone."""
    return Response(qr_png(_by_code(code).code, scale=16), mimetype="image/png")


@blueprint.get("/badge/<code>/festival.ics")
@open_to(Who.LINK_HOLDER)
@keeps_secret
def calendar(code: str) -> ResponseReturnValue:
    """The days of the festival, to be kept in a calendar."""
    settings = current_app.config["SETTINGS"]
    made = days_calendar(
        g.edition,
        host=urlsplit(settings.public_url).hostname or "localhost",
        page_url=settings.public_url + url_for("site.edition_home"),
        description=_("Bring your badge, on the phone or on paper."),
        stamp=_by_code(code).issued_at,
    )
    return Response(
        made,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="festival.ics"'},
    )


@blueprint.get("/organize/badges")
@open_to(Role.ORGANIZER)
def badges() -> ResponseReturnValue:
    wanted = _filter()
    number = page_asked_for()
    total = queries.count_badges_matching(g.edition.id, wanted)
    return render_template(
        "badges/badges.html",
        badges=queries.badges_matching(g.edition.id, wanted, page=number),
        wanted=wanted,
        total=total,
        number=number,
        last=max(1, -(-total // queries.PER_PAGE)),
        layouts=_layout_choices(),
        most_printed=MOST_BADGES,
        people_text=people_text,
        **WORDS,
    )


@blueprint.route("/organize/badges/new", methods=["GET", "POST"])
@open_to(Role.ORGANIZER)
@unit_of_work
def make_badges() -> ResponseReturnValue:
    """Badges for crew, speakers, exhibitors and press, and spare ones for the desk."""
    form = MakeBadges()
    if form.validate_on_submit():
        try:
            made = actions.issue_badges(
                g.edition.id,
                count=form.count.data or 0,
                kind=BadgeKind(form.kind.data),
                name=form.name.data or "",
                people=form.people.data or 0,
                actor=current_actor(),
                now=utc_now(),
            )
        except FieldRefused as refusal:
            show_refusal(form, refusal)
        else:
            flash(ngettext("%(num)d badge made.", "%(num)d badges made.", len(made)), "success")
            return redirect(url_for("badges.badges"), 303)
    return render_template("badges/make_badges.html", form=form), 422 if form.errors else 200


@blueprint.get("/organize/badges/sheet.pdf")
@open_to(Role.ORGANIZER)
def sheet() -> ResponseReturnValue:
    """The selected badges, or with none selected all that the filter finds, on label sheets."""
    layout_name = request.args.get("layout", "a4-8")
    if layout_name not in LAYOUTS:
        abort(404)
    chosen = queries.badges_to_print(
        g.edition.id,
        references=request.args.getlist("badge")[:MOST_BADGES],
        wanted=_filter(),
        most=MOST_BADGES,
    )
    if not chosen:
        flash(_("There is no active badge to print. Choose others."), "warning")
        return redirect(url_for("badges.badges"), 303)
    return _pdf(chosen, layout_name=layout_name, start=request.args.get("start", 1, type=int))


@blueprint.get("/organize/badges/test-page.pdf")
@open_to(Role.ORGANIZER)
def calibration() -> ResponseReturnValue:
    """The edges of the labels on plain paper, to see whether the printer shrinks the page."""
    layout_name = request.args.get("layout", "a4-8")
    if layout_name not in LAYOUTS:
        abort(404)
    title = _("Test page for label sheets")
    made = calibration_pdf(layout=LAYOUTS[layout_name], title=title, locale=g.locale)
    return Response(made, mimetype="application/pdf")


@blueprint.get("/organize/badges/<reference>")
@open_to(Role.ORGANIZER)
def badge(reference: str) -> ResponseReturnValue:
    return _badge_page(_by_reference(reference), RevokeBadge())


@blueprint.post("/organize/badges/<reference>/revoke")
@open_to(Role.ORGANIZER)
@unit_of_work
def revoke(reference: str) -> ResponseReturnValue:
    found = _by_reference(reference)
    form = RevokeBadge()
    if not form.validate_on_submit():
        return _badge_page(found, form), 422
    try:
        actions.revoke_badge(
            found, reason=form.reason.data or "", actor=current_actor(), now=utc_now()
        )
    except FieldRefused as refusal:
        show_refusal(form, refusal)
        return _badge_page(found, form), 422
    flash(_("The badge is revoked. It no longer opens the door."), "success")
    return redirect(url_for("badges.badge", reference=reference), 303)


@blueprint.post("/organize/badges/<reference>/reissue")
@open_to(Role.ORGANIZER)
@unit_of_work
def reissue(reference: str) -> ResponseReturnValue:
    new = actions.reissue_badge(_by_reference(reference), actor=current_actor(), now=utc_now())
    flash(_("Here is the new badge. The lost one no longer opens the door."), "success")
    return redirect(url_for("badges.badge", reference=new.code_hash), 303)


def _badge_page(found: Badge, form: RevokeBadge) -> str:
    return render_template(
        "badges/badge.html",
        badge=found,
        form=form,
        successor=queries.find_successor(found),
        people_text=people_text(found.people),
        **WORDS,
    )


def _by_code(code: str) -> Badge:
    return queries.find_badge_by_code(g.edition.id, code) or abort(404)


def _by_reference(reference: str) -> Badge:
    return queries.find_badge(g.edition.id, reference) or abort(404)


def _filter() -> queries.BadgeFilter:
    return queries.BadgeFilter(
        text=clean_line(request.args.get("q"))[:100],
        kind=_member(BadgeKind, request.args.get("kind")),
        state=_member(BadgeState, request.args.get("state")),
    )


def _member(states: type[S], value: str | None) -> S | None:
    return states(value) if value in {state.value for state in states} else None


def _layout_choices() -> list[tuple[str, str]]:
    return [
        ("a4-8", _("A4, 8 labels of 105 × 74 mm")),
        ("a4-10", _("A4, 10 cards of 85 × 54 mm")),
        ("a6", _("A6, one badge on a page")),
    ]


def _pdf(badges: Sequence[Badge], *, layout_name: str, start: int) -> Response:
    layout = LAYOUTS.get(layout_name, A6)
    made = badge_pdf(
        [face_of(each, edition=g.edition, locale=g.locale) for each in badges],
        layout=layout,
        start_position=min(max(1, start), layout.per_page),
        title=_("Badges of %(edition)s", edition=g.edition.title),
        qr_alt=_("QR code of the badge"),
        locale=g.locale,
    )
    return Response(
        made,
        mimetype="application/pdf",
        headers={"Content-Disposition": f'inline; filename="badges-{layout_name}.pdf"'},
    )
