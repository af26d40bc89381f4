"""States of an application, the permitted moves and a sentence for each."""

from __future__ import annotations

from enum import StrEnum


class ApplicationState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


MOVES = {
    ApplicationState.DRAFT: {ApplicationState.SUBMITTED, ApplicationState.WITHDRAWN},
    ApplicationState.SUBMITTED: {
        ApplicationState.DRAFT,
        ApplicationState.ACCEPTED,
        ApplicationState.DECLINED,
        ApplicationState.WITHDRAWN,
    },
    ApplicationState.ACCEPTED: {ApplicationState.DECLINED, ApplicationState.WITHDRAWN},
    ApplicationState.DECLINED: {ApplicationState.ACCEPTED},
    ApplicationState.WITHDRAWN: set(),
}

SENTENCES = {
    ApplicationState.DRAFT: "Being written; only the applicant works on it.",
    ApplicationState.SUBMITTED: "Handed in; the organizers will decide.",
    ApplicationState.ACCEPTED: "Accepted; the organization takes part.",
    ApplicationState.DECLINED: "Declined, with a reason.",
    ApplicationState.WITHDRAWN: "Taken back by the applicant.",
}


class Sector(StrEnum):
    FORMAL_EDUCATION = "formal_education"
    LIBRARY = "library"
    MUSEUM = "museum"
    NGO = "ngo"
    COMPANY = "company"
    PUBLIC_BODY = "public_body"
    COMMUNITY_GROUP = "community_group"
    OTHER = "other"


class ExhibitKind(StrEnum):
    COURSE = "course"
    PRODUCT = "product"
    MATERIAL = "material"
