"""Writes of the press room, each with its refusals."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from festival.extensions import db
from festival.press import actions, queries
from festival.press.actions import ContactFacts, ReleaseText
from festival.press.models import PressContact, PressPicture
from festival.press.states import ReleaseState
from festival.shared.errors import FieldRefused, RuleBroken, StaleVersion
from festival.shared.journal import JournalEntry
from tests.factories.press import (
    COMPLETE,
    OFFICER,
    make_contact,
    make_picture,
    make_release,
    media_folder,
    picture_bytes,
)
from tests.factories.world import NOW, World

TEXT = ReleaseText(headline="A city learns", lead="All are invited.")
LATER = NOW + timedelta(days=3)
clock = datetime.fromisoformat


def journal() -> list[str]:
    db.session.flush()
    return list(db.session.scalars(select(JournalEntry.action).order_by(JournalEntry.id)))


def test_a_new_release_is_a_draft_with_an_opaque_address(world: World) -> None:
    release = actions.write_release(world.here.edition, TEXT, language="en", actor=OFFICER, now=NOW)

    assert release.state == ReleaseState.DRAFT
    assert release.headline == "A city learns"
    assert "city" not in release.slug
    assert journal() == ["release_written"]


def test_another_language_shares_the_address_and_is_written_once(world: World) -> None:
    edition = world.here.edition
    first = actions.write_release(edition, TEXT, language="en", actor=OFFICER, now=NOW)

    second = actions.write_release(
        edition, TEXT, language="ar", slug=first.slug, actor=OFFICER, now=NOW
    )

    assert second.slug == first.slug
    assert queries.languages_of(edition.id, slug=first.slug) == {"en", "ar"}
    with pytest.raises(FieldRefused) as refusal:
        actions.write_release(edition, TEXT, language="ar", slug=first.slug, actor=OFFICER, now=NOW)
    assert refusal.value.field == "language"


def test_empty_quotes_are_dropped(world: World) -> None:
    quotes = ({"text": "Yes", "speaker": "A", "role": ""}, {"text": " ", "speaker": "B"})
    release = actions.write_release(
        world.here.edition, replace(TEXT, quotes=quotes), language="en", actor=OFFICER, now=NOW
    )

    assert release.quotes == [quotes[0]]


@pytest.mark.parametrize(
    ("wall_clock", "instant"),
    [
        (clock("2026-07-01 10:00"), datetime(2026, 7, 1, 8, 0, tzinfo=UTC)),
        (clock("2026-10-25 02:30"), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
    ],
)
def test_an_embargo_is_read_on_the_citys_clocks_and_never_too_early(
    world: World, wall_clock: datetime, instant: datetime
) -> None:
    assert actions.embargo_instant(wall_clock, edition=world.here.edition) == instant


def test_an_hour_that_does_not_exist_is_refused(world: World) -> None:
    with pytest.raises(FieldRefused) as refusal:
        actions.embargo_instant(clock("2026-03-29 02:30"), edition=world.here.edition)
    assert refusal.value.field == "embargo_at"


def test_the_neighbours_contact_is_refused(world: World) -> None:
    theirs = make_contact(world.there)
    with pytest.raises(FieldRefused) as refusal:
        actions.write_release(
            world.here.edition, replace(TEXT, contact_id=theirs.id), language="en", actor=OFFICER,
            now=NOW,
        )  # fmt: skip
    assert refusal.value.field == "contact"


def test_a_change_raises_the_version(world: World) -> None:
    release = make_release(world.here, state=ReleaseState.DRAFT)
    contact = make_contact(world.here)

    actions.change_release(
        release, replace(TEXT, contact_id=contact.id), edition=world.here.edition, version=1,
        actor=OFFICER, now=LATER,
    )  # fmt: skip

    assert (release.version, release.changed_at, release.contact_id) == (2, LATER, contact.id)
    assert journal() == ["release_changed"]


def test_a_change_of_an_older_version_overwrites_nothing(world: World) -> None:
    release = make_release(world.here)
    with pytest.raises(StaleVersion):
        actions.change_release(
            release, TEXT, edition=world.here.edition, version=7, actor=OFFICER, now=NOW
        )
    assert release.lead == "Everybody is invited."


def test_what_is_public_does_not_go_under_an_embargo(world: World) -> None:
    release = make_release(world.here)
    future = replace(TEXT, embargo=clock("2027-05-01 10:00"), lead="New")

    with pytest.raises(FieldRefused) as refusal:
        actions.change_release(
            release, future, edition=world.here.edition, version=1, actor=OFFICER, now=NOW
        )

    assert refusal.value.field == "embargo_on"
    assert (release.lead, release.embargo_until) == ("Everybody is invited.", None)


def test_approving_withdrawing_and_taking_back(world: World) -> None:
    release = make_release(world.here, state=ReleaseState.DRAFT, approved_at=None)
    assert release.released_at == NOW

    actions.approve_release(release, actor=OFFICER, now=LATER)
    assert (release.state, release.approved_at) == (ReleaseState.APPROVED, LATER)
    assert release.released_at == LATER
    actions.withdraw_release(release, actor=OFFICER, now=LATER)
    assert release.state == ReleaseState.WITHDRAWN
    actions.return_to_draft(release, actor=OFFICER, now=LATER)

    assert (release.state, release.version) == (ReleaseState.DRAFT, 4)
    assert journal() == ["release_approved", "release_withdrawn", "release_draft"]


def test_an_empty_release_is_not_approved(world: World) -> None:
    release = make_release(world.here, state=ReleaseState.DRAFT, lead=" ", body="")
    with pytest.raises(RuleBroken, match="headline and a text"):
        actions.approve_release(release, actor=OFFICER, now=NOW)
    assert release.state == ReleaseState.DRAFT


def test_a_withdrawn_release_is_not_approved_at_once(world: World) -> None:
    release = make_release(world.here, state=ReleaseState.WITHDRAWN)
    for action in (actions.approve_release, actions.withdraw_release):
        with pytest.raises(RuleBroken):
            action(release, actor=OFFICER, now=NOW)


def test_the_journal_gives_no_headline_away(world: World) -> None:
    release = make_release(world.here, state=ReleaseState.DRAFT, headline="Secret bridge")
    actions.approve_release(release, actor=OFFICER, now=NOW)
    db.session.flush()

    (entry,) = db.session.scalars(select(JournalEntry))
    assert "Secret" not in f"{entry.after} {entry.before} {entry.entity_key}"


def test_a_picture_is_made_anew_and_its_papers_kept(world: World) -> None:
    picture = actions.add_picture(
        world.here.edition, picture_bytes("PNG"), COMPLETE, media_folder=media_folder(),
        actor=OFFICER, now=NOW, original_name="IMG_1.png",
    )  # fmt: skip

    assert queries.papers_of(picture) == COMPLETE
    assert queries.is_public(picture)
    assert (media_folder() / picture.picture.file_name).exists()


def test_a_file_that_is_no_picture_leaves_no_row(world: World) -> None:
    with pytest.raises(FieldRefused) as refusal:
        actions.add_picture(
            world.here.edition, b"<svg onload=alert(1)>", COMPLETE, media_folder=media_folder(),
            actor=OFFICER, now=NOW,
        )  # fmt: skip
    assert refusal.value.field == "picture"
    assert db.session.scalars(select(PressPicture)).all() == []


def test_a_picture_is_removed_from_the_library(world: World) -> None:
    picture = make_picture(world.here)
    actions.remove_picture(picture, actor=OFFICER, now=NOW)
    assert queries.pictures_of(world.here.edition.id) == []


def test_a_contact_must_be_reachable(world: World) -> None:
    with pytest.raises(FieldRefused) as refusal:
        actions.save_contact(world.here.edition, ContactFacts("Nobody"), actor=OFFICER, now=NOW)
    assert refusal.value.field == "email"
    assert db.session.scalars(select(PressContact)).all() == []


def test_a_contact_is_saved_changed_and_removed(world: World) -> None:
    edition = world.here.edition
    contact = actions.save_contact(
        edition, ContactFacts("Ana", phone="1", languages=("en",)), actor=OFFICER, now=NOW
    )
    changed = actions.save_contact(
        edition, ContactFacts("Ana B", email="a@b.example"), contact=contact, actor=OFFICER, now=NOW
    )
    release = make_release(world.here, contact_id=contact.id)

    actions.remove_contact(contact, actor=OFFICER, now=NOW)
    db.session.flush()

    assert changed is contact
    db.session.refresh(release)
    assert release.contact_id is None
    assert queries.contacts_of(edition.id) == []


def test_rules_for_the_media_are_set_and_set_anew(world: World) -> None:
    edition = world.here.edition
    assert queries.rules_text(edition.id) == ""
    actions.set_rules(edition, "No flash.", actor=OFFICER, now=NOW)
    actions.set_rules(edition, "No flash, please.", actor=OFFICER, now=NOW)
    db.session.flush()
    assert queries.rules_text(edition.id) == "No flash, please."


def test_an_embargo_link_opens_for_its_token_until_it_is_revoked(world: World) -> None:
    edition = world.here.edition
    link, token = actions.make_embargo_link(edition, outlet="Daily", actor=OFFICER, now=NOW)
    assert queries.find_embargo_link_by_token(edition.id, token=token) is link
    assert queries.find_embargo_link_by_token(world.there.edition.id, token=token) is None
    assert token not in (link.token_hash, link.code)

    actions.revoke_embargo_link(link, actor=OFFICER, now=NOW)

    assert queries.find_embargo_link_by_token(edition.id, token=token) is None
    with pytest.raises(RuleBroken):
        actions.revoke_embargo_link(link, actor=OFFICER, now=NOW)


def test_an_embargo_is_accepted_by_somebody(world: World) -> None:
    link, _ = actions.make_embargo_link(world.here.edition, outlet="Daily", actor=OFFICER, now=NOW)
    with pytest.raises(FieldRefused):
        actions.accept_embargo(link, name=" ", actor=OFFICER, now=NOW)
    assert link.accepted_at is None

    actions.accept_embargo(link, name="Jo Journalist", actor=OFFICER, now=LATER)

    assert (link.accepted_at, link.accepted_by) == (LATER, "Jo Journalist")


@pytest.mark.both_databases
def test_released_and_embargoed_part_at_the_instant(world: World) -> None:
    edition = world.here.edition
    free = make_release(world.here, headline="Free")
    kept = make_release(world.here, headline="Kept", embargo_until=LATER)
    make_release(world.here, headline="Draft", state=ReleaseState.DRAFT)
    make_release(world.there, headline="Theirs")
    second = timedelta(seconds=1)

    assert queries.released_releases(edition.id, now=LATER - second) == [free]
    assert queries.embargoed_releases(edition.id, now=LATER - second) == [kept]
    found = {"slug": kept.slug, "language": "en"}
    assert queries.find_released(edition.id, **found, now=LATER - second) is None

    assert queries.released_releases(edition.id, now=LATER) == [kept, free]
    assert queries.embargoed_releases(edition.id, now=LATER) == []
    assert queries.find_released(edition.id, **found, now=LATER) is kept
    assert len(queries.all_releases(edition.id)) == 3
