"""Timed work of the press: kits stand ready before somebody asks, also when an embargo ends."""

from __future__ import annotations

import logging
from datetime import timedelta

from flask import current_app
from sqlalchemy import select

from festival.extensions import db
from festival.festivals.models import Edition
from festival.festivals.states import EditionState
from festival.press.kit import plan_kit
from festival.press.kit_shelf import RENEWED_AFTER, kept_kit
from festival.shared.clock import utc_now
from festival.shared.tasks import every

logger = logging.getLogger(__name__)

LOOKED_AFTER = timedelta(days=60)
"""After the last day of a festival; later a kit is built for whoever asks."""


@every(seconds=30)
def keep_kits_ready() -> None:
    """Build what is missing or has moved, for each public edition.

    Two workers may build the same kit: both write the same file, one after the other.
    """
    now = utc_now()
    settings = current_app.config["SETTINGS"]
    editions = select(Edition).where(
        Edition.state == EditionState.PUBLIC, Edition.ends_on >= (now - LOOKED_AFTER).date()
    )
    for edition in db.session.scalars(editions).all():
        plan = plan_kit(edition, now=now)
        if plan.is_blocked:
            continue
        try:
            kept_kit(
                plan,
                instance=settings.instance_path,
                public_url=settings.public_url,
                now=now,
                oldest=RENEWED_AFTER,
            )
        except Exception:  # one edition's broken picture must not stop the others
            logger.exception("the press kit of %s could not be built", edition.slug)
