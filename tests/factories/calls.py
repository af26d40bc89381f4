"""Questions, classes of stand and links of a corner's call."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from festival.exhibitors.calls import links
from festival.exhibitors.calls.actions import (
    ClassFacts,
    QuestionFacts,
    add_question,
    put_stand_class,
)
from festival.exhibitors.calls.models import CallLink, Question, StandClass
from festival.exhibitors.calls.states import QuestionKind
from festival.extensions import db
from festival.shared.journal import SYSTEM
from festival.shared.tokens import make_token, token_hash
from tests.factories.world import NOW, Corner


def make_question(
    corner: Corner, label: str = "Can classes come?", *, kind: str = "text", **more: Any
) -> Question:
    """``options`` is a list of English words here."""
    options = [{"labels": {"en": word}} for word in more.pop("options", ())]
    facts = QuestionFacts(
        kind=QuestionKind(kind), labels={"en": label}, options=options, **more
    )  # fmt: skip
    row = add_question(corner.call, facts, now=NOW, actor=SYSTEM)
    db.session.commit()
    return row


def make_stand_class(corner: Corner, name: str = "A table in the hall") -> StandClass:
    row = put_stand_class(
        corner.call, ClassFacts(names={"en": name}, area_m2=6), now=NOW, actor=SYSTEM
    )
    db.session.commit()
    return row


def make_late_link(corner: Corner, *, email: str) -> tuple[CallLink, str]:
    """A personal link that is not used yet, and its secret, which otherwise only the mail holds."""
    row = links.make_late_link(
        corner.call, organization=None, email=email, language="en",
        expires_at=datetime(2098, 1, 1, tzinfo=UTC), now=NOW, actor=SYSTEM,
    )  # fmt: skip
    token = make_token()
    row.token_hash = token_hash(token)
    db.session.commit()
    return row, token
