"""Kits on disk: built when somebody asks for one that is not there, then served as a file.

A kit's name holds a digest of all that is in it but the figures, so a kit that would no longer be
true is never found.  Figures move with every scan; a kit keeps those it was built with for
``FIGURES_KEPT``, after which it is built anew if they have changed.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from festival.press.facts import fact_sheet
from festival.press.kit import KitPlan, build_kit

FIGURES_KEPT = timedelta(minutes=10)
MOST_KEPT = 4
"""Files per edition; older ones go."""

_building = threading.Lock()


@dataclass(frozen=True, slots=True)
class KeptKit:
    path: Path
    etag: str
    figures_as_of: datetime


def find_kit(plan: KitPlan, *, instance: Path) -> KeptKit | None:
    """The kit of this plan if it was built before, however old its figures are."""
    note = _note(plan, instance)
    if not note.exists():
        return None
    facts = json.loads(note.read_text())
    path = note.with_name(facts["file"])
    if not path.exists():
        return None
    return KeptKit(path, path.stem, datetime.fromisoformat(facts["figures_as_of"]))


def kept_kit(plan: KitPlan, *, instance: Path, public_url: str, now: datetime) -> KeptKit:
    """The kit of this plan, built under a lock if need be.

    Raises ``ValueError`` for a plan that is blocked.
    """
    with _building:
        found = find_kit(plan, instance=instance)
        note = _note(plan, instance)
        if found and not plan.is_blocked:
            facts = json.loads(note.read_text())
            if now - datetime.fromisoformat(facts["checked_at"]) < FIGURES_KEPT:
                return found
            if facts["figures"] == _figures(plan, now=now):
                _write(note, json.dumps(facts | {"checked_at": now.isoformat()}).encode())
                return found
        return _built(plan, note, instance=instance, public_url=public_url, now=now)


def _built(plan: KitPlan, note: Path, *, instance: Path, public_url: str, now: datetime) -> KeptKit:
    body = build_kit(plan, instance=instance, public_url=public_url, now=now)
    digest = hashlib.sha256(body).hexdigest()[:16]
    path = note.with_name(f"{plan.content_key}-{digest}.zip")
    _write(path, body)
    facts = {
        "file": path.name,
        "figures": _figures(plan, now=now),
        "figures_as_of": now.isoformat(),
        "checked_at": now.isoformat(),
    }
    _write(note, json.dumps(facts).encode())
    _throw_away_old(note.parent)
    return KeptKit(path, path.stem, now)


def _note(plan: KitPlan, instance: Path) -> Path:
    return instance / "kits" / str(plan.edition.id) / f"{plan.content_key}.json"


def _figures(plan: KitPlan, *, now: datetime) -> str:
    """Digest of the figures without their instants."""
    values = [
        (fact.key, fact.value, fact.value is None) for fact in fact_sheet(plan.edition, now=now)
    ]
    return hashlib.blake2b(repr(values).encode(), digest_size=12).hexdigest()


def _write(path: Path, body: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{os.getpid()}-{threading.get_ident()}.partial")
    partial.write_bytes(body)
    partial.replace(path)


def _throw_away_old(folder: Path) -> None:
    for ending in ("*.zip", "*.json"):
        files = sorted(folder.glob(ending), key=lambda file: file.stat().st_mtime, reverse=True)
        for file in files[MOST_KEPT:]:
            file.unlink(missing_ok=True)
