"""News that concern leads: a cloned edition allows what the one before allowed."""

from __future__ import annotations

from festival.festivals.events import EditionCloned, edition_cloned
from festival.portal.leads.actions import change_rules
from festival.portal.leads.queries import allowed_in


def connect() -> None:
    """Listen; called once at the start.

    That an exhibitor loses its place needs no listener: its page asks for the promise each time.
    """
    edition_cloned.connect(_clone)


def _clone(_sender: object, *, event: EditionCloned) -> None:
    allowed = allowed_in(event.source)
    if allowed.version:
        change_rules(
            event.copy, fields=[each.value for each in allowed.fields], texts=allowed.texts,
            kept_days=allowed.kept_days, version=0, actor=event.actor, now=event.now,
        )  # fmt: skip
