"""The door's own pages: the scanner that a link opens, without an account.

The secret stands in the address, nothing else lets anybody in, and no cookie is read: therefore
these pages are exempt from the form token, which a phone that stands at a door all day would
outlive.  A page of another site cannot know the address.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from flask import Blueprint, abort, g, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from festival.badges.face import people_text
from festival.badges.queries import badges_named, find_badge
from festival.badges.states import ACCENTS, KIND_NAMES
from festival.checkin import actions, queries
from festival.checkin.answers import Answer, answer_to
from festival.checkin.models import DoorLink
from festival.checkin.releasing import count_unclaimed, find_release
from festival.checkin.rules import is_open
from festival.extensions import csrf
from festival.shared.access import Who, open_to
from festival.shared.clock import utc_now
from festival.shared.forms import clean_line
from festival.shared.headers import keeps_secret, needs_camera
from festival.shared.languages import DEFAULT, LANGUAGES
from festival.shared.work import unit_of_work

door = Blueprint("door", __name__, url_prefix="/door")
csrf.exempt(door)

MOST_FOUND = 12
SHORTEST_NAME = 2
LONGEST_WORD = 1000
BELIEVED_YEARS = range(1970, 2200)


@door.before_request
def choose_language() -> None:
    """From ``?lang=``, which every link of the page carries on, else from the browser."""
    wanted = request.args.get("lang", "")
    best = request.accept_languages.best_match(list(LANGUAGES), default=DEFAULT)
    g.locale = wanted if wanted in LANGUAGES else best


@door.get("/<token>")
@open_to(Who.LINK_HOLDER)
@keeps_secret
@needs_camera
def scanner(token: str) -> ResponseReturnValue:
    return _scanner_page(_door(token), token)


@door.post("/<token>/scans")
@open_to(Who.LINK_HOLDER)
@keeps_secret
@unit_of_work
def scan(token: str) -> ResponseReturnValue:
    """One scan of the script: ``{"key", "code", "scanned_at", "sent_at"}``, times as ISO 8601."""
    sent = _message()
    link, now = _door(token), utc_now()
    result = actions.check_in(
        link,
        key=_word(sent, "key"),
        code=_word(sent, "code"),
        scanned_at=_moment(sent, "scanned_at"),
        sent_at=_moment(sent, "sent_at"),
        now=now,
    )
    return _json(result, link, now=now)


@door.post("/<token>/undo")
@open_to(Who.LINK_HOLDER)
@keeps_secret
@needs_camera
@unit_of_work
def undo(token: str) -> ResponseReturnValue:
    """Take back the scan with this key: ``{"key"}``, or the same from the page's form."""
    sent: Mapping[str, Any] = _message() if request.is_json else request.form
    link, now = _door(token), utc_now()
    result = actions.undo_scan(link, key=_word(sent, "key"), now=now)
    if request.is_json:
        return _json(result, link, now=now)
    return _scanner_page(link, token, answer_to(result, door=link, locale=g.locale))


@door.post("/<token>/typed")
@open_to(Who.LINK_HOLDER)
@keeps_secret
@needs_camera
@unit_of_work
def typed(token: str) -> ResponseReturnValue:
    """A typed code, or a badge chosen by name; works without any script."""
    link, now = _door(token), utc_now()
    code = request.form.get("code", "")
    if request.form.get("badge"):
        chosen = find_badge(link.edition_id, request.form["badge"]) or abort(404)
        code = chosen.code
    result = actions.check_in(link, key=request.form.get("key", ""), code=code, now=now)
    return _scanner_page(link, token, answer_to(result, door=link, locale=g.locale))


@door.route("/<token>/names", methods=["GET", "POST"])
@open_to(Who.LINK_HOLDER)
@keeps_secret
@unit_of_work
def names(token: str) -> ResponseReturnValue:
    """Find a badge by name when the code is lost.  Names travel in the body, not in addresses."""
    link = _open_door(token)
    name = clean_line(request.form.get("name"))[:100]
    long_enough = len(name) >= SHORTEST_NAME
    found = badges_named(link.edition_id, name, most=MOST_FOUND + 1) if long_enough else []
    return render_template(
        "checkin/names.html",
        door=link,
        token=token,
        name=name,
        badges=[(badge, str(uuid4())) for badge in found[:MOST_FOUND]],
        more=len(found) > MOST_FOUND,
        asked=request.method == "POST",
        kind_names=KIND_NAMES,
        accents=ACCENTS,
        people_text=people_text,
    )


def _door(token: str) -> DoorLink:
    link = queries.find_door(token) or abort(404)
    g.edition = link.edition
    return link


def _open_door(token: str) -> DoorLink:
    link = _door(token)
    if not is_open(expires_at=link.expires_at, revoked_at=link.revoked_at, now=utc_now()):
        raise actions.DoorClosed
    return link


def _scanner_page(link: DoorLink, token: str, answer: Answer | None = None) -> str:
    now = utc_now()
    if not is_open(expires_at=link.expires_at, revoked_at=link.revoked_at, now=now):
        raise actions.DoorClosed
    day = actions.local_day(link.edition, moment=now)
    return render_template(
        "checkin/scanner.html",
        door=link,
        token=token,
        answer=answer,
        next_key=str(uuid4()),
        tally=queries.tally_of(link, day=day),
        release=_release(link, now=now),
        languages=[
            (each.tag, each.autonym, url_for("door.scanner", token=token, lang=each.code))
            for each in LANGUAGES.values()
        ],
    )


def _release(link: DoorLink, *, now: datetime) -> Mapping[str, Any] | None:
    """When places that nobody claimed here go to others, and how many still wait."""
    due = find_release(link.occurrence, edition=link.edition) if link.occurrence else None
    if due is None:
        return None
    return {"at": due.at, "is_over": due.at <= now, "unclaimed": count_unclaimed(due.occurrence_id)}


def _json(result: actions.CheckIn, link: DoorLink, *, now: datetime) -> ResponseReturnValue:
    inside = queries.count_inside(link, day=actions.local_day(link.edition, moment=now))
    return jsonify(answer_to(result, door=link, locale=g.locale).as_json(inside=inside))


def _message() -> dict[str, Any]:
    """The JSON object of the request; 400 for anything else, also for 10,000 nested brackets."""
    try:
        sent = request.get_json(silent=True)
    except RecursionError:
        sent = None
    return sent if isinstance(sent, dict) else abort(400)


def _word(sent: Mapping[str, Any], name: str) -> str:
    value = sent.get(name)
    if not isinstance(value, str) or len(value) > LONGEST_WORD:
        return ""
    # JSON can hold halves of characters and NUL, which the database cannot
    return value.replace("\0", "?").encode("utf-8", "replace").decode()


def _moment(sent: Mapping[str, Any], name: str) -> datetime | None:
    """An aware instant, or None for anything else: a wrong clock must not lose a scan.

    Nor may one at the ends of the calendar be kept: on another zone's clock it does not exist.
    """
    try:
        moment = datetime.fromisoformat(_word(sent, name))
    except ValueError:
        return None
    return moment if moment.tzinfo and moment.year in BELIEVED_YEARS else None
