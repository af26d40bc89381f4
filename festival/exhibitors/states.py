"""States of an application, the permitted moves and a sentence for each; the room's own words."""

from __future__ import annotations

from enum import StrEnum

from festival.shared.sentences import mark


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

NAMES = {
    ApplicationState.DRAFT: mark("Draft"),
    ApplicationState.SUBMITTED: mark("Handed in"),
    ApplicationState.ACCEPTED: mark("Accepted"),
    ApplicationState.DECLINED: mark("Declined"),
    ApplicationState.WITHDRAWN: mark("Withdrawn"),
}

SENTENCES = {
    ApplicationState.DRAFT: mark("Being written; only the applicant works on it."),
    ApplicationState.SUBMITTED: mark("Handed in; the organizers will decide."),
    ApplicationState.ACCEPTED: mark("Accepted; the organization takes part."),
    ApplicationState.DECLINED: mark("Declined, with a reason."),
    ApplicationState.WITHDRAWN: mark("Taken back by the applicant."),
}

OWN_SENTENCES = {
    ApplicationState.DRAFT: mark("Your draft is not handed in yet."),
    ApplicationState.SUBMITTED: mark("Your application is handed in."),
    ApplicationState.ACCEPTED: mark("You take part!"),
    ApplicationState.DECLINED: mark("This time there is no place for you."),
    ApplicationState.WITHDRAWN: mark("You have withdrawn the application."),
}
"""What the applicant reads."""

NEXT_STEPS = {
    ApplicationState.DRAFT: mark(
        "Go through the pages and hand it in before the call closes. Everything you save stays."
    ),
    ApplicationState.SUBMITTED: mark(
        "The organizers read it and write to you. Until then you can take it back and change it."
    ),
    ApplicationState.ACCEPTED: mark(
        "You are in the catalogue of exhibitors. The organizers will tell you place and time."
    ),
    ApplicationState.DECLINED: mark(
        "Write to the organizers if you have questions. You are welcome to apply another year."
    ),
    ApplicationState.WITHDRAWN: mark("Nothing more happens. You can apply again with a new form."),
}
"""What the applicant reads below the state."""

ACCENTS = {
    ApplicationState.DRAFT: "amber",
    ApplicationState.SUBMITTED: "sky",
    ApplicationState.ACCEPTED: "mint",
    ApplicationState.DECLINED: "coral",
    ApplicationState.WITHDRAWN: "",
}


class CallState(StrEnum):
    """Where the call for exhibitors stands at an instant."""

    NOT_ANNOUNCED = "not_announced"
    LATER = "later"
    OPEN = "open"
    CLOSED = "closed"


class Sector(StrEnum):
    FORMAL_EDUCATION = "formal_education"
    LIBRARY = "library"
    MUSEUM = "museum"
    NGO = "ngo"
    COMPANY = "company"
    PUBLIC_BODY = "public_body"
    COMMUNITY_GROUP = "community_group"
    OTHER = "other"


SECTOR_NAMES = {
    Sector.FORMAL_EDUCATION: mark("School, college or university"),
    Sector.LIBRARY: mark("Library"),
    Sector.MUSEUM: mark("Museum or archive"),
    Sector.NGO: mark("Association or charity"),
    Sector.COMPANY: mark("Company"),
    Sector.PUBLIC_BODY: mark("Public body"),
    Sector.COMMUNITY_GROUP: mark("Community group"),
    Sector.OTHER: mark("Something else"),
}

SECTOR_ACCENTS = {
    Sector.FORMAL_EDUCATION: "sky",
    Sector.LIBRARY: "violet",
    Sector.MUSEUM: "amber",
    Sector.NGO: "mint",
    Sector.COMPANY: "sun",
    Sector.PUBLIC_BODY: "rose",
    Sector.COMMUNITY_GROUP: "lime",
    Sector.OTHER: "coral",
}


class ExhibitKind(StrEnum):
    COURSE = "course"
    PRODUCT = "product"
    MATERIAL = "material"


KIND_NAMES = {
    ExhibitKind.COURSE: mark("Course"),
    ExhibitKind.PRODUCT: mark("Product"),
    ExhibitKind.MATERIAL: mark("Learning material"),
}


class Noise(StrEnum):
    NONE = "none"
    SOME = "some"
    LOUD = "loud"


NOISE_NAMES = {
    Noise.NONE: mark("Quiet"),
    Noise.SOME: mark("Some noise, like talking and tools"),
    Noise.LOUD: mark("Loud, like music or machines"),
}


class Step(StrEnum):
    """Pages of the application, in their order."""

    ORGANIZATION = "organization"
    EXHIBITS = "exhibits"
    NEEDS = "needs"
    ACTIVITIES = "activities"
    CHECK = "check"


STEP_NAMES = {
    Step.ORGANIZATION: mark("Your organization"),
    Step.EXHIBITS: mark("What you show"),
    Step.NEEDS: mark("What you need"),
    Step.ACTIVITIES: mark("Hands-on activities"),
    Step.CHECK: mark("Check and hand in"),
}

FIELD_NAMES = {
    "name": mark("Name of the organization"),
    "sector": mark("Kind of organization"),
    "district": mark("District"),
    "website": mark("Website"),
    "about": mark("About the organization"),
    "languages": mark("Languages spoken with visitors"),
    "contact_name": mark("Contact person"),
    "contact_email": mark("Contact e-mail address"),
    "contact_phone": mark("Telephone"),
    "logo": mark("Logo"),
    "exhibits": mark("Courses, products and materials"),
    "offers": mark("Hands-on activities"),
    "area_m2": mark("Area in square metres"),
    "tables": mark("Tables"),
    "chairs": mark("Chairs"),
    "power_watts": mark("Electric power in watts"),
    "water": mark("Running water"),
    "internet": mark("Internet"),
    "step_free": mark("A place without steps"),
    "storage": mark("Storage overnight"),
    "noise": mark("Noise"),
    "vehicle": mark("Vehicle"),
    "remarks": mark("Anything else"),
}
"""A person's word for each field, for labels, differences and tables alike."""
