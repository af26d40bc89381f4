"""An exhibitor's own activities: bookings, scans, no-shows, returns, each with its source."""

from __future__ import annotations

import hashlib
from datetime import datetime

from flask import (
    Response,
    current_app,
    g,
    make_response,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from festival.evaluation.returns import words
from festival.evaluation.returns.queries import Line, lines_of
from festival.evaluation.returns.states import STANDING_ACCENTS, STANDING_NAMES, Standing
from festival.exhibitors.models import Application
from festival.portal.activities import queries
from festival.portal.activities.queries import OwnActivity
from festival.portal.states import Chore
from festival.portal.views.room import blueprint, own_exhibitor_or_404
from festival.shared.access import Who, open_to, roles_here
from festival.shared.clock import utc_now

MISSING = (Standing.WANTED, Standing.OVERDUE)


@blueprint.get("/exhibitor/<code>/activities")
@open_to(Who.SIGNED_IN)
def activities(code: str) -> ResponseReturnValue:
    """Asked anew every half minute while it is open; what has not changed is not sent again."""
    application = own_exhibitor_or_404(code)
    found = queries.own_activities(
        g.edition, organization_id=application.organization_id, now=utc_now()
    )
    offers = queries.offers_outside(application)
    mark = _fingerprint(application, found, offers=[each.title for each in offers])
    if request.if_none_match.contains(mark) and "_flashes" not in session:
        return _dressed(Response(status=304), mark)
    page = render_template(
        "portal/activities/activities.html",
        application=application,
        activities=found,
        mark=mark,
        offers=offers,
        words=words,
        standing_names=STANDING_NAMES,
        standing_accents=STANDING_ACCENTS,
        standings=Standing,
    )
    return _dressed(make_response(page), mark)


def chores(application: Application, *, now: datetime) -> list[Chore]:
    """A line for each return that is missing, and one for those that are filed."""
    lines = lines_of(application.edition, now=now, organization_id=application.organization_id)
    found = [_chore(line) for line in lines if line.standing in MISSING]
    filed = sum(line.standing is Standing.FILED for line in lines)
    if filed:
        found.append(
            Chore(
                key="returns",
                title=_("Tell how your activities went"),
                href=url_for("portal.activities", code=application.code),
                due=None,
                done=True,
                detail=ngettext("%(num)s return is filed.", "%(num)s returns are filed.", filed),
            )
        )
    return found


def _chore(line: Line) -> Chore:
    is_over = line.standing is Standing.OVERDUE
    return Chore(
        key=f"return:{line.time.occurrence.uid}",
        title=_("Tell how it went: %(title)s", title=words.title_text(line.time)),
        href=url_for("returns.own", uid=line.time.occurrence.uid),
        due=line.time.deadline,
        done=False,
        detail=_("The deadline is over: write to the organizers.")
        if is_over
        else words.span_text(line.time),
    )


def _fingerprint(application: Application, found: list[OwnActivity], *, offers: list[str]) -> str:
    """Changes with everything that the page shows, the frame round it included."""
    facts = (
        [
            (
                time.line.time.occurrence.id, time.line.time.booked, time.line.time.deadline,
                time.line.standing, time.line.scanned, time.places, time.has_ended,
                time.line.filed and (time.line.filed.id, time.line.filed.version),
            )
            for each in found
            for time in each.times
        ],
        offers, application.code, application.state, g.edition.content_version,
        g.edition.programme_version, g.edition.state, g.locale, current_user.person_id,
        current_user.name, sorted(roles_here()), current_app.config["BUILD"],
    )  # fmt: skip
    return hashlib.blake2b(repr(facts).encode(), digest_size=16).hexdigest()


def _dressed(response: Response, mark: str) -> Response:
    """No browser keeps it, as no other page of a person; the page itself asks with the mark."""
    response.headers["ETag"] = f'"{mark}"'
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Vary"] = "HX-Request, Cookie"
    return response
