"""The outbox: of an edition for its organizers, of everything for administrators."""

from __future__ import annotations

from flask import abort, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from festival.config import Settings
from festival.mail import actions, queries
from festival.mail.batches.queries import held_batches
from festival.mail.models import OutboxMessage
from festival.mail.occasions import OCCASIONS
from festival.mail.queries import Wanted
from festival.mail.rendering import render_message, subject_of
from festival.mail.rules import without_secrets
from festival.mail.states import MAY_BE_TRIED_AGAIN, SENTENCES, STATE_NAMES, MessageState
from festival.mail.views.room import blueprint, everything
from festival.shared.access import Role, Who, current_actor, open_to
from festival.shared.addresses import page_asked_for
from festival.shared.clock import utc_now
from festival.shared.work import unit_of_work


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


@blueprint.post("/organize/mail/try-again")
@open_to(Role.ORGANIZER)
@unit_of_work
def try_all_again() -> ResponseReturnValue:
    return _try_all(g.edition.id, room="mail")


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


@everything.post("/mail/try-again")
@open_to(Who.ADMINISTRATOR)
@unit_of_work
def try_all_again_of_all() -> ResponseReturnValue:
    return _try_all(None, room="all_mail")


ENDPOINTS = {
    "mail": ("mail.outbox", "mail.message", "mail.try_again", "mail.try_all_again", "mail.kinds"),
    "all_mail": (
        "all_mail.outbox_of_all",
        "all_mail.message_of_all",
        "all_mail.try_again_of_all",
        "all_mail.try_all_again_of_all",
        "all_mail.kinds_of_all",
    ),
}


def _told(room: str) -> ResponseReturnValue:
    flash(_("The message is in the queue again."), "success")
    return redirect(url_for(ENDPOINTS[room][0]), 303)


def _try_all(edition_id: int | None, *, room: str) -> ResponseReturnValue:
    count = actions.try_all_again(edition_id=edition_id, actor=current_actor(), now=utc_now())
    told = ngettext(
        "One message is in the queue again.", "%(num)s messages are in the queue again.", count
    )
    flash(told, "success")
    return redirect(url_for(ENDPOINTS[room][0]), 303)


def _wanted() -> Wanted:
    """What the address asks for; nonsense in it is as if it were not there."""
    state, kind = request.args.get("state", ""), request.args.get("kind", "")
    return Wanted(
        state=MessageState(state) if state in set(MessageState) else None,
        kind=kind if kind in OCCASIONS else "",
        search=request.args.get("q", "").strip()[:200],
    )


def _list(edition_id: int | None, *, room: str) -> ResponseReturnValue:
    settings: Settings = current_app.config["SETTINGS"]
    wanted, number = _wanted(), page_asked_for()
    messages, last = queries.messages_page(edition_id, number, wanted=wanted)
    counts = queries.counts_by_state(edition_id)
    kinds = queries.kinds_used(edition_id)
    return render_template(
        "mail/outbox.html",
        rows=[(each, subject_of(each) or _kind_of(each)) for each in messages],
        number=number,
        last=last,
        wanted=wanted,
        counts=counts,
        total=sum(counts.values()),
        tabs=_tabs(counts, wanted, ENDPOINTS[room][0]),
        kinds=[(kind, _(OCCASIONS[kind].name)) for kind in kinds if kind in OCCASIONS],
        names=STATE_NAMES,
        may_be_tried_again=MAY_BE_TRIED_AGAIN,
        endpoints=ENDPOINTS[room],
        has_server=bool(settings.smtp_host),
        line=queries.mail_line(),
        oldest=queries.oldest_waiting(edition_id),
        is_all=edition_id is None,
        held=held_batches(edition_id) if edition_id is not None else [],
    )


def _tabs(
    counts: dict[MessageState, int], wanted: Wanted, endpoint: str
) -> list[dict[str, object]]:
    """All, then each state in which there is something, each with its number."""
    states: list[tuple[MessageState | None, str, int]] = [
        (None, _("All"), sum(counts.values())),
        *(
            (state, _(STATE_NAMES[state]), counts[state])
            for state in MessageState
            if counts[state] or state == wanted.state
        ),
    ]
    kind, search = wanted.kind or None, wanted.search or None
    return [
        {
            "label": label,
            "href": url_for(endpoint, state=state, kind=kind, q=search),
            "is_current": state == wanted.state,
            "note": count,
        }
        for state, label, count in states
    ]


def _kind_of(message: OutboxMessage) -> str:
    """What kind of mail it is, also when its words have been put away."""
    occasion = OCCASIONS.get(message.kind)
    return _(occasion.name) if occasion else message.kind.replace("_", " ")


def _message(message_id: int, edition_id: int | None, *, room: str) -> ResponseReturnValue:
    """One message.  Links that are a permission are blotted out, but on a developer's machine."""
    settings: Settings = current_app.config["SETTINGS"]
    found = queries.find_message(message_id, edition_id=edition_id) or abort(404)
    readable = settings.environment == "development" and not settings.smtp_host
    rendered = render_message(found)
    kind = _kind_of(found)
    return render_template(
        "mail/message.html",
        message=found,
        subject=rendered.subject or kind,
        body=rendered.text if readable else without_secrets(rendered.text),
        kind=kind,
        reason=_(found.error) if found.error else "",
        names=STATE_NAMES,
        sentences=SENTENCES,
        may_be_tried_again=MAY_BE_TRIED_AGAIN,
        endpoints=ENDPOINTS[room],
    )
