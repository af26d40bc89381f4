"""The one mail of this room: what an organizer writes to many."""

from __future__ import annotations

from typing import Any

from festival.mail.batches.letters import KIND
from festival.mail.occasions import Facts, occasion
from festival.mail.states import Topic
from festival.shared.sentences import mark

SAMPLE = (
    ("Dear Nour Haddad,",),
    ("the hall is open for you from seven o’clock on. Please bring your own extension leads.",),
    ("Everything about the day stands here: ", "https://luminara.example/day"),
)


@occasion(
    KIND,
    name=mark("Message from the organizers"),
    audience=mark("Whichever group an organizer writes to"),
    topic=Topic.ORGANIZERS,
)
def organizer_message(edition: Any) -> Facts:
    return {
        "edition": edition,
        "subject": "Before you set off on Friday",
        "paragraphs": [
            [
                {"text": text, "href": text} if text.startswith("https:") else {"text": text}
                for text in paragraph
            ]
            for paragraph in SAMPLE
        ],
    }
