"""The blueprint of the review, and how an application is looked up for somebody's eyes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from festival.accounts.models import Person
from festival.exhibitors.calls import counting
from festival.exhibitors.calls.rules import ClassUse
from festival.exhibitors.models import Application
from festival.exhibitors.queries import find_application
from festival.exhibitors.reviewing import queries
from festival.exhibitors.reviewing.forms import HOLDS
from festival.exhibitors.reviewing.states import (
    CONFLICT_SENTENCES,
    DIMENSION_NAMES,
    ROUND_NAMES,
    Audience,
    ConflictKind,
)
from festival.exhibitors.states import DECISIONS, ApplicationState
from festival.exhibitors.views.room import room_words
from festival.extensions import db
from festival.shared.access import Role, has_role
from festival.shared.addresses import edition_blueprint
from festival.shared.clock import utc_now
from festival.shared.errors import NotAllowed
from festival.shared.sentences import mark

blueprint = edition_blueprint("reviewing", __name__)
blueprint.context_processor(room_words)


@blueprint.context_processor
def more_words() -> dict[str, Any]:
    """Message ids and names for the templates of this room."""
    return {
        "conflict_sentences": CONFLICT_SENTENCES,
        "dimension_names": DIMENSION_NAMES,
        "round_names": ROUND_NAMES,
        "decisions": DECISIONS,
        "may_decide": has_role(Role.ORGANIZER),
        "for_applicant": for_applicant,
    }


def for_applicant(application: Application) -> dict[str, Any]:
    """The state that they may know, conditions to agree to, open questions, messages."""
    messages = queries.messages_about(application, audience=Audience.APPLICANT)
    asked = [each for each in messages if not each.is_from_applicant and each.read_at is None]
    state = queries.told_state(application, now=utc_now())
    return {
        "state": state,
        "is_held": state is not application.state,
        "conditions": queries.open_conditions(application) if state is application.state else "",
        "questions": len(asked),
        "messages": len(messages),
    }


def me() -> Person:
    """Who is signed in."""
    return db.session.get_one(Person, current_user.person_id)


def open_application(code: str) -> Application:
    """An application of this edition that the present person may see.

    404 for an unknown one, ``NotAllowed`` for somebody with a conflict of interest, and for a
    reviewer who has to answer first (see ``question_first``).
    """
    row = find_application(g.edition, code=code)
    if row is None:
        abort(404)
    kind = queries.conflict_between(row, person=me())
    if kind is not None and not (kind is ConflictKind.DOMAIN and has_role(Role.ORGANIZER)):
        raise NotAllowed(
            mark("You may not be impartial here, so others judge this application."),
            next_step=mark("Go on with the next one; nothing of this one is shown to you."),
        )
    return row


def question_first(code: str) -> ResponseReturnValue | None:
    """The way to the question, for a reviewer who shares the organization's domain."""
    row = find_application(g.edition, code=code)
    if row is None or has_role(Role.ORGANIZER) or request.method != "GET":
        return None
    if queries.conflict_between(row, person=me()) is not ConflictKind.DOMAIN:
        return None
    return redirect(url_for("reviewing.conflict", code=code), 303)


def hold_asked(value: str | None) -> timedelta | None:
    """How long the mails wait; None: until somebody releases them."""
    minutes = HOLDS.get(value or "", 10)
    return timedelta(minutes=minutes) if minutes is not None else None


def uses_of_classes(tried: Mapping[int, ApplicationState] | None = None) -> list[ClassUse]:
    """Classes of stand that somebody counts or wants, with what tried decisions would add."""
    return [
        each
        for each in counting.uses_of_classes(g.edition, tried=tried)
        if each.quota is not None or each.would_be or each.asked
    ]


def overfull_classes(tried: Mapping[int, ApplicationState]) -> list[ClassUse]:
    """Classes of which more would be promised than there are."""
    return [each for each in counting.uses_of_classes(g.edition, tried=tried) if each.is_over]


def state_named(value: str | None, among: Any) -> Any:
    """The member of ``among`` with this value, or None."""
    return next((each for each in among if each.value == value), None)
