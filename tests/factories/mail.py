"""Messages in the outbox."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from festival.extensions import db
from festival.mail.actions import queue_mail
from festival.mail.models import OutboxMessage
from festival.shared.clock import utc_now


def waiting_message(
    number: int = 1, *, now: datetime | None = None, **changes: Any
) -> OutboxMessage:
    """One committed message that is due at once."""
    values: dict[str, Any] = {
        "key": f"test:{number}",
        "recipient": f"reader{number}@city.example",
        "recipient_name": f"Reader {number}",
        "locale": "en",
        "context": {"person_name": f"Reader {number}", "changed_at": now or utc_now()},
        "now": now or utc_now(),
    } | changes
    message = queue_mail("account_password_changed", **values)
    db.session.commit()
    return message
