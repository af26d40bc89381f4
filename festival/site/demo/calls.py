"""The calls of the sample festival: texts in three languages, questions, kinds of stand."""

from __future__ import annotations

from datetime import datetime, timedelta

from festival.exhibitors.calls.actions import (
    CallFacts,
    ClassFacts,
    QuestionFacts,
    add_question,
    change_call,
    put_stand_class,
    set_call,
)
from festival.exhibitors.calls.models import Call
from festival.exhibitors.calls.rules import WallWindows
from festival.exhibitors.calls.states import CallKind, QuestionKind
from festival.exhibitors.papers.states import PaperKind
from festival.site.demo.stage import Stage

TEXTS = {
    "en": {
        "title": "Show the city what can be learned",
        "text": "A stand costs nothing. Bring something that people can do with their own hands, "
        "and tell them where they can go on learning after the festival.",
    },
    "fr": {
        "title": "Montrez à la ville ce qu’on peut apprendre",
        "text": "Le stand est gratuit. Apportez quelque chose à faire de ses propres mains et "
        "dites où l’on peut continuer d’apprendre après le festival.",
    },
    "ar": {
        "title": "أروا المدينة ما يمكن تعلّمه",
        "text": "الجناح مجاني. أحضروا ما يستطيع الناس عمله بأيديهم، "
        "وأخبروهم أين يواصلون التعلّم بعد المهرجان.",
    },
}
ACTIVITY_TEXTS = {
    "en": {
        "title": "An hour with people, no stand needed",
        "text": "A walk, a song, a lesson on the grass: tell us what you would do and for whom.",
    }
}
CLASSES = (
    ({"en": "A table in the hall", "fr": "Une table dans la salle"}, 6, 30, False),
    ({"en": "A tent on the lawn", "fr": "Une tente sur la pelouse"}, 9, 12, True),
    ({"en": "Two tables in the hall", "fr": "Deux tables dans la salle"}, 12, 8, False),
)
"""Names, square metres, how many there are, whether nobody else can choose it then."""


def open_calls(stage: Stage) -> None:
    """Both calls of the edition, with everything that an organizer can set."""
    now = stage.at(-160, 9)
    call = change_call(
        stage.edition, kind=CallKind.EXHIBITORS, version=0, now=now, actor=stage.actor,
        facts=CallFacts(
            windows=WallWindows(opens=_wall(stage, -150, 9), closes=_wall(stage, -60, 18)),
            texts=TEXTS,
            papers_wanted=(PaperKind.INSURANCE.value, PaperKind.SAFEGUARDING.value),
        ),
    )  # fmt: skip
    for names, area, quota, closes in CLASSES:
        facts = ClassFacts(names=names, area_m2=area, quota=quota, closes_when_full=closes)
        put_stand_class(call, facts, now=now, actor=stage.actor)
    _ask(call, stage, now=now)
    change_call(
        stage.edition, kind=CallKind.ACTIVITIES, version=0, now=now, actor=stage.actor,
        facts=CallFacts(
            windows=WallWindows(
                opens=_wall(stage, -120, 9), closes=_wall(stage, -75, 18),
                reopens=_wall(stage, -70, 9), recloses=_wall(stage, -50, 18),
            ),
            texts=ACTIVITY_TEXTS,
        ),
    )  # fmt: skip


def _ask(call: Call, stage: Stage, *, now: datetime) -> None:
    """Three questions that may stay without an answer; the last depends on the first."""
    school = add_question(
        call,
        QuestionFacts(
            kind=QuestionKind.CHOICE,
            labels={"en": "Can school classes come to you?", "fr": "Accueillez-vous des classes ?"},
            options=(
                {"labels": {"en": "Yes, on Friday morning", "fr": "Oui, vendredi matin"}},
                {"labels": {"en": "Not this time", "fr": "Pas cette fois"}},
            ),
        ),
        now=now,
        actor=stage.actor,
    )
    add_question(
        call,
        QuestionFacts(
            kind=QuestionKind.NUMBER,
            labels={"en": "How many pupils at once?", "fr": "Combien d’élèves à la fois ?"},
            shown_if_question=school.code,
            shown_if_answer=str(school.options[0]["value"]),
        ),
        now=now,
        actor=stage.actor,
    )
    add_question(
        call,
        QuestionFacts(
            kind=QuestionKind.CONSENT,
            labels={"en": "We would come again next year", "fr": "Nous reviendrions l’an prochain"},
            hints={"en": "Then we write to you first."},
        ),
        now=now,
        actor=stage.actor,
    )


def open_small_call(stage: Stage, *, opens: datetime, closes: datetime, now: datetime) -> None:
    """Dates and nothing else; ``opens`` and ``closes`` are instants."""
    set_call(stage.edition, opens_at=opens, closes_at=closes, now=now, actor=stage.actor)


def _wall(stage: Stage, days: int, hour: int) -> datetime:
    day = stage.edition.starts_on + timedelta(days=days)
    return datetime(day.year, day.month, day.day, hour)  # noqa: DTZ001 - read on the edition's clock
