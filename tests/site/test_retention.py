"""What is kept for how long: with time travel, killed half-way, repeated, and numbers stay."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from festival.badges.models import Badge
from festival.checkin.models import Admission, DoorLink, Scan
from festival.evaluation.queries import count_all
from festival.exhibitors.models import Application, Organization
from festival.exhibitors.reviewing.models import WaitingPlace
from festival.exhibitors.starting import add_resume_link
from festival.extensions import db
from festival.mail.actions import refuse_topic
from festival.mail.models import MailRecipient, OutboxMessage
from festival.mail.queries import who_refuse
from festival.mail.states import MessageState, Topic
from festival.portal.passes.actions import renew_pass
from festival.portal.slots.actions import Load, book_slot
from festival.shared.clock import utc_now
from festival.shared.journal import SYSTEM, JournalEntry
from festival.shared.tasks import Task, TaskRun, TaskState
from festival.site import jobs, retention
from festival.site.retention import RULES, put_away
from tests.factories.badges import make_badge
from tests.factories.checkin import make_door, scan
from tests.factories.exhibitors import make_draft
from tests.factories.mail import waiting_message
from tests.factories.passes import make_pass, make_team
from tests.factories.portal import make_exhibitor, make_gate, make_slots
from tests.factories.programme import make_presenter
from tests.factories.visitors import make_household
from tests.factories.world import NOW, World

LAST_DAY = datetime(2027, 5, 16, 12, 0, tzinfo=UTC)
KEPT = LAST_DAY + timedelta(days=29)
OVER = LAST_DAY + timedelta(days=32)
"""Thirty days after the last day, in every zone of the world."""


def sent_mail(number: int, *, edition_id: int | None, at: datetime = LAST_DAY) -> int:
    message = waiting_message(number, edition_id=edition_id, now=at)
    message.state, message.sent_at = MessageState.SENT, at
    db.session.commit()
    return message.id


def finished_task(key: str, *, state: TaskState = TaskState.DONE, at: datetime = LAST_DAY) -> None:
    db.session.add(
        Task(code=key, key=key, kind="k", title="t", state=state, created_at=at, finished_at=at)
    )
    db.session.commit()


def journal() -> list[tuple[str, int]]:
    rows = db.session.scalars(
        select(JournalEntry).where(JournalEntry.entity == "retention").order_by(JournalEntry.id)
    )
    return [(each.entity_key, (each.after or {})["count"]) for each in rows]


@pytest.mark.both_databases
def test_the_words_of_mail_go_and_what_it_was_stays(world: World) -> None:
    number = sent_mail(1, edition_id=world.here.edition.id)
    assert put_away(now=KEPT)["mail"] == 0
    assert db.session.get_one(OutboxMessage, number).body_text

    assert put_away(now=OVER)["mail"] == 1

    message = db.session.get_one(OutboxMessage, number, populate_existing=True)
    gone = (message.recipient, message.recipient_name, message.subject, message.body_text)
    assert (*gone, message.body_html, message.attachments, message.facts) == (
        *[""] * 5, [], None,
    )  # fmt: skip
    assert (message.key, message.kind, message.state, message.locale) == (
        "test:1", "account_password_changed", MessageState.SENT, "en",
    )  # fmt: skip
    assert message.sent_at == LAST_DAY
    assert put_away(now=OVER + timedelta(days=1))["mail"] == 0
    assert journal() == [("mail", 1)]


def test_addresses_go_but_a_refusal_is_remembered(world: World) -> None:
    edition_id = world.here.edition.id
    rows = [MailRecipient(edition_id=edition_id, email=f"r{n}@city.example") for n in range(3)]
    db.session.add_all(rows)
    db.session.flush()
    refuse_topic(rows[0], topic=Topic.REMINDERS, now=LAST_DAY)
    db.session.commit()
    assert put_away(now=KEPT)["mail_recipients"] == 0
    assert put_away(now=OVER)["mail_recipients"] == 2
    assert db.session.scalars(select(MailRecipient.email)).all() == ["r0@city.example"]
    assert who_refuse("reminders", edition_id=edition_id) == {"r0@city.example"}


def test_addresses_of_people_who_led_sessions_go_and_their_names_stay(world: World) -> None:
    here = make_presenter(world.here.edition, email="nour@example.org")
    there = make_presenter(world.there.edition, email="chen@example.org")
    world.there.edition.ends_on = date(2028, 6, 10)
    db.session.commit()

    put_away(now=OVER)

    db.session.expire_all()
    assert (here.name, here.email, there.email) == ("Nour Haddad", "", "chen@example.org")


def test_number_plates_go_and_who_came_when_stays(world: World) -> None:
    row, _speaker = make_exhibitor(world.here)
    slot = make_slots(world.here, make_gate(world.here))[0]
    booking = book_slot(row, slot, Load(550, "1234 ABC"), actor=SYSTEM, now=NOW)
    db.session.commit()
    assert put_away(now=KEPT)["vehicles"] == 0

    assert [put_away(now=OVER)["vehicles"] for _ in range(2)] == [1, 0]
    db.session.refresh(booking)
    assert (booking.vehicle, booking.length_cm, booking.slot_id) == ("", 550, slot.id)


def test_names_of_teams_go_from_all_their_badges_and_their_number_stays(world: World) -> None:
    row = make_pass(make_team(world.here), "Amina Diallo", email="amina@example.org")
    for _ in range(2):  # lost twice
        renew_pass(row, actor=SYSTEM, now=NOW)
    other = make_badge(world.here)
    db.session.commit()
    assert put_away(now=KEPT)["team_passes"] == 0

    assert [put_away(now=OVER)["team_passes"] for _ in range(2)] == [1, 0]
    db.session.expire_all()
    names = list(db.session.scalars(select(Badge.holder_name).order_by(Badge.id)))
    assert names == [retention.FORGOTTEN] * 3 + [other.holder_name]
    assert (row.name, row.email) == (retention.FORGOTTEN, "")


def test_mail_that_still_waits_and_mail_of_a_later_edition_is_left_alone(world: World) -> None:
    world.there.edition.ends_on = date(2027, 6, 10)
    db.session.commit()
    waiting = waiting_message(1, edition_id=world.here.edition.id, now=LAST_DAY)
    later = sent_mail(2, edition_id=world.there.edition.id)
    without = sent_mail(3, edition_id=None)
    fresh = sent_mail(4, edition_id=None, at=OVER - timedelta(days=29))
    put_away(now=OVER)
    db.session.expire_all()
    left = {each.id for each in db.session.scalars(select(OutboxMessage)) if each.body_text}
    assert left == {waiting.id, later, fresh}
    assert without not in left


def test_finished_tasks_go_after_thirty_days(world: World) -> None:
    finished_task("done")
    finished_task("failed", state=TaskState.FAILED)
    finished_task("young", at=OVER - timedelta(days=29))
    running = Task(
        code="r", key="r", kind="k", title="t", state=TaskState.RUNNING, created_at=LAST_DAY
    )
    db.session.add(running)
    db.session.commit()
    assert put_away(now=OVER)["tasks"] == 2
    left = db.session.scalars(select(Task.key).order_by(Task.key)).all()
    assert left == ["r", "young"]


def test_of_door_links_the_helpers_name_goes_and_the_scans_stay(world: World) -> None:
    make_household(world.here, people=4)
    badge = db.session.scalars(select(Badge)).one()
    used, _ = make_door(world.here, label="Sam, 0600 123 456")
    unused, _ = make_door(world.here, label="Kim")
    scan(used, badge, at=LAST_DAY)
    used_id, unused_id = used.id, unused.id
    before = count_all(world.here.edition)

    assert put_away(now=KEPT)["door_links"] == 0
    assert put_away(now=OVER)["door_links"] == 2

    db.session.expire_all()
    assert db.session.get(DoorLink, unused_id) is None
    assert db.session.get_one(DoorLink, used_id).label == "–"
    assert db.session.scalar(select(func.count(Scan.id))) == 1
    assert db.session.scalar(select(func.count(Admission.id))) == 1
    assert count_all(world.here.edition) == before
    assert put_away(now=OVER)["door_links"] == 0


def test_what_was_never_handed_in_goes_with_an_organization_of_which_nothing_else_is_known(
    world: World,
) -> None:
    application, _key = make_draft(world.here)
    add_resume_link(application, now=NOW)
    stays = world.here.organization.id
    wanted = (application.id, application.organization_id)
    world.there.edition.ends_on = date(2027, 6, 10)
    other, _key = make_draft(world.there)
    db.session.commit()

    assert put_away(now=KEPT)["drafts"] == 0
    assert put_away(now=OVER)["drafts"] == 1

    db.session.expire_all()
    assert db.session.get(Application, wanted[0]) is None
    assert db.session.get(Organization, wanted[1]) is None
    assert db.session.get(Organization, stays) is not None
    assert db.session.get(Application, other.id) is not None


def test_a_draft_that_others_refer_to_is_kept_and_does_not_stop_the_rest(world: World) -> None:
    kept, _key = make_draft(world.here, name="Kept")
    gone, _key = make_draft(world.here, name="Gone", email="gone@example.org")
    db.session.add(
        WaitingPlace(edition_id=world.here.edition.id, application_id=kept.id, position=1)
    )
    wanted = (kept.id, gone.id)
    db.session.commit()
    for _ in range(2):
        put_away(now=OVER)
    db.session.expire_all()
    assert [db.session.get(Application, each) is not None for each in wanted] == [True, False]
    assert ("drafts", 1) in journal()
    assert len([each for each in journal() if each[0] == "drafts"]) == 1


def test_an_organization_with_a_past_is_kept(world: World) -> None:
    application, _key = make_draft(world.here)
    organization_id = application.organization_id
    world.here.people["exhibitor"].grants[0].organization_id = organization_id
    db.session.commit()
    assert put_away(now=OVER)["drafts"] == 1
    db.session.expire_all()
    assert db.session.get(Organization, organization_id) is not None


@pytest.mark.both_databases
def test_killed_in_the_middle_it_goes_on_where_it_stopped(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each handful is a unit of work with its line in the journal: nothing counts twice."""
    monkeypatch.setattr(retention, "HANDFUL", 3)
    for number in range(8):
        sent_mail(number, edition_id=None)
    rule = RULES[0]
    calls = 0

    def killed(ids: Sequence[int]) -> int:
        nonlocal calls
        calls += 1
        done = rule.put_away(ids)
        if calls == 2:
            raise KeyboardInterrupt  # after the change, before the commit
        return done

    broken = retention.RetentionRule(rule.name, rule.due, killed)
    with pytest.raises(KeyboardInterrupt):
        put_away(now=OVER, rules=[broken])
    assert journal() == [("mail", 3)]

    assert put_away(now=OVER, rules=RULES[:1]) == {"mail": 5}

    assert journal() == [("mail", 3), ("mail", 3), ("mail", 2)]
    left = select(func.count()).where(OutboxMessage.body_text != "")
    assert db.session.scalar(left) == 0


def test_the_task_says_what_it_did(world: World) -> None:
    run = TaskRun("code", "retention", None, None, {"day": "2027-05-14"})
    assert jobs.retention(run) == {"text": "Nothing was old enough."}
    sent_mail(1, edition_id=None, at=utc_now() - timedelta(days=40))
    assert jobs.retention(run) == {"text": "mail: 1"}
    assert NOW < LAST_DAY


def test_an_address_behind_a_dash_goes_as_well(world: World) -> None:
    row = make_pass(make_team(world.here), retention.FORGOTTEN, email="amina@example.org")

    assert [put_away(now=OVER)["team_passes"] for _ in range(2)] == [1, 0]
    db.session.expire_all()
    assert row.email == ""
