"""How a return is told in the reader's language."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton
from babel.numbers import format_decimal
from flask import g
from flask_babel import gettext, ngettext

from festival.evaluation.returns.models import HostReturn
from festival.evaluation.returns.queries import HostedTime, Line
from festival.evaluation.returns.rules import last_day_before
from festival.evaluation.returns.states import DOUBTS, FIELD_NAMES, METHOD_NAMES, CountMethod
from festival.programme.rules.versions import place_text
from festival.shared.sentences import mark

NOON = time(12, tzinfo=UTC)
NOTHING = mark("(nothing)")


def number_text(number: int | None) -> str:
    """The number in the page's language; a dash where there is none."""
    return "–" if number is None else str(format_decimal(number, locale=g.locale))


def day_text(moment: datetime) -> str:
    """``Fri 14 May`` on the edition's clock."""
    local = moment.astimezone(ZoneInfo(g.edition.time_zone))
    return str(format_skeleton("MMMEd", local, locale=g.locale))


def moment_text(moment: datetime) -> str:
    """``Fri 14 May, 10:00`` on the edition's clock, in 24 hours."""
    local = moment.astimezone(ZoneInfo(g.edition.time_zone))
    return f"{day_text(moment)}, {local:%H:%M}"


def last_day_text(held: HostedTime) -> str:
    """The last day on which its return can be changed."""
    day = last_day_before(held.deadline, zone=ZoneInfo(g.edition.time_zone))
    return str(format_skeleton("MMMEd", datetime.combine(day, NOON), locale=g.locale))


def span_text(held: HostedTime) -> str:
    """``Fri 14 May, 10:00–11:30`` on the edition's clock."""
    ends = held.occurrence.ends_at.astimezone(ZoneInfo(g.edition.time_zone))
    return f"{moment_text(held.occurrence.starts_at)}–{ends:%H:%M}"


def title_text(held: HostedTime) -> str:
    return held.session.text("title", g.locale)


def where_text(held: HostedTime) -> str:
    return place_text(held.occurrence.space)


def people_text(row: HostReturn) -> str:
    """``24 people: 15 children, 9 adults``."""
    people = ngettext(
        "%(number)s person", "%(number)s people", row.total, number=number_text(row.total)
    )
    if row.children is None:
        return str(people)
    return str(
        gettext(
            "%(people)s: %(children)s under 18, %(adults)s adults",
            people=people,
            children=number_text(row.children),
            adults=number_text(row.adults),
        )
    )


def method_text(row: HostReturn) -> str:
    return str(gettext(METHOD_NAMES[row.method]))


def doubt_texts(line: Line) -> list[str]:
    """Sentences about what does not fit."""
    return [str(gettext(DOUBTS[doubt], limit=number_text(limit))) for doubt, limit in line.doubts]


def value_text(value: object) -> str:
    """A field's value in the table of differences."""
    if value is None or value == "":
        return str(gettext(NOTHING))
    if isinstance(value, CountMethod):
        return str(gettext(METHOD_NAMES[value]))
    return number_text(value) if isinstance(value, int) else str(value)


def difference_text(
    apart: list[tuple[str, object, object]],
) -> list[tuple[str, str, str]]:
    """(name of the field, saved, typed) in the page's language."""
    return [
        (str(gettext(FIELD_NAMES[name])), value_text(saved), value_text(typed))
        for name, saved, typed in apart
    ]
