"""``record-bounce``: a report from another mail server, on standard input."""

from __future__ import annotations

import sys

import click
from flask import current_app
from flask.cli import with_appcontext

from festival.config import Settings
from festival.mail.actions import record_bounce
from festival.mail.bounces import LARGEST_REPORT, NoReport, read_report
from festival.shared.clock import utc_now
from festival.shared.work import work


@click.command("record-bounce")
@click.option("--recipient", default="", help="The address to which the report came.")
@with_appcontext
def record_a_bounce(recipient: str) -> None:
    """Write down that a message came back; the report is read from standard input.

    For the alias or pipe of the bounce address.  What is no report about a message of ours is
    named and left alone; the command still ends well, so that the mail server does not complain
    to whoever sent it.
    """
    settings: Settings = current_app.config["SETTINGS"]
    raw = sys.stdin.buffer.read(LARGEST_REPORT)
    try:
        report = read_report(raw, secret=settings.secret_key, recipient=recipient)
    except NoReport as nothing:
        click.echo(f"Left alone: {nothing}.")
        return
    if not report.is_final:
        click.echo(f"Message {report.message_id} is late, not lost: {report.reason}")
        return
    with work():
        done = record_bounce(report.message_id, reason=report.reason, now=utc_now())
    told = "came back" if done else "is not one that was sent, so nothing is changed"
    click.echo(f"Message {report.message_id} {told}: {report.reason}")
