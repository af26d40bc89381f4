"""The map as we draw it ourselves: positions on paper, near ones together; pure functions.

A city is small, so degrees become metres on a plane that touches the earth at its middle
(equirectangular); the error stays below a thousandth within 75 km.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from festival.exhibitors.catalogue.rules.facts import search_key
from festival.exhibitors.catalogue.states import Spot

WIDTH, HEIGHT = 800, 560
MARGIN = 64
TOGETHER = 30
"""Nearer than this, two points are one mark with both behind it."""
FARTHEST = 75_000.0
"""Metres from the middle of all points; what lies beyond is on the list only."""
SMALLEST = 600.0
"""Metres across: a single place is not drawn as if it filled the city."""
METRES_PER_DEGREE = 111_320.0
STEPS = (50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000)
LONGEST_BAR = 200


@dataclass(frozen=True, slots=True)
class Point:
    """Something that has a position, in degrees."""

    key: str
    kind: Spot
    name: str
    latitude: float
    longitude: float
    district: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """One sign on the map; ``number`` stands on it and in the list beside."""

    number: int
    x: float
    y: float
    kind: Spot
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class DistrictArea:
    """A circle round the points of a district: where it roughly is, not where it ends."""

    name: str
    x: float
    y: float
    radius: float


@dataclass(frozen=True, slots=True)
class Drawing:
    width: int
    height: int
    marks: list[Mark]
    districts: list[DistrictArea]
    far: list[Point]
    """Too far away to be drawn."""
    bar_metres: int
    bar_length: float


def draw(points: Sequence[Point]) -> Drawing | None:
    """The map of these points; None where there is nothing to draw."""
    near, far = _split(points)
    if not near:
        return None
    latitudes, longitudes = [each.latitude for each in near], _unrolled(near)
    middle = (
        (min(latitudes) + max(latitudes)) / 2,
        (min(longitudes) + max(longitudes)) / 2,
    )
    metres = {each.key: _metres(each, middle=middle) for each in near}
    widest = max(SMALLEST, 2 * max(abs(x) for x, _y in metres.values()))
    highest = max(SMALLEST, 2 * max(abs(y) for _x, y in metres.values()))
    scale = min((WIDTH - 2 * MARGIN) / widest, (HEIGHT - 2 * MARGIN) / highest)
    placed = {
        key: (WIDTH / 2 + x * scale, HEIGHT / 2 - y * scale) for key, (x, y) in metres.items()
    }
    bar = max((each for each in STEPS if each * scale <= LONGEST_BAR), default=STEPS[0])
    return Drawing(
        width=WIDTH,
        height=HEIGHT,
        marks=_marks(near, placed),
        districts=_districts(near, placed),
        far=far,
        bar_metres=bar,
        bar_length=bar * scale,
    )


def _split(points: Sequence[Point]) -> tuple[list[Point], list[Point]]:
    if not points:
        return [], []
    middle = (
        statistics.median(each.latitude for each in points),
        statistics.median(_unrolled(points)),
    )
    near: list[Point] = []
    far: list[Point] = []
    for each in points:
        (near if math.hypot(*_metres(each, middle=middle)) <= FARTHEST else far).append(each)
    return near, far


def _unrolled(points: Sequence[Point]) -> list[float]:
    """Longitudes that go on beyond 180 degrees where a city lies on the date line."""
    first = points[0].longitude
    return [first + _turn(each.longitude - first) for each in points]


def _turn(degrees: float) -> float:
    """Between -180 and 180."""
    return (degrees + 180) % 360 - 180


def _metres(point: Point, *, middle: tuple[float, float]) -> tuple[float, float]:
    """East and north of the middle."""
    latitude, longitude = middle
    return (
        _turn(point.longitude - longitude) * METRES_PER_DEGREE * math.cos(math.radians(latitude)),
        (point.latitude - latitude) * METRES_PER_DEGREE,
    )


def _marks(points: Iterable[Point], placed: dict[str, tuple[float, float]]) -> list[Mark]:
    """Venues first, each point with the nearest mark if that is close."""
    groups: list[tuple[float, float, list[Point]]] = []
    for each in sorted(points, key=lambda one: (one.kind is not Spot.VENUE, search_key(one.name))):
        x, y = placed[each.key]
        close = [group for group in groups if math.hypot(group[0] - x, group[1] - y) < TOGETHER]
        if close:
            min(close, key=lambda group: math.hypot(group[0] - x, group[1] - y))[2].append(each)
        else:
            groups.append((x, y, [each]))
    return [
        Mark(number, round(x, 1), round(y, 1), members[0].kind, tuple(members))
        for number, (x, y, members) in enumerate(groups, start=1)
    ]


def _districts(
    points: Iterable[Point], placed: dict[str, tuple[float, float]]
) -> list[DistrictArea]:
    found: dict[str, tuple[str, list[tuple[float, float]]]] = {}
    for each in points:
        if each.district:
            found.setdefault(search_key(each.district), (each.district, []))[1].append(
                placed[each.key]
            )
    areas = []
    for _key, (name, where) in sorted(found.items()):
        x, y = statistics.fmean(x for x, _y in where), statistics.fmean(y for _x, y in where)
        reach = max(math.hypot(x - left, y - top) for left, top in where)
        areas.append(DistrictArea(name, round(x, 1), round(y, 1), round(reach + 46, 1)))
    return areas
