"""The outbox: of an edition for its organizers, of everything for administrators."""

from __future__ import annotations

from flask import abort, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from festival.config import Settings
from festival.mail import actions, queries
from festival.mail.rules import without_secrets
from festival.mail.states import SENTENCES, STATE_NAMES, MessageState
from festival.shared.access import Role, Who, current_actor, open_to
from festival.shared.addresses import edition_blueprint, page_asked_for, plain_blueprint
from festival.shared.clock import utc_now
from festival.shared.work import unit_of_work

blueprint = edition_blueprint("mail", __name__)
everything = plain_blueprint("all_mail", __name__)


@blueprint.get("/organize/mail")
@open_to(Role.ORGANIZER)
def outbox() -> ResponseReturnValue:
    return _list(g.edition.id, room="mail")


@blueprint.get("/organize/mail/<int:message_id>")
@open_to(Role.ORGANIZER)
def message(message_id: int) -> ResponseReturnValue:
    return _message(message_id, g.edition.id, room="mail")


@blueprint.post("/organize/mail/<int:message_id>/try-again")
@open_to(Role.ORGANIZER)
@unit_of_work
def try_again(message_id: int) -> ResponseReturnValue:
    actions.try_again(message_id, edition_id=g.edition.id, actor=current_actor(), now=utc_now())
    return _told("mail")


@everything.get("/mail")
@open_to(Who.ADMINISTRATOR)
def outbox_of_all() -> ResponseReturnValue:
    return _list(None, room="all_mail")


@everything.get("/mail/<int:message_id>")
@open_to(Who.ADMINISTRATOR)
def message_of_all(message_id: int) -> ResponseReturnValue:
    return _message(message_id, None, room="all_mail")


@everything.post("/mail/<int:message_id>/try-again")
@open_to(Who.ADMINISTRATOR)
@unit_of_work
def try_again_of_all(message_id: int) -> ResponseReturnValue:
    found = queries.find_message(message_id, edition_id=None) or abort(404)
    actions.try_again(message_id, edition_id=found.edition_id, actor=current_actor(), now=utc_now())
    return _told("all_mail")


ENDPOINTS = {
    "mail": ("mail.outbox", "mail.message", "mail.try_again"),
    "all_mail": ("all_mail.outbox_of_all", "all_mail.message_of_all", "all_mail.try_again_of_all"),
}


def _told(room: str) -> ResponseReturnValue:
    flash(_("The message is in the queue again."), "success")
    return redirect(url_for(ENDPOINTS[room][0]), 303)


def _list(edition_id: int | None, *, room: str) -> ResponseReturnValue:
    settings: Settings = current_app.config["SETTINGS"]
    wanted = request.args.get("state", "")
    state = MessageState(wanted) if wanted in set(MessageState) else None
    number = page_asked_for()
    messages, last = queries.messages_page(edition_id, number, state=state)
    counts = queries.counts_by_state(edition_id)
    return render_template(
        "mail/outbox.html",
        messages=messages,
        number=number,
        last=last,
        state=state,
        given_up=counts[MessageState.DEAD],
        tabs=_tabs(counts, state, ENDPOINTS[room][0]),
        names=STATE_NAMES,
        endpoints=ENDPOINTS[room],
        has_server=bool(settings.smtp_host),
        is_all=edition_id is None,
    )


def _tabs(
    counts: dict[MessageState, int], chosen: MessageState | None, endpoint: str
) -> list[dict[str, object]]:
    """All, then each state, each with its number."""
    states: list[tuple[MessageState | None, str, int]] = [
        (None, _("All"), sum(counts.values())),
        *((state, _(STATE_NAMES[state]), counts[state]) for state in MessageState),
    ]
    return [
        {
            "label": label,
            "href": url_for(endpoint, state=state),
            "is_current": state == chosen,
            "note": count,
        }
        for state, label, count in states
    ]


def _message(message_id: int, edition_id: int | None, *, room: str) -> ResponseReturnValue:
    """One message.  Links that are a permission are blotted out, but on a developer's machine."""
    settings: Settings = current_app.config["SETTINGS"]
    found = queries.find_message(message_id, edition_id=edition_id) or abort(404)
    readable = settings.environment == "development" and not settings.smtp_host
    return render_template(
        "mail/message.html",
        message=found,
        body=found.body_text if readable else without_secrets(found.body_text),
        names=STATE_NAMES,
        sentences=SENTENCES,
        endpoints=ENDPOINTS[room],
    )
