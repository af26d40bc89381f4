"""Reads HTML answers as strictly as a validator would."""

from __future__ import annotations

import functools
from typing import Any

import html5lib
from html5lib.html5parser import ParseError


def read(response: Any) -> None:
    """Raise when an HTML answer has a parse error, an inline style or an inline handler."""
    if response.mimetype != "text/html" or response.status_code in (301, 302, 303, 304, 308):
        return
    if response.headers.get("Content-Encoding"):
        return
    _read(response.get_data())


@functools.lru_cache(maxsize=256)
def _read(body: bytes) -> None:
    if not body:
        return
    try:
        tree = html5lib.HTMLParser(strict=True).parse(body)
    except ParseError as fault:
        raise AssertionError(f"this page is not valid HTML: {fault}\n{body[:3000]!r}") from fault
    found = [
        (str(each.tag), str(name), value)
        for each in tree.iter()
        for name, value in each.attrib.items()
        if str(name) == "style" or str(name).startswith("on")
    ]
    assert not found, f"inline style or handler, which the security policy blocks: {found[0]!r}"
