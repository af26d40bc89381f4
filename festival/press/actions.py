"""What changes releases, pictures, contacts, rules and embargo links.

Pages of the press are made for each request, because an embargo ends without anybody acting; kept
pages of other rooms are told when it ends (``end_embargo``).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import update

from festival.extensions import db
from festival.festivals.actions import touch_edition
from festival.festivals.models import Edition
from festival.mail.actions import queue_mail
from festival.press.models import (
    EmbargoLink,
    PressContact,
    PressPicture,
    PressRules,
    Release,
)
from festival.press.queries import find_contact, languages_of, releases_freed_at
from festival.press.rules import Papers, instants_of, is_released, may_move
from festival.press.states import ReleaseState
from festival.shared.errors import FieldRefused, RuleBroken, StaleVersion
from festival.shared.forms import normalised_email
from festival.shared.journal import SYSTEM, Actor, lines_of, write_journal
from festival.shared.pictures import store_picture
from festival.shared.sentences import mark
from festival.shared.tokens import make_code, make_token, token_hash

NO_FILE = mark("Choose a picture file.")


@dataclass(frozen=True, slots=True)
class ReleaseText:
    """What the office writes.  ``embargo`` is naive: what the city's clocks show."""

    headline: str
    dateline: str = ""
    lead: str = ""
    body: str = ""
    quotes: tuple[dict[str, str], ...] = ()
    """Each ``text``, ``speaker``, ``role``; empty ones are dropped."""
    notes: str = ""
    boilerplate: str = ""
    contact_id: int | None = None
    embargo: datetime | None = None


def write_release(
    edition: Edition,
    text: ReleaseText,
    *,
    language: str,
    actor: Actor,
    now: datetime,
    slug: str = "",
) -> Release:
    """A new draft; with ``slug`` another language of a release that is there.

    Raises ``FieldRefused`` for ``language`` when it is there already, for ``embargo`` and
    ``contact`` when they do not exist.
    """
    if slug and language in languages_of(edition.id, slug=slug):
        raise FieldRefused("language", mark("This release is there in that language already."))
    embargo = _checked_embargo(text, edition=edition)
    release = Release(
        edition_id=edition.id,
        slug=slug or make_code(),
        language=language,
        created_at=now,
        changed_at=now,
        version=1,
        state=ReleaseState.DRAFT,
    )
    _fill(release, text, embargo=embargo)
    db.session.add(release)
    db.session.flush()
    _tell("release_written", release, actor=actor, now=now)
    return release


def change_release(
    release: Release, text: ReleaseText, *, edition: Edition, version: int, actor: Actor,
    now: datetime,
) -> None:  # fmt: skip
    """New words.  ``version`` is the one that the writer saw; raises ``StaleVersion``.

    A release that is public already cannot be put under an embargo again.
    """
    if release.version != version:
        raise StaleVersion(
            mark("Somebody else changed this release meanwhile."),
            kept=mark("Nothing was overwritten; your words are still in the form."),
            next_step=mark("Copy what you wrote, open the release again and put it in."),
        )
    embargo = _checked_embargo(text, edition=edition)
    was_public = is_released(release.state, release.embargo_until, now=now)
    if was_public and not is_released(release.state, embargo, now=now):
        raise FieldRefused(
            "embargo_on", mark("This release is public already. Take it back to a draft first.")
        )
    _fill(release, text, embargo=embargo)
    release.version += 1
    release.changed_at = now
    _tell("release_changed", release, actor=actor, now=now)


def _checked_embargo(text: ReleaseText, *, edition: Edition) -> datetime | None:
    """The embargo's instant; refuses before anything is changed what cannot be taken."""
    if text.contact_id and find_contact(edition.id, number=text.contact_id) is None:
        raise FieldRefused("contact", mark("This contact is not there any more."))
    return embargo_instant(text.embargo, edition=edition) if text.embargo else None


def _fill(release: Release, text: ReleaseText, *, embargo: datetime | None) -> None:
    release.embargo_until = embargo
    for name in ("headline", "dateline", "lead", "body", "notes", "boilerplate", "contact_id"):
        setattr(release, name, getattr(text, name))
    release.quotes = [quote for quote in text.quotes if quote.get("text", "").strip()]


def embargo_instant(wall_clock: datetime, *, edition: Edition) -> datetime:
    """The UTC instant at which the city's clocks show ``wall_clock``.

    The hour that comes twice in autumn means its second coming: an embargo never ends early.
    Raises ``FieldRefused`` for an hour that the clocks leave out.
    """
    instants = instants_of(wall_clock, zone=ZoneInfo(edition.time_zone))
    if not instants:
        raise FieldRefused(
            "embargo_at",
            mark("The clocks go forward that night, so this time does not exist. Choose another."),
        )
    return instants[-1]


def approve_release(release: Release, *, actor: Actor, now: datetime) -> None:
    """Public at once, or when its embargo ends."""
    _check_move(release, ReleaseState.APPROVED)
    if not (release.headline.strip() and (release.lead.strip() or release.body.strip())):
        raise RuleBroken(mark("A release needs a headline and a text before it can go out."))
    release.approved_at = now
    _move(release, ReleaseState.APPROVED, actor=actor, now=now)


def withdraw_release(release: Release, *, actor: Actor, now: datetime) -> None:
    """Nobody outside the press office sees it any more."""
    _check_move(release, ReleaseState.WITHDRAWN)
    _move(release, ReleaseState.WITHDRAWN, actor=actor, now=now)


def return_to_draft(release: Release, *, actor: Actor, now: datetime) -> None:
    """Back to the desk of the press office."""
    _check_move(release, ReleaseState.DRAFT)
    _move(release, ReleaseState.DRAFT, actor=actor, now=now)


def _check_move(release: Release, to: ReleaseState) -> None:
    if not may_move(release.state, to):
        raise RuleBroken(mark("This cannot be done with the release as it is now."))


def _move(release: Release, to: ReleaseState, *, actor: Actor, now: datetime) -> None:
    before = release.state
    release.state = to
    release.version += 1
    release.changed_at = now
    _tell(f"release_{to.value}", release, actor=actor, now=now, before={"state": before.value})


def _tell(
    action: str, release: Release, *, actor: Actor, now: datetime,
    before: dict[str, str] | None = None,
) -> None:  # fmt: skip
    """Into the journal: no headline, because an embargoed one must not stand anywhere else."""
    embargo = release.embargo_until
    write_journal(
        action,
        actor=actor,
        entity="press_release",
        key=f"{release.slug}/{release.language}",
        now=now,
        edition_id=release.edition_id,
        before=before,
        after={
            "state": release.state.value,
            "version": release.version,
            "embargo_until": embargo.isoformat() if embargo else None,
        },
    )


def add_picture(
    edition: Edition, data: bytes, papers: Papers, *, media_folder: Path, actor: Actor,
    now: datetime, original_name: str = "", in_kit: bool = True, position: int = 0,
) -> PressPicture:  # fmt: skip
    """Into the library, made anew.  Raises ``FieldRefused`` for ``picture`` on a broken file."""
    stored = store_picture(
        data,
        media_folder=media_folder,
        now=now,
        original_name=original_name,
        edition_id=edition.id,
    )
    picture = PressPicture(edition_id=edition.id, picture=stored, code=make_code(), created_at=now)
    db.session.add(picture)
    change_picture(picture, papers, in_kit=in_kit, position=position, actor=actor, now=now)
    return picture


def change_picture(
    picture: PressPicture, papers: Papers, *, in_kit: bool, position: int, actor: Actor,
    now: datetime,
) -> None:  # fmt: skip
    """New papers."""
    for name, value in asdict(papers).items():
        setattr(picture, name, value)
    picture.in_kit = in_kit
    picture.position = position
    db.session.flush()
    write_journal(
        "press_picture_saved", actor=actor, entity="press_picture", key=picture.code, now=now,
        edition_id=picture.edition_id,
        after={"in_kit": in_kit, "consent": papers.consent.value, "credit": papers.credit},
    )  # fmt: skip


def remove_picture(picture: PressPicture, *, actor: Actor, now: datetime) -> None:
    """Out of the library; the file itself stays under its hash, where other rows may use it."""
    write_journal(
        "press_picture_removed", actor=actor, entity="press_picture", key=picture.code, now=now,
        edition_id=picture.edition_id,
    )  # fmt: skip
    db.session.delete(picture)


@dataclass(frozen=True, slots=True)
class ContactFacts:
    name: str
    role: str = ""
    email: str = ""
    phone: str = ""
    hours: str = ""
    languages: tuple[str, ...] = ()
    is_spokesperson: bool = False
    position: int = 0


def save_contact(
    edition: Edition, facts: ContactFacts, *, actor: Actor, now: datetime,
    contact: PressContact | None = None,
) -> PressContact:  # fmt: skip
    """A new contact, or new facts of one.  Raises ``FieldRefused`` when nobody could call it."""
    if not (facts.email or facts.phone):
        raise FieldRefused("email", mark("Give an e-mail address or a telephone number."))
    contact = contact or PressContact(edition_id=edition.id)
    for name, value in asdict(facts).items():
        setattr(contact, name, list(value) if name == "languages" else value)
    db.session.add(contact)
    db.session.flush()
    write_journal(
        "press_contact_saved", actor=actor, entity="press_contact", key=contact.id, now=now,
        edition_id=edition.id,
    )  # fmt: skip
    return contact


def remove_contact(contact: PressContact, *, actor: Actor, now: datetime) -> None:
    """Gone; releases that named it name the first contact of the edition instead."""
    db.session.execute(
        update(Release).where(Release.contact_id == contact.id).values(contact_id=None)
    )
    write_journal(
        "press_contact_removed", actor=actor, entity="press_contact", key=contact.id, now=now,
        edition_id=contact.edition_id,
    )  # fmt: skip
    db.session.delete(contact)


def set_rules(edition: Edition, text: str, *, actor: Actor, now: datetime) -> None:
    """What the media are asked to respect; Markdown, may be empty."""
    rules = db.session.get(PressRules, edition.id) or PressRules(edition_id=edition.id)
    rules.text = text
    rules.changed_at = now
    db.session.add(rules)
    write_journal(
        "press_rules_set", actor=actor, entity="edition", key=edition.id, now=now,
        edition_id=edition.id,
    )  # fmt: skip


def make_embargo_link(
    edition: Edition, *, outlet: str, actor: Actor, now: datetime
) -> tuple[EmbargoLink, str]:
    """(link, token): the token is shown once and stands only in the address."""
    token = make_token()
    link = EmbargoLink(
        edition_id=edition.id, code=make_code(), token_hash=token_hash(token), outlet=outlet,
        created_at=now,
    )  # fmt: skip
    db.session.add(link)
    db.session.flush()
    write_journal(
        "embargo_link_made", actor=actor, entity="embargo_link", key=link.code, now=now,
        edition_id=edition.id, after={"outlet": outlet},
    )  # fmt: skip
    return link, token


def accept_embargo(link: EmbargoLink, *, name: str, actor: Actor, now: datetime) -> None:
    """The journalist promises to publish nothing before the instants given."""
    if not name.strip():
        raise FieldRefused("name", mark("Give your name, so that the promise is somebody's."))
    link.accepted_at = now
    link.accepted_by = name
    write_journal(
        "embargo_accepted", actor=actor, entity="embargo_link", key=link.code, now=now,
        edition_id=link.edition_id, after={"outlet": link.outlet},
    )  # fmt: skip


def mail_embargo_link(
    link: EmbargoLink, *, token: str, email: str, actor: Actor, now: datetime
) -> None:
    """Send a link that was just made to the newsroom; only now is its secret known.

    It tells neither headline nor instant: what is under embargo stands behind the promise.
    """
    queue_mail(
        "embargo_link",
        key=f"embargo_link:{link.code}",
        recipient=normalised_email(email),
        recipient_name=link.outlet,
        locale=link.edition.languages[0],
        edition_id=link.edition_id,
        context={"edition": link.edition, "outlet": link.outlet, "token": token},
        now=now,
        reply_to=link.edition.contact_email,
    )
    write_journal(
        "embargo_link_mailed", actor=actor, entity="embargo_link", key=link.code, now=now,
        edition_id=link.edition_id,
    )  # fmt: skip


def end_embargo(edition: Edition, *, instant: datetime, now: datetime) -> int:
    """The instant has come: kept pages are made anew; how many texts became public.

    Each text has one line in the journal, however often this is done.
    """
    freed = releases_freed_at(edition.id, instant=instant)
    if not freed:
        return 0
    touch_edition(edition.id)  # takes the edition's row: two workers at once take turns
    told = {entry.entity_key for entry in lines_of(edition.id, action="embargo_ended")}
    for release in freed:
        if _line_key(release, instant) not in told:
            write_journal(
                "embargo_ended", actor=SYSTEM, entity="press_release",
                key=_line_key(release, instant), now=now, edition_id=edition.id,
            )  # fmt: skip
    return len(freed)


def _line_key(release: Release, instant: datetime) -> str:
    return f"{release.slug}/{release.language}@{instant:%Y-%m-%dT%H:%M:%SZ}"


def revoke_embargo_link(link: EmbargoLink, *, actor: Actor, now: datetime) -> None:
    """The address opens nothing from now on."""
    if link.revoked_at is not None:
        raise RuleBroken(mark("This link was revoked before."))
    link.revoked_at = now
    write_journal(
        "embargo_link_revoked", actor=actor, entity="embargo_link", key=link.code, now=now,
        edition_id=link.edition_id,
    )  # fmt: skip
