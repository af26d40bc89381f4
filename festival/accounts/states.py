"""Roles and the purposes of one-time links."""

from __future__ import annotations

from enum import StrEnum

from festival.shared.access import Role as Role

EDITION_ROLES = frozenset(
    {Role.ORGANIZER, Role.REVIEWER, Role.DOOR_LEAD, Role.PRESS_OFFICER, Role.EVALUATOR}
)
"""Roles in one edition; EXHIBITOR belongs to an organization, PARTNER to a twin city."""

ROLE_SENTENCES = {
    Role.ORGANIZER: "Runs one edition: programme, exhibitors, visitors and people.",
    Role.REVIEWER: "Reads the applications of one edition.",
    Role.DOOR_LEAD: "Makes door links and sees the scans of one edition.",
    Role.PRESS_OFFICER: "Writes releases and keeps the picture library of one edition.",
    Role.EVALUATOR: "Reads the figures of one edition.",
    Role.EXHIBITOR: "Speaks for one organization.",
    Role.PARTNER: "Speaks for one twin city.",
}


class LinkPurpose(StrEnum):
    INVITATION = "invitation"
    RESET = "reset"
    SETUP = "setup"
