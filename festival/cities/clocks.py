"""The world clock of a city, in words of the page's language."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date
from babel.units import format_unit
from flask_babel import get_locale
from flask_babel import gettext as _

from festival.cities.models import TwinCity
from festival.cities.rules import ClockSpan, TwinTime, clock_spans, twin_times
from festival.festivals.models import Edition

HOURS = (9, 12, 15, 18, 21)


def festival_days(edition: Edition) -> list[date]:
    count = (edition.ends_on - edition.starts_on).days + 1
    return [edition.starts_on + timedelta(days=number) for number in range(count)]


def clock_sentences(city: TwinCity, *, edition: Edition) -> list[str]:
    """``Seoul is 7 hours ahead.``; with dates where the difference changes during the festival."""
    spans = clock_spans(
        ZoneInfo(city.time_zone), host=ZoneInfo(edition.time_zone), days=festival_days(edition)
    )
    return [_sentence(city.name, span, dated=len(spans) > 1) for span in spans]


def clock_table(city: TwinCity, *, edition: Edition) -> list[TwinTime]:
    """What the clock says there at some full hours of the first day."""
    return twin_times(
        ZoneInfo(city.time_zone),
        host=ZoneInfo(edition.time_zone),
        day=edition.starts_on,
        hours=HOURS,
    )


def _sentence(city: str, span: ClockSpan, *, dated: bool) -> str:
    values = {"city": city, "span": _length(abs(span.minutes_ahead))}
    if span.minutes_ahead > 0:
        text = _("%(city)s is %(span)s ahead", **values)
    elif span.minutes_ahead < 0:
        text = _("%(city)s is %(span)s behind", **values)
    else:
        text = _("%(city)s keeps the same time", **values)
    if not dated:
        return str(text)
    dated_text = _(
        "from %(day)s: %(text)s", day=format_date(span.first, "d MMMM", _locale()), text=text
    )
    return str(dated_text)


def _length(minutes: int) -> str:
    """Hours and minutes in words."""
    hours, rest = divmod(minutes, 60)
    parts = []
    if hours:
        parts.append(format_unit(hours, "duration-hour", "long", locale=_locale()))
    if rest:
        parts.append(format_unit(rest, "duration-minute", "long", locale=_locale()))
    return " ".join(parts)


def _locale() -> Locale:
    return get_locale() or Locale("en")
