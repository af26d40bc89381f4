"""Clashes, the difference to what is published, publishing, and the versions so far."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from festival.festivals.states import EditionState
from festival.mail.batches.queries import held_batches
from festival.mail.batches.states import Origin
from festival.programme.actions import publish_programme
from festival.programme.events import Audience, who_would_be_told
from festival.programme.forms import PublishForm
from festival.programme.published import PublishedProgramme
from festival.programme.queries import (
    find_told,
    opening_hours_of,
    published_programme,
    states_of_sessions,
    versions_of,
)
from festival.programme.rules import clashes_between, difference, numbered
from festival.programme.rules.news import OccurrenceNews, What, news_between
from festival.programme.snapshot import draft_programme
from festival.programme.states import SessionState, Telling
from festival.programme.views.cards import Clock
from festival.programme.views.door import blueprint
from festival.programme.views.organize import clashes_on_page, tabs
from festival.shared.access import Role, current_actor, open_to
from festival.shared.clock import utc_now
from festival.shared.errors import FieldRefused
from festival.shared.forms import show_refusal
from festival.shared.work import unit_of_work


@blueprint.get("/organize/programme/clashes")
@open_to(Role.ORGANIZER)
def clashes() -> ResponseReturnValue:
    """Everything that cannot be, or had better not be, in drafts and ready sessions."""
    draft = draft_programme(g.edition, states=(SessionState.DRAFT, SessionState.READY))
    found = clashes_on_page(clashes_between(draft, hours=opening_hours_of(g.edition)))
    return render_template(
        "programme/organize/clashes.html",
        tabs=tabs("clashes"),
        serious=[each for each in found if each.is_serious],
        warnings=[each for each in found if not each.is_serious],
        clock=Clock(draft, locale=g.locale),
    )


@dataclass(frozen=True, slots=True)
class ChangeOnPage:
    """One line of a difference; ``before`` and ``after`` as a person reads them."""

    code: str
    title: str
    what: str
    sentence: str
    before: str
    after: str


def changes_on_page(changes: Iterable[Mapping[str, str]], *, clock: Clock) -> list[ChangeOnPage]:
    sentences = {
        "session_added": _("new in the programme"),
        "session_removed": _("no longer in the programme"),
        "added": _("one more time"),
        "removed": _("one time less"),
        "cancelled": _("cancelled"),
        "restored": _("held after all"),
        "time": _("other time"),
        "length": _("other length"),
        "place": _("other place"),
        "booking": _("other number of places"),
        "title": _("other title"),
        "presenters": _("other people"),
        "text": _("other texts or facts"),
    }
    return [
        ChangeOnPage(
            code=each["code"],
            title=each["title"],
            what=each["what"],
            sentence=sentences[each["what"]],
            before=_value(each["what"], each["before"], clock=clock),
            after=_value(each["what"], each["after"], clock=clock),
        )
        for each in changes
    ]


def _value(what: str, text: str, *, clock: Clock) -> str:
    if text and what in ("added", "removed", "cancelled", "restored", "time"):
        return clock.moment(datetime.fromisoformat(text))
    if text and what == "length":
        return str(ngettext("%(num)s minute", "%(num)s minutes", int(text)))
    return text or ("–" if what in ("place", "booking", "presenters") else "")


@dataclass(frozen=True, slots=True)
class Preview:
    """What publishing now would change, and whom it would be told."""

    changes: list[Mapping[str, str]]
    audience: Audience
    counts: list[tuple[str, str]]
    """Icon and sentence for each kind of news that somebody could be told."""


def _preview(after: PublishedProgramme) -> Preview:
    before = published_programme(g.edition)
    made = numbered(after, before=before, now=utc_now())
    news = news_between(before, made)
    return Preview(
        changes=[change_as_dict(each) for each in difference(before, made)],
        audience=who_would_be_told(g.edition, news),
        counts=_counts(news),
    )


def _counts(news: Iterable[OccurrenceNews]) -> list[tuple[str, str]]:
    found = Counter(each.what for each in news)
    told = {
        What.CANCELLED: (
            "cross",
            ngettext("%(num)s cancelled", "%(num)s cancelled", found[What.CANCELLED]),
        ),
        What.MOVED: ("clock", ngettext("%(num)s moved", "%(num)s moved", found[What.MOVED])),
        What.PLACE: (
            "place",
            ngettext("%(num)s in another place", "%(num)s in another place", found[What.PLACE]),
        ),
        What.RESTORED: (
            "undo",
            ngettext("%(num)s held after all", "%(num)s held after all", found[What.RESTORED]),
        ),
        What.ANNOUNCED: ("plus", ngettext("%(num)s new", "%(num)s new", found[What.ANNOUNCED])),
    }
    return [told[what] for what in What if found[what]]


def change_as_dict(change: Any) -> dict[str, str]:
    return {name: getattr(change, name) for name in ("code", "title", "what", "before", "after")}


@blueprint.route("/organize/programme/publish", methods=["GET", "POST"])
@open_to(Role.ORGANIZER)
@unit_of_work
def publish() -> ResponseReturnValue:
    """See what would change and who would be told, be warned of clashes, and publish."""
    form = PublishForm()
    if form.validate_on_submit():
        try:
            made = publish_programme(
                g.edition,
                actor=current_actor(),
                now=utc_now(),
                note=form.note.data,
                telling=Telling(form.telling.data),
                reason=form.reason.data,
            )
        except FieldRefused as refusal:
            show_refusal(form, refusal)
        else:
            flash(_("Version %(number)s is public now.", number=made.number), "success")
            return redirect(url_for("programme.version", number=made.number), 303)
    return _publish_page(form), 422 if form.is_submitted() else 200


def _publish_page(form: PublishForm) -> str:
    ready = draft_programme(g.edition)
    clock = Clock(ready, locale=g.locale)
    preview = _preview(ready)
    states = list(states_of_sessions(g.edition).values())
    found = clashes_on_page(clashes_between(ready, hours=opening_hours_of(g.edition)))
    return render_template(
        "programme/organize/publish.html",
        tabs=tabs("publish"),
        form=form,
        changes=changes_on_page(preview.changes, clock=clock),
        audience=preview.audience,
        counts=preview.counts,
        serious=[each for each in found if each.is_serious],
        warnings=[each for each in found if not each.is_serious],
        clock=clock,
        ready=len(ready.sessions),
        drafts=states.count(SessionState.DRAFT),
        version=g.edition.programme_version,
        is_public=g.edition.state == EditionState.PUBLIC,
        still_held=[each for each in held_batches(g.edition.id) if each.origin == Origin.PROGRAMME],
    )


@blueprint.get("/organize/programme/versions")
@open_to(Role.ORGANIZER)
def versions() -> ResponseReturnValue:
    """Every publication: when, by whom, what changed."""
    programme = published_programme(g.edition)
    return render_template(
        "programme/organize/versions.html",
        tabs=tabs("versions"),
        versions=versions_of(g.edition),
        clock=Clock(programme, locale=g.locale),
    )


@blueprint.get("/organize/programme/versions/<int:number>")
@open_to(Role.ORGANIZER)
def version(number: int) -> ResponseReturnValue:
    """What one publication changed."""
    found = next((pair for pair in versions_of(g.edition) if pair[0].number == number), None)
    if found is None:
        abort(404)
    clock = Clock(published_programme(g.edition), locale=g.locale)
    return render_template(
        "programme/organize/version.html",
        tabs=tabs("versions"),
        version=found[0],
        person=found[1],
        changes=changes_on_page(found[0].changes, clock=clock),
        clock=clock,
        told=find_told(g.edition, number=number),
    )
