"""Mail whose reason was taken back: its words and addresses go, the fact that it was sent stays."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import update

from festival.extensions import db
from festival.mail.models import OutboxMessage
from festival.mail.states import MessageState

LEAVING = (MessageState.HELD, MessageState.QUEUED, MessageState.SENDING)
"""Of one that is being sent the claim goes too: it may arrive, but is not written down again."""


def forget_mail(keys: Sequence[str]) -> None:
    """Empty the messages with these keys; those that have not left yet do not leave.

    Key, kind, language and instants stay for the figures.
    """
    found = OutboxMessage.key.in_(list(keys))
    quiet = {"synchronize_session": False}
    db.session.execute(
        update(OutboxMessage)
        .where(found, OutboxMessage.state.in_(LEAVING))
        .values(state=MessageState.CANCELLED, claim="")
        .execution_options(**quiet)
    )
    db.session.execute(
        update(OutboxMessage)
        .where(found)
        .values(
            recipient="", recipient_name="", reply_to="", subject="", body_text="", body_html="",
            facts=None, attachments=[], error="",
        )
        .execution_options(**quiet)
    )  # fmt: skip
