"""Leaving an address, taking it back, and what stays of it: nothing but a number."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from festival.extensions import db
from festival.festivals.actions import clone_edition
from festival.festivals.models import Edition
from festival.mail.models import OutboxMessage
from festival.mail.states import MessageState
from festival.portal.leads import actions
from festival.portal.leads.actions import PageFacts
from festival.portal.leads.models import InterestLead, LeadLink, LeadWording
from festival.portal.leads.queries import allowed_in, counts_of, page_of, wording_of
from festival.shared.errors import FieldRefused, StaleVersion
from festival.shared.journal import SYSTEM, JournalEntry
from festival.shared.tokens import make_token
from festival.shared.work import work
from festival.site.retention import put_away
from tests.factories.leads import PURPOSE, TYPED, all_leads, leave, make_exhibitor, make_page
from tests.factories.world import NOW, World
from tests.house.test_reading_changes_nothing import fingerprint


def journal() -> list[JournalEntry]:
    return list(
        db.session.scalars(select(JournalEntry).where(JournalEntry.entity == "lead_page"))
    )  # fmt: skip


def mails() -> list[OutboxMessage]:
    return list(
        db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "interest_given"))
    )


def whole_database() -> str:
    """Every value of every row, to look for somebody in."""
    return "\n".join(
        repr(tuple(row))
        for table in db.metadata.sorted_tables
        for row in db.session.execute(select(table))
    )


def test_consent_is_kept_with_moment_wording_and_fields(world: World) -> None:
    page = make_page(make_exhibitor(world.here))
    link, _token = leave(page, phone="+34 600", locale="fr")

    lead = link.lead
    assert lead is not None
    assert lead.details == TYPED  # the telephone was not asked for
    assert (lead.given_at, lead.locale, lead.kept_until) == (NOW, "fr", date(2027, 7, 15))
    assert lead.wording.facts["purposes"] == {"en": PURPOSE}
    assert lead.wording.facts["fields"] == ["name", "email", "note"]
    assert lead.wording.facts["organization"] == "Paper Workshop"
    assert lead.wording.facts["kept_until"] == "2027-07-15"


def test_the_journal_says_that_it_happened_and_not_who(world: World) -> None:
    page = make_page(make_exhibitor(world.here))
    link, _token = leave(page)
    actions.withdraw_interest(link, now=NOW)
    db.session.commit()

    given, taken = journal()
    assert (given.action, given.after["fields"]) == ("interest_given", ["name", "email", "note"])
    assert taken.action == "interest_withdrawn"
    for each in (given, taken):
        assert "Lea" not in repr((each.before, each.after, each.actor_label, each.entity_key))


def test_the_visitor_gets_a_mail_with_the_way_back(world: World) -> None:
    page = make_page(make_exhibitor(world.here))
    _link, token = leave(page, locale="en")

    (mail,) = mails()
    assert mail.recipient == "lea@example.org"
    assert f"/i/given/{token}" in mail.body_text and f"/i/given/{token}" in mail.body_html
    assert PURPOSE in mail.body_text and "Paper Workshop" in mail.subject


def test_without_an_address_there_is_no_mail(world: World) -> None:
    page = make_page(make_exhibitor(world.here), fields=["note"])
    leave(page)

    assert mails() == []
    assert [each.details for each in all_leads()] == [{"note": TYPED["note"]}]


def test_twice_by_the_same_person_is_one_and_both_links_lead_to_it(world: World) -> None:
    page = make_page(make_exhibitor(world.here))
    first, _one = leave(page)
    second, _two = leave(page, email="LEA@example.org".lower(), note="The day course")

    (lead,) = all_leads()
    assert lead.details["note"] == "The day course"
    assert first.lead_id == second.lead_id == lead.id


def test_a_second_press_of_the_same_button_changes_nothing(world: World) -> None:
    page = make_page(make_exhibitor(world.here))
    _link, token = leave(page)
    before = fingerprint()
    leave(page, token=token, note="Something else")

    assert fingerprint() == before


def test_another_wording_than_the_one_that_was_read_is_refused(world: World) -> None:
    page = make_page(make_exhibitor(world.here))
    edition = world.here.edition
    read = wording_of(page, edition, allowed=allowed_in(edition)).digest(page_code=page.code)
    page = make_page(page.application, purposes={"en": "We sell it."})
    before = fingerprint()
    with pytest.raises(StaleVersion):
        actions.give_interest(
            page, wording=wording_of(page, edition, allowed=allowed_in(edition)),
            read_digest=read, typed=TYPED, token=make_token(), locale="en", now=NOW,
        )  # fmt: skip

    assert fingerprint() == before


def test_without_a_way_to_answer_nothing_is_kept(world: World) -> None:
    page = make_page(make_exhibitor(world.here))
    with pytest.raises(FieldRefused) as refused:
        leave(page, email="")
    db.session.rollback()

    assert refused.value.field == "email"
    assert all_leads() == []


def test_taken_back_it_is_gone_everywhere_and_a_number_stays(world: World) -> None:
    page = make_page(make_exhibitor(world.here))
    leave(page)
    link, _token = leave(page, note="The day course")
    assert "lea@example.org" in whole_database() and "Lea Okafor" in whole_database()
    actions.withdraw_interest(link, now=NOW)
    db.session.commit()

    kept = whole_database()
    assert "lea@example.org" not in kept and "Okafor" not in kept
    assert "The day course" not in kept and "The evening course" not in kept
    assert all_leads() == []
    page = page_of(page.application) or page
    assert page.withdrawn_count == 1
    assert {each.state for each in mails()} == {MessageState.CANCELLED}
    assert all(each.lead_id is None for each in db.session.scalars(select(LeadLink)))


def test_taking_back_twice_counts_once(world: World) -> None:
    page = make_page(make_exhibitor(world.here))
    link, _token = leave(page)
    actions.withdraw_interest(link, now=NOW)
    db.session.commit()
    actions.withdraw_interest(link, now=NOW)
    db.session.commit()

    assert page.withdrawn_count == 1


def test_the_same_person_may_come_back_after_taking_it_back(world: World) -> None:
    page = make_page(make_exhibitor(world.here))
    link, _token = leave(page)
    actions.withdraw_interest(link, now=NOW)
    db.session.commit()
    leave(page)

    assert len(all_leads()) == 1


def test_the_other_visitors_and_the_other_exhibitors_leads_stay(world: World) -> None:
    here, there = make_page(make_exhibitor(world.here)), make_page(make_exhibitor(world.there))
    link, _token = leave(here)
    leave(here, email="other@example.org")
    leave(there)
    actions.withdraw_interest(link, now=NOW)
    db.session.commit()

    assert [(each.page_id, each.details["email"]) for each in all_leads()] == [
        (here.id, "other@example.org"),
        (there.id, "lea@example.org"),
    ]
    assert there.withdrawn_count == 0


def test_after_the_promised_day_it_is_deleted_and_counted(world: World) -> None:
    page = make_page(make_exhibitor(world.here))
    leave(page)
    last = NOW.replace(year=2027, month=7, day=15, hour=23)
    assert put_away(now=last)["leads"] == 0
    assert put_away(now=last + timedelta(days=2))["leads"] == 1
    assert put_away(now=last + timedelta(days=2))["leads"] == 0

    assert all_leads() == []
    assert "lea@example.org" not in whole_database()
    assert (page.lapsed_count, page.withdrawn_count) == (1, 0)


def test_a_longer_time_decided_later_does_not_hold_for_what_was_left_before(world: World) -> None:
    page = make_page(make_exhibitor(world.here))
    leave(page)
    allow(world.here.edition, kept_days=200)
    leave(page, email="later@example.org")

    assert [each.kept_until for each in all_leads()] == [date(2027, 7, 15), date(2027, 12, 2)]


def allow(edition: Edition, *, fields: tuple[str, ...] = ("name", "email"), kept_days: int = 60,
          version: int | None = None) -> None:  # fmt: skip
    actions.change_rules(
        edition, fields=fields, texts={"en": "Ask us."}, kept_days=kept_days,
        version=allowed_in(edition).version if version is None else version, actor=SYSTEM, now=NOW,
    )  # fmt: skip
    db.session.commit()


def test_what_the_organizers_do_not_allow_is_not_taken(world: World) -> None:
    page = make_page(make_exhibitor(world.here), fields=["name", "email", "phone", "note"])
    allow(world.here.edition, fields=("email", "phone"))
    leave(page, phone="+34 600")

    (lead,) = all_leads()
    assert lead.details == {"email": "lea@example.org", "phone": "+34 600"}
    assert lead.wording.facts["protection"] == {"en": "Ask us."}
    assert allowed_in(world.there.edition).version == 0


def test_a_cloned_edition_allows_the_same_and_has_no_leads(world: World) -> None:
    allow(world.here.edition, fields=("email",), kept_days=12)
    leave(make_page(make_exhibitor(world.here), fields=["email"]))
    copy = clone_edition(
        world.here.edition, slug="2028", title="Next", starts_on=date(2028, 5, 12), actor=SYSTEM,
        now=NOW,
    )  # fmt: skip
    other = clone_edition(
        world.there.edition, slug="2028", title="Next", starts_on=date(2028, 5, 12), actor=SYSTEM,
        now=NOW,
    )  # fmt: skip
    db.session.commit()

    assert ([each.value for each in allowed_in(copy).fields], allowed_in(copy).kept_days) == (
        ["email"],
        12,
    )
    assert allowed_in(other).version == 0
    assert counts_of(copy) == []


def test_two_organizers_at_once_overwrite_nothing(world: World) -> None:
    allow(world.here.edition)
    with pytest.raises(StaleVersion):
        allow(world.here.edition, fields=("phone",), version=0)
    db.session.rollback()

    assert [each.value for each in allowed_in(world.here.edition).fields] == ["name", "email"]


def test_days_beyond_a_year_are_refused(world: World) -> None:
    with pytest.raises(FieldRefused):
        allow(world.here.edition, kept_days=366)


def test_two_colleagues_at_once_overwrite_nothing(world: World) -> None:
    application = make_exhibitor(world.here)
    make_page(application)
    facts = PageFacts(["email"], {"en": "Other"}, is_open=True)
    with pytest.raises(StaleVersion):
        actions.change_page(application, facts, version=0, actor=SYSTEM, now=NOW)
    db.session.rollback()
    row = page_of(application)

    assert row is not None and row.purposes == {"en": PURPOSE}


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        (PageFacts([], {"en": "Why"}, is_open=True), "fields_asked"),
        (PageFacts(["email"], {"en": ""}, is_open=True), "purposes"),
    ],
)
def test_an_open_page_says_what_and_what_for(world: World, facts: PageFacts, field: str) -> None:
    application = make_exhibitor(world.here)
    with pytest.raises(FieldRefused) as refused:
        actions.change_page(application, facts, version=0, actor=SYSTEM, now=NOW)

    assert refused.value.field == field
    closed = PageFacts(facts.fields, facts.purposes, is_open=False)
    actions.change_page(application, closed, version=0, actor=SYSTEM, now=NOW)
    assert page_of(application) is not None


def test_the_organizers_see_numbers_of_their_own_edition(world: World) -> None:
    page = make_page(make_exhibitor(world.here))
    make_page(make_exhibitor(world.there, name="Neighbour Press"))
    leave(page)
    (count,) = counts_of(world.here.edition)

    assert (count.application.organization.name, count.kept) == ("Paper Workshop", 1)


@pytest.mark.both_databases
def test_two_presses_at_once_are_one_lead(world: World, app: Flask) -> None:
    """The same person on two phones, both with a link of their own."""
    page_id = make_page(make_exhibitor(world.here)).id
    gate, faults = threading.Barrier(4), []

    def press(number: int) -> None:
        with app.app_context():
            try:
                gate.wait()
                with work():
                    page = db.session.get_one(actions.LeadPage, page_id)
                    edition = page.application.edition
                    wording = wording_of(page, edition, allowed=allowed_in(edition))
                    actions.give_interest(
                        page, wording=wording, read_digest=wording.digest(page_code=page.code),
                        typed=TYPED | {"note": f"press {number}"}, token=make_token(),
                        locale="en", now=NOW,
                    )  # fmt: skip
            except Exception as fault:
                faults.append(fault)

    threads = [threading.Thread(target=press, args=(number,)) for number in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    db.session.rollback()

    assert faults == []
    assert len(all_leads()) == 1
    assert len(list(db.session.scalars(select(LeadLink)))) == 4
    assert len(list(db.session.scalars(select(LeadWording)))) == 1


@pytest.mark.both_databases
def test_taking_back_on_two_phones_at_once_counts_once(world: World, app: Flask) -> None:
    page = make_page(make_exhibitor(world.here))
    page_id = page.id
    ids = [leave(page)[0].id for _ in range(3)]
    gate = threading.Barrier(3)

    def take_back(link_id: int) -> None:
        with app.app_context():
            gate.wait()
            with work():
                actions.withdraw_interest(db.session.get_one(LeadLink, link_id), now=NOW)

    threads = [threading.Thread(target=take_back, args=(each,)) for each in ids]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    db.session.rollback()
    db.session.expire_all()

    assert db.session.get_one(actions.LeadPage, page_id).withdrawn_count == 1
    assert db.session.scalars(select(InterestLead)).all() == []
