"""A real Redis for the tests that want one, where the machine has it; says loudly where not."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import redis

NAMES = ("redis-server", "valkey-server")


def find_redis() -> str | None:
    """Path of a Redis or Valkey on this machine, or None."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
        return port


class RedisServer:
    """One server on a free port of the loopback; nothing of it is written to disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> RedisServer:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.resume()
        self.kill()

    def start(self) -> None:
        """Start it, empty, and wait until it answers."""
        path = find_redis()
        assert path is not None
        self._process = subprocess.Popen(
            [path, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "",
             "--appendonly", "no", "--dir", str(self._folder)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        deadline = time.monotonic() + 10
        while True:
            try:
                with redis.Redis(port=self.port) as client:
                    client.ping()
                return
            except redis.ConnectionError:
                assert time.monotonic() < deadline, "Redis does not start"
                time.sleep(0.05)

    def kill(self) -> None:
        """Gone: connections are refused."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def freeze(self) -> None:
        """There, and silent: connections are taken, nothing is answered."""
        if self._process is not None:
            self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Answers again."""
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)


def install() -> bool:
    """With apt as root; whether there is one now."""
    if os.name == "posix" and os.geteuid() == 0 and shutil.which("apt-get"):
        for command in (
            ["apt-get", "update", "-q"],
            ["apt-get", "install", "-y", "-q", "redis-server"],
        ):
            if subprocess.run(command, check=False, stdout=subprocess.DEVNULL).returncode:
                break
    return find_redis() is not None


if __name__ == "__main__":
    if find_redis() or install():
        print(f"Redis for the queue's tests: {find_redis()}")
    else:
        print("NO REDIS: the tests of the queue and of the limits with Redis skip.")
