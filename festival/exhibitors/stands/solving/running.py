"""Starts the solver's program, feeds it, listens to it, and ends it when it must end."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from festival.exhibitors.stands.solving.order import Order
from festival.shared.errors import RuleBroken
from festival.shared.sentences import mark

logger = logging.getLogger(__name__)

FOLDER = Path(__file__).parent
"""The program is the package ``program`` in it."""
MEGABYTES = 3000
"""Address space of the program, of which it really uses some 300 MB with 400 exhibitors."""
GRACE = 20
"""Seconds for starting and building the model, beyond which it is killed."""

Heard = Callable[[dict[str, Any]], None]


class SolverFailed(RuleBroken):
    """The program ended without an answer."""


def _unheard(_progress: dict[str, Any]) -> None:
    """Nobody listens."""


def solve(order: Order, *, heard: Heard = _unheard) -> dict[str, Any]:
    """The program's result; ``heard`` is told of each better plan.

    Raises ``SolverFailed`` when it runs out of time or memory, or dies.
    """
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
    clock = threading.Timer(order["seconds"] + GRACE, process.kill)
    clock.start()
    try:
        result, errors = _talk(process, {**order, "megabytes": MEGABYTES}, heard=heard)
    finally:
        clock.cancel()
        process.kill()
        process.wait()
    if result is None:
        logger.error("the solver ended with %s: %s", process.returncode, errors[-2000:])
        raise SolverFailed(
            mark("The solver ended without a plan: it ran out of time or of memory."),
            next_step=mark("Try again, or give some stands by hand and pin them first."),
        )
    return result


def _talk(
    process: subprocess.Popen[str], order: Order, *, heard: Heard
) -> tuple[dict[str, Any] | None, str]:
    assert process.stdin and process.stdout and process.stderr
    errors: list[str] = []
    reader = threading.Thread(target=lambda: errors.extend(process.stderr or ()), daemon=True)
    reader.start()
    try:
        json.dump(order, process.stdin)
        process.stdin.close()
    except BrokenPipeError:
        logger.warning("the solver ended before it was told its order")
    result = None
    for line in process.stdout:
        said = json.loads(line)
        if "result" in said:
            result = said["result"]
        else:
            heard(said["progress"])
    reader.join(timeout=5)
    return result, "".join(errors)
