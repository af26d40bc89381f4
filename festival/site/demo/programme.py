"""Strands, presenters, sessions and times; two clashes are meant."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from festival.cities.models import TwinCity
from festival.exhibitors.models import ActivityOffer, Application
from festival.programme.actions import (
    add_occurrence,
    add_presenter,
    add_strand,
    change_state,
    create_session,
    edit_session,
    move_occurrence,
    take_offer,
)
from festival.programme.models import Occurrence, ProgrammeSession
from festival.programme.rules.sessions import OccurrenceValues, SessionValues
from festival.programme.states import AttendanceMode, Kind, SessionState
from festival.site.demo import texts
from festival.site.demo.stage import Stage
from festival.site.demo.texts import Activity, Talk
from festival.site.demo.timetable import EVENING, Slot, Timetable, Wish

STRANDS = {
    "making": ("Made by hand", "sun"),
    "green": ("Living city", "lime"),
    "science": ("How things work", "sky"),
    "words": ("Words and stories", "coral"),
    "music": ("Music and movement", "rose"),
    "digital": ("Digital life", "violet"),
    "health": ("Well and safe", "mint"),
    "together": ("Living together", "amber"),
}
BIG_ROOMS = ("Council Chamber", "Lecture Theatre")
SMALL_ROOMS = ("Mirror Room", "Committee Room Two", "Seminar Room Ada", "Arcade One")
ROOMS = {"keynote": BIG_ROOMS, "panel": BIG_ROOMS, "debate": BIG_ROOMS, "ceremony": BIG_ROOMS[:1]}
HOURS_FOR = {
    "saebit": (time(9), time(12)),  # afternoon in Seoul
    "telmo": (time(16), time(19)),  # morning in Mexico
    "ballycarron": (time(10), time(18)),
}


class ProgrammeMaker:
    """Fills the draft programme of one edition."""

    def __init__(self, stage: Stage, *, now: datetime) -> None:
        self.stage = stage
        self.now = now
        self.timetable = Timetable(stage.rng)
        self.translations = texts.translations()
        self.strands = {
            key: add_strand(
                stage.edition, name=name, accent=accent, position=number,
                actor=stage.actor, now=now,
            ).slug
            for number, (key, (name, accent)) in enumerate(STRANDS.items())
        }  # fmt: skip
        self.presenters: dict[str, str] = {}

    def add_talks(self, cities: dict[str, TwinCity], *, most: int = 1000) -> None:
        """The conference."""
        talks = texts.talks()[:most]
        for talk in sorted(talks, key=lambda each: each.label != "ceremony"):
            session = self._talk(talk, cities)
            slot = self._place_talk(talk)
            self._hold(session, slot, minutes=talk.minutes, places=None, is_bookable=False)

    def _talk(self, talk: Talk, cities: dict[str, TwinCity]) -> ProgrammeSession:
        values = SessionValues(
            title=talk.title, kind=Kind.CONFERENCE, abstract=talk.text, language="en",
            languages=talk.languages, type_label=talk.label, strand=self.strands[talk.strand],
            city=cities[talk.city].slug if talk.city in cities else "",
            presenters=tuple(self._presenter(name, talk) for name in talk.presenters),
            attendance_mode=AttendanceMode(talk.mode),
            stream_url="" if talk.mode == "on_site" else "https://live.luminara.example/learns",
            tags=("hearing_loop", "captions") if talk.mode == "mixed" else (),
            translations=self.translations.get(talk.title, {}),
        )  # fmt: skip
        session = create_session(self.stage.edition, values, actor=self.stage.actor, now=self.now)
        self._ready(session)
        return session

    def _presenter(self, name: str, talk: Talk) -> str:
        if name not in self.presenters:
            affiliation = {"saebit": "Saebit", "telmo": "San Telmo del Lago"}.get(
                talk.city, "Ballycarron" if talk.city else "Luminara"
            )
            row = add_presenter(
                self.stage.edition, name=name, affiliation=affiliation,
                actor=self.stage.actor, now=self.now,
            )  # fmt: skip
            self.presenters[name] = row.code
        return self.presenters[name]

    def _place_talk(self, talk: Talk) -> Slot:
        earliest, latest = HOURS_FOR.get(talk.city, (time(9, 30), time(18)))
        days = list(self.stage.days)
        self.stage.rng.shuffle(days)
        if talk.title.startswith("Opening"):
            earliest, latest, days = time(10), time(10), self.stage.days[:1]
        elif talk.title.startswith("Closing"):
            earliest, latest, days = time(19), time(19), self.stage.days[-1:]
        wish = Wish(
            minutes=talk.minutes, kinds=(), spaces=ROOMS.get(talk.label, SMALL_ROOMS),
            busy=frozenset(f"presenter:{name}" for name in talk.presenters),
            earliest=earliest, latest=latest,
        )  # fmt: skip
        return self._found(
            self.timetable.place(wish, halls=self.stage.halls, days=days), talk.title
        )

    def add_activities(self, applications: dict[str, Application], *, most: int = 1000) -> None:
        """The hands-on part: every offer becomes a session that is held once to three times."""
        for activity in texts.activities()[:most]:
            application = applications[activity.exhibitor]
            offer = next(each for each in application.offers if each.title == activity.title)
            session = self._activity(activity, offer)
            times = 1 if activity.is_evening else self.stage.rng.choice((1, 1, 2, 2, 3))
            days = self.stage.rng.sample(self.stage.days, k=min(times, len(self.stage.days)))
            for day in sorted(days):
                wish = Wish(
                    minutes=activity.minutes, kinds=(activity.space_kind,),
                    busy=frozenset({f"exhibitor:{activity.exhibitor}"}),
                    district=application.organization.district,
                    earliest=EVENING if activity.is_evening else time(9),
                )  # fmt: skip
                slot = self.timetable.place(
                    wish, halls=self.stage.halls, days=[day, *self.stage.days]
                )
                self._hold(
                    session, self._found(slot, activity.title), minutes=activity.minutes,
                    places=activity.places, is_bookable=activity.is_bookable,
                )  # fmt: skip

    def _activity(self, activity: Activity, offer: ActivityOffer) -> ProgrammeSession:
        stage = self.stage
        session = take_offer(offer, edition=stage.edition, actor=stage.actor, now=self.now)
        values = SessionValues(
            title=activity.title, kind=Kind.ACTIVITY, abstract=activity.text, language="en",
            languages=activity.languages, type_label="activity",
            strand=self.strands[activity.strand],
            organization=offer.application.organization.code,
            age_min=activity.age_min, age_max=activity.age_max, tags=activity.tags,
            bring="Bring your own." if "Bring one" in activity.text else "",
            translations=self.translations.get(activity.title, {}),
        )  # fmt: skip
        edit_session(session, values, version=session.version, actor=stage.actor, now=self.now)
        self._ready(session)
        return session

    def _hold(
        self, session: ProgrammeSession, slot: Slot, *, minutes: int, places: int | None,
        is_bookable: bool,
    ) -> Occurrence:  # fmt: skip
        starts_at = slot.starts.replace(tzinfo=ZoneInfo(self.stage.edition.time_zone))
        values = OccurrenceValues(
            starts_at=starts_at, minutes=minutes, space=slot.hall.space.slug,
            is_bookable=is_bookable, capacity=places,
        )  # fmt: skip
        return add_occurrence(session, values, actor=self.stage.actor, now=self.now)

    def _ready(self, session: ProgrammeSession) -> None:
        change_state(session, to=SessionState.READY, actor=self.stage.actor, now=self.now)

    @staticmethod
    def _found(slot: Slot | None, title: str) -> Slot:
        if slot is None:
            raise RuntimeError(f"no time and space is left for {title!r}")
        return slot


def move_onto(
    occurrence: Occurrence, other: Occurrence, *, stage: Stage, now: datetime, same_space: bool
) -> None:
    """Make a clash that is meant: the organizer's page then has one to show."""
    space = other.space if same_space else occurrence.space
    values = OccurrenceValues(
        starts_at=other.starts_at + timedelta(minutes=15), minutes=occurrence.minutes,
        space=space.slug if space else "", is_bookable=occurrence.is_bookable,
        capacity=occurrence.capacity,
    )  # fmt: skip
    move_occurrence(occurrence, values, actor=stage.actor, now=now)
