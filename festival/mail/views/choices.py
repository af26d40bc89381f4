"""What a recipient wants to receive: by the link in a mail, or in one click of a mail program."""

from __future__ import annotations

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from festival.config import Settings
from festival.extensions import csrf
from festival.mail import actions, queries
from festival.mail.forms import ChoiceForm
from festival.mail.models import MailRecipient
from festival.mail.signs import choosing_recipient
from festival.mail.states import TOPIC_NAMES, Topic
from festival.mail.views.room import everything
from festival.shared.access import Who, open_to
from festival.shared.clock import utc_now
from festival.shared.headers import keeps_secret
from festival.shared.work import unit_of_work


def _recipient(token: str) -> MailRecipient:
    settings: Settings = current_app.config["SETTINGS"]
    number = choosing_recipient(token, secret=settings.secret_key)
    return queries.recipient_numbered(number) or abort(404)


@everything.route("/mail/choice/<token>", methods=["GET", "POST"])
@open_to(Who.LINK_HOLDER)
@keeps_secret
@unit_of_work
def choose(token: str) -> ResponseReturnValue:
    """The page with a box for each topic.  Opening it changes nothing."""
    recipient = _recipient(token)
    refused = queries.refused_topics(recipient.id)
    form = ChoiceForm(topics=[each.value for each in Topic if each not in refused])
    if form.validate_on_submit():
        wanted = {Topic(each) for each in form.topics.data or ()}
        actions.choose_topics(recipient, wanted=wanted, now=utc_now())
        flash(_("Saved. You will receive what is ticked here, and nothing else."), "success")
        return redirect(url_for("all_mail.choose", token=token), 303)
    return _page(recipient, token, form=form), 422 if form.errors else 200


@everything.get("/mail/choice/<token>/<topic>")
@open_to(Who.LINK_HOLDER)
@keeps_secret
def unsubscribe(token: str, topic: str) -> ResponseReturnValue:
    """The link below a mail: one button for its topic.  Programs that only look change nothing."""
    recipient = _recipient(token)
    if topic not in set(Topic):
        abort(404)
    refused = queries.refused_topics(recipient.id)
    form = ChoiceForm(topics=[each.value for each in Topic if each not in refused])
    offered = None if topic in refused else Topic(topic)
    return _page(recipient, token, form=form, offered=offered)


@everything.post("/mail/choice/<token>/<topic>")
@open_to(Who.LINK_HOLDER)
@keeps_secret
@unit_of_work
def unsubscribe_at_once(token: str, topic: str) -> ResponseReturnValue:
    """One click (RFC 8058): the mail program of the recipient posts this, without any cookie.

    The secret in the address is the permission and it can do this one thing, so no form's token
    is asked for.  Raises 400 for a post that is not the one the standard describes.
    """
    if request.form.get("List-Unsubscribe") != "One-Click":
        abort(400)
    recipient = _recipient(token)
    if topic not in set(Topic):
        abort(404)
    actions.refuse_topic(recipient, topic=Topic(topic), now=utc_now())
    flash(_("Done: you will receive no more mail of this kind."), "success")
    return redirect(url_for("all_mail.choose", token=token), 303)


csrf.exempt(unsubscribe_at_once)


def _page(
    recipient: MailRecipient, token: str, *, form: ChoiceForm, offered: Topic | None = None
) -> str:
    return render_template(
        "mail/choice.html",
        recipient=recipient,
        token=token,
        form=form,
        offered=offered,
        names=TOPIC_NAMES,
        hints=form.hints(),
    )
