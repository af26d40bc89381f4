"""Commands of ``flask --app festival``."""

from __future__ import annotations

from flask import Flask

from festival.feeds.commands import import_programme
from festival.mail.commands import record_a_bounce
from festival.site.demo.command import seed_demo
from festival.site.keeping import backup, create_admin, doctor, restore_backup
from festival.site.serving import serve, worker

COMMANDS = (
    serve,
    worker,
    create_admin,
    doctor,
    backup,
    restore_backup,
    import_programme,
    record_a_bounce,
    seed_demo,
)


def register(app: Flask) -> None:
    """Add the commands."""
    for command in COMMANDS:
        app.cli.add_command(command)
