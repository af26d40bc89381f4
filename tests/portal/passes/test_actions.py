"""Passes become badges, stay within the quota, and end with the exhibitor's place."""

from __future__ import annotations

import base64
import io
from datetime import date, timedelta

import pytest
import zxingcpp
from PIL import Image
from sqlalchemy import func, select

from festival.badges.actions import BadgeRevoked, reissue_badge, revoke_badge
from festival.badges.models import Badge
from festival.badges.states import BadgeKind, BadgeState
from festival.checkin.states import Verdict
from festival.evaluation.queries import count_all
from festival.exhibitors.actions import decline_application, withdraw
from festival.exhibitors.stands.queries import stand_of
from festival.extensions import db
from festival.mail.models import OutboxMessage
from festival.portal.passes import actions, queries
from festival.portal.passes.models import PassQuota, TeamPass
from festival.portal.passes.rules import Terms
from festival.programme.actions import publish_programme
from festival.programme.states import OccurrenceState
from festival.shared.errors import FieldRefused, RuleBroken
from festival.shared.journal import SYSTEM, JournalEntry
from festival.shared.work import work
from tests.factories.checkin import make_door, scan
from tests.factories.passes import make_pass, make_team
from tests.factories.programme import make_session
from tests.factories.stands import give, make_plan, stand_called
from tests.factories.world import NOW, World


def mails() -> list[OutboxMessage]:
    return list(
        db.session.scalars(
            select(OutboxMessage)
            .where(OutboxMessage.kind == "team_pass")
            .order_by(OutboxMessage.id)
        )
    )


def used(application_id: int) -> int:
    row = db.session.get(PassQuota, application_id, populate_existing=True)
    return row.used if row else 0


def test_a_named_pass_is_a_badge_of_an_exhibitor_that_bears_the_name(world: World) -> None:
    team = make_team(world.here)

    row = make_pass(team, "Amina Diallo")

    badge = row.badge
    assert (badge.kind, badge.holder_name, badge.people) == (BadgeKind.EXHIBITOR, "Amina Diallo", 1)
    assert (badge.edition_id, badge.organization_id) == (team.edition_id, team.organization_id)
    assert (queries.quota_of(team).used, queries.quota_of(team).left) == (1, 1)
    assert mails() == []


def test_the_badge_is_mailed_in_the_persons_language_with_its_code_as_a_picture(
    world: World,
) -> None:
    row = make_pass(make_team(world.here), email="amina@example.org", language="fr")

    (mail,) = mails()
    assert (mail.recipient, mail.locale) == ("amina@example.org", "fr")
    picture = Image.open(io.BytesIO(base64.b64decode(mail.attachments[0]["base64"])))
    assert [each.text for each in zxingcpp.read_barcodes(picture)] == [row.badge.code]
    assert f"/badge/{row.badge.code}" in mail.body_text.replace("%3A", ":")


def test_the_quota_is_kept_and_a_pass_that_is_taken_back_is_free_again(world: World) -> None:
    team = make_team(world.here, wanted=2)
    first = make_pass(team, "One")
    make_pass(team, "Two")

    with pytest.raises(actions.QuotaUsed), work():
        actions.name_pass(team, name="Three", email="", language="en", actor=SYSTEM, now=NOW)
    assert (used(team.id), len(queries.passes_of(team.id))) == (2, 2)

    with work():
        actions.take_pass_back(first, actor=SYSTEM, now=NOW)
    assert first.badge.state == BadgeState.REVOKED
    assert make_pass(team, "Three").badge.state == BadgeState.ACTIVE
    assert [each.name for each in queries.passes_of(team.id)] == ["Two", "Three"]


def test_a_pass_is_taken_back_once(world: World) -> None:
    team = make_team(world.here)
    make_pass(team, "Stays")
    row = make_pass(team)
    with work():
        actions.take_pass_back(row, actor=SYSTEM, now=NOW)

    for change in (actions.take_pass_back, actions.renew_pass):
        with pytest.raises(actions.PassEnded), work():
            change(row, actor=SYSTEM, now=NOW)
    with pytest.raises(actions.PassEnded), work():
        actions.change_pass(row, name="X", email="", language="en", actor=SYSTEM, now=NOW)
    assert used(team.id) == 1


def test_a_lost_badge_gets_a_new_code_whoever_renews_it(world: World) -> None:
    row = make_pass(make_team(world.here), email="amina@example.org")
    lost = row.badge

    with work():
        actions.renew_pass(row, actor=SYSTEM, now=NOW + timedelta(minutes=5))
    second = row.badge
    with work():
        third = reissue_badge(second, actor=SYSTEM, now=NOW)  # an organizer, on the badges' page
    db.session.refresh(row)

    assert row.badge.id == third.id
    assert [each.state for each in (lost, second, third)] == [
        BadgeState.REVOKED, BadgeState.REVOKED, BadgeState.ACTIVE,
    ]  # fmt: skip
    assert third.organization_id == lost.organization_id
    assert len(mails()) == 2
    assert used(row.application_id) == 1


def test_a_badge_that_the_organizers_revoked_is_not_renewed_but_can_be_taken_back(
    world: World,
) -> None:
    row = make_pass(make_team(world.here))
    with work():
        revoke_badge(row.badge, reason="Trouble.", actor=SYSTEM, now=NOW)

    with pytest.raises(BadgeRevoked), work():
        actions.renew_pass(row, actor=SYSTEM, now=NOW)
    with pytest.raises(BadgeRevoked), work():
        actions.change_pass(row, name="X", email="", language="en", actor=SYSTEM, now=NOW)
    actions.mail_pass(row, now=NOW)
    assert mails() == []
    with work():
        actions.take_pass_back(row, actor=SYSTEM, now=NOW)
    assert used(row.application_id) == 0
    assert row.badge.revoked_reason == "Trouble."


def test_another_spelling_keeps_the_code_and_another_address_does_not(world: World) -> None:
    row = make_pass(make_team(world.here), "Amina Dialo", email="amina@example.org")
    first = row.badge

    with work():
        actions.change_pass(
            row, name="Amina Diallo", email="amina@example.org", language="en", actor=SYSTEM,
            now=NOW,
        )  # fmt: skip
    assert (row.badge.id, row.badge.holder_name) == (first.id, "Amina Diallo")
    assert len(mails()) == 1

    with work():
        actions.change_pass(
            row, name="Amina Diallo", email="new@example.org", language="en", actor=SYSTEM, now=NOW
        )
    assert row.badge.id != first.id
    assert (first.state, row.badge.state) == (BadgeState.REVOKED, BadgeState.ACTIVE)
    assert row.badge.holder_name == "Amina Diallo"
    assert [each.recipient for each in mails()] == ["amina@example.org", "new@example.org"]


def test_an_address_that_is_added_later_gets_the_same_badge(world: World) -> None:
    row = make_pass(make_team(world.here))
    code = row.badge.code

    with work():
        actions.change_pass(
            row, name=row.name, email="late@example.org", language="ar", actor=SYSTEM, now=NOW
        )

    assert row.badge.code == code
    assert [(each.recipient, each.locale) for each in mails()] == [("late@example.org", "ar")]


def test_mailing_again_is_one_mail_a_minute(world: World) -> None:
    row = make_pass(make_team(world.here), email="amina@example.org")
    for seconds in (0, 10, 70):
        with work():
            actions.mail_pass(row, now=NOW + timedelta(seconds=seconds))
    assert len(mails()) == 2


def test_names_and_languages_are_looked_at(world: World) -> None:
    team = make_team(world.here)
    for values, field in (({"name": ""}, "name"), ({"language": "tlh"}, "language")):
        person = {"name": "Amina", "email": "", "language": "en"} | values
        with pytest.raises(FieldRefused) as refused, work():
            actions.name_pass(team, **person, actor=SYSTEM, now=NOW)
        assert refused.value.field == field
    assert used(team.id) == 0


def test_an_organizer_grants_another_number_but_not_less_than_is_named(world: World) -> None:
    team = make_team(world.here, wanted=2)
    for name in ("One", "Two"):
        make_pass(team, name)

    with pytest.raises(FieldRefused) as refused, work():
        actions.grant_passes(team, granted=1, actor=SYSTEM, now=NOW)
    assert refused.value.spoken() == "2 passes are named already. Take some back first."
    with pytest.raises(FieldRefused), work():
        actions.grant_passes(team, granted=999, actor=SYSTEM, now=NOW)
    with work():
        actions.grant_passes(team, granted=3, actor=SYSTEM, now=NOW)
    make_pass(team, "Three")
    quota = queries.quota_of(team)
    assert (quota.wanted, quota.granted, quota.used, quota.is_by_hand) == (2, 3, 3, True)

    with work():
        actions.grant_passes(team, granted=None, actor=SYSTEM, now=NOW)
    quota = queries.quota_of(team)
    assert (quota.granted, quota.used, quota.left, quota.is_by_hand) == (2, 3, 0, False)


def test_somebody_names_a_pass_while_the_organizer_grants_less(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    team = make_team(world.here, wanted=2)
    make_pass(team)
    seen = queries.quota_of(team)
    make_pass(team)
    monkeypatch.setattr(actions, "quota_of", lambda _row: seen)  # read before the second was named

    with pytest.raises(FieldRefused), work():
        actions.grant_passes(team, granted=1, actor=SYSTEM, now=NOW)
    assert queries.quota_of(team).granted == 2


def test_the_editions_default_limits_every_wish(world: World) -> None:
    team = make_team(world.here, wanted=5)
    neighbour = make_team(world.there, "Harbour Books", wanted=5)
    assert queries.terms_of(world.here.edition) == Terms(6)

    for most in (4, 3):
        with work():
            actions.settle_terms(
                world.here.edition, most_by_default=most, name_by=date(2027, 5, 1), actor=SYSTEM,
                now=NOW,
            )  # fmt: skip

    assert queries.quota_of(team).granted == 3
    assert queries.terms_of(world.here.edition) == Terms(3, date(2027, 5, 1))
    assert queries.quota_of(neighbour).granted == 5
    neighbour.call_id = None
    db.session.delete(world.there.call)
    db.session.commit()
    assert queries.terms_of(world.there.edition) == Terms(6)


def test_withdrawing_frees_stand_passes_and_activities_in_one_unit_of_work(world: World) -> None:
    team = make_team(world.here)
    plan = make_plan(world.here)
    give(stand_called(plan, "A1"), team)
    session = make_session(world.here.edition, title="Bind a book", starts_at=NOW)
    session.offer_id, session.organization_id = team.offers[0].id, team.organization_id
    publish_programme(world.here.edition, actor=SYSTEM, now=NOW)
    db.session.commit()
    kept = make_pass(make_team(world.here, "Other Workshop"), "Stays")
    rows = [make_pass(team, "One"), make_pass(team, "Two")]
    with work():
        revoke_badge(rows[0].badge, reason="Trouble.", actor=SYSTEM, now=NOW)

    withdraw(team, now=NOW)
    db.session.rollback()  # somebody pulls the plug before the commit: nothing of it happened
    assert stand_of(team.id) is not None
    assert len(queries.passes_of(team.id)) == 2
    assert session.occurrences[0].state == OccurrenceState.CONFIRMED

    with work():
        withdraw(team, now=NOW)
    assert stand_of(team.id) is None
    assert session.occurrences[0].state == OccurrenceState.CANCELLED
    assert queries.passes_of(team.id) == []
    assert {row.badge.state for row in rows} == {BadgeState.REVOKED}
    assert used(team.id) == 0
    assert kept.badge.state == BadgeState.ACTIVE
    lines = db.session.scalars(
        select(JournalEntry.action).where(JournalEntry.entity == "team_pass")
    ).all()
    assert lines.count("team_pass_ended") == 2


def test_who_has_left_names_nobody(world: World) -> None:
    team = make_team(world.here)
    with work():
        decline_application(team, text="No room.", now=NOW, actor=SYSTEM)

    with pytest.raises(RuleBroken), work():
        actions.name_pass(team, name="One", email="", language="en", actor=SYSTEM, now=NOW)
    assert db.session.scalar(select(func.count(Badge.id))) == 0


def test_a_team_badge_opens_the_door_and_is_never_audience(world: World) -> None:
    row = make_pass(make_team(world.here))
    door, _token = make_door(world.here)

    admitted = scan(door, row.badge, at=NOW)
    with work():
        actions.take_pass_back(row, actor=SYSTEM, now=NOW)
    refused = scan(door, row.badge, at=NOW + timedelta(minutes=1))

    assert (admitted.verdict, refused.verdict) == (Verdict.ADMITTED, Verdict.REVOKED)
    counts = count_all(world.here.edition)
    assert (counts.contributors, counts.unique_visitors) == (1, 0)
    assert sum(each.people for each in counts.entries) == 0


def test_passes_of_many_come_with_one_query_for_the_neighbour_none(world: World) -> None:
    team = make_team(world.here)
    row = make_pass(team)
    neighbour = make_team(world.there, "Harbour Books")
    make_pass(neighbour, "Not here")

    assert queries.passes_in(world.here.edition.id) == [row]
    assert queries.find_pass(neighbour.id, row.code) is None
    assert db.session.scalar(select(func.count(TeamPass.id))) == 2
