"""Redis is killed, comes back, is frozen, comes back, while visitors read, sign in, and cause work.

The real ``serve`` with its worker, the queue and the limits in a real Redis.  No visitor may see a
fault (5xx), limits go on per process, and what was caused meanwhile is done when Redis is back.
Nothing here depends on how long Redis is away, so it is some seconds instead of a minute.
"""

from __future__ import annotations

import re
import time
from pathlib import Path
from urllib.parse import urlencode

import pytest

from festival.accounts.rules import SIGN_IN_LIMITS
from tests.drills.processes import Crew
from tests.drills.served import Answers, Visitors, ask
from tests.factories.world import World
from tests.redis_server import RedisServer, find_redis, free_port

AWAY_SECONDS = 5.0
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def post_form(answers: Answers, port: int, path: str, fields: dict[str, str]) -> int:
    """Open the page, then send its form with its token and cookie."""
    _, headers, page = ask(answers, port, "GET", path)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    if headers is None or token is None:
        return 0
    cookie = (headers["Set-Cookie"] or "").partition(";")[0]
    body = urlencode({**fields, "csrf_token": token[1]})
    status, _, _ = ask(answers, port, "POST", path, body=body, headers={**FORM, "Cookie": cookie})
    return status


needs_redis = pytest.mark.skipif(
    find_redis() is None, reason="no redis-server here: make peers installs one"
)


@needs_redis
def test_nobody_sees_a_fault_while_redis_is_away(world: World, tmp_path: Path) -> None:
    answers, port = Answers(), free_port()
    forgotten: list[int] = []
    signing: list[int] = []
    programme = f"{world.here.path}/programme"

    def visit(number: int, turn: int) -> None:
        name = f"v{number}-{turn}"
        status, _, _ = ask(answers, port, "POST", f"/drill/drill_tick/{name}")
        if status == 200:
            answers.done.append(name)
        ask(answers, port, "GET", programme)
        if number == 0:
            fields = {"email": "organizer@here.example"}
            forgotten.append(post_form(answers, port, "/en/forgotten", fields))
            fields["password"] = "not the right one"
            signing.append(post_form(answers, port, "/en/sign-in", fields))
        time.sleep(0.05)

    with RedisServer(tmp_path) as redis, Crew(world, tmp_path) as crew:
        crew.run(
            "-m", "tests.drills.served", "serve", "--port", str(port),
            FESTIVAL_QUEUE_URL=redis.url, FESTIVAL_RATE_LIMIT_URL=redis.url,
        )  # fmt: skip
        crew.wait_until("it serves", lambda: ask(Answers(), port, "GET", "/healthz")[0] == 200)
        with Visitors(4, visit):
            time.sleep(2)
            redis.kill()
            time.sleep(AWAY_SECONDS)
            redis.start()
            time.sleep(2)
            redis.freeze()
            time.sleep(AWAY_SECONDS)
            redis.resume()
            time.sleep(1)
        assert answers.broken == []
        assert answers.faults == []
        assert answers.longest < 8
        assert len(answers.done) > 20
        crew.wait_until(
            "all is done",
            lambda: {x.key for x in crew.diary.lines("tick")} >= set(answers.done),
            seconds=40,
        )
    assert set(forgotten) <= {200, 429}
    assert forgotten.count(200) <= 3 * 30  # per storage: Redis, the process, Redis anew
    most = max(limit for _span, limit in SIGN_IN_LIMITS)
    assert signing.count(422) <= most  # counted in the database, whatever Redis does
    assert set(signing) <= {422, 429}


@needs_redis
def test_the_drill_would_see_a_limit_that_cannot_be_counted(world: World, tmp_path: Path) -> None:
    answers, port = Answers(), free_port()
    with RedisServer(tmp_path) as redis, Crew(world, tmp_path) as crew:
        crew.run(
            "-m", "tests.drills.served", "serve", "--port", str(port),
            FESTIVAL_QUEUE_URL=redis.url, FESTIVAL_RATE_LIMIT_URL=redis.url,
            FESTIVAL_DRILL_BROKEN="limits",
        )  # fmt: skip
        crew.wait_until("it serves", lambda: ask(Answers(), port, "GET", "/healthz")[0] == 200)
        ask(answers, port, "POST", "/drill/drill_tick/before")
        redis.kill()
        ask(answers, port, "POST", "/drill/drill_tick/meanwhile")
    assert answers.statuses == [200, 500]
