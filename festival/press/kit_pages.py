"""Pages and lists inside the kit: HTML that opens without a server, texts that a desk can paste."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import format_datetime
from flask_babel import gettext as _

from festival.festivals.models import Edition
from festival.press.documents import (
    contact_lines,
    speaker_text,
    status_text,
    text_stamp,
    version_text,
)
from festival.press.facts import Fact
from festival.press.models import PressContact, PressPicture, Release
from festival.programme.published import PublishedProgramme
from festival.shared.languages import LANGUAGES
from festival.shared.markdown import html_of
from festival.shared.tables import csv_table

CAPTION_COLUMNS = (
    "file", "caption", "alt_text", "creator", "credit", "licence", "shows_children", "consent",
)  # fmt: skip
PicturePaths = Sequence[tuple[PressPicture, str]]
"""Each picture with the path of its web size in the kit."""


def release_page(release: Release, *, edition: Edition, contact: PressContact) -> bytes:
    """The release in its own language, which is the present locale."""
    return _page(
        "release",
        locale=release.language,
        edition=edition,
        release=release,
        status=status_text(release, zone_name=edition.time_zone),
        contact=contact_lines(contact),
        speaker_text=speaker_text,
        stamp=text_stamp(release, zone_name=edition.time_zone),
    )


def fact_page(facts: Sequence[Fact], *, edition: Edition, locale: str) -> bytes:
    return _page("fact_sheet", locale=locale, edition=edition, facts=facts)


def index_page(
    *,
    edition: Edition,
    programme: PublishedProgramme,
    releases: Sequence[tuple[Release, str]],
    pictures: PicturePaths,
    contacts: Sequence[PressContact],
    rules: str,
    facts: Sequence[Fact],
    locales: Sequence[str],
    contributions: Sequence[str],
) -> bytes:
    """The kit on one page; every link is relative."""
    return _page(
        "index",
        locale=locales[0],
        edition=edition,
        programme=programme,
        version=version_text(programme),
        releases=releases,
        pictures=pictures,
        contacts=[contact_lines(contact) for contact in contacts],
        rules=rules,
        facts=facts,
        locales=locales,
        contributions=contributions,
        languages=LANGUAGES,
    )


def stylesheet() -> bytes:
    return _rendered("kit.css").encode()


def _page(name: str, *, locale: str, edition: Edition, **values: Any) -> bytes:
    def moment(instant: Any) -> str:
        local = instant.astimezone(ZoneInfo(edition.time_zone))
        return f"{format_datetime(local, 'd MMMM y, HH:mm', rebase=False)} ({edition.time_zone})"

    language = LANGUAGES.get(locale)
    return _rendered(
        f"{name}.html",
        tag=language.tag if language else locale,
        direction=language.direction if language else "ltr",
        edition=edition,
        html_of=html_of,
        moment=moment,
        **values,
    ).encode("utf-8", "replace")


def _rendered(name: str, **values: Any) -> str:
    """Past the context processors: the kit belongs to no request and to nobody."""
    return current_app.jinja_env.get_template(f"press/kit/{name}").render(**values)


def captions_text(pictures: PicturePaths) -> bytes:
    """Caption, credit and licence of each picture, to be pasted."""
    parts = [
        "\n".join(
            (
                path.rsplit("/", 1)[1],
                picture.caption,
                _("Text for those who cannot see it: %(text)s", text=picture.alt_text),
                _("Picture: %(creator)s. Credit: %(credit)s. Licence: %(licence)s.",
                  creator=picture.creator, credit=picture.credit, licence=picture.licence),
            )
        )
        for picture, path in pictures
    ]  # fmt: skip
    return ("\n\n".join(parts) + "\n").encode("utf-8", "replace")


def captions_csv(pictures: PicturePaths) -> bytes:
    """The same as a table, with consent."""
    return csv_table(
        CAPTION_COLUMNS,
        [
            (
                path.rsplit("/", 1)[1], each.caption, each.alt_text, each.creator, each.credit,
                each.licence, "yes" if each.shows_children else "no", each.consent.value,
            )
            for each, path in pictures
        ],
    )  # fmt: skip


def contacts_text(contacts: Sequence[PressContact], *, edition: Edition) -> bytes:
    """Whom to ask, and when; hours are on the city's clocks."""
    parts = ["\n".join(contact_lines(contact)) for contact in contacts]
    zone = _("Hours are local times in %(zone)s.", zone=edition.time_zone)
    return ("\n\n".join([*parts, zone]) + "\n").encode("utf-8", "replace")
