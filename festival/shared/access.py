"""Who may enter.  Every view declares it with ``open_to``; a house test finds one that does not.

A role is always a role *here*: in the edition, organization or twin city that the address names.
The accounts room says which roles the person has here (``answer_with``); this module only asks.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from enum import StrEnum
from typing import ParamSpec, TypeVar

from flask import abort, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from festival.shared.journal import Actor

P = ParamSpec("P")
R = TypeVar("R")


class Who(StrEnum):
    """Groups that are not roles."""

    EVERYBODY = "everybody"
    LINK_HOLDER = "link_holder"
    """Holds the secret in the address; the view looks it up and answers 404 without it."""
    SIGNED_IN = "signed_in"
    ADMINISTRATOR = "administrator"


class Role(StrEnum):
    """The first five are held in an edition, the others in an organization and a twin city."""

    ORGANIZER = "organizer"
    REVIEWER = "reviewer"
    DOOR_LEAD = "door_lead"
    PRESS_OFFICER = "press_officer"
    EVALUATOR = "evaluator"
    EXHIBITOR = "exhibitor"
    PARTNER = "partner"


_roles_here: list[Callable[[], frozenset[str]]] = []


def answer_with(provider: Callable[[], frozenset[str]]) -> None:
    """The accounts room says which roles the present person has in the place addressed."""
    _roles_here[:] = [provider]


def roles_here() -> frozenset[str]:
    """Role names of the present person here; an administrator's set holds every edition role."""
    if not current_user.is_authenticated:
        return frozenset()
    return _roles_here[0]()


def has_role(*roles: StrEnum) -> bool:
    """Whether the present person has one of the roles here."""
    return not roles_here().isdisjoint({role.value for role in roles})


def current_actor() -> Actor:
    """The present person for the journal."""
    if current_user.is_authenticated:
        return Actor(label=current_user.name, person_id=current_user.person_id)
    return Actor(label="visitor")


def open_to(*who: StrEnum) -> Callable[[Callable[P, R]], Callable[P, R | Response]]:
    """Declare who may enter a view: members of ``Who`` and roles, any of them suffices.

    A stranger is sent to sign in (401 for programs); a known person without the role gets 404,
    because even the existence of another's things is theirs.
    """
    names = frozenset(each.value for each in who)

    def mark(view: Callable[P, R]) -> Callable[P, R | Response]:
        @functools.wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R | Response:
            if names.isdisjoint({Who.EVERYBODY.value, Who.LINK_HOLDER.value}):
                if not current_user.is_authenticated:
                    return _ask_to_sign_in()
                if Who.SIGNED_IN.value not in names and names.isdisjoint(roles_here()):
                    abort(404)
            return view(*args, **kwargs)

        guarded.__open_to__ = names  # type: ignore[attr-defined]
        return guarded

    return mark


def _ask_to_sign_in() -> Response:
    if request.method != "GET" or not request.accept_mimetypes.accept_html:
        abort(401)
    return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")))
