"""What programs ask for: pictures, the robots' rules, the map of the site, the small icon."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

from flask import Blueprint, abort, current_app, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from festival.shared.access import Who, open_to
from festival.site.sitemap import published_addresses

machine = Blueprint("machine", __name__)

PICTURE = re.compile(r"[0-9a-f]{64}\.(png|jpg|webp)")
KEPT_FOR = timedelta(days=365)
MEDIA_POLICY = "default-src 'none'; sandbox"


@machine.get("/media/<name>")
@open_to(Who.EVERYBODY)
def media(name: str) -> ResponseReturnValue:
    """A stored picture by its hash.  It never changes, so it may be kept for ever."""
    if not PICTURE.fullmatch(name):
        abort(404)
    path: Path = current_app.config["SETTINGS"].media_folder / name[:2] / name
    if not path.is_file():
        abort(404)
    response = send_file(path, conditional=True, etag=name[:32])
    response.headers["Cache-Control"] = (
        f"public, max-age={int(KEPT_FOR.total_seconds())}, immutable"
    )
    response.headers["Content-Security-Policy"] = MEDIA_POLICY
    return response


@machine.get("/robots.txt")
@open_to(Who.EVERYBODY)
def robots() -> ResponseReturnValue:
    base = current_app.config["SETTINGS"].public_url
    text = f"User-agent: *\nDisallow: /door/\nDisallow: /*/organize/\nSitemap: {base}/sitemap.xml\n"
    return Response(text, mimetype="text/plain", headers={"Cache-Control": "public, max-age=3600"})


@machine.get("/sitemap.xml")
@open_to(Who.EVERYBODY)
def sitemap() -> ResponseReturnValue:
    """Every public page in each of its languages (sitemaps.org 0.9 with hreflang)."""
    text = render_template(
        "site/sitemap.xml",
        base=current_app.config["SETTINGS"].public_url,
        pages=published_addresses(),
    )
    headers = {"Cache-Control": "public, max-age=3600"}
    return Response(text, mimetype="application/xml", headers=headers)


@machine.get("/favicon.ico")
@open_to(Who.EVERYBODY)
def favicon() -> ResponseReturnValue:
    return redirect(url_for("static", filename="icons/favicon.svg"), 301)
