"""Blueprints of the room and what its views share."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime

from flask import Response, current_app, request, session
from flask_login import login_user
from itsdangerous import BadSignature, URLSafeSerializer

from festival.accounts.actions import SIGN_IN_LASTS, Try, start_sign_in
from festival.accounts.identity import find_signed_in
from festival.accounts.models import Person
from festival.extensions import db
from festival.shared.addresses import edition_blueprint, plain_blueprint
from festival.shared.tokens import make_token, token_hash

blueprint = plain_blueprint("accounts", __name__)
team = edition_blueprint("team", __name__)

DEVICE_LASTS = 180 * 24 * 3600


def open_session(person: Person, *, now: datetime) -> None:
    """Sign the person in with a new session: nothing from before the sign-in lives on."""
    token = start_sign_in(person, now=now, expires_at=now + SIGN_IN_LASTS, device=_device_name())
    db.session.flush()
    session.clear()
    session.permanent = True  # ends after PERMANENT_SESSION_LIFETIME without a request
    login_user(find_signed_in(token))


def _device_name() -> str:
    """How the browser calls itself, short enough to be recognised: ``Firefox, Linux``."""
    text = request.headers.get("User-Agent", "")
    browsers = ("Edg", "OPR", "Firefox", "Chrome", "Safari")
    systems = ("Android", "iPhone", "iPad", "Windows", "Macintosh", "Linux")
    browser = next((name for name in browsers if name in text), "")
    names = {"Edg": "Edge", "OPR": "Opera", "Macintosh": "macOS"}
    system = next((name for name in systems if name in text), "")
    return ", ".join(names.get(each, each) for each in (browser, system) if each)


def _device_cookie() -> str:
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    return "__Host-festival-device" if secure else "festival-device"


def _device_serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="a browser that was here")


def present_try(email: str) -> Try:
    """The try that this request makes, as hashes.

    A browser that has signed this person in before is counted by itself, so that strangers who
    guess at the account do not lock its owner out.
    """
    mark = ""
    try:
        known = _device_serializer().loads(request.cookies.get(_device_cookie(), ""))
        if known[0] == token_hash(email):
            mark = known[1]
    except (BadSignature, TypeError, IndexError):
        pass
    client = hmac.new(
        str(current_app.config["SECRET_KEY"]).encode(),
        (request.remote_addr or "").encode(),
        hashlib.sha256,
    )
    return Try(email_hash=token_hash(f"{email} {mark}"), client_hash=client.hexdigest())


def remember_device(response: Response, email: str) -> Response:
    """Mark this browser as one that has signed the person in."""
    response.set_cookie(
        _device_cookie(),
        _device_serializer().dumps([token_hash(email), make_token()]),
        max_age=DEVICE_LASTS,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return response
