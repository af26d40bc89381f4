"""Headers of every answer: a strict content security policy and what goes with it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from flask import current_app, g, request
from werkzeug.wrappers import Response

P = ParamSpec("P")
R = TypeVar("R")

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "font-src": "'self'",
    "manifest-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
CAMERA_POLICY = POLICY | {
    "script-src": "'self' 'wasm-unsafe-eval'",
    "worker-src": "'self'",
    "media-src": "'self' blob:",
}


def needs_camera(view: Callable[P, R]) -> Callable[P, R]:
    """The scanner only: lets the page use the camera and run the decoder's WebAssembly."""

    @functools.wraps(view)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        g.needs_camera = True
        return view(*args, **kwargs)

    return wrapped


def keeps_secret(view: Callable[P, R]) -> Callable[P, R]:
    """A page whose address holds a secret: never cached, and no referrer leaks the address."""

    @functools.wraps(view)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        g.keeps_secret = True
        return view(*args, **kwargs)

    return wrapped


def add_headers(response: Response) -> Response:
    """``after_request`` of the application."""
    camera = g.get("needs_camera", False)
    headers = response.headers
    policy = CAMERA_POLICY if camera else POLICY
    headers.setdefault(
        "Content-Security-Policy", "; ".join(f"{name} {value}" for name, value in policy.items())
    )
    headers.setdefault(
        "Permissions-Policy",
        f"camera={'(self)' if camera else '()'}, microphone=(), geolocation=(), payment=()",
    )
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    secret = g.get("keeps_secret", False)
    headers.setdefault("Referrer-Policy", "no-referrer" if secret else "same-origin")
    if request.endpoint == "static":
        stamped = "v" in request.args  # the address changes with the file, so it may be kept
        headers["Cache-Control"] = "public, max-age=31536000, immutable" if stamped else "no-cache"
    else:
        headers.setdefault("Cache-Control", "private, no-store" if secret else "no-store")
    if current_app.config["SESSION_COOKIE_SECURE"]:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return response
