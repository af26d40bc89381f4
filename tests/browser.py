"""Finds a Chromium for the journeys, or installs one; says loudly where there is none."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


@functools.cache
def find_chromium() -> str | None:
    """Path of a Chromium on this machine, or None."""
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return found
    cache = Path.home() / ".cache" / "ms-playwright"
    for path in sorted(cache.glob("chromium*/**/chrome*")):
        if path.name in ("chrome", "chrome-headless-shell") and os.access(path, os.X_OK):
            return str(path)
    return None


def install() -> bool:
    """With apt as root, else with Playwright; whether it worked."""
    if os.name == "posix" and os.geteuid() == 0 and shutil.which("apt-get"):
        for command in (
            ["apt-get", "update", "-q"],
            ["apt-get", "install", "-y", "-q", "chromium"],
        ):
            if subprocess.run(command, check=False, stdout=subprocess.DEVNULL).returncode:
                break
    else:
        command = [sys.executable, "-m", "playwright", "install", "chromium"]
        subprocess.run(command, check=False)
    find_chromium.cache_clear()
    return find_chromium() is not None


if __name__ == "__main__":
    if find_chromium() or install():
        print(f"browser for the journeys: {find_chromium()}")
    else:
        print("*" * 78)
        print(
            "*  NO BROWSER: the journeys, the camera test and the accessibility tests DO NOT RUN."
        )
        print("*  Install Chromium and start again.")
        print("*" * 78)
