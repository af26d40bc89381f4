"""The map of learning of the sample city: where its organizations teach all year, and the terms."""

from __future__ import annotations

from festival.exhibitors.catalogue.actions import (
    CardValues,
    PlaceValues,
    choose_terms,
    save_public_face,
)
from festival.exhibitors.catalogue.states import Licence
from festival.exhibitors.models import Application
from festival.exhibitors.states import ApplicationState
from festival.site.demo import texts
from festival.site.demo.stage import Stage

NAMES = {
    "bindery": {"fr": "La Main de Papier", "ar": "يد الورق", "es": "La Mano de Papel"},
    "library": {"fr": "Bibliothèque municipale de Luminara", "ar": "مكتبة مدينة لومينارا",
                "zh": "卢米纳拉市图书馆", "ru": "Городская библиотека Луминары"},
    "languages": {"fr": "Maison des langues", "ar": "بيت اللغات", "zh": "语言之家"},
    "health": {"fr": "Centre de santé du quartier", "ar": "مركز صحة الحي"},
    "work": {"es": "Museo del Trabajo", "fr": "Musée du Travail"},
    "university": {"zh": "卢米纳拉大学理学院", "fr": "Université de Luminara"},
}  # fmt: skip
ABOUTS = {
    "bindery": {
        "fr": "Douze voisins qui plient, cousent et pressent des livres dans une ancienne écurie.",
        "ar": "اثنا عشر جارًا يطوون الكتب ويخيطونها ويكبسونها في إسطبل قديم.",
    },
}
MANNERS: tuple[list[str], ...] = ([], ["relaxed"], ["easy_read"], [], ["quiet", "relaxed"])
STREETS = ("Weavers' Lane", "Lime Tree Street", "Mill Race", "Bridge Street", "Lantern Alley")
NOTE = (
    "Every organization was asked in spring where it teaches. "
    "About a tenth of them teach at changing places and are not on the map."
)


def put_on_the_map(stage: Stage, applications: dict[str, Application]) -> int:
    """Learning places near the venues of each district; answers how many organizations have one."""
    now = stage.at(-30, 11)
    middles = {each.district: (each.latitude, each.longitude) for each in texts.venues()}
    anywhere = next(iter(middles.values()))
    placed = 0
    for number, (key, row) in enumerate(applications.items()):
        if row.state is not ApplicationState.ACCEPTED:
            continue
        who = row.organization
        who.names = {**NAMES.get(key, {}), **who.names}
        latitude, longitude = middles.get(who.district, anywhere)
        latitude += (number * 37 % 23 - 11) * 0.00035
        longitude += (number * 53 % 29 - 14) * 0.0004
        place = PlaceValues(
            name=who.name, address=f"{number % 60 + 1} {STREETS[number % len(STREETS)]}",
            district=who.district,
            position="" if number % 10 == 9 else f"{latitude:.5f}, {longitude:.5f}",
        )  # fmt: skip
        card = CardValues(email=f"hello@{key}.luminara.example", agreed=number % 3 == 0)
        save_public_face(
            who, edition=stage.edition, places=[place], abouts=ABOUTS.get(key, {}), card=card,
            actor=stage.actor, now=now,
        )  # fmt: skip
        for place_number, offer in enumerate(row.offers):
            offer.tags = MANNERS[(number + place_number) % len(MANNERS)]
            offer.access_facts = ["step_free"] if number % 3 else ["step_free", "hearing_loop"]
        placed += 1
    choose_terms(
        stage.edition, licence=Licence.CC_BY, source="City of Luminara", note=NOTE,
        actor=stage.actor, now=now,
    )  # fmt: skip
    return placed
