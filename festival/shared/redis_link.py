"""How we speak to Redis, where an installation has one: briefly, and without trying again.

By itself redis-py tries three times with growing pauses and waits for an answer for ever.  Nothing
that we keep there is worth a visitor's waiting: without it limits are counted per process, and
tasks are found in the database.
"""

from __future__ import annotations

from typing import Any

from festival.config import Settings

try:
    from redis.backoff import NoBackoff
    from redis.retry import Retry
except ImportError:  # the package is optional
    NoBackoff = Retry = None  # type: ignore[assignment,misc]

CONNECT_SECONDS = 1.0
ANSWER_SECONDS = 3.0
"""Longer than the second for which a worker waits at an empty queue."""


def is_redis(url: str) -> bool:
    """Whether the address names a Redis (or Valkey)."""
    return url.startswith(("redis://", "rediss://"))


def redis_options() -> dict[str, Any]:
    """Arguments for ``redis``' ``from_url``; nothing where the package is missing."""
    if Retry is None:
        return {}
    return {
        "socket_connect_timeout": CONNECT_SECONDS,
        "socket_timeout": ANSWER_SECONDS,
        "retry": Retry(NoBackoff(), 0),
    }


def limit_options(settings: Settings) -> dict[str, Any]:
    """Arguments for the store of the rate limits."""
    return redis_options() if is_redis(settings.rate_limit_url) else {}
