"""A real SMTP server that keeps what it takes and misbehaves when told to."""

from __future__ import annotations

import asyncio
import email
import email.policy
import socket
from collections import Counter
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from flask import Flask

from festival.config import Settings

GIVE_UP_AFTER = 0.6
"""Seconds after which ``hasty`` gives up waiting, so that slow servers can be tested quickly."""
PATIENCE = 10.0
"""Of the other tests: a machine that does much at once is no slow mail server."""


async def drip(server: Any) -> str:
    """Answer a letter at a time, each sooner than anybody gives up waiting, and never come to an
    end.
    """
    while not server.transport.is_closing():
        server.transport.write(b"2")
        await asyncio.sleep(GIVE_UP_AFTER / 4)
    return "250 OK"


class Catcher:
    """Handler of aiosmtpd.  ``behave`` says what it does next, once each; then it takes all."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.raw: list[bytes] = []
        self.recipients: list[list[str]] = []
        self.behave: list[str] = []
        self.pause = 0.0
        self.at_once = self.most_at_once = 0

    async def handle_RCPT(
        self, server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if self.behave and self.behave[0].startswith("RCPT "):
            return self.behave.pop(0).removeprefix("RCPT ")
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:
        step = self.behave.pop(0) if self.behave else ""
        if step[:1].isdigit():
            return step
        if step == "slow":
            await asyncio.sleep(GIVE_UP_AFTER * 2)
        if step == "cut":
            server.transport.abort()
            return "250 OK"
        if step == "drip":
            return await drip(server)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(self.pause)
        self.at_once -= 1
        self.raw.append(envelope.content)
        parsed = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(parsed, EmailMessage)
        self.taken.append(parsed)
        self.recipients.append(list(envelope.rcpt_tos))
        if step == "drop":
            server.transport.abort()
        return "250 OK"

    def times_taken(self) -> Counter[str]:
        """How often each Message-ID came."""
        return Counter(str(each["Message-ID"]) for each in self.taken)


class Post:
    """The catcher and the settings with which our side finds it."""

    def __init__(self, settings: Settings) -> None:
        self.catcher = Catcher()
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self._controller = Controller(
            self.catcher, hostname="127.0.0.1", port=port, enable_SMTPUTF8=False
        )
        self._controller.start()
        self.settings = settings.model_copy(
            update={"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_timeout": PATIENCE}
        )
        self.hasty = self.settings.model_copy(update={"smtp_timeout": GIVE_UP_AFTER})

    def stop(self) -> None:
        self._controller.stop()


@pytest.fixture
def post(app: Flask) -> Iterator[Post]:
    made = Post(app.config["SETTINGS"])
    yield made
    made.stop()
