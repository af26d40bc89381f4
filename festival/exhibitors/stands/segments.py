"""Exhibitors without a stand, as a group that an organizer can write to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from festival.exhibitors.models import Application
from festival.exhibitors.stands import queries
from festival.festivals.models import Edition
from festival.mail.batches.segments import Facts, FactsIn, Recipient, segment
from festival.mail.rendering import link_maker
from festival.shared.sentences import mark

ORGANIZATION = {
    "organization": mark("The name of the organization"),
    "day": mark("The address of its page with everything for the day"),
}


@segment(
    "without_stand", name=mark("Accepted exhibitors without a stand"), placeholders=ORGANIZATION
)
def without_stand(edition: Edition, *, choice: str, now: datetime) -> Iterable[Recipient]:
    """The contact of each."""
    for each in queries.without_stand(edition.id):
        who = each.organization
        yield Recipient(
            email=who.contact_email,
            name=who.contact_name,
            locale=each.language,
            facts=_facts(edition, each),
        )


@segment(
    "with_stand",
    name=mark("Exhibitors who have a stand"),
    placeholders=ORGANIZATION
    | {"stand": mark("The number of the stand"), "plan": mark("The name of the floor plan")},
)
def with_stand(edition: Edition, *, choice: str, now: datetime) -> Iterable[Recipient]:
    """The contact of each, with the number of its stand."""
    rows = queries.exhibitors_of(edition.id)
    stands = queries.stands_of(each.id for each in rows)
    for each in rows:
        if each.id in stands:
            who, stand = each.organization, stands[each.id]
            yield Recipient(
                email=who.contact_email,
                name=who.contact_name,
                locale=each.language,
                facts=_facts(edition, each, stand=stand.number, plan=stand.plan.name),
            )


def _facts(edition: Edition, application: Application, **more: str) -> FactsIn:
    """The facts of one exhibitor; the page has an address in every language."""

    def facts(locale: str) -> Facts:
        day = link_maker(locale=locale, edition=edition)("portal.home", code=application.code)
        return {"organization": application.organization.name, "day": day, **more}

    return facts
