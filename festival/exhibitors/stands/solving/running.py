"""Starts the solver's program, feeds it, listens to it, and ends it when it must end."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from festival.exhibitors.stands.solving.order import Order
from festival.shared.errors import RuleBroken
from festival.shared.sentences import mark

logger = logging.getLogger(__name__)

FOLDER = Path(__file__).parent
"""The program is the package ``program`` in it."""
MEGABYTES = 2400
"""Address space of the program.  CP-SAT stops by itself at a quarter of it; with 150 to 400
exhibitors it uses some 300 MB in ten seconds."""
GRACE = 20
"""Seconds for starting and building the model, beyond which it is killed."""
BEAT = 1.0
"""Seconds between two looks at whether it shall go on."""

Heard = Callable[[float], None]
"""Told every second how many seconds have gone; may raise, which ends the solver."""


class SolverFailed(RuleBroken):
    """The program ended without an answer."""


def _unheard(_seconds: float) -> None:
    """Nobody listens."""


def solve(order: Order, *, heard: Heard = _unheard) -> dict[str, Any]:
    """The program's result, after at most the order's seconds and some grace.

    When the solver itself breaks, it is asked once more with its plainest settings.  Raises
    ``SolverFailed`` when it runs out of time or memory, or breaks again, and whatever ``heard``
    raises; in every case the program is dead afterwards.
    """
    begun = time.monotonic()
    result = _run({**order, "plain": False}, heard=heard)
    left = order["seconds"] - (time.monotonic() - begun)
    if result is None and left > 1:
        result = _run({**order, "seconds": left, "plain": True}, heard=heard)
    if result is None:
        raise SolverFailed(
            mark("The solver ended without a plan: it ran out of time or of memory."),
            next_step=mark("Try again, or give some stands by hand and pin them first."),
        )
    return result


def _run(order: Order, *, heard: Heard) -> dict[str, Any] | None:
    """One process from its beginning to its end; None when it ended without an answer."""
    process = subprocess.Popen(
        [sys.executable, "-s", "-P", "-m", "program"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd="/",
        env={"PYTHONPATH": str(FOLDER), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        start_new_session=True,
    )
    said: list[str] = []
    talk = threading.Thread(
        target=_talk, args=(process, {"megabytes": MEGABYTES, **order}, said), daemon=True
    )
    begun = time.monotonic()
    try:
        talk.start()
        while talk.is_alive() and time.monotonic() - begun < order["seconds"] + GRACE:
            talk.join(timeout=BEAT)
            heard(time.monotonic() - begun)
    finally:
        process.kill()
        process.wait()
    talk.join(timeout=BEAT * 10)
    result = _result(said)
    if result is None:
        logger.error("the solver ended with %s: %s", process.returncode, "".join(said)[-2000:])
    return result


def _talk(process: subprocess.Popen[str], order: Order, said: list[str]) -> None:
    """Tell the order and collect all that comes back, complaints included."""
    try:
        answer, complaints = process.communicate(json.dumps(order))
    except (BrokenPipeError, ValueError):  # killed in the middle of a word
        return
    said += [*answer.splitlines(), complaints]


def _result(said: list[str]) -> dict[str, Any] | None:
    """The last whole result that was said; one that was cut off in the middle does not count."""
    for line in reversed(said):
        if line.startswith('{"result"') and line.endswith("}}"):
            found: dict[str, Any] = json.loads(line)["result"]
            return found
    return None
