"""What each page of an application holds, as plain values: for forms, saving and differences.

``put_values`` takes a part of a page as well: what is not named stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from festival.exhibitors.calls.counting import is_full_for
from festival.exhibitors.calls.models import Call, StandClass
from festival.exhibitors.calls.queries import asked_of, find_call
from festival.exhibitors.calls.rules import missing_answers, shown_questions
from festival.exhibitors.calls.states import CallKind
from festival.exhibitors.models import (
    ActivityOffer,
    Application,
    Exhibit,
    OrganizationContact,
)
from festival.exhibitors.papers.states import PaperKind
from festival.exhibitors.rules import ApplicationFacts
from festival.exhibitors.states import (
    TABLE_NEEDS,
    TABLE_PASSES,
    ExhibitKind,
    Noise,
    Sector,
    Size,
    SpaceWish,
    Step,
)
from festival.extensions import db
from festival.festivals.models import Strand

ORGANIZATION_FIELDS = (
    "name", "sector", "district", "website", "about", "languages",
    "contact_name", "contact_email", "contact_phone",
)  # fmt: skip
PROFILE_FIELDS = (
    "name", "names", "size", "district", "website", "languages", "contact_email", "contact_phone",
)  # fmt: skip
CONTACT_FIELDS = ("name", "role", "email", "phone")
NUMBERS = (
    "area_m2", "tables", "chairs", "power_watts", "floor_load_kg",
    "vehicle_length_m", "vehicle_height_m",
)  # fmt: skip
WISHES = ("water", "internet", "step_free", "storage", "needs_quiet")
NEIGHBOURS = ("near", "not_beside")
"""In the applicant's own words; the organizers make wishes of them."""
EXHIBIT_FIELDS = ("kind", "title", "description", "all_year")
OFFER_FIELDS = (
    "title", "description", "capacity", "minutes", "age_min", "age_max",
    "languages", "bring", "is_bookable", "repeats", "tags", "access_facts",
)  # fmt: skip
UNTOLD_OFFER: Mapping[str, Any] = {"repeats": 1, "tags": [], "access_facts": []}


def call_of(application: Application) -> Call | None:
    """The call that the application answers; those of before there were calls answer the first."""
    return application.call or find_call(application.edition)


def saved_values(application: Application, *, step: Step) -> dict[str, Any]:
    """What is saved of one page, in the shape that ``put_values`` takes."""
    return _READERS[step](application)


def put_values(application: Application, *, step: Step, values: Mapping[str, Any]) -> None:
    """Put one page's values into the rows."""
    _WRITERS[step](application, values)


def facts_of(application: Application) -> ApplicationFacts:
    """What the rules ask before an application is handed in."""
    organization = application.organization
    call = call_of(application)
    asked = asked_of(call)
    files = [each.question_code for each in application.papers if each.question_code]
    return ApplicationFacts(
        name=organization.name,
        about=organization.about,
        contact_name=organization.contact_name,
        contact_email=organization.contact_email,
        languages=tuple(organization.languages),
        exhibits=len(application.exhibits),
        offers=len(application.offers),
        needs_told=bool(application.needs)
        and (application.needs.get("space") != SpaceWish.MORE or "noise" in application.needs),
        brings=tuple(application.brings),
        space=str(application.needs.get("space", "")),
        stand_is_asked=call is None or call.kind is CallKind.EXHIBITORS,
        class_is_full=application.stand_class is not None
        and is_full_for(application, application.stand_class),
        questions=len(shown_questions(asked, application.answers)),
        questions_missing=len(missing_answers(asked, application.answers, files=files)),
        papers=bool(call is not None and call.papers_wanted)
        or any(each.kind is not PaperKind.ANSWER for each in application.papers),
    )


def _organization(application: Application) -> dict[str, Any]:
    row = application.organization
    return {name: getattr(row, name) for name in ORGANIZATION_FIELDS}


def _put_organization(application: Application, values: Mapping[str, Any]) -> None:
    row = application.organization
    for name in ORGANIZATION_FIELDS:
        if name in values:
            setattr(row, name, values[name])
    row.sector = Sector(values.get("sector", row.sector))


def _profile(application: Application) -> dict[str, Any]:
    row = application.organization
    return {
        **{name: getattr(row, name) for name in PROFILE_FIELDS},
        "names": dict(row.names),
        "size": row.size.value if row.size else "",
        "language": application.language,
        "contacts": [
            {name: getattr(each, name) for name in CONTACT_FIELDS} for each in row.contacts
        ],
    }


def _put_profile(application: Application, values: Mapping[str, Any]) -> None:
    row = application.organization
    for name in PROFILE_FIELDS:
        if name in values and name != "size":
            setattr(row, name, values[name])
    application.language = values.get("language", application.language)
    if "size" in values:
        row.size = Size(values["size"]) if values["size"] else None
    if "contacts" in values:
        row.contacts[:] = [
            OrganizationContact(position=number, **each)
            for number, each in enumerate(values["contacts"])
        ]


def _plan(application: Application) -> dict[str, Any]:
    return {
        "brings": list(application.brings),
        "space": application.needs.get("space", ""),
        "strand": application.strand.slug if application.strand else "",
        "stand_class": application.stand_class.code if application.stand_class else "",
    }


def _put_plan(application: Application, values: Mapping[str, Any]) -> None:
    application.brings = list(values.get("brings", application.brings))
    wish = values.get("space", "")
    if wish and wish != application.needs.get("space"):
        _put_space(application, SpaceWish(wish))
    if "strand" in values:
        application.strand = db.session.scalar(
            select(Strand).where(
                Strand.edition_id == application.edition_id, Strand.slug == values["strand"]
            )
        )
    if "stand_class" in values:
        call = call_of(application)
        application.stand_class = db.session.scalar(
            select(StandClass).where(
                StandClass.call_id == (call.id if call else None),
                StandClass.code == values["stand_class"],
            )
        )


def _put_space(application: Application, wish: SpaceWish) -> None:
    """The short answers fill the needs in; whoever needs more keeps what was told before."""
    if wish is SpaceWish.MORE:
        application.needs = {**application.needs, "space": wish.value}
        return
    nothing: dict[str, Any] = dict.fromkeys(NUMBERS) | dict.fromkeys(WISHES, False)
    nothing |= {"noise": "none", "vehicle": ""} | dict.fromkeys(NEIGHBOURS, "")
    told = TABLE_NEEDS if wish is SpaceWish.TABLE else nothing
    application.needs = {**told, "space": wish.value}
    if application.team_passes_wanted == 0:
        application.team_passes_wanted = TABLE_PASSES


def _exhibits(application: Application) -> dict[str, Any]:
    return {
        "exhibits": [
            {name: getattr(each, name) for name in EXHIBIT_FIELDS} for each in application.exhibits
        ]
    }


def _put_exhibits(application: Application, values: Mapping[str, Any]) -> None:
    application.exhibits[:] = [
        Exhibit(position=number, **{**each, "kind": ExhibitKind(each["kind"])})
        for number, each in enumerate(values["exhibits"])
    ]


def _needs(application: Application) -> dict[str, Any]:
    needs = application.needs
    return {
        **{name: needs.get(name) for name in NUMBERS},
        **{name: bool(needs.get(name)) for name in WISHES},
        "noise": needs.get("noise", Noise.NONE.value),
        "vehicle": needs.get("vehicle", ""),
        **{name: needs.get(name, "") for name in NEIGHBOURS},
        "team_passes_wanted": application.team_passes_wanted,
        "remarks": application.remarks,
    }


def _put_needs(application: Application, values: Mapping[str, Any]) -> None:
    """Whoever fills this page in needs more than a table."""
    told = dict(values)
    application.remarks = told.pop("remarks", application.remarks)
    passes = told.pop("team_passes_wanted", application.team_passes_wanted)
    application.team_passes_wanted = passes or 0
    kept = {"space": SpaceWish.MORE.value} if "space" in application.needs else {}
    application.needs = {**kept, **told}


def _activities(application: Application) -> dict[str, Any]:
    return {
        "offers": [
            {name: getattr(each, name) for name in OFFER_FIELDS} for each in application.offers
        ]
    }


def _put_activities(application: Application, values: Mapping[str, Any]) -> None:
    """Rows stay where they are and only change, so that a programme session keeps its offer."""
    rows = application.offers
    for number, each in enumerate(values["offers"]):
        told = {**UNTOLD_OFFER, **each}
        if number < len(rows):
            for name in OFFER_FIELDS:
                setattr(rows[number], name, told[name])
        else:
            rows.append(ActivityOffer(position=number, **told))
    del rows[len(values["offers"]) :]


def _questions(application: Application) -> dict[str, Any]:
    return {
        each.code: application.answers.get(each.code) for each in asked_of(call_of(application))
    }


def _put_questions(application: Application, values: Mapping[str, Any]) -> None:
    application.answers = {**application.answers, **values}


_READERS = {
    Step.ORGANIZATION: _organization,
    Step.PROFILE: _profile,
    Step.PLAN: _plan,
    Step.EXHIBITS: _exhibits,
    Step.NEEDS: _needs,
    Step.ACTIVITIES: _activities,
    Step.QUESTIONS: _questions,
}
_WRITERS = {
    Step.ORGANIZATION: _put_organization,
    Step.PROFILE: _put_profile,
    Step.PLAN: _put_plan,
    Step.EXHIBITS: _put_exhibits,
    Step.NEEDS: _put_needs,
    Step.ACTIVITIES: _put_activities,
    Step.QUESTIONS: _put_questions,
}
