"""What the press office has ready: releases, pictures with their papers, contacts."""

from __future__ import annotations

from datetime import datetime

from festival.press.actions import (
    ContactFacts,
    ReleaseText,
    add_picture,
    approve_release,
    save_contact,
    write_release,
)
from festival.press.rules import Papers
from festival.press.states import Consent
from festival.site.demo.pictures import draw
from festival.site.demo.stage import Stage

BOILERPLATE = (
    "Luminara is a city of 92,000 inhabitants between a river and its hills. Since 2015 it belongs "
    "to the learning cities of the world. Its festival takes place in libraries, workshops, "
    "markets and gardens; nearly everything is free."
)
PICTURES = (
    ("sunrise", "A sun rises from an open book: the picture of this year's festival.",
     "Paper-cut picture: a sun of many coloured rings above an open book, on a violet night."),
    ("tiles", "The quilt of the festival: every square stands for one activity of the programme.",
     "Coloured squares with quarter circles and dots, like a quilt."),
    ("crowd", "Opening under the clock tower, as children of Fig Tree Primary School cut it.",
     "Many people made of coloured paper, seen from behind, below rays of light."),
    ("lanterns", "Lanterns above the hills on the last evening.",
     "Five strings of coloured lanterns above dark hills."),
)  # fmt: skip
OPENING = ReleaseText(
    headline="For three days, a whole city goes to school without walls",
    dateline="Luminara",
    lead=(
        "Luminara opens its learning festival under the clock tower today: 36 organizations offer "
        "150 hands-on activities in 14 places, from bookbinding to robot mazes."
    ),
    body=(
        "Forty conference sessions bring in colleagues from three twin cities: **San Telmo del "
        "Lago** in Mexico, **Ballycarron** in Ireland and **Saebit** in Korea. Some of them speak "
        "from home, on their own clocks.\n\n"
        "Visitors register once per household and carry one badge, on a telephone or on paper. "
        "Nobody needs an account, and nobody has to give a name.\n\n"
        "### For those who come for the first time\n\n"
        "- Start at the City Library on Lantern Square; it is step-free.\n"
        "- Quiet places are marked in the programme.\n"
        "- Bring one broken thing to the repair café.\n"
    ),
    quotes=(
        {
            "text": "We did not ask what we can teach the city. We asked what it knows already.",
            "speaker": "Amparo Lumbreras", "role": "head of the festival",
        },
    ),
    notes="The programme is published in English, French and Arabic. Pictures are in the kit.",
    boilerplate=BOILERPLATE,
)  # fmt: skip
FIGURES_TITLE = "Luminara and its twin cities found a common school of repair"


def prepare_press(stage: Stage, *, now: datetime) -> None:
    """One release is out, one waits for its embargo, and one is being written."""
    contact = save_contact(
        stage.edition,
        ContactFacts(
            name="Salma Haddad", role="Press office", email="press@luminara.example",
            phone="+34 555 0140", hours="08:00 to 20:00 during the festival",
            languages=("en", "ar", "fr"),
        ),
        actor=stage.actor, now=now,
    )  # fmt: skip
    save_contact(
        stage.edition,
        ContactFacts(
            name="Amparo Lumbreras", role="Head of the festival",
            email="organizer@luminara.example", languages=("en", "es", "fr"),
            is_spokesperson=True, position=1,
        ),
        actor=stage.actor, now=now,
    )  # fmt: skip
    released = write_release(stage.edition, OPENING, language="en", actor=stage.actor, now=now)
    approve_release(released, actor=stage.actor, now=now)
    waiting = write_release(
        stage.edition, _embargoed(stage, contact_id=contact.id), language="en",
        actor=stage.actor, now=now,
    )  # fmt: skip
    approve_release(waiting, actor=stage.actor, now=now)
    draft = ReleaseText(headline="What the city has learned", dateline="Luminara")
    write_release(stage.edition, draft, language="en", actor=stage.actor, now=now)
    _add_pictures(stage, now=now)


def _embargoed(stage: Stage, *, contact_id: int) -> ReleaseText:
    embargo = stage.at(2, 11).astimezone(stage.zone).replace(tzinfo=None)
    return ReleaseText(
        headline=FIGURES_TITLE,
        dateline="Luminara",
        lead="Four cities sign an agreement on the last day of the festival.",
        body=(
            "From next spring, workshops in Luminara, San Telmo del Lago, Ballycarron and Saebit "
            "exchange their menders for two weeks each year.\n\nThe first exchange is about "
            "bicycles, kettles and winter coats."
        ),
        boilerplate=BOILERPLATE,
        contact_id=contact_id,
        embargo=embargo,
    )


def _add_pictures(stage: Stage, *, now: datetime) -> None:
    for position, (name, caption, alt_text) in enumerate(PICTURES):
        papers = Papers(
            caption=caption, alt_text=alt_text, creator="Studio of the festival",
            credit="Luminara Learns", licence="CC BY 4.0", shows_children=False,
            consent=Consent.NOT_NEEDED,
        )  # fmt: skip
        add_picture(
            stage.edition, draw(name, rng=stage.rng), papers, media_folder=stage.media_folder,
            actor=stage.actor, now=now, original_name=f"{name}.png", position=position,
        )  # fmt: skip
