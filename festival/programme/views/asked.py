"""What the address asks for, and the filters that a programme offers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from festival.programme.published import PublishedProgramme
from festival.programme.rules.search import BOOKABLE, DROP_IN, Wanted
from festival.programme.states import TAGS, Kind
from festival.programme.views.cards import language_names

ARGUMENTS = (
    "q", "day", "place", "space", "strand", "kind", "language", "age", "tag", "booking", "city",
    "view", "page",
)  # fmt: skip
ALL_DAYS = "all"
AGES = (3, 6, 9, 12, 15, 18)
MOST_WORDS = 100
Options = list[tuple[str, str]]


def read_wanted(args: MultiDict[str, str], programme: PublishedProgramme) -> Wanted:
    """Filters of the address; what this programme does not know is passed over."""
    age = args.get("age", type=int)
    return Wanted(
        words=args.get("q", "").strip()[:MOST_WORDS],
        day=_day(args.get("day", ""), programme),
        venue=args.get("place", ""),
        space=args.get("space", ""),
        strand=args.get("strand", ""),
        kind=_one_of(args.get("kind", ""), tuple(Kind)),
        language=args.get("language", ""),
        age=age if age is not None and 0 <= age <= 120 else None,
        tags=tuple(tag for tag in TAGS if tag in args.getlist("tag")),
        booking=_one_of(args.get("booking", ""), (BOOKABLE, DROP_IN)),
        city=args.get("city", ""),
    )


def _day(text: str, programme: PublishedProgramme) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day in programme.days else None


def _one_of(text: str, known: tuple[str, ...]) -> str:
    return text if text in known else ""


def address_of(path: str, wanted: Wanted, **others: str) -> str:
    """``path`` with the filters in it; ``others`` are added or, when empty, left out."""
    pairs: list[tuple[str, str]] = [
        ("q", wanted.words),
        ("day", wanted.day.isoformat() if wanted.day else ""),
        ("place", wanted.venue),
        ("space", wanted.space),
        ("strand", wanted.strand),
        ("kind", wanted.kind),
        ("language", wanted.language),
        ("age", "" if wanted.age is None else str(wanted.age)),
        *(("tag", tag) for tag in wanted.tags),
        ("booking", wanted.booking),
        ("city", wanted.city),
    ]
    kept = [(name, value) for name, value in pairs if value and name not in others]
    kept += [(name, value) for name, value in others.items() if value]
    return path + ("?" + _encoded(kept) if kept else "")


def _encoded(pairs: list[tuple[str, str]]) -> str:
    return urlencode(pairs).replace("%7Bpage%7D", "{page}")  # a macro fills it in


@dataclass(frozen=True, slots=True)
class FilterOptions:
    """What can be chosen; each a list of (value, text), the first without a value."""

    places: Options
    strands: Options
    kinds: Options
    languages: Options
    ages: Options
    bookings: Options
    cities: Options
    tags: tuple[str, ...]


def filter_options(programme: PublishedProgramme, *, locale: str) -> FilterOptions:
    """Only what occurs in the programme can be chosen; a list of one choice is empty."""
    sessions = programme.sessions
    names = language_names(locale)
    spoken = {code for each in sessions for code in each.languages}
    venues = {occ.space.venue.slug for _each, occ in programme.held if occ.space}
    strands = {each.strand.slug for each in sessions if each.strand}
    cities = {each.city.slug: each.city.name for each in sessions if each.city}
    used = {tag for each in sessions for tag in each.tags}
    kinds = {each.kind for each in sessions}
    known = [(Kind.ACTIVITY, _("Hands-on activities")), (Kind.CONFERENCE, _("Conference"))]
    return FilterOptions(
        places=_choices([(e.slug, e.name) for e in programme.venues if e.slug in venues]),
        strands=_choices([(e.slug, e.name) for e in programme.strands if e.slug in strands]),
        kinds=_choices([(each.value, text) for each, text in known if each.value in kinds]),
        languages=_choices(sorted(((c, names.get(c, c)) for c in spoken), key=lambda p: p[1])),
        ages=[("", _("All"))] + [(str(age), _("%(age)s years", age=age)) for age in AGES],
        bookings=[("", _("All")), (BOOKABLE, _("With booking")), (DROP_IN, _("Drop in"))],
        cities=_choices(sorted(cities.items(), key=lambda pair: pair[1])),
        tags=tuple(tag for tag in TAGS if tag in used),
    )


def _choices(options: Options) -> Options:
    return [("", _("All")), *options] if len(options) > 1 else []


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is set; following ``href`` takes it away."""

    label: str
    href: str


def filter_chips(wanted: Wanted, options: FilterOptions, *, path: str) -> list[Chip]:
    """One chip per filter that is set, with the words a person reads."""
    chosen: list[tuple[str, str, Options]] = [
        ("venue", wanted.venue, options.places),
        ("space", wanted.space, []),
        ("strand", wanted.strand, options.strands),
        ("kind", wanted.kind, options.kinds),
        ("language", wanted.language, options.languages),
        ("age", "" if wanted.age is None else str(wanted.age), options.ages),
        ("booking", wanted.booking, options.bookings),
        ("city", wanted.city, options.cities),
    ]
    chips = [
        Chip(dict(texts).get(value, value), address_of(path, _without(wanted, name)))
        for name, value, texts in chosen
        if value
    ]
    for tag in wanted.tags:
        rest = tuple(each for each in wanted.tags if each != tag)
        chips.append(Chip(_tag_name(tag), address_of(path, replace(wanted, tags=rest))))
    return chips


def _without(wanted: Wanted, name: str) -> Wanted:
    return replace(wanted, **{name: None if name == "age" else ""})  # type: ignore[arg-type]


def tag_names() -> dict[str, str]:
    """Tag → words, in the order of ``states.TAGS``."""
    return {
        "relaxed": _("Relaxed"),
        "quiet": _("Quiet"),
        "women_only": _("Women only"),
        "childcare": _("Childcare"),
        "easy_read": _("Easy to read"),
        "step_free": _("Step-free"),
        "sign_language": _("Sign language"),
        "hearing_loop": _("Hearing loop"),
        "captions": _("Captions"),
    }


def _tag_name(tag: str) -> str:
    return tag_names().get(tag, tag)
