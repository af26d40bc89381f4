"""Packs on disk: written whole or not at all, swept away when nobody may have them any more.

They lie in the instance folder, which processes on several machines share, as pictures do.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from festival.config import Settings
from festival.portal.pack.models import ExhibitorPack
from festival.shared.tokens import make_code

FOLDER = "packs"
KEPT_UNNAMED = timedelta(hours=1)
"""A file that no row names may have been written a moment ago."""


def folder_of(settings: Settings) -> Path:
    return settings.instance_path / FOLDER


def path_of(code: str, *, digest: str, folder: Path) -> Path:
    """Where the pack of the application ``code`` lies: both parts are ours."""
    return folder / f"{code}-{digest[:32]}.pdf"


def file_of(pack: ExhibitorPack | None, *, code: str, folder: Path) -> Path | None:
    """The file of the pack that was made last, or None."""
    if pack is None or not pack.digest:
        return None
    path = path_of(code, digest=pack.digest, folder=folder)
    return path if path.is_file() else None


def write_pack(content: bytes, *, code: str, digest: str, folder: Path) -> Path:
    """Put the file on the shelf; older ones of the same application stay until they are swept."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = path_of(code, digest=digest, folder=folder)
    partial = path.with_name(f".{make_code()}")
    partial.write_bytes(content)
    partial.chmod(0o600)
    partial.replace(path)
    return path


def sweep(kept: set[str], *, folder: Path, now: datetime) -> int:
    """Remove files that no pack names, an hour after they were written; answers how many."""
    if not folder.is_dir():
        return 0
    limit = (now - KEPT_UNNAMED).timestamp()
    old = [each for each in folder.iterdir() if each.name not in kept]
    gone = [each for each in old if each.stat().st_mtime < limit]
    for each in gone:
        each.unlink(missing_ok=True)
    return len(gone)
