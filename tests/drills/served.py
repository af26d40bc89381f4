"""A web process of a drill: the real application, and two addresses that only a drill has.

``python -m tests.drills.served serve …`` is ``flask --app festival serve …`` with them; gunicorn
finds the same as ``tests.drills.served:app``.
"""

from __future__ import annotations

import http.client
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask, request
from flask.cli import FlaskGroup
from flask.typing import ResponseReturnValue

from festival import create_app
from festival.extensions import csrf, limiter
from festival.shared.clock import utc_now
from festival.shared.tasks import TaskResult, TaskRun, enqueue, task
from festival.shared.work import work
from festival.site import working
from festival.site.draining import WebServer
from tests.drills.processes import TICK, Diary, learn_slow


def make_app() -> Flask:
    app = create_app()
    diary = Diary(Path(os.environ["FESTIVAL_DRILL_DIARY"]))
    learn_slow(diary)

    @task(TICK)
    def tick(run: TaskRun) -> TaskResult:
        diary.write("tick", run.payload["name"])
        return None

    @csrf.exempt
    @limiter.limit("100000/minute")
    def put(kind: str, name: str) -> ResponseReturnValue:
        """Enqueue, as a request does; ``?seconds=`` holds the answer back."""
        time.sleep(request.args.get("seconds", 0.0, type=float))
        with work():
            steps = request.args.get("steps", 40, type=int)
            enqueue(
                kind, key=name, title="Drill", payload={"name": name, "steps": steps},
                now=utc_now(),
            )  # fmt: skip
        return {"put": name}

    break_as_asked(os.environ.get("FESTIVAL_DRILL_BROKEN", ""))
    working.ENDS_BY_ITSELF = 2.0  # in the drill; really twelve seconds
    app.add_url_rule("/drill/<kind>/<name>", "drill.put", put, methods=["POST"])
    return app


def break_as_asked(what: str) -> None:
    """The broken variants, which the drills must find out."""
    if what == "limits":  # as if a limit that cannot be counted were a fault
        limiter._swallow_errors = limiter._in_memory_fallback_enabled = False
    elif what == "ending":  # Waitress's own way: whatever waits is thrown away

        def hang_up(self: WebServer) -> None:
            threading.Thread(target=_leave_when, args=(self._stop,), daemon=True).start()
            self._server.run()

        WebServer.serve = hang_up  # type: ignore[method-assign]


def _leave_when(stop: threading.Event) -> None:
    stop.wait()
    os._exit(0)


@dataclass
class Answers:
    """What the visitors of a drill were answered."""

    statuses: list[int] = field(default_factory=list)
    longest: float = 0.0
    refused: int = 0
    """Nobody listened: the request was never taken."""
    broken: list[str] = field(default_factory=list)
    """Taken, and not answered."""
    done: list[str] = field(default_factory=list)
    """Names of what was put."""

    @property
    def faults(self) -> list[int]:
        return [each for each in self.statuses if each >= 500]


def ask(
    answers: Answers,
    port: int,
    method: str,
    path: str,
    *,
    body: str = "",
    headers: dict[str, str] | None = None,
) -> tuple[int, http.client.HTTPMessage | None, str]:
    """One request on a connection of its own; status 0 where it was not answered."""
    began = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.connect()
    except OSError:
        answers.refused += 1
        return 0, None, ""
    try:
        connection.request(method, path, body=body, headers=headers or {})
        response = connection.getresponse()
        text = response.read().decode("utf-8", "replace")
    except (OSError, http.client.HTTPException) as fault:
        answers.broken.append(f"{method} {path}: {fault!r}")
        return 0, None, ""
    finally:
        connection.close()
        answers.longest = max(answers.longest, time.monotonic() - began)
    answers.statuses.append(response.status)
    return response.status, response.headers, text


class Visitors:
    """Threads that ask again and again until the block ends."""

    def __init__(self, number: int, visit: Callable[[int, int], None]) -> None:
        self._stop = threading.Event()
        self._visit = visit
        self._threads = [
            threading.Thread(target=self._run, args=(each,), daemon=True) for each in range(number)
        ]

    def _run(self, number: int) -> None:
        turn = 0
        while not self._stop.is_set():
            self._visit(number, turn)
            turn += 1

    def __enter__(self) -> Visitors:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(35)


def __getattr__(name: str) -> Flask:
    """``app`` for gunicorn; made only when it is asked for."""
    if name == "app":
        return make_app()
    raise AttributeError(name)


if __name__ == "__main__":
    FlaskGroup(create_app=make_app).main()
