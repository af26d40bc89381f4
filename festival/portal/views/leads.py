"""Visitors' interest: the exhibitor's page, its poster and table, and what the organizers allow."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import abort, current_app, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from festival.badges.qr import link_path
from festival.exhibitors.calls.rules import words_in
from festival.exhibitors.models import Application
from festival.exhibitors.stands.queries import stand_of
from festival.exhibitors.states import PROMISED
from festival.portal.leads import actions, queries
from festival.portal.leads.forms import page_form, rules_form
from festival.portal.leads.models import InterestLead, LeadPage
from festival.portal.leads.rules import asked_fields, is_taking
from festival.portal.leads.states import DEFAULT_PROTECTION, FIELD_NAMES, LeadField
from festival.portal.states import Chore
from festival.portal.views.room import blueprint, own_exhibitor_or_404
from festival.shared.access import Role, Who, current_actor, open_to
from festival.shared.addresses import page_asked_for
from festival.shared.clock import day_bounds, utc_now
from festival.shared.errors import FieldRefused, StaleVersion
from festival.shared.forms import show_refusal
from festival.shared.languages import LANGUAGES
from festival.shared.tables import csv_response
from festival.shared.work import unit_of_work


@blueprint.route("/exhibitor/<code>/leads", methods=["GET", "POST"])
@open_to(Who.SIGNED_IN)
@unit_of_work
def leads(code: str) -> ResponseReturnValue:
    """What the organization asks visitors for, and what they have left."""
    application = own_exhibitor_or_404(code)
    allowed, row = queries.allowed_in(g.edition), queries.page_of(application)
    form: Any = page_form(g.edition.languages, allowed=allowed.fields)(data=_page_values(row))
    status, stale = 200, ""
    if form.validate_on_submit():
        try:
            actions.change_page(
                application,
                form.facts(),
                version=version_of(form),
                actor=current_actor(),
                now=utc_now(),
            )
        except FieldRefused as refusal:
            show_refusal(form, refusal)
        except StaleVersion as broken:
            status, stale = 409, broken.spoken(_)
            form.version.data = str(row.version if row else 0)
        else:
            flash(_("Saved. This is what visitors see from now on."), "success")
            return redirect(url_for("portal.leads", code=code), 303)
    page = _leads_page(application, row, allowed=allowed, form=form, stale=stale)
    return page, 422 if form.errors else status


def _leads_page(
    application: Application, row: LeadPage | None, *, allowed: queries.Allowed, form: Any,
    stale: str,
) -> str:  # fmt: skip
    number, total = page_asked_for(), queries.count_leads(row) if row else 0
    shown = queries.leads_of(row, number=number) if row else []
    return render_template(
        "portal/leads/leads.html",
        application=application,
        row=row,
        allowed=allowed,
        form=form,
        stale=stale,
        languages=[LANGUAGES[code] for code in g.edition.languages if code in LANGUAGES],
        leads=[(each, passed_on(each, allowed=allowed)) for each in shown],
        total=total,
        number=number,
        last=max(1, -(-total // queries.PER_PAGE)),
        address=public_address(row) if row else "",
        is_taking=is_taking(today(), ends_on=g.edition.ends_on),
        field_names=FIELD_NAMES,
        day_of=day_of,
    )


@blueprint.get("/exhibitor/<code>/leads.csv")
@open_to(Who.SIGNED_IN)
def leads_csv(code: str) -> ResponseReturnValue:
    """Everything that was passed on, for a spreadsheet: agreed fields only."""
    row = queries.page_of(own_exhibitor_or_404(code))
    if row is None:
        abort(404)
    allowed = queries.allowed_in(g.edition)
    found = [(each, passed_on(each, allowed=allowed)) for each in queries.leads_of(row)]
    fields = [field for field in LeadField if any(field.value in told for _each, told in found)]
    return csv_response(
        f"interest-{g.edition.slug}",
        columns=[
            *(_(FIELD_NAMES[field]) for field in fields),
            _("Agreed at"),
            _("Version of the wording"),
            _("Delete after"),
        ],
        rows=[
            [
                *(told.get(field.value, "") for field in fields),
                each.given_at.astimezone(ZoneInfo(g.edition.time_zone)).isoformat(
                    " ", "minutes"
                ),
                each.wording.digest[:8],
                each.kept_until.isoformat(),
            ]
            for each, told in found
        ],
    )  # fmt: skip


@blueprint.get("/exhibitor/<code>/leads/poster")
@open_to(Who.SIGNED_IN)
def lead_poster(code: str) -> ResponseReturnValue:
    """One sheet for the stand, with the picture that a phone reads; to be printed."""
    application = own_exhibitor_or_404(code)
    row = queries.page_of(application)
    if row is None:
        abort(404)
    path, side = link_path(public_address(row))
    return render_template(
        "portal/leads/poster.html",
        application=application,
        row=row,
        stand=stand_of(application.id),
        path=path,
        side=side,
        address=public_address(row).partition("://")[2],
        purpose=words_in(row.purposes, languages=reading_order(application)),
        fields=asked_fields(row.fields, allowed=queries.allowed_in(g.edition).fields),
        field_names=FIELD_NAMES,
    )


@blueprint.route("/organize/exhibitors/leads", methods=["GET", "POST"])
@open_to(Role.ORGANIZER)
@unit_of_work
def lead_rules() -> ResponseReturnValue:
    """What exhibitors may ask for; numbers only of what visitors left, never whose."""
    allowed = queries.allowed_in(g.edition)
    form: Any = rules_form(g.edition.languages)(data=_rules_values(allowed))
    status, stale = 200, ""
    if form.validate_on_submit():
        try:
            actions.change_rules(
                g.edition,
                fields=form.fields_allowed.data or [],
                texts=form.texts(),
                kept_days=form.kept_days.data,
                version=version_of(form),
                actor=current_actor(),
                now=utc_now(),
            )
        except FieldRefused as refusal:
            show_refusal(form, refusal)
        except StaleVersion as broken:
            status, stale = 409, broken.spoken(_)
            form.version.data = str(allowed.version)
        else:
            flash(_("Saved. What was left before keeps the day that was promised."), "success")
            return redirect(url_for("portal.lead_rules"), 303)
    page = render_template(
        "portal/leads/rules.html",
        form=form,
        stale=stale,
        counts=queries.counts_of(g.edition),
        languages=[LANGUAGES[code] for code in g.edition.languages if code in LANGUAGES],
        default_text=DEFAULT_PROTECTION,
    )
    return page, 422 if form.errors else status


def chores(application: Application, *, now: datetime) -> list[Chore]:
    """To decide what visitors may leave; due when the festival opens."""
    allowed, row = queries.allowed_in(g.edition), queries.page_of(application)
    if not allowed.fields or not is_taking(today(now), ends_on=g.edition.ends_on):
        return []
    done = row is not None
    due, _end = day_bounds(g.edition.starts_on, zone=ZoneInfo(g.edition.time_zone))
    return [
        Chore(
            key="leads",
            title=_("Decide what visitors may leave with you"),
            href=url_for("portal.leads", code=application.code),
            due=due,
            done=done,
            detail="" if row is None else _("Open to visitors") if row.is_open else _("Not wanted"),
        )
    ]


def passed_on(lead: InterestLead, *, allowed: queries.Allowed) -> dict[str, str]:
    """What was agreed to and is still allowed to be passed on."""
    agreed = asked_fields(lead.details, allowed=allowed.fields)
    return {each.value: str(lead.details[each.value]) for each in agreed}


def is_promised(application: Application, *, told: Any) -> bool:
    """Whether visitors may know that it takes part."""
    return application.state in PROMISED and told in PROMISED


def public_address(row: LeadPage) -> str:
    """The whole short address; without the page's own language a phone gets the reader's poster."""
    public_url = current_app.config["SETTINGS"].public_url
    return str(public_url) + url_for("portal.interest", code=row.code)


def reading_order(application: Application) -> list[str]:
    """Languages in which an organization's words are looked for."""
    return list(dict.fromkeys([g.locale, application.language, *g.edition.languages]))


def today(now: datetime | None = None) -> date:
    """The day on the edition's clock."""
    return (now or utc_now()).astimezone(ZoneInfo(g.edition.time_zone)).date()


def day_of(text: str) -> date:
    return date.fromisoformat(text)


def version_of(form: Any) -> int:
    """The version that a form was opened with; one that cannot be read is an old one."""
    text = form.version.data or ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1


def _page_values(row: LeadPage | None) -> dict[str, Any]:
    if row is None:
        return {"version": "0", "is_open": True, "fields_asked": ["name", "email"]}
    purposes: Mapping[str, Any] = row.purposes
    return {
        "version": str(row.version),
        "is_open": row.is_open,
        "fields_asked": list(row.fields),
        **{f"purpose_{language}": text for language, text in purposes.items()},
    }


def _rules_values(allowed: queries.Allowed) -> dict[str, Any]:
    return {
        "version": str(allowed.version),
        "fields_allowed": [each.value for each in allowed.fields],
        "kept_days": allowed.kept_days,
        **{f"text_{language}": text for language, text in allowed.texts.items()},
    }
