"""What the press room is asked.

``released_*`` answer what everybody may see at ``now`` and nothing else; an embargoed release is
in none of them, so that whoever lists, counts or searches cannot give it away.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import joinedload

from festival.extensions import db
from festival.press.models import EmbargoLink, PressContact, PressPicture, PressRules, Release
from festival.press.rules import Papers, papers_missing
from festival.press.states import ReleaseState
from festival.shared.tokens import token_hash


def _is_released(now: datetime) -> ColumnElement[bool]:
    return and_(
        Release.state == ReleaseState.APPROVED,
        or_(Release.embargo_until.is_(None), Release.embargo_until <= now),
    )


def released_releases(edition_id: int, *, now: datetime) -> list[Release]:
    """Releases that everybody may read at ``now``, newest first."""
    found = db.session.scalars(
        select(Release)
        .where(Release.edition_id == edition_id, _is_released(now))
        .options(joinedload(Release.contact))
        .order_by(Release.slug, Release.language)
    )
    return sorted(found, key=lambda release: release.released_at, reverse=True)


def find_released(edition_id: int, *, slug: str, language: str, now: datetime) -> Release | None:
    """The release, if everybody may read it at ``now``."""
    return db.session.scalar(
        select(Release)
        .where(
            Release.edition_id == edition_id,
            Release.slug == slug,
            Release.language == language,
            _is_released(now),
        )
        .options(joinedload(Release.contact))
    )


def embargoed_releases(edition_id: int, *, now: datetime) -> list[Release]:
    """Approved releases whose instant is still to come; only for those who accepted the embargo."""
    return list(
        db.session.scalars(
            select(Release)
            .where(
                Release.edition_id == edition_id,
                Release.state == ReleaseState.APPROVED,
                Release.embargo_until > now,
            )
            .options(joinedload(Release.contact))
            .order_by(Release.embargo_until, Release.slug, Release.language)
        )
    )


def embargo_instants(*, begin: datetime, end: datetime) -> list[tuple[int, datetime]]:
    """(edition, instant) at which approved releases become public, from ``begin`` to ``end``."""
    rows = db.session.execute(
        select(Release.edition_id, Release.embargo_until)
        .where(
            Release.state == ReleaseState.APPROVED,
            Release.embargo_until >= begin,
            Release.embargo_until <= end,
        )
        .distinct()
        .order_by(Release.embargo_until, Release.edition_id)
    )
    return [(edition_id, instant) for edition_id, instant in rows if instant is not None]


def releases_freed_at(edition_id: int, *, instant: datetime) -> list[Release]:
    """Approved releases whose embargo ends at exactly this instant."""
    return list(
        db.session.scalars(
            select(Release)
            .where(
                Release.edition_id == edition_id,
                Release.state == ReleaseState.APPROVED,
                Release.embargo_until == instant,
            )
            .order_by(Release.slug, Release.language)
        )
    )


def all_releases(edition_id: int) -> list[Release]:
    """Everything, for the press office; newest first."""
    return list(
        db.session.scalars(
            select(Release)
            .where(Release.edition_id == edition_id)
            .order_by(Release.created_at.desc(), Release.id.desc())
        )
    )


def find_release(edition_id: int, *, slug: str, language: str) -> Release | None:
    """The release in whatever state, for the press office."""
    return db.session.scalar(
        select(Release).where(
            Release.edition_id == edition_id, Release.slug == slug, Release.language == language
        )
    )


def languages_of(edition_id: int, *, slug: str) -> set[str]:
    """Languages in which the release is written, in whatever state."""
    rows = db.session.scalars(
        select(Release.language).where(Release.edition_id == edition_id, Release.slug == slug)
    )
    return set(rows)


def pictures_of(edition_id: int) -> list[PressPicture]:
    """The picture library, in the order of the kit."""
    return list(
        db.session.scalars(
            select(PressPicture)
            .where(PressPicture.edition_id == edition_id)
            .options(joinedload(PressPicture.picture))
            .order_by(PressPicture.position, PressPicture.id)
        )
    )


def find_picture(edition_id: int, *, code: str) -> PressPicture | None:
    return db.session.scalar(
        select(PressPicture)
        .where(PressPicture.edition_id == edition_id, PressPicture.code == code)
        .options(joinedload(PressPicture.picture))
    )


def papers_of(picture: PressPicture) -> Papers:
    """The picture's papers as plain facts."""
    return Papers(
        caption=picture.caption,
        alt_text=picture.alt_text,
        creator=picture.creator,
        credit=picture.credit,
        licence=picture.licence,
        shows_children=picture.shows_children,
        consent=picture.consent,
    )


def is_public(picture: PressPicture) -> bool:
    """Whether the media may have it: chosen for the kit, and its papers are complete."""
    return picture.in_kit and not papers_missing(papers_of(picture))


def contacts_of(edition_id: int) -> list[PressContact]:
    """Press contacts and spokespeople, in order."""
    return list(
        db.session.scalars(
            select(PressContact)
            .where(PressContact.edition_id == edition_id)
            .order_by(PressContact.is_spokesperson, PressContact.position, PressContact.id)
        )
    )


def find_contact(edition_id: int, *, number: int) -> PressContact | None:
    return db.session.scalar(
        select(PressContact).where(PressContact.edition_id == edition_id, PressContact.id == number)
    )


def rules_text(edition_id: int) -> str:
    """What the media are asked to respect (Markdown), or empty."""
    rules = db.session.get(PressRules, edition_id)
    return rules.text if rules else ""


def embargo_links(edition_id: int) -> list[EmbargoLink]:
    """Links given to newsrooms, newest first."""
    return list(
        db.session.scalars(
            select(EmbargoLink)
            .where(EmbargoLink.edition_id == edition_id)
            .order_by(EmbargoLink.created_at.desc(), EmbargoLink.id.desc())
        )
    )


def find_embargo_link(edition_id: int, *, code: str) -> EmbargoLink | None:
    return db.session.scalar(
        select(EmbargoLink).where(EmbargoLink.edition_id == edition_id, EmbargoLink.code == code)
    )


def find_embargo_link_by_token(edition_id: int, *, token: str) -> EmbargoLink | None:
    """The link that the secret opens, unless it was revoked."""
    return db.session.scalar(
        select(EmbargoLink).where(
            EmbargoLink.edition_id == edition_id,
            EmbargoLink.token_hash == token_hash(token),
            EmbargoLink.revoked_at.is_(None),
        )
    )
