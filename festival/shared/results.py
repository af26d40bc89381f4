"""Files that tasks leave: one each, in the instance folder, for a month.

Processes on several machines need one instance folder together, as they do for pictures.
"""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path

from flask import current_app
from werkzeug.utils import secure_filename

from festival.config import Settings
from festival.shared.tokens import make_code

KEPT_FOR = timedelta(days=30)


def _folder() -> Path:
    settings: Settings = current_app.config["SETTINGS"]
    return settings.instance_path / "results"


def keep_result(code: str, name: str, content: bytes) -> None:
    """Keep ``content`` as the file ``name`` of the task ``code``: whole, or not at all.

    Raises ``ValueError`` for a name that is not fit for a file: our fault, never a stranger's.
    """
    if name != secure_filename(name):
        raise ValueError(f"no name for a file: {name!r}")
    folder = _folder() / code
    folder.mkdir(parents=True, exist_ok=True)
    beside = folder / f".{make_code()}"
    beside.write_bytes(content)
    beside.replace(folder / name)


def find_result(code: str, name: str) -> Path | None:
    """The file, or None when its month is over."""
    if not name or name != secure_filename(name):
        return None
    path = _folder() / code / name
    return path if path.is_file() else None


def forget_old_results(*, now: datetime) -> int:
    """Remove what is older than ``KEPT_FOR``; answers how many folders."""
    if not _folder().is_dir():
        return 0
    old = [
        each for each in _folder().iterdir() if each.stat().st_mtime < (now - KEPT_FOR).timestamp()
    ]
    for each in old:
        shutil.rmtree(each, ignore_errors=True)
    return len(old)
