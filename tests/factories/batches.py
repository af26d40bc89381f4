"""Messages to many, and people who get them."""

from __future__ import annotations

from typing import Any

from festival.extensions import db
from festival.mail.batches import actions
from festival.mail.batches.models import MailBatch
from festival.mail.batches.states import Origin
from festival.shared.journal import Actor
from festival.visitors.models import Registration
from festival.visitors.states import RegistrationSource
from tests.factories.world import NOW, Corner

OLGA = Actor(label="Olga Organizer")
WORDS = {"en": {"subject": "Doors, {name}", "body": "Hello {name},\n\nthe doors open at nine."}}


def make_households(corner: Corner, count: int, *, first: int = 0, **changes: Any) -> None:
    """``count`` registered households with an address each, straight into the table."""
    for number in range(first, first + count):
        values = {
            "edition_id": corner.edition.id,
            "code": f"{corner.festival.slug[:3]}{number}",
            "manage_hash": f"{corner.festival.slug}-{number}",
            "name": f"Household {number}",
            "email": f"h{number}@{corner.festival.slug}.example",
            "locale": "en",
            "people": 2,
            "source": RegistrationSource.WEB,
            "created_at": NOW,
        } | changes
        db.session.add(Registration(**values))
    db.session.commit()


def make_batch(corner: Corner, *, segment: str = "registered", **changes: Any) -> MailBatch:
    """A draft to everybody who registered, with an English text."""
    batch = actions.begin_batch(
        corner.edition, segment=segment, choice=changes.pop("choice", ""), actor=OLGA, now=NOW
    )
    values = {"title": "", "texts": WORDS} | changes
    actions.save_batch(
        batch,
        edition=corner.edition,
        segment=segment,
        choice=batch.choice,
        version=batch.version,
        actor=OLGA,
        now=NOW,
        **values,
    )
    db.session.commit()
    return batch


def make_pile(corner: Corner, *, title: str = "News of version 3") -> MailBatch:
    """A held pile for letters that another room writes."""
    batch = actions.open_batch(
        corner.edition, origin=Origin.PROGRAMME, title=title, actor=OLGA, now=NOW
    )
    db.session.commit()
    return batch
