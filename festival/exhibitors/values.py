"""What each page of an application holds, as plain values: for forms, saving and differences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from festival.exhibitors.models import ActivityOffer, Application, Exhibit
from festival.exhibitors.rules import ApplicationFacts
from festival.exhibitors.states import ExhibitKind, Noise, Sector, Step

ORGANIZATION_FIELDS = (
    "name", "sector", "district", "website", "about", "languages",
    "contact_name", "contact_email", "contact_phone",
)  # fmt: skip
NUMBERS = ("area_m2", "tables", "chairs", "power_watts")
WISHES = ("water", "internet", "step_free", "storage")
EXHIBIT_FIELDS = ("kind", "title", "description", "all_year")
OFFER_FIELDS = (
    "title", "description", "capacity", "minutes", "age_min", "age_max",
    "languages", "bring", "is_bookable",
)  # fmt: skip


def saved_values(application: Application, *, step: Step) -> dict[str, Any]:
    """What is saved of one page, in the shape that ``put_values`` takes."""
    return _READERS[step](application)


def put_values(application: Application, *, step: Step, values: Mapping[str, Any]) -> None:
    """Put one page's values into the rows."""
    _WRITERS[step](application, values)


def facts_of(application: Application) -> ApplicationFacts:
    """What the rules ask before an application is handed in."""
    organization = application.organization
    return ApplicationFacts(
        name=organization.name,
        about=organization.about,
        contact_name=organization.contact_name,
        contact_email=organization.contact_email,
        languages=tuple(organization.languages),
        exhibits=len(application.exhibits),
        offers=len(application.offers),
        needs_told=bool(application.needs),
    )


def _organization(application: Application) -> dict[str, Any]:
    row = application.organization
    return {name: getattr(row, name) for name in ORGANIZATION_FIELDS}


def _put_organization(application: Application, values: Mapping[str, Any]) -> None:
    row = application.organization
    for name in ORGANIZATION_FIELDS:
        setattr(row, name, values[name])
    row.sector = Sector(values["sector"])


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
        "remarks": application.remarks,
    }


def _put_needs(application: Application, values: Mapping[str, Any]) -> None:
    application.remarks = values["remarks"]
    application.needs = {name: value for name, value in values.items() if name != "remarks"}


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
        if number < len(rows):
            for name in OFFER_FIELDS:
                setattr(rows[number], name, each[name])
        else:
            rows.append(ActivityOffer(position=number, **each))
    del rows[len(values["offers"]) :]


_READERS = {
    Step.ORGANIZATION: _organization,
    Step.EXHIBITS: _exhibits,
    Step.NEEDS: _needs,
    Step.ACTIVITIES: _activities,
}
_WRITERS = {
    Step.ORGANIZATION: _put_organization,
    Step.EXHIBITS: _put_exhibits,
    Step.NEEDS: _put_needs,
    Step.ACTIVITIES: _put_activities,
}
