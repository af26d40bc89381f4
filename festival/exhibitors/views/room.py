"""The room's blueprint, and what its pages share."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from flask import abort, current_app, g, url_for
from flask_babel import gettext as _
from flask_login import current_user

from festival.exhibitors import queries
from festival.exhibitors.actions import find_by_key
from festival.exhibitors.forms import VersionForm
from festival.exhibitors.models import Application
from festival.exhibitors.rules import call_state, refusal_for_submission
from festival.exhibitors.states import (
    ACCENTS,
    FIELD_NAMES,
    KIND_NAMES,
    NAMES,
    NEXT_STEPS,
    NOISE_NAMES,
    OWN_SENTENCES,
    SECTOR_ACCENTS,
    SECTOR_NAMES,
    SENTENCES,
    STEP_NAMES,
    CallState,
    Step,
)
from festival.exhibitors.tongues import names_of
from festival.exhibitors.values import facts_of
from festival.shared.access import Role, current_actor
from festival.shared.addresses import edition_blueprint
from festival.shared.clock import utc_now
from festival.shared.journal import APPLICANT, Actor
from festival.shared.pictures import StoredPicture

blueprint = edition_blueprint("exhibitors", __name__)


@blueprint.context_processor
def words() -> dict[str, Any]:
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


def present_call() -> CallState:
    """Where this edition's call for exhibitors stands now."""
    return call_state(
        utc_now(),
        opens_at=g.edition.exhibitor_call_opens_at,
        closes_at=g.edition.exhibitor_call_closes_at,
    )


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
            abort(404)
    return row


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


def tabs_of(
    row: Application, *, handle: str, current: Step | None = None
) -> list[dict[str, object]]:
    """The pages as tabs; ``note`` says what is missing on them."""
    open_pages = {each.step for each in refusal_for_submission(facts_of(row))}
    steps = []
    for step in Step:
        note = "" if step is Step.CHECK else (_("to do") if step in open_pages else _("done"))
        if step is Step.ACTIVITIES and not row.offers:
            note = _("if you like")
        endpoint = "exhibitors.check" if step is Step.CHECK else f"exhibitors.edit_{step.value}"
        steps.append(
            {
                "label": _(STEP_NAMES[step]),
                "href": url_for(endpoint, handle=handle),
                "is_current": step is current,
                "note": note,
            }
        )
    return steps
