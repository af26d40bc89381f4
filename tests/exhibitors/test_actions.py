"""Applications from the first field to the decision, with a database."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from festival.exhibitors.actions import (
    CallClosed,
    Incomplete,
    accept_application,
    decline_application,
    find_by_key,
    save_step,
    start_again,
    start_application,
    submit,
    take_back,
    withdraw,
)
from festival.exhibitors.calls.actions import set_call
from festival.exhibitors.models import Application, Organization
from festival.exhibitors.states import ApplicationState, Step
from festival.exhibitors.values import saved_values
from festival.extensions import db
from festival.mail.models import OutboxMessage
from festival.shared.errors import FieldRefused, RuleBroken, StaleVersion
from festival.shared.journal import SYSTEM, Actor, JournalEntry
from festival.shared.tokens import make_token
from tests.factories.exhibitors import (
    exhibit,
    fill,
    make_application,
    make_draft,
    needs_values,
    offer,
    organization_values,
)
from tests.factories.world import NOW, World

S = ApplicationState


def mails(kind: str) -> list[OutboxMessage]:
    return list(db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == kind)))


def organizer(world: World) -> Actor:
    person = world.here.people["organizer"]
    return Actor(label=person.name, person_id=person.id)


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


# Beginning


@pytest.mark.both_databases
def test_two_fields_make_a_draft_and_mail_the_link(world: World) -> None:
    row, token = make_draft(world.here, email=" Nour@Paper.example ", language="fr")

    assert (row.state, row.version, row.language) == (S.DRAFT, 1, "fr")
    assert row.organization.contact_email == "nour@paper.example"
    assert row.organization.festival_id == world.here.festival.id
    (mail,) = mails("application_resume")
    assert (mail.recipient, mail.locale) == ("nour@paper.example", "fr")
    assert f"/fr/luminara/2027/exhibitors/application/{token}" in mail.body_text
    assert token != row.resume_hash
    assert find_by_key(world.here.edition, key=token) is row
    assert find_by_key(world.there.edition, key=token) is None


@pytest.mark.both_databases
def test_the_first_form_sent_twice_is_one_draft(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, token = make_draft(world.here)
    organizations = count(Organization)
    arguments = {"organization_name": "P", "email": "nour@paper.example", "language": "en"}

    again = start_application(world.here.edition, key=token, now=NOW, **arguments)
    monkeypatch.setattr("festival.exhibitors.actions.find_by_key", lambda *_, **__: None)
    at_once = start_application(world.here.edition, key=token, now=NOW, **arguments)
    db.session.commit()

    assert again.id == at_once.id == row.id
    assert count(Organization) == organizations
    assert len(mails("application_resume")) == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"organization_name": ""}, "organization_name"),
        ({"email": "a@b.example,c@d.example"}, "email"),
        ({"key": "1234"}, "key"),
    ],
)
def test_what_cannot_begin(world: World, changes: dict[str, str], field: str) -> None:
    arguments = {
        "organization_name": "Paper Workshop", "email": "nour@paper.example",
        "key": make_token(), "language": "en",
    }  # fmt: skip
    with pytest.raises(FieldRefused) as refused:
        start_application(world.here.edition, now=NOW, **(arguments | changes))
    assert refused.value.field == field
    assert count(Application) == 0


def test_outside_the_call_nothing_begins_and_nothing_is_handed_in(world: World) -> None:
    row, _ = make_draft(world.here)
    fill(row)
    world.here.call.closes_at = NOW

    with pytest.raises(CallClosed):
        make_draft(world.here)
    with pytest.raises(CallClosed):
        submit(row, version=row.version, now=NOW)
    assert row.state == S.DRAFT


def test_one_address_cannot_be_flooded_with_mail(world: World) -> None:
    for number in range(5):
        make_draft(world.here, name=f"Club {number}")

    with pytest.raises(FieldRefused, match="several applications"):
        make_draft(world.here)
    make_draft(world.there, name="Another festival")
    row = start_application(
        world.here.edition, organization_name="Club 6", email="nour@paper.example",
        key=make_token(), language="en", now=NOW + timedelta(days=1, seconds=1),
    )  # fmt: skip

    assert row.state == S.DRAFT
    assert len(mails("application_resume")) == 7


# Saving


@pytest.mark.both_databases
def test_each_page_is_kept_as_it_was_typed(world: World) -> None:
    row, _ = make_draft(world.here)
    pages = {
        Step.ORGANIZATION: organization_values(),
        Step.EXHIBITS: {"exhibits": [exhibit(), exhibit("Clay", kind="material")]},
        Step.NEEDS: needs_values(power_watts=2000, vehicle="Van, 5 m", remarks="Near a window"),
        Step.ACTIVITIES: {"offers": [offer(), offer("Dye with leaves", age_max=99)]},
    }
    for step, values in pages.items():
        save_step(row, step=step, values=values, version=row.version, now=NOW)
    db.session.commit()
    db.session.expire_all()

    assert {step: saved_values(row, step=step) for step in pages} == pages
    assert row.version == 5


def test_fewer_and_more_rows(world: World) -> None:
    row, _ = make_draft(world.here)
    for titles in (["A", "B", "C"], ["A"], ["A", "D"]):
        values = {"offers": [offer(title) for title in titles]}
        save_step(row, step=Step.ACTIVITIES, values=values, version=row.version, now=NOW)
        db.session.commit()
        db.session.expire_all()
        assert [each.title for each in row.offers] == titles


@pytest.mark.both_databases
def test_the_second_of_two_editors_overwrites_nothing(world: World) -> None:
    row, _ = make_draft(world.here)
    opened = row.version
    save_step(
        row, step=Step.ORGANIZATION, values=organization_values(about="First"),
        version=opened, now=NOW,
    )  # fmt: skip
    db.session.commit()

    with pytest.raises(StaleVersion):
        save_step(
            row, step=Step.ORGANIZATION, values=organization_values(about="Second"),
            version=opened, now=NOW,
        )  # fmt: skip
    assert row.organization.about == "First"

    save_step(
        row, step=Step.ORGANIZATION, values=organization_values(about="First"),
        version=opened, now=NOW,
    )  # fmt: skip
    assert row.version == opened + 1, "the same once more changes nothing and harms nobody"


def test_what_was_handed_in_is_not_written(world: World) -> None:
    row, _ = make_application(world.here)
    with pytest.raises(RuleBroken, match="cannot be changed"):
        save_step(row, step=Step.NEEDS, values=needs_values(), version=row.version, now=NOW)


@pytest.mark.parametrize(
    ("step", "values", "field"),
    [
        (Step.ORGANIZATION, organization_values(contact_email="nobody"), "contact_email"),
        (Step.EXHIBITS, {"exhibits": [exhibit()] * 21}, "exhibits"),
        (Step.ACTIVITIES, {"offers": [offer()] * 11}, "offers"),
        (Step.ACTIVITIES, {"offers": [offer(age_min=9, age_max=8)]}, "offers"),
    ],
)
def test_values_that_are_refused(
    world: World, step: Step, values: dict[str, object], field: str
) -> None:
    row, _ = make_draft(world.here)
    with pytest.raises(FieldRefused) as refused:
        save_step(row, step=step, values=values, version=row.version, now=NOW)
    assert refused.value.field == field


def test_the_journal_tells_what_changed_but_not_whom_to_call(world: World) -> None:
    row, _ = make_draft(world.here)
    save_step(
        row, step=Step.ORGANIZATION, values=organization_values(), version=row.version, now=NOW
    )
    db.session.commit()

    line = db.session.scalars(
        select(JournalEntry).where(JournalEntry.action == "application_saved")
    ).one()
    assert line.after is not None
    assert line.after["district"] == "Old Harbour"
    assert not {"contact_name", "contact_phone", "contact_email"} & set(line.after)


# Handing in, taking back, withdrawing


def test_handing_in_twice_is_once(world: World) -> None:
    row, token = make_draft(world.here)
    fill(row)
    version = row.version

    submit(row, version=version, now=NOW, token=token)
    submit(row, version=version, now=NOW + timedelta(seconds=2), token=token)
    db.session.commit()

    assert (row.state, row.submitted_at) == (S.SUBMITTED, NOW)
    (mail,) = mails("application_received")
    assert token in mail.body_text


def test_an_incomplete_application_names_its_pages(world: World) -> None:
    row, _ = make_draft(world.here)
    with pytest.raises(Incomplete) as broken:
        submit(row, version=row.version, now=NOW)
    steps = [each.step for each in broken.value.missing]
    assert steps == [Step.ORGANIZATION, Step.ORGANIZATION, Step.PLAN, Step.PLAN]


def test_nobody_hands_in_what_they_have_not_seen(world: World) -> None:
    row, _ = make_draft(world.here)
    fill(row)
    with pytest.raises(StaleVersion):
        submit(row, version=row.version - 1, now=NOW)
    assert row.state == S.DRAFT


def test_taking_back_makes_it_a_draft_again(world: World) -> None:
    row, _ = make_application(world.here)
    take_back(row, now=NOW)
    take_back(row, now=NOW)
    assert (row.state, row.submitted_at) == (S.DRAFT, None)
    submit(row, version=row.version, now=NOW)
    db.session.commit()
    assert len(mails("application_received")) == 2


def test_what_is_decided_cannot_be_taken_back(world: World) -> None:
    row, _ = make_application(world.here, state=S.ACCEPTED)
    with pytest.raises(RuleBroken):
        take_back(row, now=NOW)


def test_withdrawing_leaves_the_catalogue_and_is_final(world: World) -> None:
    row, _ = make_application(world.here, state=S.ACCEPTED)
    version = world.here.edition.content_version

    withdraw(row, now=NOW)
    withdraw(row, now=NOW)

    assert row.state == S.WITHDRAWN
    assert world.here.edition.content_version == version + 1
    with pytest.raises(RuleBroken):
        submit(row, version=row.version, now=NOW)


def test_withdrawing_a_draft_leaves_public_pages_alone(world: World) -> None:
    row, _ = make_draft(world.here)
    version = world.here.edition.content_version
    withdraw(row, now=NOW)
    assert world.here.edition.content_version == version


# Deciding


@pytest.mark.parametrize("language", ["en", "ar", "zh"])
def test_accepting_tells_the_applicant_in_their_language(world: World, language: str) -> None:
    row, _ = make_application(world.here, language=language)
    version = world.here.edition.content_version

    accept_application(row, text="See you in May!", now=NOW, actor=organizer(world))
    accept_application(row, text="Again", now=NOW, actor=organizer(world))
    db.session.commit()

    assert (row.state, row.decision_text) == (S.ACCEPTED, "See you in May!")
    assert row.decided_by_id == world.here.people["organizer"].id
    assert world.here.edition.content_version == version + 1
    (mail,) = mails("application_accepted")
    assert (mail.locale, mail.reply_to) == (language, world.here.edition.contact_email)
    assert "See you in May!" in mail.body_text
    assert f"/{language}/luminara/2027/exhibitors/{row.organization.code}" in mail.body_text


def test_declining_needs_a_reason_and_mails_it(world: World) -> None:
    row, _ = make_application(world.here)

    with pytest.raises(FieldRefused) as refused:
        decline_application(row, text="  ", now=NOW, actor=SYSTEM)
    assert (refused.value.field, row.state) == ("text", S.SUBMITTED)

    decline_application(row, text="No room is left.", now=NOW, actor=SYSTEM)
    db.session.commit()
    (mail,) = mails("application_declined")
    assert "No room is left." in mail.body_text
    assert "No room is left." in mail.body_html


def test_a_decision_can_be_turned_round_and_each_time_there_is_a_mail(world: World) -> None:
    row, _ = make_application(world.here, state=S.DECLINED)
    accept_application(row, now=NOW, actor=SYSTEM)
    decline_application(row, text="The hall burnt down.", now=NOW, actor=SYSTEM)
    db.session.commit()
    assert len(mails("application_accepted")) == 1
    assert len(mails("application_declined")) == 2


def test_a_draft_cannot_be_decided(world: World) -> None:
    row, _ = make_draft(world.here)
    with pytest.raises(RuleBroken):
        accept_application(row, now=NOW, actor=SYSTEM)


def test_a_hostile_name_stays_text_in_the_mail(world: World) -> None:
    make_application(world.here, state=S.ACCEPTED, name='<b>x</b>{{ 7*7 }} "\u2028Bcc: a@b.example')
    (mail,) = mails("application_accepted")
    assert "<b>" not in mail.body_html
    assert "49" not in mail.body_text
    assert "\n" not in mail.subject


# Another year


def test_a_known_organization_applies_again_with_what_it_told(world: World) -> None:
    old, _ = make_application(world.here, state=S.ACCEPTED)
    organization = old.organization
    edition = world.here.edition
    fresh = type(edition)(
        festival=world.here.festival, slug="2028", title="Luminara Learns 2028",
        starts_on=edition.starts_on, ends_on=edition.ends_on, time_zone="Europe/Madrid",
        languages=["en"], created_at=NOW,
    )  # fmt: skip
    db.session.add(fresh)
    db.session.flush()
    set_call(fresh, opens_at=NOW, now=NOW, actor=SYSTEM)
    db.session.commit()

    arguments = {"language": "en", "now": NOW + timedelta(days=1), "actor": organizer(world)}
    row = start_again(fresh, organization, key=make_token(), **arguments)
    again = start_again(fresh, organization, key=make_token(), **arguments)
    db.session.commit()

    assert again.id == row.id != old.id
    assert (row.state, row.organization_id) == (S.DRAFT, organization.id)
    for step in set(Step) - {Step.CHECK, Step.PAPERS}:
        assert saved_values(row, step=step) == saved_values(old, step=step)
    assert row.offers[0].id != old.offers[0].id


def test_an_organization_without_a_past_begins_empty(world: World) -> None:
    arguments = {"language": "en", "now": NOW, "actor": SYSTEM}
    row = start_again(world.here.edition, world.here.organization, key=make_token(), **arguments)
    assert saved_values(row, step=Step.EXHIBITS) == {"exhibits": []}
    with pytest.raises(FieldRefused):
        start_again(world.here.edition, world.here.organization, key="x", **arguments)
