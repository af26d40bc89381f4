"""A mail server in a process of its own: ``python -m tests.mail.catching PORT FILE``.

It takes everything and writes one line for each mail: Message-ID and recipient.
"""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

ROOT = Path(__file__).resolve().parents[2]
MESSAGE_ID = re.compile(rb"^Message-ID:\s*(\S+)", re.MULTILINE | re.IGNORECASE)


class Keeper:
    """Handler of aiosmtpd."""

    def __init__(self, file: Path) -> None:
        self._file = file.open("a", buffering=1)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        found = MESSAGE_ID.search(envelope.content)
        name = found[1].decode() if found else "-"
        self._file.write(f"{name} {','.join(envelope.rcpt_tos)}\n")
        return "250 OK"


@contextmanager
def catcher(folder: Path) -> Iterator[tuple[int, Path]]:
    """(port, file of what was taken) of a server that runs meanwhile."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    file = folder / f"taken-{port}.txt"
    file.touch()
    command = [sys.executable, "-m", "tests.mail.catching", str(port), str(file)]
    server = subprocess.Popen(command, cwd=ROOT)
    try:
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield port, file
    finally:
        server.kill()
        server.wait()


def serve(port: int, file: Path) -> None:
    """Run until killed."""
    Controller(Keeper(file), hostname="127.0.0.1", port=port, enable_SMTPUTF8=False).start()
    while True:
        time.sleep(60)


if __name__ == "__main__":
    serve(int(sys.argv[1]), Path(sys.argv[2]))
