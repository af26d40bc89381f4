"""The blueprint, and what its pages have in common."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, current_app, flash, g, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_datetime
from flask_wtf import FlaskForm

from festival.press.documents import contact_lines, speaker_text, status_text, version_text
from festival.shared.addresses import edition_blueprint
from festival.shared.languages import LANGUAGES
from festival.shared.markdown import html_of

blueprint = edition_blueprint("press", __name__)


def page(template: str, **values: Any) -> str:
    """A page of the room with what its templates share."""
    return render_template(
        f"press/{template}.html",
        edition=g.edition,
        html_of=html_of,
        local_moment=local_moment,
        utc_moment=utc_moment,
        contact_lines=contact_lines,
        speaker_text=speaker_text,
        status_text=status_text,
        version_text=version_text,
        language_name=language_name,
        languages=LANGUAGES,
        **values,
    )


def form_page(template: str, *, form: FlaskForm, **values: Any) -> ResponseReturnValue:
    """A page with a form; 422 when something in it was refused."""
    return page(template, form=form, **values), 422 if form.errors else 200


def done(message: str, endpoint: str, **values: Any) -> ResponseReturnValue:
    flash(message, "success")
    return redirect(url_for(endpoint, **values), 303)


def instance_folder() -> Path:
    folder: Path = current_app.config["SETTINGS"].instance_path
    return folder


def local_moment(moment: datetime) -> str:
    """Date and time on the city's clocks, with the zone's name."""
    local = moment.astimezone(ZoneInfo(g.edition.time_zone))
    return f"{format_datetime(local, 'd MMMM y, HH:mm', rebase=False)} ({g.edition.time_zone})"


def utc_moment(moment: datetime) -> str:
    return f"{format_datetime(moment, 'd MMMM y, HH:mm', rebase=False)} UTC"


def language_name(code: str) -> str:
    """The language in its own words."""
    return LANGUAGES[code].autonym if code in LANGUAGES else code


def download(body: bytes, *, media_type: str, name: str, inline: bool = False) -> Response:
    """A file; ``name`` is ours, never a stranger's."""
    response = make_response(body)
    response.content_type = media_type
    how = "inline" if inline else "attachment"
    response.headers["Content-Disposition"] = f'{how}; filename="{name}"'
    return response


def file_stem() -> str:
    """Beginning of the names of downloads of this edition."""
    return f"{g.edition.festival.slug}-{g.edition.slug}"
