"""What changes the programme."""

from __future__ import annotations

from festival.programme.actions.occurrences import (
    add_occurrence,
    cancel_occurrence,
    move_occurrence,
    remove_occurrence,
    restore_occurrence,
)
from festival.programme.actions.people import (
    add_presenter,
    add_strand,
    edit_presenter,
    edit_strand,
    remove_presenter,
    remove_strand,
)
from festival.programme.actions.publishing import publish_changes_of, publish_programme
from festival.programme.actions.sessions import (
    change_state,
    create_session,
    edit_session,
    take_offer,
    withdraw_session,
)

__all__ = [
    "add_occurrence",
    "add_presenter",
    "add_strand",
    "cancel_occurrence",
    "change_state",
    "create_session",
    "edit_presenter",
    "edit_session",
    "edit_strand",
    "move_occurrence",
    "publish_changes_of",
    "publish_programme",
    "remove_occurrence",
    "remove_presenter",
    "remove_strand",
    "restore_occurrence",
    "take_offer",
    "withdraw_session",
]
