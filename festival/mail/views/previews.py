"""What every mail looks like, in every language, with the edition's own data or invented ones."""

from __future__ import annotations

from flask import abort, g, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from festival.mail.occasions import OCCASIONS, Occasion
from festival.mail.rendering import render_sample
from festival.mail.showing import mail_page
from festival.mail.states import TOPIC_NAMES
from festival.mail.views.room import blueprint, everything
from festival.shared.access import Role, Who, open_to
from festival.shared.languages import LANGUAGES

ENDPOINTS = {
    "mail": ("mail.kinds", "mail.kind", "mail.kind_as_html", "mail.outbox"),
    "all_mail": (
        "all_mail.kinds_of_all",
        "all_mail.kind_of_all",
        "all_mail.kind_as_html_of_all",
        "all_mail.outbox_of_all",
    ),
}


@blueprint.get("/organize/mail/templates")
@open_to(Role.ORGANIZER)
def kinds() -> ResponseReturnValue:
    return _kinds("mail")


@blueprint.get("/organize/mail/templates/<kind>/<language>")
@open_to(Role.ORGANIZER)
def kind(kind: str, language: str) -> ResponseReturnValue:
    return _kind(kind, language, room="mail")


@blueprint.get("/organize/mail/templates/<kind>/<language>.html")
@open_to(Role.ORGANIZER)
def kind_as_html(kind: str, language: str) -> ResponseReturnValue:
    return _as_html(kind, language)


@everything.get("/mail/templates")
@open_to(Who.ADMINISTRATOR)
def kinds_of_all() -> ResponseReturnValue:
    return _kinds("all_mail")


@everything.get("/mail/templates/<kind>/<language>")
@open_to(Who.ADMINISTRATOR)
def kind_of_all(kind: str, language: str) -> ResponseReturnValue:
    return _kind(kind, language, room="all_mail")


@everything.get("/mail/templates/<kind>/<language>.html")
@open_to(Who.ADMINISTRATOR)
def kind_as_html_of_all(kind: str, language: str) -> ResponseReturnValue:
    return _as_html(kind, language)


def _sorted() -> list[Occasion]:
    return sorted(OCCASIONS.values(), key=lambda each: each.kind)


def _kinds(room: str) -> ResponseReturnValue:
    return render_template(
        "mail/kinds.html",
        occasions=_sorted(),
        topics=TOPIC_NAMES,
        endpoints=ENDPOINTS[room],
    )


def _kind(kind: str, language: str, *, room: str) -> ResponseReturnValue:
    found = _found(kind, language)
    endpoint = ENDPOINTS[room][1]
    tabs = [
        {
            "label": each.autonym,
            "href": url_for(endpoint, kind=kind, language=each.code),
            "is_current": each.code == language,
        }
        for each in LANGUAGES.values()
    ]
    return render_template(
        "mail/kind.html",
        occasion=found,
        mail=render_sample(kind, locale=language, edition=g.get("edition")),
        topic=_(TOPIC_NAMES[found.topic]) if found.topic else "",
        language=LANGUAGES[language],
        tabs=tabs,
        endpoints=ENDPOINTS[room],
    )


def _as_html(kind: str, language: str) -> ResponseReturnValue:
    _found(kind, language)
    return mail_page(render_sample(kind, locale=language, edition=g.get("edition")).html)


def _found(kind: str, language: str) -> Occasion:
    if kind not in OCCASIONS or language not in LANGUAGES:
        abort(404)
    return OCCASIONS[kind]
