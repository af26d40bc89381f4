"""Strands of the sample exhibitors, and the addresses that visitors leave with some of them."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta

from sqlalchemy import select

from festival.exhibitors.models import Application
from festival.exhibitors.states import PROMISED
from festival.extensions import db
from festival.festivals.models import Strand
from festival.portal.leads import actions
from festival.portal.leads.actions import PageFacts
from festival.portal.leads.models import LeadLink
from festival.portal.leads.queries import allowed_in, page_of, wording_of
from festival.portal.leads.states import LeadField
from festival.shared.tokens import make_token, token_hash
from festival.site.demo import texts
from festival.site.demo.names import invent_name
from festival.site.demo.stage import Stage

PROTECTION = {
    "en": "The City of Luminara passes on what you type here to this exhibitor and to nobody else. "
    "Our data protection officer: privacy@luminara.example.",
    "fr": "La Ville de Luminara transmet ce que vous écrivez ici à cet exposant et à personne "
    "d’autre. Notre déléguée à la protection des données : privacy@luminara.example.",
    "ar": "تنقل مدينة لومينارا ما تكتبونه هنا إلى هذا العارض وحده. "
    "مسؤولة حماية البيانات لدينا: privacy@luminara.example.",
}
PURPOSES = {
    "bindery": {
        "en": "We write to you once, in September, when the evening courses open. Then we forget "
        "your address.",
        "fr": "Nous vous écrivons une seule fois, en septembre, à l’ouverture des cours du soir. "
        "Puis nous oublions votre adresse.",
        "ar": "نكتب إليكم مرة واحدة، في سبتمبر، حين تبدأ دروس المساء. ثم ننسى عنوانكم.",
    },
    "wheels": {"en": "We tell you when the next repair evening in your district is."},
    "choir": {"en": "An invitation to the first rehearsal after the summer, and nothing else."},
    "sourdough": {"en": "The recipe by mail, and the dates of the three baking courses."},
}
NOTES = (
    "The evening course for beginners, if it is on Thursdays.", "", "Is there a course in Arabic?",
    "My grandmother still has her press. Would you like to see it?", "",
    "A group of twelve from the school in Station district.", "Saturday workshop, two people",
)  # fmt: skip
ENOUGH = 4
"""Visitors for each page; the first has three times as many."""


def find_strands(
    stage: Stage, applications: dict[str, Application], *, slugs: dict[str, str]
) -> None:
    """Each organization belongs to the strand of most of its activities; the others in turn.

    The call was open before the strands were named, so nobody could choose one.  ``slugs``: key
    of the texts → slug of the edition's strand.
    """
    strands = {
        each.slug: each
        for each in db.session.scalars(select(Strand).where(Strand.edition_id == stage.edition.id))
    }
    by_key: dict[str, Counter[str]] = {}
    for activity in texts.activities():
        by_key.setdefault(activity.exhibitor, Counter())[activity.strand] += 1
    keys = list(slugs)
    for number, (key, application) in enumerate(applications.items()):
        often = by_key[key].most_common(1)[0][0] if key in by_key else keys[number % len(keys)]
        application.strand = strands[slugs[often]]
    db.session.flush()


def leave_addresses(stage: Stage, applications: dict[str, Application]) -> int:
    """What may be asked, who asks, and who answered until the first morning; how many did."""
    actions.change_rules(
        stage.edition, fields=[*(each.value for each in LeadField if each != LeadField.PHONE)],
        texts=PROTECTION, kept_days=60, version=0, actor=stage.actor, now=stage.at(-60, 10),
    )  # fmt: skip
    left = 0
    for number, (key, purposes) in enumerate(PURPOSES.items()):
        application = applications[key]
        if application.state in PROMISED:
            fields = ["name", "email", "note"] + (["district"] if number == 1 else [])
            facts = PageFacts(fields, dict(purposes), is_open=True)
            actions.change_page(
                application, facts, version=0, actor=stage.actor, now=stage.at(-12 + number, 11)
            )
            left += _visit(stage, application, count=ENOUGH if number else 3 * ENOUGH)
    return left


def _visit(stage: Stage, application: Application, *, count: int) -> int:
    """The last of them has taken it back again."""
    page = page_of(application)
    if page is None:
        return 0
    rng = random.Random(application.organization.name)
    wording = wording_of(page, stage.edition, allowed=allowed_in(stage.edition))
    for number in range(count):
        name, _language = invent_name(rng)
        now = stage.at(0, 8) + timedelta(minutes=4 * number)
        token = make_token()
        actions.give_interest(
            page, wording=wording, read_digest=wording.digest(page_code=page.code),
            typed={"name": name, "email": f"visitor{application.id}-{number}@mail.example",
                   "district": "Old Town", "note": NOTES[number % len(NOTES)]},
            token=token, locale=stage.edition.languages[number % 3], now=now,
        )  # fmt: skip
    link = db.session.scalars(
        select(LeadLink).where(LeadLink.token_hash == token_hash(token))
    ).one()
    actions.withdraw_interest(link, now=stage.at(0, 8, 55))
    return count - 1
