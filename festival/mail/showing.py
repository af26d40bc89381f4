"""A mail's HTML part as a page of its own."""

from __future__ import annotations

import base64
import hashlib
import re

from flask import Response, make_response

STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


def mail_page(html: str) -> Response:
    """The HTML part as it will be sent.

    Its own style is the only one allowed, by its hash; nothing else in it may load, run or post.
    """
    style = STYLE.search(html)
    known = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode() if style else ""
    answer: Response = make_response(html)
    answer.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'sha256-{known}'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'; sandbox"
    )
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
