"""The organizers' office: all applications, one with everything, the decision, the table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from festival.exhibitors.contacts import end_contact, invite_contact, people_of
from festival.exhibitors.models import Application
from festival.exhibitors.reviewing import actions as reviewing
from festival.exhibitors.reviewing import queries, rules
from festival.exhibitors.reviewing.actions import Choice
from festival.exhibitors.reviewing.forms import decision_form, word_form
from festival.exhibitors.reviewing.models import Review
from festival.exhibitors.reviewing.queries import Listed, Wanted
from festival.exhibitors.reviewing.states import Audience, ConflictKind
from festival.exhibitors.reviewing.texts import filled_text, language_of, prepared_text
from festival.exhibitors.reviewing.views.room import (
    hold_asked,
    me,
    more_words,
    open_application,
    overfull_classes,
    question_first,
    state_named,
)
from festival.exhibitors.rules import may_move
from festival.exhibitors.states import DECISIONS, ApplicationState, Mover, Sector
from festival.exhibitors.values import NEIGHBOURS, NUMBERS, WISHES
from festival.exhibitors.views.pages import answers_of
from festival.exhibitors.views.room import blueprint
from festival.shared.access import Role, current_actor, has_role, open_to
from festival.shared.addresses import page_asked_for
from festival.shared.clock import utc_now
from festival.shared.errors import FieldRefused, RuleBroken
from festival.shared.forms import clean_line, show_refusal
from festival.shared.tables import Cell, csv_response
from festival.shared.tokens import make_token
from festival.shared.work import unit_of_work

ORDERS = ("changed", "waiting", "score", "name")
COLUMNS = (
    "code", "state", "organization", "sector", "district", "strand", "website", "languages",
    "contact_name", "contact_email", "contact_phone", "exhibits", "activities",
    *NUMBERS, *WISHES, "noise", "vehicle", *NEIGHBOURS, "remarks", "submitted_at",
    "reviews", "score", "spread", "scores", "decided_at", "decision",
)  # fmt: skip
blueprint.context_processor(more_words)


@blueprint.get("/organize/exhibitors")
@open_to(Role.ORGANIZER, Role.REVIEWER)
def applications() -> ResponseReturnValue:
    """All applications with counts for each state, filters, search, and decisions to try."""
    wanted, number = _asked(), page_asked_for()
    rows, found = queries.list_page(g.edition, wanted, number=number)
    strands, districts = queries.choices_of(g.edition)
    trials = queries.trials_of(g.edition, person_id=wanted.person_id) if wanted.decides else {}
    return render_template(
        "exhibitors/applications.html",
        rows=rows,
        found=found,
        counts=queries.counts_seen_by(g.edition, person_id=wanted.person_id),
        wanted=wanted,
        asked=_arguments(wanted),
        strands=strands,
        districts=districts,
        number=number,
        last=max(1, -(-found // queries.PER_PAGE)),
        barred=queries.barred_names(g.edition, person_id=wanted.person_id),
        tried=len(trials),
        balance=queries.balance_of(g.edition, trials=trials) if trials else None,
    )


@blueprint.get("/organize/exhibitors/applications.csv")
@open_to(Role.ORGANIZER)
def table() -> ResponseReturnValue:
    """The same rows as a table for a spreadsheet, with the scores that this reader may see."""
    rows = queries.listed_all(g.edition, _asked())
    name = f"exhibitors-{g.edition.festival.slug}-{g.edition.slug}"
    return csv_response(name, columns=COLUMNS, rows=_cells(rows))


@blueprint.get("/organize/exhibitors/<code>")
@open_to(Role.ORGANIZER, Role.REVIEWER)
def review(code: str) -> ResponseReturnValue:
    """One application with everything in it."""
    first = question_first(code)
    return first if first is not None else review_page(open_application(code))


@blueprint.post("/organize/exhibitors/<code>/decide")
@open_to(Role.ORGANIZER)
@unit_of_work
def decide(code: str) -> ResponseReturnValue:
    """The decision on one application; its mail waits, so that it can be undone."""
    row = open_application(code)
    form = decision_form(_possible(row))
    if not form.validate_on_submit():
        return review_page(row, form=form), 422
    to = state_named(form.to.data, DECISIONS)
    conditions = form.conditions.data or "" if to == "accepted_with_changes" else ""
    text = form.text.data or _prepared(row, to, conditions)
    try:
        made = reviewing.decide_together(
            g.edition,
            [Choice(row, to, text, conditions, seen=state_named(form.seen.data, ApplicationState))],
            key=form.key.data or "",
            hold=hold_asked(form.hold.data),
            now=utc_now(),
            actor=current_actor(),
        )
    except FieldRefused as refusal:
        refusal.field = refusal.field.removesuffix(f"-{row.code}")
        show_refusal(form, refusal)
        return review_page(row, form=form), 422
    except RuleBroken as broken:
        form.form_errors.append(broken.spoken(_))
        return review_page(row, form=form), broken.status
    flash(_("Decided. The mail waits: until it leaves, you can undo this."), "success")
    return redirect(url_for("reviewing.decided", code=made.code), 303)


@blueprint.post("/organize/exhibitors/<code>/invite")
@open_to(Role.ORGANIZER)
@unit_of_work
def invite(code: str) -> ResponseReturnValue:
    """The contact person may sign in for the organization."""
    row = open_application(code)
    person = invite_contact(row, now=utc_now(), actor=current_actor())
    flash(_("%(name)s can sign in for the organization now.", name=person.name), "success")
    return redirect(url_for("exhibitors.review", code=row.code), 303)


@blueprint.post("/organize/exhibitors/<code>/end-contact")
@open_to(Role.ORGANIZER)
@unit_of_work
def end(code: str) -> ResponseReturnValue:
    """Somebody no longer speaks for the organization."""
    row = open_application(code)
    known = {each.id for each in people_of(row.organization)}
    person_id = request.form.get("person", 0, type=int)
    if person_id not in known:
        abort(404)
    end_contact(row, person_id=person_id, now=utc_now(), actor=current_actor())
    flash(_("This person no longer speaks for the organization."), "success")
    return redirect(url_for("exhibitors.review", code=row.code), 303)


def review_page(
    row: Application, *, form: Any = None, question: Any = None, note: Any = None
) -> str:
    """The page of an application; a form that was refused stays as it was typed."""
    decides = has_role(Role.ORGANIZER)
    form = form or decision_form(_possible(row), sent=False)
    form.key.data = form.key.data or make_token()
    form.seen.data = row.state.value
    said = queries.messages_about(row)
    return render_template(
        "exhibitors/review.html",
        application=row,
        organization=row.organization,
        answers=answers_of(row),
        form=form,
        question=question or word_form("question", sent=False),
        note=note or word_form("note", sent=False),
        people=people_of(row.organization),
        may_invite=decides and row.state == ApplicationState.ACCEPTED,
        possible=_possible(row) if decides else [],
        decided=queries.decisions_about(row),
        held=queries.held_decision(row),
        conditions=queries.open_conditions(row),
        assigned=queries.assignments_of(row),
        thread=[each for each in said if each.audience is Audience.APPLICANT],
        notes=[each for each in said if each.audience is Audience.TEAM],
        next_waiting=_next_waiting(row) if decides else [],
        shares_domain=_shares_domain(row),
        over=overfull_classes({row.id: ApplicationState.ACCEPTED}) if decides else [],
        **_scores_for(row, decides=decides, person_id=current_user.person_id),
    )


def _scores_for(row: Application, *, decides: bool, person_id: int) -> dict[str, Any]:
    """Own review, and the others' where this reader may see them."""
    reviews = queries.reviews_of(row)
    mine: Review | None = next((each for each in reviews if each.person_id == person_id), None)
    shall = queries.is_assigned(row, person_id=person_id)
    visible = rules.may_see_scores(decides=decides, shall_review=shall, has_given=mine is not None)
    means = [each.mean for each in reviews]
    return {
        "criteria": queries.criteria_for(row),
        "mine": mine,
        "shall_review": shall,
        "given": len(reviews),
        "reviews": reviews if visible else [],
        "sees_scores": visible,
        "mean": rules.mean_of(means) if visible else None,
        "spread": rules.spread_of(means) if visible else None,
    }


def _shares_domain(row: Application) -> bool:
    """An organizer is only told; a reviewer was asked before."""
    return queries.conflict_between(row, person=me()) is ConflictKind.DOMAIN


def _next_waiting(row: Application) -> list[Application]:
    """Who could take the place of an application that is gone; three at most."""
    gone = row.state in (ApplicationState.WITHDRAWN, ApplicationState.DECLINED)
    if not gone or row.decided_at is None:
        return []
    away = {code for code, _name in queries.barred_names(
        g.edition, person_id=current_user.person_id
    )}  # fmt: skip
    return [each for each in queries.waiting_list(g.edition) if each.code not in away][:3]


def _possible(row: Application) -> list[ApplicationState]:
    return [each for each in DECISIONS if may_move(row.state, to=each, by=Mover.ORGANIZER)]


def _prepared(row: Application, to: ApplicationState, conditions: str) -> str:
    """The prepared text where none was typed; a refusal always gets its own."""
    if to is ApplicationState.DECLINED:
        return ""
    text = prepared_text(queries.texts_of(g.edition), to, locale=language_of(row))
    return filled_text(text, application=row, conditions=conditions)


def _asked() -> Wanted:
    """Filters of the address; nonsense counts as not asked."""
    score = request.args.get("score", "")
    order = request.args.get("order", "")
    return Wanted(
        person_id=current_user.person_id,
        decides=has_role(Role.ORGANIZER),
        state=state_named(request.args.get("state"), ApplicationState),
        sector=state_named(request.args.get("sector"), Sector),
        strand=clean_line(request.args.get("strand"))[:100],
        district=clean_line(request.args.get("district"))[:200] or None,
        score_from=float(score) if score in ("1", "2", "3", "4") else None,
        unread=request.args.get("unread") == "1",
        search=clean_line(request.args.get("q"))[:100],
        order=order if order in ORDERS else "changed",
    )


def _arguments(wanted: Wanted) -> dict[str, Any]:
    """The filters as arguments of an address; what is not asked is None."""
    return {
        "state": wanted.state.value if wanted.state else None,
        "sector": wanted.sector.value if wanted.sector else None,
        "strand": wanted.strand or None,
        "district": wanted.district,
        "score": f"{wanted.score_from:.0f}" if wanted.score_from is not None else None,
        "unread": "1" if wanted.unread else None,
        "q": wanted.search or None,
        "order": wanted.order if wanted.order != "changed" else None,
    }


def _cells(rows: list[Listed]) -> Iterator[list[Cell]]:
    for each in rows:
        row = each.application
        who = row.organization
        needs = row.needs
        yield [
            row.code, row.state.value, who.name, who.sector.value, who.district,
            row.strand.name if row.strand else "", who.website,
            " ".join(who.languages), who.contact_name, who.contact_email, who.contact_phone,
            "; ".join(shown.title for shown in row.exhibits),
            "; ".join(offer.title for offer in row.offers),
            *(needs.get(name) for name in NUMBERS),
            *(int(bool(needs.get(name))) for name in WISHES),
            needs.get("noise", ""), needs.get("vehicle", ""),
            *(needs.get(name, "") for name in NEIGHBOURS), row.remarks,
            row.submitted_at.isoformat() if row.submitted_at else "",
            each.given, _rounded(each.mean), _rounded(each.spread),
            " ".join(f"{mean:.2f}" for mean in each.means),
            row.decided_at.isoformat() if row.decided_at else "", row.decision_text,
        ]  # fmt: skip


def _rounded(number: float | None) -> Cell:
    return round(number, 2) if number is not None else ""
