"""Which times a repeating event is held: RRULE, RDATE and EXDATE, bounded.

A programme is finite.  A rule must say where it ends, within a few years and a few hundred
times; anything else is refused rather than cut short in silence.
"""

from __future__ import annotations

from calendar import isleap
from datetime import date, datetime, time, timedelta
from itertools import islice

from dateutil.rrule import rrule, rrulestr
from icalendar.prop import vRecur

from festival.feeds.reading.ical_lines import CalendarComponent, ContentLine
from festival.feeds.reading.ical_values import CalendarZones, Moment, read_moments
from festival.feeds.reading.limits import MAX_RULE_OCCURRENCES, MAX_RULE_YEARS
from festival.feeds.reading.problems import ProblemLog
from festival.shared.sentences import mark

# Nothing at a festival is held by the hour for days on end, let alone by the second.
FREQUENCIES = {"YEARLY", "MONTHLY", "WEEKLY", "DAILY"}
LAST_YEAR = 9999  # where dateutil stops looking for a day that fits
PARTS = {
    "FREQ", "UNTIL", "COUNT", "INTERVAL", "BYHOUR", "BYMINUTE", "BYDAY", "BYMONTHDAY",
    "BYYEARDAY", "BYWEEKNO", "BYMONTH", "BYSETPOS", "WKST",
}  # fmt: skip


def held_times(
    event: CalendarComponent, start: Moment, zones: CalendarZones, log: ProblemLog
) -> list[Moment]:
    """Every start of an event, in order; the first alone where it does not repeat."""
    locals_ = {start.local}
    rules = event.all("RRULE")
    if len(rules) > 1:
        log.refuse(
            rules[1].line, mark("The event has more than one rule of repetition."), field="RRULE"
        )
        return []
    for rule in rules:
        locals_ = set(_rule_times(rule, start, log))
    for line in event.all("EXRULE"):
        log.refuse(line.line, mark("Rules of exception are not read."), field="EXRULE")
    for line in event.all("RDATE"):
        locals_ |= {_like(start, each) for each in read_moments(line, zones, log)}
    for line in event.all("EXDATE"):
        locals_ -= {_like(start, each) for each in read_moments(line, zones, log)}
    if not locals_ and event.all("EXDATE"):
        log.warn(event.line, mark("Every time of the event is an exception."), field="EXDATE")
    if len(locals_) > MAX_RULE_OCCURRENCES:
        log.refuse(event.line, mark("The event repeats too often."), field="RDATE")
        return []
    return [Moment(each, start.zone, start.whole_day, start.floating) for each in sorted(locals_)]


def _like(start: Moment, other: Moment) -> datetime:
    """A time of another zone as wall time of the event's own zone."""
    if other.whole_day or start.whole_day or other.zone == start.zone:
        return other.local
    return other.in_utc.astimezone(start.zone).replace(tzinfo=None)


def _rule_times(line: ContentLine, start: Moment, log: ProblemLog) -> list[datetime]:
    parts = _checked_parts(line, log)
    if parts is None:
        return []
    horizon = start.local + timedelta(days=366 * MAX_RULE_YEARS)
    until = _until(parts, start)
    count = _number(parts, "COUNT")
    bounded = {name: values for name, values in parts.items() if name not in ("COUNT", "UNTIL")}
    shift = _shift_to_the_end(start.local)
    ends = min(until, horizon) if until else horizon
    wanted = min(count or MAX_RULE_OCCURRENCES + 1, MAX_RULE_OCCURRENCES + 1)
    try:
        text: bytes = vRecur(bounded).to_ical()  # type: ignore[no-untyped-call]
        rule = rrulestr(text.decode(), dtstart=start.local + shift)
        assert isinstance(rule, rrule)
        found = [each - shift for each in islice(rule.replace(until=ends + shift), wanted)]
    except (ValueError, TypeError, OverflowError) as error:
        _refuse_rule(line, log, str(error))
        return []
    if len(found) > MAX_RULE_OCCURRENCES or _cut_short(found, count, until, horizon):
        raise log.stop(
            line.line,
            mark("The event repeats too often, for too long or never."),
            field="RRULE",
        )
    return found


def _shift_to_the_end(start: datetime) -> timedelta:
    """How far to move a rule so that dateutil soon meets its last year.

    It looks for the next fitting day until 9999, four seconds where there is none.  The same
    calendar (weekdays and leap years) comes again shortly before, and there it stops at once.
    """
    years = range(MAX_RULE_YEARS + 2)
    for last in range(LAST_YEAR - len(years), LAST_YEAR - 100, -1):
        if all(_same_calendar(start.year + each, last + each) for each in years):
            return date(last, 1, 1) - date(start.year, 1, 1)
    return timedelta(0)


def _same_calendar(year: int, other: int) -> bool:
    same_weekday = date(year, 1, 1).weekday() == date(other, 1, 1).weekday()
    return same_weekday and isleap(year) == isleap(other)


def _cut_short(
    found: list[datetime], count: int | None, until: datetime | None, horizon: datetime
) -> bool:
    if until:
        return until > horizon or not found
    return count is None or len(found) < count


def _less_than_one(parts: dict[str, list[object]], name: str) -> bool:
    number = _number(parts, name)
    return number is not None and number < 1


def _number(parts: dict[str, list[object]], name: str) -> int | None:
    value = parts.get(name, [None])[0]
    return value if isinstance(value, int) else None


def _checked_parts(line: ContentLine, log: ProblemLog) -> dict[str, list[object]] | None:
    """The rule's parts, upper case; None, and a refusal noted, where they will not do."""
    try:
        recur = vRecur.from_ical(line.value.strip())
    except (ValueError, TypeError, AttributeError, OverflowError) as error:
        _refuse_rule(line, log, str(error))
        return None
    parts = {str(name).upper(): _as_list(values) for name, values in recur.items()}
    frequency = str(parts.get("FREQ", [""])[0]).upper()
    if unknown := set(parts) - PARTS:
        _refuse_rule(line, log, ", ".join(sorted(unknown)))
    elif frequency not in FREQUENCIES:
        _refuse_rule(line, log, f"FREQ={frequency}")
    elif any(_less_than_one(parts, name) for name in ("COUNT", "INTERVAL")):
        _refuse_rule(line, log, line.value)
    elif "COUNT" not in parts and "UNTIL" not in parts:
        log.refuse(
            line.line,
            mark("The event repeats without an end; give COUNT or UNTIL."),
            field="RRULE",
        )
    else:
        return parts
    return None


def _refuse_rule(line: ContentLine, log: ProblemLog, detail: str) -> None:
    log.refuse(
        line.line,
        mark("The rule of repetition cannot be read: %(detail)s"),
        field="RRULE",
        detail=detail,
    )


def _as_list(values: object) -> list[object]:
    return list(values) if isinstance(values, (list, tuple)) else [values]


def _until(parts: dict[str, list[object]], start: Moment) -> datetime | None:
    """The rule's last moment as wall time of the event; a day counts to its end."""
    if "UNTIL" not in parts:
        return None
    until = parts["UNTIL"][0]
    if isinstance(until, datetime):
        if until.tzinfo is None:
            return until
        return until.astimezone(start.zone).replace(tzinfo=None)
    assert isinstance(until, date)
    return datetime.combine(until, time(23, 59, 59))
