"""What the clock would have written the evening before."""

from __future__ import annotations

from flask import current_app

from festival.feeds.reminders.actions import remind_of_day
from festival.site.demo.stage import Stage


def remind_of_the_first_day(stage: Stage) -> int:
    """Reminders of everything that is booked or held on the first day; answers how many."""
    return remind_of_day(
        stage.edition,
        stage.edition.starts_on,
        public_url=current_app.config["SETTINGS"].public_url,
        now=stage.at(-1, 18),
    )
