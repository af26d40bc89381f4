"""States of a message in the outbox and the moves between them."""

from __future__ import annotations

from enum import StrEnum

from festival.shared.sentences import mark


class MessageState(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DEAD = "dead"


MOVES = {
    MessageState.QUEUED: {MessageState.SENDING},
    MessageState.SENDING: {MessageState.SENT, MessageState.QUEUED, MessageState.DEAD},
    MessageState.DEAD: {MessageState.QUEUED},
    MessageState.SENT: set(),
}

STATE_NAMES = {
    MessageState.QUEUED: mark("Waiting"),
    MessageState.SENDING: mark("Being sent"),
    MessageState.SENT: mark("Sent"),
    MessageState.DEAD: mark("Given up"),
}

SENTENCES = {
    MessageState.QUEUED: mark("Waits for the worker."),
    MessageState.SENDING: mark("Is being handed to the mail server."),
    MessageState.SENT: mark("The mail server has taken it."),
    MessageState.DEAD: mark("Given up; the reason stands beside it."),
}
