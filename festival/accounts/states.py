"""Roles and the purposes of one-time links."""

from __future__ import annotations

from enum import StrEnum

from festival.shared.access import Role as Role
from festival.shared.sentences import mark

EDITION_ROLES = frozenset(
    {Role.ORGANIZER, Role.REVIEWER, Role.DOOR_LEAD, Role.PRESS_OFFICER, Role.EVALUATOR}
)
"""Roles in one edition; EXHIBITOR belongs to an organization, PARTNER to a twin city."""

ROLE_NAMES = {
    Role.ORGANIZER: mark("Organizer"),
    Role.REVIEWER: mark("Reviewer"),
    Role.DOOR_LEAD: mark("Door lead"),
    Role.PRESS_OFFICER: mark("Press officer"),
    Role.EVALUATOR: mark("Evaluator"),
    Role.EXHIBITOR: mark("Exhibitor"),
    Role.PARTNER: mark("Partner city"),
}

ROLE_SENTENCES = {
    Role.ORGANIZER: mark("Runs one edition: programme, exhibitors, visitors and people."),
    Role.REVIEWER: mark("Reads the applications of one edition."),
    Role.DOOR_LEAD: mark("Makes door links and sees the scans of one edition."),
    Role.PRESS_OFFICER: mark("Writes releases and keeps the picture library of one edition."),
    Role.EVALUATOR: mark("Reads the figures of one edition."),
    Role.EXHIBITOR: mark("Speaks for one organization."),
    Role.PARTNER: mark("Speaks for one twin city."),
}


class LinkPurpose(StrEnum):
    INVITATION = "invitation"
    RESET = "reset"
    SETUP = "setup"
