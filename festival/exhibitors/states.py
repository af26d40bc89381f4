"""States of an application, the permitted moves and a sentence for each; the room's own words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from festival.exhibitors.calls.states import CallState as CallState
from festival.shared.sentences import mark


class ApplicationState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    WAITLISTED = "waitlisted"
    ACCEPTED_WITH_CHANGES = "accepted_with_changes"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Mover(StrEnum):
    """Who may make a move."""

    APPLICANT = "applicant"
    ORGANIZER = "organizer"


@dataclass(frozen=True, slots=True)
class Move:
    """One line of the table of moves; ``sentence`` says what ``by`` does."""

    start: ApplicationState
    to: ApplicationState
    by: Mover
    sentence: str


_S = ApplicationState
_APPLICANT, _ORGANIZER = Mover.APPLICANT, Mover.ORGANIZER
TABLE = (
    Move(_S.DRAFT, _S.SUBMITTED, _APPLICANT, mark("hands it in while the call is open")),
    Move(_S.DRAFT, _S.WITHDRAWN, _APPLICANT, mark("gives it up")),
    Move(
        _S.SUBMITTED,
        _S.DRAFT,
        _APPLICANT,
        mark("takes it back to change it, while the call is open"),
    ),
    Move(_S.SUBMITTED, _S.ACCEPTED, _ORGANIZER, mark("accepts")),
    Move(
        _S.SUBMITTED,
        _S.ACCEPTED_WITH_CHANGES,
        _ORGANIZER,
        mark("accepts on conditions that are written down"),
    ),
    Move(_S.SUBMITTED, _S.WAITLISTED, _ORGANIZER, mark("puts it on the waiting list")),
    Move(_S.SUBMITTED, _S.DECLINED, _ORGANIZER, mark("declines, with a reason")),
    Move(_S.SUBMITTED, _S.WITHDRAWN, _APPLICANT, mark("withdraws")),
    Move(_S.WAITLISTED, _S.ACCEPTED, _ORGANIZER, mark("accepts, because a place has become free")),
    Move(
        _S.WAITLISTED,
        _S.ACCEPTED_WITH_CHANGES,
        _ORGANIZER,
        mark("accepts on conditions that are written down"),
    ),
    Move(_S.WAITLISTED, _S.DECLINED, _ORGANIZER, mark("declines, with a reason")),
    Move(_S.WAITLISTED, _S.WITHDRAWN, _APPLICANT, mark("withdraws")),
    Move(_S.ACCEPTED_WITH_CHANGES, _S.ACCEPTED, _APPLICANT, mark("agrees to the changes")),
    Move(_S.ACCEPTED_WITH_CHANGES, _S.WITHDRAWN, _APPLICANT, mark("does not agree to the changes")),
    Move(_S.ACCEPTED_WITH_CHANGES, _S.ACCEPTED, _ORGANIZER, mark("accepts without the changes")),
    Move(_S.ACCEPTED_WITH_CHANGES, _S.WAITLISTED, _ORGANIZER, mark("puts it on the waiting list")),
    Move(_S.ACCEPTED_WITH_CHANGES, _S.DECLINED, _ORGANIZER, mark("declines, with a reason")),
    Move(
        _S.ACCEPTED,
        _S.WITHDRAWN,
        _APPLICANT,
        mark("withdraws; stand, team passes and activities become free"),
    ),
    Move(_S.ACCEPTED, _S.DECLINED, _ORGANIZER, mark("takes the promise back, with a reason")),
    Move(_S.DECLINED, _S.ACCEPTED, _ORGANIZER, mark("thinks again and accepts")),
    Move(
        _S.DECLINED,
        _S.ACCEPTED_WITH_CHANGES,
        _ORGANIZER,
        mark("thinks again and accepts on conditions"),
    ),
    Move(
        _S.DECLINED, _S.WAITLISTED, _ORGANIZER, mark("thinks again and puts it on the waiting list")
    ),
)
"""The one table of moves; whatever stands in no line cannot happen."""

MOVES = {state: {move.to for move in TABLE if move.start is state} for state in ApplicationState}

DECISIONS = (
    ApplicationState.ACCEPTED,
    ApplicationState.ACCEPTED_WITH_CHANGES,
    ApplicationState.WAITLISTED,
    ApplicationState.DECLINED,
)
"""What organizers decide, in the order in which it is offered."""

PROMISED = frozenset({ApplicationState.ACCEPTED, ApplicationState.ACCEPTED_WITH_CHANGES})
"""A place is kept for them."""

NAMES = {
    ApplicationState.DRAFT: mark("Draft"),
    ApplicationState.SUBMITTED: mark("Handed in"),
    ApplicationState.WAITLISTED: mark("On the waiting list"),
    ApplicationState.ACCEPTED_WITH_CHANGES: mark("Accepted with changes"),
    ApplicationState.ACCEPTED: mark("Accepted"),
    ApplicationState.DECLINED: mark("Declined"),
    ApplicationState.WITHDRAWN: mark("Withdrawn"),
}

SENTENCES = {
    ApplicationState.DRAFT: mark("Being written; only the applicant works on it."),
    ApplicationState.SUBMITTED: mark("Handed in; the organizers will decide."),
    ApplicationState.WAITLISTED: mark("On the waiting list; takes part when a place becomes free."),
    ApplicationState.ACCEPTED_WITH_CHANGES: mark(
        "Accepted on conditions; the applicant has to agree to them."
    ),
    ApplicationState.ACCEPTED: mark("Accepted; the organization takes part."),
    ApplicationState.DECLINED: mark("Declined, with a reason."),
    ApplicationState.WITHDRAWN: mark("Taken back by the applicant."),
}

OWN_SENTENCES = {
    ApplicationState.DRAFT: mark("Your draft is not handed in yet."),
    ApplicationState.SUBMITTED: mark("Your application is handed in."),
    ApplicationState.WAITLISTED: mark("You are on the waiting list."),
    ApplicationState.ACCEPTED_WITH_CHANGES: mark("You can take part if you agree to some changes."),
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
    ApplicationState.WAITLISTED: mark(
        "All places are taken for now. When one becomes free, the organizers write to you."
    ),
    ApplicationState.ACCEPTED_WITH_CHANGES: mark(
        "Read what the organizers ask for, then say whether you agree. Your place is kept for you."
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
    ApplicationState.WAITLISTED: "violet",
    ApplicationState.ACCEPTED_WITH_CHANGES: "lime",
    ApplicationState.ACCEPTED: "mint",
    ApplicationState.DECLINED: "coral",
    ApplicationState.WITHDRAWN: "",
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


class Size(StrEnum):
    """How many people work for it, paid or not."""

    ONE = "one"
    FEW = "few"
    DOZENS = "dozens"
    HUNDRED = "hundred"
    MORE = "more"


SIZE_NAMES = {
    Size.ONE: mark("One person"),
    Size.FEW: mark("2 to 9 people"),
    Size.DOZENS: mark("10 to 49 people"),
    Size.HUNDRED: mark("50 to 249 people"),
    Size.MORE: mark("250 people or more"),
}


class Bringing(StrEnum):
    """What an applicant brings; decides which pages are asked."""

    EXHIBITS = "exhibits"
    ACTIVITIES = "activities"


BRINGING_NAMES = {
    Bringing.EXHIBITS: mark("We show courses, products or materials"),
    Bringing.ACTIVITIES: mark("We do something with people: a hands-on activity"),
}


class SpaceWish(StrEnum):
    """How much an applicant has to tell of what it needs."""

    TABLE = "table"
    MORE = "more"
    NONE = "none"


SPACE_NAMES = {
    SpaceWish.TABLE: mark("A table, two chairs and passes for two people: that is enough"),
    SpaceWish.MORE: mark("More than that, or something else: tell us on a page of its own"),
    SpaceWish.NONE: mark("No stand at all"),
}

TABLE_PASSES = 2
TABLE_NEEDS: dict[str, Any] = {
    "space": "table",
    "area_m2": 6, "tables": 1, "chairs": 2, "power_watts": None, "floor_load_kg": None,
    "water": False, "internet": False, "step_free": False, "storage": False, "noise": "none",
    "needs_quiet": False, "vehicle": "", "vehicle_length_m": None, "vehicle_height_m": None,
    "near": "", "not_beside": "",
}  # fmt: skip
"""What ``SpaceWish.TABLE`` means."""


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


MANNER_NAMES = {
    "relaxed": mark("Relaxed"),
    "quiet": mark("Quiet"),
    "women_only": mark("Women only"),
    "childcare": mark("Childcare"),
    "easy_read": mark("Easy to read"),
    "step_free": mark("Step-free"),
    "sign_language": mark("Sign language"),
    "hearing_loop": mark("Hearing loop"),
    "captions": mark("Captions"),
}
"""Of festivals.states.SESSION_MANNERS and SESSION_ACCESS."""


class Step(StrEnum):
    """Pages of the application, in their order."""

    ORGANIZATION = "organization"
    PLAN = "plan"
    EXHIBITS = "exhibits"
    ACTIVITIES = "activities"
    NEEDS = "needs"
    QUESTIONS = "questions"
    PAPERS = "papers"
    PROFILE = "profile"
    CHECK = "check"


STEP_NAMES = {
    Step.ORGANIZATION: mark("Your organization"),
    Step.PLAN: mark("What you bring"),
    Step.EXHIBITS: mark("What you show"),
    Step.ACTIVITIES: mark("Hands-on activities"),
    Step.NEEDS: mark("What you need"),
    Step.QUESTIONS: mark("Questions of the organizers"),
    Step.PAPERS: mark("Papers"),
    Step.PROFILE: mark("More about you"),
    Step.CHECK: mark("Check and hand in"),
}

FIELD_NAMES = {
    "name": mark("Name of the organization"),
    "names": mark("Name in other languages"),
    "sector": mark("Kind of organization"),
    "size": mark("Size"),
    "district": mark("District"),
    "website": mark("Website"),
    "about": mark("About the organization"),
    "languages": mark("Languages spoken with visitors"),
    "language": mark("Language in which you write, and in which we write to you"),
    "contact_name": mark("Contact person"),
    "contact_email": mark("Contact e-mail address"),
    "contact_phone": mark("Telephone"),
    "contacts": mark("Further people to reach"),
    "logo": mark("Logo"),
    "brings": mark("What do you bring?"),
    "space": mark("How much space?"),
    "strand": mark("Strand of the festival"),
    "stand_class": mark("Kind of stand"),
    "team_passes_wanted": mark("Passes for your team"),
    "exhibits": mark("Courses, products and materials"),
    "offers": mark("Hands-on activities"),
    "area_m2": mark("Area in square metres"),
    "tables": mark("Tables"),
    "chairs": mark("Chairs"),
    "power_watts": mark("Electric power in watts"),
    "floor_load_kg": mark("Weight on a square metre of floor, in kilograms"),
    "water": mark("Running water"),
    "internet": mark("Internet"),
    "step_free": mark("A place without steps"),
    "storage": mark("Storage overnight"),
    "noise": mark("Noise"),
    "needs_quiet": mark("Noise beside us would disturb us"),
    "vehicle": mark("Vehicle"),
    "vehicle_length_m": mark("Length of the vehicle in metres"),
    "vehicle_height_m": mark("Height of the vehicle in metres"),
    "near": mark("Whom would you like to be near?"),
    "not_beside": mark("Whom would you rather not be beside?"),
    "remarks": mark("Anything else"),
}
"""A person's word for each field, for labels, differences and tables alike."""
