"""The press kit: one ZIP of everything that the media may have now, made from one source.

The kit is planned anew for every request, so it can neither hold an embargoed release nor miss
one whose instant has come; ``kit_shelf`` decides whether it has to be built anew.  Rooms above
this one bring files of their own::

    contribute("programme/programme.csv", write_csv)

where the function takes a ``KitRequest`` and answers bytes.  It is called in an application
context with the festival's first language as the present locale; there may be no request, so
addresses are made from ``public_url``.  The same request must give the same bytes.
"""

from __future__ import annotations

import hashlib
import io
import json
import mimetypes
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import force_locale

from festival.festivals.models import Edition
from festival.press import kit_pages
from festival.press.documents import programme_pdf, release_pdf
from festival.press.facts import Fact, fact_sheet, facts_csv, facts_data
from festival.press.models import PressContact, PressPicture, Release
from festival.press.picture_files import ENDINGS, picture_file
from festival.press.queries import (
    contacts_of,
    papers_of,
    pictures_of,
    released_releases,
    rules_text,
)
from festival.press.rules import papers_missing
from festival.press.states import Paper
from festival.programme.published import PublishedProgramme
from festival.programme.queries import published_programme
from festival.shared.languages import DEFAULT, LANGUAGES

ALWAYS = (
    "contacts.txt", "facts/facts.csv", "facts/facts.json", "index.html", "kit.css",
    "manifest.json", "pictures/captions.csv", "pictures/captions.txt",
)  # fmt: skip
PACKED_ALREADY = (".jpg", ".png", ".pdf")


@dataclass(frozen=True, slots=True)
class KitRequest:
    """What a contributing function is told."""

    edition: Edition
    programme: PublishedProgramme
    locale: str
    now: datetime
    public_url: str
    """Origin of the site, without a slash at the end."""


KitWriter = Callable[[KitRequest], bytes]
_writers: dict[str, KitWriter] = {}


def contribute(path: str, writer: KitWriter) -> None:
    """Add a file to every kit; ``path`` is its name in the ZIP, its ending tells its type."""
    _writers[path] = writer


def contributions() -> tuple[str, ...]:
    """Paths of what other rooms bring, sorted."""
    return tuple(sorted(_writers))


@dataclass(frozen=True, slots=True)
class KitFile:
    path: str
    body: bytes

    @property
    def media_type(self) -> str:
        return mimetypes.guess_type(self.path)[0] or "application/octet-stream"


@dataclass(frozen=True)
class KitPlan:
    """What the kit holds at one instant, and what keeps it from going out."""

    edition: Edition
    programme: PublishedProgramme
    releases: list[Release]
    pictures: list[PressPicture]
    """Chosen for the kit, with or without their papers."""
    contacts: list[PressContact]
    rules: str

    @property
    def incomplete(self) -> list[tuple[PressPicture, tuple[Paper, ...]]]:
        """Pictures that block the kit, each with what it lacks."""
        found = ((picture, papers_missing(papers_of(picture))) for picture in self.pictures)
        return [(picture, missing) for picture, missing in found if missing]

    @property
    def is_blocked(self) -> bool:
        return not self.contacts or bool(self.incomplete)

    @property
    def locales(self) -> list[str]:
        """Languages of the kit, the festival's first language first."""
        return [each for each in self.edition.languages if each in LANGUAGES] or [DEFAULT]

    @property
    def content_key(self) -> str:
        """Changes with everything in the kit but the figures."""
        facts = (
            current_app.config["BUILD"], self.edition.id, self.edition.title,
            self.edition.festival.city_name, self.locales,
            self.edition.time_zone, self.edition.starts_on, self.edition.ends_on,
            self.programme.version, self.programme.published_at, contributions(), self.rules,
            [(each.slug, each.language, each.version) for each in self.releases],
            [(each.code, each.picture.sha256, papers_of(each)) for each in self.pictures],
            [(each.name, each.role, each.email, each.phone, each.hours, each.languages)
             for each in self.contacts],
        )  # fmt: skip
        text = repr(facts).encode("utf-8", "replace")
        return hashlib.blake2b(text, digest_size=12).hexdigest()


def plan_kit(edition: Edition, *, now: datetime) -> KitPlan:
    """What the kit holds at ``now``: released releases only."""
    return KitPlan(
        edition=edition,
        programme=published_programme(edition),
        releases=released_releases(edition.id, now=now),
        pictures=[each for each in pictures_of(edition.id) if each.in_kit],
        contacts=contacts_of(edition.id),
        rules=rules_text(edition.id),
    )


def kit_paths(plan: KitPlan) -> list[str]:
    """Names of the files that the kit holds, sorted, without building it."""
    stems = [release_stem(number, each) for number, each in enumerate(plan.releases, start=1)]
    pictures = [
        picture_path(number, each, size=size)
        for number, each in enumerate(plan.pictures, start=1)
        for size in ("web", "print")
    ]
    return sorted(
        [
            *ALWAYS,
            *(f"facts/fact-sheet-{locale}.html" for locale in plan.locales),
            *(f"programme/programme-{locale}.pdf" for locale in plan.locales),
            *(f"{stem}.{ending}" for stem in stems for ending in ("html", "pdf")),
            *pictures,
            *contributions(),
        ]
    )


def build_kit(plan: KitPlan, *, instance: Path, public_url: str, now: datetime) -> bytes:
    """The ZIP.  The same plan, figures and ``now`` give the same bytes.

    Raises ``ValueError`` for a plan that is blocked: nothing incomplete leaves the house.
    """
    if plan.is_blocked:
        raise ValueError("the kit is blocked; look at plan.incomplete and plan.contacts")
    facts = {}
    for locale in plan.locales:
        with force_locale(locale):
            facts[locale] = fact_sheet(plan.edition, now=now)
    request = KitRequest(plan.edition, plan.programme, plan.locales[0], now, public_url)
    files = sorted(
        [
            *_releases(plan),
            *_facts(plan, facts),
            *_programme(plan, request),
            *_pictures(plan, instance=instance),
            *kit_pages_of(plan, facts[plan.locales[0]]),
        ],
        key=lambda file: file.path,
    )
    files.append(_manifest(plan, files, now=now))
    return _zipped(files, at=now.astimezone(ZoneInfo(plan.edition.time_zone)))


def _releases(plan: KitPlan) -> Iterator[KitFile]:
    for number, release in enumerate(plan.releases, start=1):
        with force_locale(release.language):
            contact = release.contact or plan.contacts[0]
            stem = release_stem(number, release)
            page = kit_pages.release_page(release, edition=plan.edition, contact=contact)
            yield KitFile(f"{stem}.html", page)
            pdf = release_pdf(
                release,
                edition_title=plan.edition.title,
                zone_name=plan.edition.time_zone,
                contact=contact,
            )
            yield KitFile(f"{stem}.pdf", pdf)


def release_stem(number: int, release: Release) -> str:
    """Path of a release in the kit without its ending."""
    return f"releases/{number:02}-{release.slug}-{release.language}"


def _facts(plan: KitPlan, facts: dict[str, list[Fact]]) -> Iterator[KitFile]:
    for locale, sheet in facts.items():
        with force_locale(locale):
            page = kit_pages.fact_page(sheet, edition=plan.edition, locale=locale)
        yield KitFile(f"facts/fact-sheet-{locale}.html", page)
    first = facts[plan.locales[0]]
    yield KitFile("facts/facts.csv", facts_csv(first))
    yield KitFile("facts/facts.json", _json({"facts": facts_data(first)}))


def _programme(plan: KitPlan, request: KitRequest) -> Iterator[KitFile]:
    for locale in plan.locales:
        with force_locale(locale):
            yield KitFile(
                f"programme/programme-{locale}.pdf", programme_pdf(plan.programme, locale=locale)
            )
    with force_locale(request.locale):
        for path in contributions():
            yield KitFile(path, _writers[path](request))


def _pictures(plan: KitPlan, *, instance: Path) -> Iterator[KitFile]:
    for number, picture in enumerate(plan.pictures, start=1):
        for size in ("web", "print"):
            file = picture_file(picture, size=size, edition=plan.edition, instance=instance)
            yield KitFile(picture_path(number, picture, size=size), file.body)


def picture_path(number: int, picture: PressPicture, *, size: str) -> str:
    """Path of a picture in the kit."""
    ending = ENDINGS.get(picture.picture.media_type, "jpg")
    return f"pictures/{size}/{number:02}-{picture.code}.{ending}"


def kit_pages_of(plan: KitPlan, facts: list[Fact]) -> Iterator[KitFile]:
    """Index, captions, contacts and rules in the festival's first language."""
    paths = [
        (picture, picture_path(number, picture, size="web"))
        for number, picture in enumerate(plan.pictures, start=1)
    ]
    stems = [
        (release, release_stem(number, release))
        for number, release in enumerate(plan.releases, start=1)
    ]
    with force_locale(plan.locales[0]):
        yield KitFile("kit.css", kit_pages.stylesheet())
        yield KitFile("pictures/captions.txt", kit_pages.captions_text(paths))
        yield KitFile("pictures/captions.csv", kit_pages.captions_csv(paths))
        yield KitFile("contacts.txt", kit_pages.contacts_text(plan.contacts, edition=plan.edition))
        yield KitFile(
            "index.html",
            kit_pages.index_page(
                edition=plan.edition,
                programme=plan.programme,
                releases=stems,
                pictures=paths,
                contacts=plan.contacts,
                rules=plan.rules,
                facts=facts,
                locales=plan.locales,
                contributions=contributions(),
            ),
        )


def _manifest(plan: KitPlan, files: list[KitFile], *, now: datetime) -> KitFile:
    published_at = plan.programme.published_at
    return KitFile(
        "manifest.json",
        _json(
            {
                "edition": f"{plan.edition.festival.slug}/{plan.edition.slug}",
                "title": plan.edition.title,
                "time_zone": plan.edition.time_zone,
                "programme_version": plan.programme.version,
                "programme_published_at": published_at.isoformat() if published_at else None,
                "figures_as_of": now.isoformat(timespec="seconds"),
                "releases": [
                    {
                        "slug": each.slug, "language": each.language, "version": each.version,
                        "released_at": each.released_at.isoformat(),
                    }
                    for each in plan.releases
                ],
                "files": [
                    {
                        "path": file.path, "type": file.media_type, "bytes": len(file.body),
                        "sha256": hashlib.sha256(file.body).hexdigest(),
                    }
                    for file in files
                ],
            }
        ),
    )  # fmt: skip


def _json(data: object) -> bytes:
    return json.dumps(data, ensure_ascii=False, indent=2).encode("utf-8", "replace") + b"\n"


def _zipped(files: list[KitFile], *, at: datetime) -> bytes:
    """A ZIP whose bytes depend on nothing but the files and ``at`` (shown as their date)."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for file in files:
            info = zipfile.ZipInfo(file.path, date_time=at.timetuple()[:6])
            info.create_system = 3
            info.external_attr = 0o100644 << 16
            packed = file.path.endswith(PACKED_ALREADY)
            info.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
            archive.writestr(info, file.body)
    return out.getvalue()
