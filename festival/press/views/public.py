"""What everybody sees.  None of these pages is kept: an embargo ends without anybody acting."""

from __future__ import annotations

import json

from flask import Response, abort, g, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from festival.extensions import limiter
from festival.press import queries
from festival.press.documents import release_pdf
from festival.press.facts import fact_sheet, facts_csv, facts_data
from festival.press.kit import plan_kit
from festival.press.models import PressContact, PressPicture, Release
from festival.press.picture_files import SIZES, picture_file
from festival.press.views.doors import blueprint, download, file_stem, instance_folder, page
from festival.shared.access import Who, open_to
from festival.shared.clock import utc_now


@blueprint.get("/press")
@open_to(Who.EVERYBODY)
def public() -> ResponseReturnValue:
    plan = plan_kit(g.edition, now=utc_now())
    return page(
        "public",
        plan=plan,
        pictures=[each for each in plan.pictures if queries.is_public(each)],
    )


@blueprint.get("/press/releases/<slug>/<language>")
@open_to(Who.EVERYBODY)
def release(slug: str, language: str) -> ResponseReturnValue:
    now = utc_now()
    found = _released(slug, language)
    others = [
        each
        for each in queries.released_releases(g.edition.id, now=now)
        if each.slug == slug and each.language != language
    ]
    return page("release", release=found, others=others, contact=_contact(found))


@blueprint.get("/press/releases/<slug>/<language>/release.pdf")
@open_to(Who.EVERYBODY)
@limiter.limit("60/minute")
def release_document(slug: str, language: str) -> ResponseReturnValue:
    found = _released(slug, language)
    return release_download(found, contact=_contact(found))


def release_download(release: Release, *, contact: PressContact | None) -> Response:
    """The PDF of a release in its own language."""
    with force_locale(release.language):
        body = release_pdf(
            release,
            edition_title=g.edition.title,
            zone_name=g.edition.time_zone,
            contact=contact,
        )
    name = f"{file_stem()}-{release.slug}-{release.language}.pdf"
    return download(body, media_type="application/pdf", name=name, inline=True)


@blueprint.get("/press/facts")
@open_to(Who.EVERYBODY)
def facts() -> ResponseReturnValue:
    return page("facts", facts=fact_sheet(g.edition, now=utc_now()))


@blueprint.get("/press/facts.csv")
@open_to(Who.EVERYBODY)
def facts_table() -> ResponseReturnValue:
    body = facts_csv(fact_sheet(g.edition, now=utc_now()))
    return download(body, media_type="text/csv; charset=utf-8", name=f"{file_stem()}-facts.csv")


@blueprint.get("/press/facts.json")
@open_to(Who.EVERYBODY)
def facts_json() -> ResponseReturnValue:
    data = {"edition": g.edition.title, "facts": facts_data(fact_sheet(g.edition, now=utc_now()))}
    return Response(json.dumps(data, ensure_ascii=False), content_type="application/json")


@blueprint.get("/press/pictures/<code>/<size>")
@open_to(Who.EVERYBODY)
def picture(code: str, size: str) -> ResponseReturnValue:
    found = queries.find_picture(g.edition.id, code=code)
    if found is None or not queries.is_public(found):
        abort(404)
    return picture_answer(found, size=size)


def picture_answer(picture: PressPicture, *, size: str) -> Response:
    """The picture's file under a policy in which nothing in it can act.

    Kept by browsers, but asked for again each time, because consent may be taken back.
    """
    if size not in SIZES:
        abort(404)
    file = picture_file(picture, size=size, edition=g.edition, instance=instance_folder())
    name = f"{file_stem()}-{picture.code}-{size}.{file.ending}"
    answer = download(file.body, media_type=file.media_type, name=name, inline=size != "print")
    answer.set_etag(file.etag)
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    answer.make_conditional(request)
    return answer


def _released(slug: str, language: str) -> Release:
    found = queries.find_released(g.edition.id, slug=slug, language=language, now=utc_now())
    return found or abort(404)


def _contact(release: Release) -> PressContact | None:
    return release.contact or next(iter(queries.contacts_of(g.edition.id)), None)
