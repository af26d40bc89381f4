"""Organizations apply, are accepted or declined, or have not handed in yet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from festival.exhibitors.actions import (
    accept_application,
    decline_application,
    save_step,
    start_application,
    submit,
)
from festival.exhibitors.models import Application
from festival.exhibitors.states import Step
from festival.exhibitors.values import NEIGHBOURS
from festival.shared.tokens import make_token
from festival.site.demo import texts
from festival.site.demo.stage import Stage
from festival.site.demo.texts import Activity, Exhibitor

WELCOME = "You are in. We are glad, and we will write to you about your stand."
DECLINED = "The festival has room for learning only, not for selling. Come as a visitor!"
EXHIBITS = (
    ("course", "Autumn course for beginners", "Ten evenings, a small group, tea included.", True),
    ("material", "Booklet to take home", "Eight pages with the first steps and a list.", True),
    ("product", "Starter kit", "All that is needed for the first attempt, in a box.", False),
    ("course", "Open workshop on Saturdays", "Come when you like; somebody will be there.", True),
)
NOT_TAKEN_YET = {
    "bindery": ("A book of the whole city", "Ten meters of paper on one table; everybody adds."),
    "wheels": ("Night ride with lanterns", "Slowly through the Old Town, lights on handlebars."),
    "choir": ("Lullaby for the last evening", "Half an hour, very quiet, on the library steps."),
}
"""Offers that wait at the organizer's desk."""


NEIGHBOURS_TOLD = {
    1: {"near": "The bindery: we mend books together at noon."},
    4: {"not_beside": "Somebody loud. Small children rest with us."},
    8: {"near": "The library.", "not_beside": "The choir, much as we like it."},
}
"""Of some, by their place in the list."""


def apply_all(stage: Stage) -> dict[str, Application]:
    """Every organization's application by its key, decided where it was decided."""
    offered: dict[str, list[Activity]] = {}
    for activity in texts.activities():
        offered.setdefault(activity.exhibitor, []).append(activity)
    found = {}
    for number, text in enumerate(texts.exhibitors()):
        now = stage.at(-120, 10) + timedelta(hours=7 * number)
        found[text.key] = _apply(
            stage, text, activities=offered.get(text.key, []), number=number, now=now
        )
    return found


def _apply(
    stage: Stage, text: Exhibitor, *, activities: list[Activity], number: int, now: datetime
) -> Application:
    application = start_application(
        stage.edition, organization_name=text.name, email=f"{text.key}@luminara.example",
        language="en", key=make_token(), now=now,
    )  # fmt: skip
    classes = [each.code for each in application.call.stand_classes] if application.call else []
    pages = _pages(text, activities=activities, number=number, classes=classes)
    for step, values in pages.items():
        save_step(application, step=step, values=values, version=application.version, now=now)
    if text.state == "draft":
        return application
    submit(application, version=application.version, now=now + timedelta(hours=2))
    decided_at = now + timedelta(days=9)
    if text.state == "accepted":
        accept_application(application, text=WELCOME, now=decided_at, actor=stage.actor)
    elif text.state == "declined":
        decline_application(application, text=DECLINED, now=decided_at, actor=stage.actor)
    return application


def _pages(
    text: Exhibitor, *, activities: list[Activity], number: int, classes: Sequence[str]
) -> dict[Step, dict[str, Any]]:
    kind, title, description, all_year = EXHIBITS[number % len(EXHIBITS)]
    exhibit = {"kind": kind, "title": title, "description": description, "all_year": all_year}
    return {
        Step.ORGANIZATION: {
            "name": text.name, "sector": text.sector, "district": text.district,
            "website": f"https://{text.key}.luminara.example", "about": text.about,
            "languages": list(text.languages), "contact_name": f"Contact of {text.name}",
            "contact_email": f"{text.key}@luminara.example",
            "contact_phone": f"+34 555 01{number:02}",
        },
        Step.PROFILE: {"size": ("few", "dozens", "", "one")[number % 4]},
        Step.PLAN: {
            "brings": ["exhibits", "activities"] if activities else ["exhibits"], "space": "more",
            "stand_class": classes[number % 4] if number % 4 < min(len(classes), 2) else "",
        },
        Step.EXHIBITS: {"exhibits": [exhibit]},
        Step.NEEDS: {
            "area_m2": 6 + number % 4 * 3, "tables": 1 + number % 3, "chairs": 4 + number % 5,
            "power_watts": (0, 200, 1500, 3000)[number % 4], "water": number % 5 == 0,
            "internet": number % 3 == 0, "step_free": number % 2 == 0, "storage": number % 4 == 1,
            "noise": ("none", "some", "loud")[number % 3], "needs_quiet": number % 9 == 0,
            "vehicle_length_m": None if number % 3 else 5, "vehicle_height_m": None,
            "team_passes_wanted": 2 + number % 3,
            "vehicle": "Cargo bicycle" if number % 3 else "Small van", "remarks": "",
            "floor_load_kg": 400 if number % 12 == 6 else None,
            **dict.fromkeys(NEIGHBOURS, ""), **NEIGHBOURS_TOLD.get(number, {}),
        },
        Step.ACTIVITIES: {"offers": _offers(text, activities)},
    }  # fmt: skip


def _offers(text: Exhibitor, activities: list[Activity]) -> list[dict[str, Any]]:
    offers = [
        {
            "title": each.title, "description": each.text, "capacity": each.places or 100,
            "minutes": each.minutes, "age_min": each.age_min, "age_max": each.age_max,
            "languages": list(each.languages), "bring": "", "is_bookable": each.is_bookable,
        }
        for each in activities
    ]  # fmt: skip
    if text.key in NOT_TAKEN_YET:
        title, description = NOT_TAKEN_YET[text.key]
        offers.append(
            {
                "title": title, "description": description, "capacity": 30, "minutes": 60,
                "age_min": None, "age_max": None, "languages": ["en"], "bring": "",
                "is_bookable": False,
            }
        )  # fmt: skip
    return offers
