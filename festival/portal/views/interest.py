"""What a visitor sees who leaves an address with an exhibitor, and takes it back."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_limiter.util import get_remote_address

from festival.exhibitors.calls.rules import words_in
from festival.exhibitors.reviewing.queries import told_state
from festival.extensions import limiter
from festival.portal.leads import actions, queries
from festival.portal.leads.forms import InterestForm, WithdrawForm, interest_form
from festival.portal.leads.models import LeadPage
from festival.portal.leads.rules import Wording, is_taking
from festival.portal.leads.states import DEFAULT_PROTECTION, FIELD_NAMES, LeadField
from festival.portal.views.leads import day_of, is_promised, reading_order, today
from festival.portal.views.room import blueprint
from festival.shared.access import Who, open_to
from festival.shared.clock import utc_now
from festival.shared.errors import FieldRefused, StaleVersion
from festival.shared.forms import show_refusal
from festival.shared.headers import keeps_secret
from festival.shared.sentences import mark
from festival.shared.tokens import is_token, make_token
from festival.shared.work import unit_of_work
from festival.visitors.remembering import my_household

NOT_HERE = mark("%(organization)s does not take part in the festival any more.")
NOT_WANTED = mark("%(organization)s does not take addresses at the moment.")
OVER = mark("The festival is over, and %(organization)s takes no more addresses here.")


def _one_phone() -> str:
    """Many visitors share the address of the hall's network, so each page is counted alone."""
    return f"{get_remote_address()} {(request.view_args or {}).get('code', '')}"


@blueprint.route("/i/<code>", methods=["GET", "POST"])
@open_to(Who.EVERYBODY)
@limiter.limit("60 per 15 minutes", key_func=_one_phone, methods=["POST"])
@unit_of_work
def interest(code: str) -> ResponseReturnValue:
    """The page behind the picture on the stand; the button on it is the visitor's consent."""
    page = queries.find_page(g.edition, code=code)
    if page is None:
        abort(404)
    wording = queries.wording_of(page, g.edition, allowed=queries.allowed_in(g.edition))
    closed = _why_closed(page, wording)
    if closed:
        words = _(closed, organization=wording.name_in(g.locale))
        return render_template("portal/leads/closed.html", page_row=page, closed=words), 410
    form = interest_form(wording.fields, data=_prefilled())
    status, changed = 200, ""
    if form.validate_on_submit():
        try:
            _give(page, wording, form)
        except FieldRefused as refusal:
            show_refusal(form, refusal)
        except StaleVersion as broken:
            status, changed = 409, broken.spoken(_)
        else:
            return redirect(url_for("portal.my_interest", token=form.key.data), 303)
    return _form_page(page, wording, form, changed=changed), 422 if form.errors else status


def _form_page(page: LeadPage, wording: Wording, form: InterestForm, *, changed: str) -> str:
    if not is_token(form.key.data or ""):
        form.key.data = make_token()
    form.wording.data = wording.digest(page_code=page.code)
    return render_template(
        "portal/leads/interest.html",
        page_row=page,
        form=form,
        changed=changed,
        has_household=bool(set(wording.fields) & {"name", "email"}) and my_household() is not None,
        is_prefilled="mine" in request.args,
        **_told(page, wording),
    )


@blueprint.route("/i/given/<token>", methods=["GET", "POST"])
@open_to(Who.LINK_HOLDER)
@keeps_secret
@unit_of_work
def my_interest(token: str) -> ResponseReturnValue:
    """What this visitor passed on, and the button that takes it back."""
    link = queries.find_link(g.edition, token=token)
    if link is None:
        abort(404)
    form = WithdrawForm()
    if form.validate_on_submit():
        actions.withdraw_interest(link, now=utc_now())
        flash(_("Taken back. Nothing of it is kept, only that somebody did so."), "success")
        return redirect(url_for("portal.my_interest", token=token), 303)
    if link.lead is None:
        return render_template("portal/leads/gone.html", page_row=link.page)
    facts = link.lead.wording.facts
    wording = Wording(
        organization=facts["organization"], names=facts["names"],
        fields=tuple(facts["fields"]), purposes=facts["purposes"], protection=facts["protection"],
        kept_until=facts["kept_until"],
    )  # fmt: skip
    return render_template(
        "portal/leads/given.html",
        lead=link.lead,
        is_own=queries.is_own(link),
        pairs=[
            (_(FIELD_NAMES[each]), link.lead.details[each.value])
            for each in LeadField
            if each.value in link.lead.details
        ],
        form=form,
        token=token,
        **_told(link.page, wording),
    )


def _give(page: LeadPage, wording: Wording, form: InterestForm) -> None:
    """Raises ``FieldRefused`` and ``StaleVersion``."""
    if not is_token(form.key.data or ""):
        form.key.data = make_token()
    actions.give_interest(
        page,
        wording=wording,
        read_digest=form.wording.data or "",
        typed=form.typed(),
        token=form.key.data or "",
        locale=g.locale,
        now=utc_now(),
    )


def _why_closed(page: LeadPage, wording: Wording) -> str:
    """A sentence, or nothing while addresses are taken."""
    told = told_state(page.application, now=utc_now())
    if not is_promised(page.application, told=told):
        return NOT_HERE
    if not is_taking(today(), ends_on=g.edition.ends_on):
        return OVER
    return "" if page.is_open and wording.fields else NOT_WANTED


def _prefilled() -> dict[str, str]:
    """From this browser's own registration, and only when the visitor asked for it."""
    found = my_household() if "mine" in request.args else None
    return {"name": found[0].name, "email": found[0].email} if found else {}


def _told(page: LeadPage, wording: Wording) -> dict[str, Any]:
    """The wording as it is read, in the language of the page."""
    order = reading_order(page.application)
    protection = words_in(wording.protection, languages=order)
    return {
        "organization": wording.name_in(g.locale),
        "purpose": words_in(wording.purposes, languages=order),
        "protection": _(protection) if protection == DEFAULT_PROTECTION else protection,
        "fields": [_(FIELD_NAMES[LeadField(each)]) for each in wording.fields],
        "kept_until": day_of(wording.kept_until),
        "version": wording.digest(page_code=page.code)[:8],
    }
