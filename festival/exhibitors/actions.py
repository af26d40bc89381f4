"""What changes organizations and their applications."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from festival.exhibitors import rules
from festival.exhibitors.calls.counting import is_full_for, lock_class
from festival.exhibitors.calls.models import Call
from festival.exhibitors.calls.queries import asked_of, find_stand_class, windows_of
from festival.exhibitors.calls.rules import closing, refusal_for_answer
from festival.exhibitors.catalogue.queries import shown_in
from festival.exhibitors.models import Application
from festival.exhibitors.moving import CallClosed as CallClosed
from festival.exhibitors.moving import (
    check_call,
    check_move,
    decide,
    lock,
    mail_applicant,
    move,
)
from festival.exhibitors.starting import add_resume_link, check_room
from festival.exhibitors.starting import find_by_key as find_by_key
from festival.exhibitors.starting import start_again as start_again
from festival.exhibitors.starting import start_application as start_application
from festival.exhibitors.states import ApplicationState, Step
from festival.exhibitors.values import (
    call_of,
    facts_of,
    put_values,
    saved_values,
)
from festival.festivals.actions import touch_edition
from festival.shared.errors import FieldRefused, RuleBroken, StaleVersion
from festival.shared.forms import is_email
from festival.shared.journal import APPLICANT, Actor, write_journal
from festival.shared.pictures import StoredPicture
from festival.shared.sentences import mark

PERSONAL = frozenset({"contact_name", "contact_email", "contact_phone", "contacts"})
"""Not written into the journal, which cannot be erased."""


class Incomplete(RuleBroken):
    """Something is missing; ``missing`` names the pages."""

    def __init__(self, missing: list[rules.Missing]) -> None:
        super().__init__(
            mark("The application is not complete yet."),
            kept=mark("Everything that you saved is kept."),
            next_step=mark("Open the page that is named and tell what is missing."),
        )
        self.missing = missing


def save_step(
    application: Application,
    *,
    step: Step,
    values: Mapping[str, Any],
    version: int,
    now: datetime,
    actor: Actor = APPLICANT,
    logo: StoredPicture | None = None,
) -> None:
    """Save one page of a draft.

    ``version`` is the application's version when the page was opened.  When somebody else has
    saved since then and the page says something else now, ``StaleVersion`` is raised and nothing is
    overwritten.  Raises ``RuleBroken`` unless it is a draft, and ``FieldRefused``.
    """
    lock(application)
    _check_draft(application)
    _check_values(values, application=application)
    if step is Step.QUESTIONS:
        _check_answers(application, values)
    saved = saved_values(application, step=step)
    changed = rules.differences(saved, typed=values)
    if not changed and logo is None and not _first_answer(application, step=step):
        return
    if version != application.version:
        raise StaleVersion(
            mark("Somebody else has changed this page since you opened it."),
            kept=mark("Nothing was overwritten, and what you typed is still here."),
        )
    put_values(application, step=step, values=values)
    if logo is not None:
        application.organization.logo = logo
    if logo is not None or step in (Step.ORGANIZATION, Step.PROFILE):
        _renew_catalogues(application)
    application.version += 1
    application.changed_at = now
    _write_saved(application, changed=changed, actor=actor, now=now)


def _check_draft(application: Application) -> None:
    if not rules.may_edit(application.state):
        raise RuleBroken(
            mark("What was handed in cannot be changed."),
            next_step=mark("Take the application back first; then you can change it."),
        )


def _renew_catalogues(application: Application) -> None:
    """The organization may stand in the catalogues of other editions, which show the same name."""
    for edition_id in shown_in(application.organization_id):
        touch_edition(edition_id)


def submit(
    application: Application,
    *,
    version: int,
    now: datetime,
    token: str = "",
    actor: Actor = APPLICANT,
) -> None:
    """Hand in a draft; a second press changes nothing.

    Raises ``Incomplete``, ``CallClosed``, ``StaleVersion`` and ``RuleBroken``.
    """
    lock(application)
    if application.state == ApplicationState.SUBMITTED:
        return
    check_move(application, to=ApplicationState.SUBMITTED)
    call = call_of(application)
    check_call(call, now=now, late_until=application.late_until)
    if application.late_until is None:
        check_room(call)
    lock_class(application.stand_class)
    if version != application.version:
        raise StaleVersion(
            mark("Somebody else has changed this application since you opened it."),
            kept=mark("Nothing was handed in."),
            next_step=mark("Look at it again, then hand it in."),
        )
    missing = rules.refusal_for_submission(facts_of(application))
    if missing:
        raise Incomplete(missing)
    application.submitted_at = now
    move(application, to=ApplicationState.SUBMITTED, actor=actor, now=now)
    mail_applicant("application_received", application, now=now, token=token)


def take_back(application: Application, *, now: datetime, actor: Actor = APPLICANT) -> None:
    """Make a draft of what was handed in, while the call is open, so that it can be changed."""
    lock(application)
    if application.state == ApplicationState.DRAFT:
        return
    check_move(application, to=ApplicationState.DRAFT)
    check_call(call_of(application), now=now, late_until=application.late_until)
    application.submitted_at = None
    move(application, to=ApplicationState.DRAFT, actor=actor, now=now)
    mail_applicant(
        "application_taken_back",
        application,
        now=now,
        token=add_resume_link(application, now=now),
        closes_at=application.late_until or closing(now, windows_of(call_of(application))),
    )


def withdraw(application: Application, *, now: datetime, actor: Actor = APPLICANT) -> None:
    """The organization does not take part after all; a second press changes nothing."""
    lock(application)
    if application.state == ApplicationState.WITHDRAWN:
        return
    check_move(application, to=ApplicationState.WITHDRAWN)
    move(application, to=ApplicationState.WITHDRAWN, actor=actor, now=now)
    mail_applicant("application_withdrawn", application, now=now)


def accept_application(
    application: Application, *, text: str = "", now: datetime, actor: Actor
) -> None:
    """Accept; ``text`` is a word to the applicant, who is told by mail."""
    decide(application, to=ApplicationState.ACCEPTED, text=text, now=now, actor=actor)


def decline_application(
    application: Application, *, text: str, now: datetime, actor: Actor
) -> None:
    """Decline with a reason that the applicant reads; raises ``FieldRefused`` without one."""
    decide(application, to=ApplicationState.DECLINED, text=text, now=now, actor=actor)


def _first_answer(application: Application, *, step: Step) -> bool:
    """Who needs nothing says so by saving the page of needs as it stands."""
    return step is Step.NEEDS and not application.needs


def _write_saved(
    application: Application, *, changed: list[rules.Difference], actor: Actor, now: datetime
) -> None:
    write_journal(
        "application_saved",
        actor=actor,
        entity="application",
        key=application.code,
        now=now,
        edition_id=application.edition_id,
        before={each.field: each.saved for each in changed if each.field not in PERSONAL},
        after={each.field: each.typed for each in changed if each.field not in PERSONAL},
    )


def _check_values(values: Mapping[str, Any], *, application: Application) -> None:
    if "contact_email" in values and not is_email(values["contact_email"]):
        raise FieldRefused("contact_email", mark("Give exactly one e-mail address."))
    call = call_of(application)
    _check_class(values, application=application, call=call)
    most_exhibits = call.most_exhibits if call else rules.MOST_EXHIBITS
    if len(values.get("exhibits", ())) > min(most_exhibits, rules.MOST_EXHIBITS):
        raise FieldRefused("exhibits", mark("These are too many: name those that matter most."))
    offers = values.get("offers", ())
    if len(offers) > min(call.most_offers if call else rules.MOST_OFFERS, rules.MOST_OFFERS):
        raise FieldRefused("offers", mark("These are too many: name those that matter most."))
    for each in offers:
        refusal = rules.refusal_for_ages(each["age_min"], age_max=each["age_max"])
        if refusal is not None:
            raise FieldRefused("offers", refusal)
    if call is not None and (values.get("team_passes_wanted") or 0) > call.most_passes:
        raise FieldRefused(
            "team_passes_wanted",
            mark("At most %(most)s passes for one team."),
            most=call.most_passes,
        )


def _check_class(values: Mapping[str, Any], *, application: Application, call: Call | None) -> None:
    """A class that is full is not chosen anew; who has chosen it before is told by the check."""
    code = values.get("stand_class", "")
    before = application.stand_class
    if not code or call is None or (before is not None and before.code == code):
        return
    chosen = find_stand_class(call, code=code)
    if chosen is not None and is_full_for(application, chosen):
        raise FieldRefused("stand_class", rules.ALL_TAKEN)


def _check_answers(application: Application, values: Mapping[str, Any]) -> None:
    asked = {each.code: each for each in asked_of(call_of(application))}
    for code, value in values.items():
        refusal = refusal_for_answer(asked[code], value) if code in asked else None
        if refusal is not None:
            raise FieldRefused(code, refusal)
