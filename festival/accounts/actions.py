"""What changes people, sign-ins and grants."""

from __future__ import annotations

from datetime import datetime

from festival.accounts.models import Person, SignIn
from festival.extensions import db
from festival.shared.tokens import make_token, token_hash


def start_sign_in(person: Person, *, now: datetime, expires_at: datetime, device: str = "") -> str:
    """Open a sign-in and answer its token, which is shown to nobody but the browser."""
    token = make_token()
    db.session.add(
        SignIn(
            token_hash=token_hash(token),
            person_id=person.id,
            started_at=now,
            expires_at=expires_at,
            device=device[:200],
        )
    )
    return token
