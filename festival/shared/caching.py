"""Public pages kept by version: a page is rendered once per version, address and language.

The key holds the edition's two version numbers, so nothing has to be thrown away when something
changes: a new version is a new key.  Whoever is signed in is served past the cache, so that no
page with a name on it is ever kept.
"""

from __future__ import annotations

import functools
import gzip
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import ParamSpec

from flask import Response, current_app, g, make_response, request, session
from flask.typing import ResponseReturnValue
from werkzeug.http import http_date

P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class KeptPage:
    body: bytes
    zipped: bytes
    content_type: str


class PageShelf:
    """Least recently used pages up to a number of bytes; safe between threads."""

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self._bytes = 0
        self._pages: OrderedDict[str, KeptPage] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, key: str) -> KeptPage | None:
        with self._lock:
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
            return page

    def keep(self, key: str, page: KeptPage) -> None:
        size = len(page.body) + len(page.zipped)
        if size > self.most_bytes // 4:
            return
        with self._lock:
            if key in self._pages:
                return
            self._pages[key] = page
            self._bytes += size
            while self._bytes > self.most_bytes:
                _, old = self._pages.popitem(last=False)
                self._bytes -= len(old.body) + len(old.zipped)


def cached_by_version(
    *arguments: str,
    also: Callable[[], object] | None = None,
) -> Callable[[Callable[P, ResponseReturnValue]], Callable[P, ResponseReturnValue]]:
    """Keep what a public view of an edition answers.

    ``arguments`` names the query arguments that the view reads; all others are ignored, so that
    invented ones do not fill the shelf.  The view must depend on nothing but its address, these
    arguments and ``g.edition`` with its two versions: not on the clock, not on the person.
    What else it depends on is answered by ``also``, which is asked at every request and is light;
    what it answers is compared by its ``repr``.
    """

    def mark(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
        @functools.wraps(view)
        def wrapped(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            if request.method not in ("GET", "HEAD") or _is_somebody():
                return view(*args, **kwargs)
            key = _key(arguments, also=also() if also else None)
            if request.if_none_match.contains(key):
                return _dressed(Response(status=304), key)
            shelf: PageShelf = current_app.extensions["page_shelf"]
            page = shelf.find(key)
            if page is None:
                made = make_response(view(*args, **kwargs))
                if made.status_code != 200 or made.direct_passthrough:
                    return made
                body = made.get_data()
                page = KeptPage(body, gzip.compress(body, 6), made.content_type)
                shelf.keep(key, page)
            return _answer(page, key)

        return wrapped

    return mark


def _is_somebody() -> bool:
    """Signed in, or about to be told something: such a page is nobody else's."""
    return "_user_id" in session or "_flashes" in session


def _key(arguments: tuple[str, ...], *, also: object = None) -> str:
    edition = g.get("edition")
    asked = [(name, request.args.getlist(name)) for name in sorted(arguments)]
    facts = (
        edition.id if edition else 0,
        edition.programme_version if edition else 0,
        edition.content_version if edition else 0,
        current_app.config["BUILD"],
        request.host,
        request.path,
        asked,
        also,
    )
    return hashlib.blake2b(repr(facts).encode(), digest_size=16).hexdigest()


def _answer(page: KeptPage, key: str) -> Response:
    zipped = request.accept_encodings.quality("gzip") > 0
    response = Response(page.zipped if zipped else page.body, content_type=page.content_type)
    if zipped:
        response.headers["Content-Encoding"] = "gzip"
    return _dressed(response, key)


def _dressed(response: Response, key: str) -> Response:
    response.headers["ETag"] = f'"{key}"'
    response.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
    response.headers["Vary"] = "Accept-Encoding, Cookie"
    changed = g.get("changed_at")
    if changed is not None:
        response.headers["Last-Modified"] = http_date(changed)
    return response
