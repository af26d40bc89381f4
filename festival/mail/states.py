"""States of a message in the outbox and the moves between them; topics of mail."""

from __future__ import annotations

from enum import StrEnum

from festival.shared.sentences import mark


class MessageState(StrEnum):
    HELD = "held"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    BOUNCED = "bounced"
    DEAD = "dead"
    CANCELLED = "cancelled"


MOVES = {
    MessageState.HELD: {MessageState.QUEUED, MessageState.CANCELLED},
    MessageState.QUEUED: {MessageState.SENDING, MessageState.HELD, MessageState.CANCELLED},
    MessageState.SENDING: {
        MessageState.SENT,
        MessageState.QUEUED,
        MessageState.DEAD,
        MessageState.CANCELLED,
    },
    MessageState.SENT: {MessageState.BOUNCED},
    MessageState.BOUNCED: {MessageState.QUEUED},
    MessageState.DEAD: {MessageState.QUEUED},
    MessageState.CANCELLED: set(),
}

MAY_BE_TRIED_AGAIN = frozenset(
    state
    for state, onward in MOVES.items()
    if MessageState.QUEUED in onward and state in (MessageState.DEAD, MessageState.BOUNCED)
)

STATE_NAMES = {
    MessageState.HELD: mark("Held"),
    MessageState.QUEUED: mark("Waiting"),
    MessageState.SENDING: mark("Being sent"),
    MessageState.SENT: mark("Sent"),
    MessageState.BOUNCED: mark("Came back"),
    MessageState.DEAD: mark("Given up"),
    MessageState.CANCELLED: mark("Not sent"),
}

SENTENCES = {
    MessageState.HELD: mark("Waits until an organizer releases it."),
    MessageState.QUEUED: mark("Waits for the worker."),
    MessageState.SENDING: mark("Is being handed to the mail server."),
    MessageState.SENT: mark("The mail server has taken it."),
    MessageState.BOUNCED: mark("The recipient's mail server has sent it back."),
    MessageState.DEAD: mark("Given up; the reason stands beside it."),
    MessageState.CANCELLED: mark("Will not be sent; the reason stands beside it."),
}


class Topic(StrEnum):
    """What a recipient can do without.  Mail of no topic answers something they did."""

    REMINDERS = "reminders"
    PROGRAMME_CHANGES = "programme_changes"
    ORGANIZERS = "organizers"
    EXHIBITOR_NEWS = "exhibitor_news"


TOPIC_NAMES = {
    Topic.REMINDERS: mark("Reminders"),
    Topic.PROGRAMME_CHANGES: mark("Changes of the programme"),
    Topic.ORGANIZERS: mark("Messages from the organizers"),
    Topic.EXHIBITOR_NEWS: mark("News for exhibitors"),
}

TOPIC_HINTS = {
    Topic.REMINDERS: mark("The day before and an hour before what you booked or hold."),
    Topic.PROGRAMME_CHANGES: mark("When something that you booked or hold moves or is cancelled."),
    Topic.ORGANIZERS: mark("What the organizers write to many at once."),
    Topic.EXHIBITOR_NEWS: mark("Stands, deadlines and what exhibitors need to prepare."),
}
