"""States of a message in the outbox and the moves between them."""

from __future__ import annotations

from enum import StrEnum


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

SENTENCES = {
    MessageState.QUEUED: "Waits for the worker.",
    MessageState.SENDING: "Is being handed to the mail server.",
    MessageState.SENT: "The mail server has taken it.",
    MessageState.DEAD: "Given up after many tries; the reason stands beside it.",
}
