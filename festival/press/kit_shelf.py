"""Kits on disk: built when one is missing, then served as a file.

A kit's name holds a digest of all that is in it but the figures, so a kit that would no longer be
true is never found.  Figures move with every scan; a kit keeps those it was built with, says as of
when they are, and is built anew when they have moved and are too old.  The worker looks after that
every half minute; a reader waits only for a kit that the worker has not made yet.
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

RENEWED_AFTER = timedelta(minutes=10)
"""Age of figures at which the worker looks whether they have moved."""
SERVED_UNTIL = timedelta(hours=1)
"""Age of figures up to which a reader gets the kit as it is."""
MOST_KEPT = 4
"""Files per edition; older ones go."""

_building = threading.Lock()


@dataclass(frozen=True, slots=True)
class KeptKit:
    path: Path
    etag: str
    figures: str
    """Digest of the figures."""
    figures_as_of: datetime
    """Instant of their counting."""
    checked_at: datetime
    """When they were last found to be still the same."""


def find_kit(plan: KitPlan, *, instance: Path) -> KeptKit | None:
    """The kit of this plan if it was built before, however old its figures are."""
    try:
        facts = json.loads(_note(plan, instance).read_text())
    except (FileNotFoundError, ValueError):
        return None
    path = _note(plan, instance).with_name(facts["file"])
    if not path.exists():
        return None
    return KeptKit(
        path=path,
        etag=path.stem,
        figures=facts["figures"],
        figures_as_of=datetime.fromisoformat(facts["figures_as_of"]),
        checked_at=datetime.fromisoformat(facts["checked_at"]),
    )


def kept_kit(
    plan: KitPlan,
    *,
    instance: Path,
    public_url: str,
    now: datetime,
    oldest: timedelta = SERVED_UNTIL,
) -> KeptKit:
    """The kit of this plan, with figures checked no longer than ``oldest`` ago.

    Raises ``ValueError`` for a plan that is blocked.
    """
    if plan.is_blocked:
        raise ValueError("the kit is blocked; look at plan.incomplete and plan.contacts")
    found = find_kit(plan, instance=instance)
    if found and now - found.checked_at < oldest:
        return found
    with _building:
        found = find_kit(plan, instance=instance)  # perhaps somebody built it while we waited
        if found and now - found.checked_at < oldest:
            return found
        if found and found.figures == _figures(plan, now=now):
            return _noted(plan, found.path, found.figures, found.figures_as_of, instance, now=now)
        body = build_kit(plan, instance=instance, public_url=public_url, now=now)
        digest = hashlib.sha256(body).hexdigest()[:16]
        path = _note(plan, instance).with_name(f"{plan.content_key}-{digest}.zip")
        _write(path, body)
        kept = _noted(plan, path, _figures(plan, now=now), now, instance, now=now)
        _throw_away_old(path.parent)
        return kept


def _noted(
    plan: KitPlan, path: Path, figures: str, as_of: datetime, instance: Path, *, now: datetime
) -> KeptKit:
    """Write down which file is the kit of this plan, and when its figures were checked."""
    facts = {
        "file": path.name,
        "figures": figures,
        "figures_as_of": as_of.isoformat(),
        "checked_at": now.isoformat(),
    }
    _write(_note(plan, instance), json.dumps(facts).encode())
    return KeptKit(path, path.stem, figures, as_of, now)


def _note(plan: KitPlan, instance: Path) -> Path:
    return instance / "kits" / str(plan.edition.id) / f"{plan.content_key}.json"


def _figures(plan: KitPlan, *, now: datetime) -> str:
    """Digest of the figures without their instants."""
    values = [(fact.key, fact.value) for fact in fact_sheet(plan.edition, now=now)]
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
