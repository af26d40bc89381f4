"""``backup``, ``restore``, ``doctor`` and ``create-admin``: the administrator's commands."""

from __future__ import annotations

import sys
from pathlib import Path

import click
import flask_migrate
from flask import Flask, current_app
from flask.cli import with_appcontext

from festival.accounts.actions import add_person, make_link
from festival.accounts.granting import set_active, set_administrator
from festival.accounts.queries import find_person
from festival.accounts.states import LinkPurpose
from festival.mail.rendering import link_maker
from festival.shared.clock import utc_now
from festival.shared.errors import RuleBroken
from festival.shared.forms import normalised_email
from festival.shared.journal import SYSTEM
from festival.shared.languages import DEFAULT
from festival.shared.work import work
from festival.site.backup import write_backup
from festival.site.examining import FAIL, examine
from festival.site.health import present_revision
from festival.site.restoring import BackupRefused, restore
from festival.site.serving import new_setup_link

SIGNS = {"ok": "  ok   ", "warn": "  warn ", "fail": "  FAIL "}


def _app() -> Flask:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    return app


@click.command("create-admin")
@click.option("--email", default="", help="Make this person administrator.")
@click.option("--name", default="", help="The name of a person who has no account yet.")
@with_appcontext
def create_admin(email: str, name: str) -> None:
    """Print a link, once, with which somebody becomes administrator."""
    if not email:
        click.echo("Open this address within a day; it works once:")
        click.echo(new_setup_link())
        return
    try:
        click.echo(_administrator_link(normalised_email(email), name))
    except RuleBroken as broken:
        raise click.ClickException(broken.spoken()) from broken


def _administrator_link(email: str, name: str) -> str:
    now = utc_now()
    with work():
        person = find_person(email) or add_person(
            email=email, name=name or email, locale=DEFAULT, now=now
        )
        set_active(person, is_active=True, actor=SYSTEM, now=now)
        set_administrator(person, is_administrator=True, actor=SYSTEM, now=now)
        if person.password_hash:
            return f"{person.email} is administrator now and signs in as before."
        token, _expires_at = make_link(LinkPurpose.INVITATION, person=person, now=now)
    address = link_maker(locale=DEFAULT)("accounts.choose_password", token=token)
    return f"{email} is administrator. Choose the password here, once, within a week:\n{address}"


@click.command("doctor")
@with_appcontext
def doctor() -> None:
    """Look at everything that the festival needs; exit code 1 when something fails."""
    findings = examine(_app())
    for each in findings:
        click.echo(f"{SIGNS[each.level]}{each.about}: {each.sentence}")
        if each.to_do and each.level != "ok":
            click.echo(f"         -> {each.to_do}")
    sys.exit(any(each.level == FAIL for each in findings))


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def backup(file: Path) -> None:
    """Write everything into one FILE, while the festival goes on."""
    app = _app()
    manifest = write_backup(
        file,
        media_folder=app.config["SETTINGS"].media_folder,
        version=app.config["VERSION"],
        now=utc_now(),
    )
    rows = sum(manifest["rows"].values())
    pictures = sum(name.startswith("media/") for name in manifest["sha256"])
    click.echo(f"{file.name}: {rows} rows, {pictures} pictures, {file.stat().st_size} bytes.")
    click.echo("The secret key and the mail password are not in it; keep them with your settings.")


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Throw away what is in the database now.")
@with_appcontext
def restore_backup(file: Path, replace: bool) -> None:
    """Bring back what a FILE holds: all of it, or nothing."""
    app = _app()
    if present_revision() is None:
        flask_migrate.upgrade()
    try:
        count = restore(
            file,
            media_folder=app.config["SETTINGS"].media_folder,
            revision=present_revision(),
            replace=replace,
        )
    except BackupRefused as refused:
        raise click.ClickException(f"{refused} Nothing was changed.") from refused
    click.echo(f"{count} rows are back. Restart the web processes and workers.")
