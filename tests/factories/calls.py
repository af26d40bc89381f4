"""Questions, classes of stand and links of a corner's call."""

from __future__ import annotations

from typing import Any

from festival.exhibitors.calls.actions import (
    ClassFacts,
    QuestionFacts,
    add_question,
    put_stand_class,
)
from festival.exhibitors.calls.models import Question, StandClass
from festival.exhibitors.calls.states import QuestionKind
from festival.extensions import db
from festival.shared.journal import SYSTEM
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
