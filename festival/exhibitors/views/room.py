"""The room's blueprint, and what its pages share."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from flask import abort, current_app, g, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from festival.exhibitors import queries
from festival.exhibitors.actions import find_by_key
from festival.exhibitors.calls.models import Call
from festival.exhibitors.calls.queries import find_call, state_of, windows_of
from festival.exhibitors.calls.rules import is_open, words_in
from festival.exhibitors.calls.states import CallKind
from festival.exhibitors.forms import VersionForm
from festival.exhibitors.models import Application
from festival.exhibitors.papers.states import PAPER_NAMES, PAPER_STATE_ACCENTS, PAPER_STATE_NAMES
from festival.exhibitors.rules import refusal_for_submission, steps_for
from festival.exhibitors.states import (
    ACCENTS,
    BRINGING_NAMES,
    FIELD_NAMES,
    KIND_NAMES,
    MANNER_NAMES,
    NAMES,
    NEXT_STEPS,
    NOISE_NAMES,
    OWN_SENTENCES,
    SECTOR_ACCENTS,
    SECTOR_NAMES,
    SENTENCES,
    SIZE_NAMES,
    STEP_NAMES,
    CallState,
    Step,
)
from festival.exhibitors.tongues import names_of
from festival.exhibitors.values import call_of, facts_of
from festival.shared.access import Role, current_actor
from festival.shared.addresses import edition_blueprint
from festival.shared.clock import utc_now
from festival.shared.journal import APPLICANT, Actor
from festival.shared.pictures import StoredPicture

blueprint = edition_blueprint("exhibitors", __name__)


@blueprint.context_processor
def room_words() -> dict[str, Any]:
    """The room's words for its templates; all are message ids, so templates say ``_(…)``."""
    return {
        "accents": ACCENTS,
        "field_names": FIELD_NAMES,
        "kind_names": KIND_NAMES,
        "next_steps": NEXT_STEPS,
        "own_sentences": OWN_SENTENCES,
        "noise_names": NOISE_NAMES,
        "sector_accents": SECTOR_ACCENTS,
        "sector_names": SECTOR_NAMES,
        "sentences": SENTENCES,
        "state_names": NAMES,
        "languages_text": languages_text,
        "logo_href": logo_href,
        "moment_text": moment_text,
        "words": words,
        "call_text": call_text,
        "manner_names": MANNER_NAMES,
        "size_names": SIZE_NAMES,
        "bringing_names": BRINGING_NAMES,
        "paper_names": PAPER_NAMES,
        "paper_state_names": PAPER_STATE_NAMES,
        "paper_state_accents": PAPER_STATE_ACCENTS,
    }


def languages_text(codes: list[str]) -> str:
    return names_of(codes, locale=g.locale)


def moment_text(moment: datetime) -> str:
    """An instant on the edition's clock, in the page's language."""
    local = moment.astimezone(ZoneInfo(g.edition.time_zone))
    day = format_date(local.date(), "long", locale=g.locale)
    return f"{day}, {format_time(local.time(), 'short', locale=g.locale)}"


def logo_href(picture: StoredPicture | None) -> str:
    """Address of a stored picture, or nothing."""
    if picture is None:
        return ""
    return url_for("machine.media", name=picture.file_name.rpartition("/")[2])


def address_if_known(endpoint: str, **values: Any) -> str:
    """Address of a page of another room, or nothing while that room has no such page."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else ""


def asked_kind() -> CallKind:
    """The call that the address asks for; that for exhibitors if it does not say."""
    wanted = request.args.get("call", "")
    return next((each for each in CallKind if each.value == wanted), CallKind.EXHIBITORS)


def kind_or_404(name: str) -> CallKind:
    """The kind of call that an address names."""
    if name not in set(CallKind):
        abort(404)
    return CallKind(name)


def present_call(call: Call | None = None) -> CallState:
    """Where a call stands now; that for exhibitors unless said."""
    return state_of(call or find_call(g.edition), now=utc_now())


def may_apply_now(row: Application) -> bool:
    """Whether this application can be handed in now: the call is open, or a link lets it in."""
    return is_open(utc_now(), windows_of(call_of(row)), late_until=row.late_until)


def reading_languages() -> list[str]:
    """Languages in which to look for an organizer's words: the page's, then the edition's."""
    return [g.locale, *(each for each in g.edition.languages if each != g.locale)]


def words(texts: dict[str, Any]) -> str:
    """An organizer's words in the language of the page, or in the next best."""
    return words_in(texts, languages=reading_languages())


def call_text(call: Call | None) -> dict[str, str]:
    """Title and text of a call in the language of the page, each in the next best if need be."""
    texts = call.texts if call else {}
    return {
        part: words({language: each.get(part, "") for language, each in texts.items()})
        for part in ("title", "text")
    }


def own_organization_ids() -> frozenset[int]:
    """Organizations that the signed-in person speaks for, anywhere."""
    if not current_user.is_authenticated:
        return frozenset()
    return frozenset(
        grant.organization_id
        for grant in current_user.grants
        if grant.role == Role.EXHIBITOR and grant.organization_id is not None
    )


def application_or_404(handle: str) -> Application:
    """By the secret of its link, or by its code for a signed-in person of the organization."""
    row = find_by_key(g.edition, key=handle)
    if row is None:
        row = queries.find_application(g.edition, code=handle)
        if row is None or row.organization_id not in own_organization_ids():
            keep_what_was_typed()
            abort(404)
    return row


def keep_what_was_typed() -> None:
    """Who was signed out meanwhile gets everything back that was sent, with a way to send it."""
    if request.method == "POST" and not current_user.is_authenticated:
        abort(make_response(lapsed_page(), 401))


def lapsed_page() -> str:
    """All that was typed in a form that sends it once more; only files are gone."""
    typed = [
        (name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"
    ]
    return render_template("exhibitors/lapsed.html", typed=typed, had_files=bool(request.files))


def is_link(application: Application, handle: str) -> bool:
    """Whether the address holds the link's secret (and not the code)."""
    return application.code != handle


def applicant() -> Actor:
    """Who writes on an application: a known person, or whoever holds the link."""
    return current_actor() if current_user.is_authenticated else APPLICANT


def spoken_missing(missing: list[Any]) -> list[tuple[str, str]]:
    """(step, sentence in the page's language) of what is missing."""
    return [(each.step.value, _(each.sentence)) for each in missing]


def version_of(form: VersionForm) -> int:
    """The version with which the page was opened; nonsense is older than everything."""
    text = form.version.data or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


OPTIONAL = (Step.PROFILE, Step.PAPERS, Step.QUESTIONS)
"""Pages on which nothing may have to be told."""


def step_endpoint(step: Step) -> str:
    return "exhibitors.check" if step is Step.CHECK else f"exhibitors.edit_{step.value}"


def tabs_of(
    row: Application, *, handle: str, current: Step | None = None
) -> list[dict[str, object]]:
    """The pages as tabs; ``note`` says what is missing on them."""
    facts = facts_of(row)
    open_pages = {each.step for each in refusal_for_submission(facts)}
    steps = []
    for step in steps_for(facts):
        note = "" if step is Step.CHECK else (_("to do") if step in open_pages else _("done"))
        if step in OPTIONAL and step not in open_pages:
            note = _("if you like")
        endpoint = step_endpoint(step)
        steps.append(
            {
                "label": _(STEP_NAMES[step]),
                "href": url_for(endpoint, handle=handle),
                "is_current": step is current,
                "note": note,
            }
        )
    return steps
