"""The web server of one machine, which ends without breaking off anybody's request.

Waitress stops its loop at a signal and throws away what waits.  Here, when told to stop, it first
takes in whoever stands at the door, closes the door, answers everybody with ``Connection: close``,
and ends when nobody is left or after ``DRAIN_SECONDS``.
"""

from __future__ import annotations

import select
import threading
import time
from typing import Any

import waitress
from flask import Flask
from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer
from waitress.task import WSGITask

WEB_THREADS = 8
DRAIN_SECONDS = 10.0
QUIET_SECONDS = 0.5
"""A connection that has asked nothing for so long is closed while draining."""


class WebServer:
    """Waitress on one address; ``serve`` comes back after ``stop`` was set."""

    def __init__(self, app: Flask, *, host: str, port: int, stop: threading.Event) -> None:
        self._stop = stop
        self._sockets: dict[int, Any] = {}
        self._server = waitress.create_server(
            app,
            map=self._sockets,
            host=host,
            port=port,
            threads=WEB_THREADS,
            ident=None,
            clear_untrusted_proxy_headers=False,
        )
        for door in self._doors():
            door.channel_class = _channels_that_close_when(stop)

    def _doors(self) -> list[Any]:
        return [each for each in self._sockets.values() if isinstance(each, BaseWSGIServer)]

    def _channels(self) -> list[Any]:
        return [each for each in self._sockets.values() if isinstance(each, HTTPChannel)]

    def serve(self) -> None:
        """Serve until ``stop`` is set, then answer what has been asked."""
        while not self._stop.is_set():
            self._turn(0.5)
        self._close_the_door()
        deadline = time.monotonic() + DRAIN_SECONDS
        while self._channels() and time.monotonic() < deadline:
            self._send_the_quiet_away()
            self._turn(0.05)
        self._server.task_dispatcher.shutdown()
        wasyncore.close_all(self._sockets)

    def _turn(self, timeout: float) -> None:
        wasyncore.loop(timeout=timeout, use_poll=True, map=self._sockets, count=1)

    def _close_the_door(self) -> None:
        """Whoever is connected is taken in first: closing would hang up on them."""
        for door in self._doors():
            while select.select([door.socket], [], [], 0)[0]:
                door.handle_accept()
            door.accepting = False
            wasyncore.dispatcher.close(door)  # the socket only; its trigger wakes the loop still

    def _send_the_quiet_away(self) -> None:
        """Connections without a question, asked or half asked, and without an answer due."""
        quiet = time.time() - QUIET_SECONDS
        for each in self._channels():
            is_busy = each.requests or each.request is not None or each.total_outbufs_len
            if not is_busy and each.last_activity < quiet:
                each.will_close = True


def _channels_that_close_when(stop: threading.Event) -> type[Any]:
    """Connections whose answers say, once ``stop`` is set, that they are the last."""

    class LastAnswer(WSGITask):  # type: ignore[misc]
        def build_response_header(self) -> bytes:
            if stop.is_set():
                self.request.headers["CONNECTION"] = "close"
            header: bytes = super().build_response_header()
            return header

    class Channel(HTTPChannel):  # type: ignore[misc]
        task_class = LastAnswer

    return Channel
