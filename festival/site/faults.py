"""Error pages: what happened, what was kept, what to do."""

from __future__ import annotations

import contextlib

from flask import Flask, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError

from festival.extensions import db, login_manager
from festival.shared.errors import RuleBroken


def register(app: Flask) -> None:
    """One handler for broken rules, one for HTTP errors, one for our own faults."""
    app.register_error_handler(RuleBroken, _answer_rule)
    app.register_error_handler(HTTPException, _answer_http)


def _wants_json() -> bool:
    return request.is_json or request.accept_mimetypes.best == "application/json"


def _answer_rule(broken: RuleBroken) -> ResponseReturnValue:
    db.session.rollback()
    if _wants_json():
        return jsonify(error=broken.spoken(_)), broken.status
    return _page(
        broken.status,
        title=_("That is not possible now"),
        what_happened=broken.spoken(_),
        what_was_kept=_(broken.kept) if broken.kept else "",
        what_to_do=_(broken.next_step)
        if broken.next_step
        else _("Go back, change what the sentence names and try again."),
    )


def _answer_http(error: HTTPException) -> ResponseReturnValue:
    if isinstance(error, SecurityError):  # a foreign Host: no address can be built for a page
        return "This host is not served here.", 400, {"Content-Type": "text/plain; charset=utf-8"}
    code = error.code or 500
    if isinstance(error, InternalServerError):
        code = _after_own_fault(error)
    else:
        db.session.rollback()
    if code < 400:
        return error.get_response()
    if _wants_json():
        return jsonify(error=error.name), code
    title, happened, todo = _sentences(code)
    return _page(code, title=title, what_happened=happened, what_was_kept="", what_to_do=todo)


def _after_own_fault(error: InternalServerError) -> int:
    """503 when the database does not answer, 409 when it holds a rule against us, else 500.

    The frame of the page must not ask a database that just failed: not for the edition and not
    for the person.
    """
    g.edition = None
    g._login_user = login_manager.anonymous_user()
    with contextlib.suppress(DBAPIError):
        db.session.rollback()
    if isinstance(error.original_exception, IntegrityError):
        return 409  # two did the same at once, and the database let one of them
    return 503 if isinstance(error.original_exception, OperationalError) else 500


def _sentences(code: int) -> tuple[str, str, str]:
    """(title, what happened, what to do) for a status."""
    known = _of_the_request() | _of_the_moment()
    return known.get(code) or (
        _("Something went wrong on our side"),
        _("The fault was written down. Nothing half done was kept."),
        _("Try again in a minute; if it happens again, tell the organizers what you did."),
    )


def _of_the_request() -> dict[int, tuple[str, str, str]]:
    """What the reader can mend."""
    return {
        400: (
            _("This request could not be read"),
            _("The page that you came from may have been open for too long."),
            _("Go back, load the page again and send it once more."),
        ),
        401: (
            _("Please sign in"),
            _("This page needs you to be signed in."),
            _("Sign in, then open the page again."),
        ),
        404: (
            _("There is no such page"),
            _("The address is wrong, the page has moved, or it is not open to you."),
            _("Start at the home page, or ask whoever gave you the address."),
        ),
        405: (
            _("There is no such page"),
            _("The address cannot be used in this way."),
            _("Start at the home page."),
        ),
        409: (
            _("Somebody was quicker"),
            _("The same thing was changed by somebody else at the same moment."),
            _("Go back, load the page again and see how it stands now."),
        ),
        413: (
            _("That is too large"),
            _("The file or text is larger than this festival accepts."),
            _("Send a smaller file."),
        ),
    }


def _of_the_moment() -> dict[int, tuple[str, str, str]]:
    """What passes by itself."""
    return {
        429: (
            _("Too many tries"),
            _("This was tried too often in a short time."),
            _("Wait a few minutes, then try again."),
        ),
        503: (
            _("The festival rests for a moment"),
            _("A part of the system is not reachable. Nothing was lost."),
            _("Try again in a minute."),
        ),
    }


def _page(status: int, **words: str) -> ResponseReturnValue:
    body = render_template("shared/error.html", status=status, home_href="/", **words)
    return body, status, {"Retry-After": "30"} if status == 503 else {}
