"""``flask --app festival seed-demo``."""

from __future__ import annotations

import time
from datetime import datetime
from zoneinfo import ZoneInfo

import click
from flask import current_app
from flask.cli import with_appcontext

from festival.shared.clock import utc_now
from festival.shared.work import work
from festival.site.demo.festival import ZONE, Seeder
from festival.site.demo.people import PASSWORD
from festival.site.queries import is_anybody_there


@click.command("seed-demo")
@click.option("--seed", default=2027, show_default=True, help="Another number, another festival.")
@click.option(
    "--today",
    type=click.DateTime(["%Y-%m-%d"]),
    help="First day of the festival; the day of today if not given.",
)
@with_appcontext
def seed_demo(seed: int, today: datetime | None) -> None:
    """Fill an empty installation with the sample festival (never in production)."""
    settings = current_app.config["SETTINGS"]
    if settings.is_production:
        raise click.ClickException(
            "This is a production installation: known passwords would be an open door."
        )
    if is_anybody_there():
        raise click.ClickException(
            "There is a festival already. The sample needs an empty database."
        )
    started = time.perf_counter()
    day = today.date() if today else utc_now().astimezone(ZoneInfo(ZONE)).date()
    seeder = Seeder(today=day, seed=seed, media_folder=settings.media_folder, say=click.echo)
    with work():
        cast = seeder.run()
        roles = [(role, person.email) for role, person in cast.people]
    click.echo(f"Done in {time.perf_counter() - started:.1f} s. Sign in at {settings.public_url}/")
    width = max(len(email) for _, email in roles)
    for role, email in roles:
        click.echo(f"  {email:<{width}}  {PASSWORD}  {role}")
