"""``serve`` and ``worker``: what runs until it is told to stop."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from ipaddress import ip_address

import click
import flask_migrate
from flask import Flask
from flask.cli import with_appcontext
from sqlalchemy import select

from festival.accounts.actions import make_link
from festival.accounts.models import Person
from festival.accounts.passwords import is_password
from festival.accounts.queries import count_administrators
from festival.accounts.states import ROLE_NAMES, LinkPurpose
from festival.extensions import db
from festival.festivals.models import Edition
from festival.mail.rendering import link_maker
from festival.shared.clock import utc_now
from festival.shared.languages import DEFAULT
from festival.shared.work import work
from festival.site.demo.command import seed_demo
from festival.site.demo.people import PASSWORD
from festival.site.draining import WebServer
from festival.site.health import present_revision, wanted_revision
from festival.site.working import Worker


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@click.option(
    "--prepare",
    is_flag=True,
    help="First bring the database up to date and, when it is empty, fill in the sample festival.",
)
@click.option(
    "--no-worker", is_flag=True, help="Web only; run `flask --app festival worker` beside it."
)
@click.pass_context
@with_appcontext
def serve(context: click.Context, host: str, port: int, prepare: bool, no_worker: bool) -> None:
    """Serve the festival on one machine: one process with threads, and the worker in it."""
    app: Flask = context.obj.load_app()
    here = _listening_at(app, host, port)
    if prepare:
        make_ready(context, app)
    elif present_revision() != wanted_revision(app):
        raise click.ClickException(
            "The database is not up to date. Run `flask --app festival db upgrade -d migrations`, "
            "or start with --prepare."
        )
    for line in welcome(app, here):
        click.echo(line)
    db.session.remove()  # what was read above must not stay an open transaction
    stop = threading.Event()
    server = WebServer(app, host=host, port=port, stop=stop)
    _stop_on_signals(stop.set)
    helper = None if no_worker else Worker(app)
    if helper is not None:
        helper.start()
    ending = threading.Thread(target=_end_when_told, args=(stop, helper), name="ending")
    ending.start()
    try:
        server.serve()
    finally:
        stop.set()
        ending.join()


def _end_when_told(stop: threading.Event, helper: Worker | None) -> None:
    """The worker ends while the last requests are answered."""
    stop.wait()
    if helper is not None:
        helper.stop()


@click.command("worker")
@click.option(
    "--threads", default=2, show_default=True, help="Pieces of work done at the same time."
)
@click.pass_context
def worker(context: click.Context, threads: int) -> None:
    """Deliver mail and do long work until told to stop (SIGTERM or Ctrl+C)."""
    app: Flask = context.obj.load_app()
    stop = threading.Event()
    _stop_on_signals(stop.set)
    running = Worker(app, threads=threads)
    running.start()
    click.echo("The worker runs. Stop it with Ctrl+C.")
    stop.wait()
    running.stop()


def _stop_on_signals(stop: Callable[[], object]) -> None:
    """The first SIGTERM or Ctrl+C ends in good order, a second one at once."""

    def on_signal(number: int, _frame: object) -> None:
        signal.signal(number, signal.SIG_DFL)
        stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, on_signal)


def make_ready(context: click.Context, app: Flask) -> None:
    """Bring the database up to date; an empty one gets the sample festival."""
    is_new = present_revision() is None
    flask_migrate.upgrade()
    if is_new and not app.config["SETTINGS"].is_production:
        click.echo("Filling in the sample festival; this takes a few seconds …")
        context.invoke(seed_demo)


def _listening_at(app: Flask, host: str, port: int) -> str:
    """Address of this server; links in mail lead to it unless FESTIVAL_BASE_URL says better."""
    settings = app.config["SETTINGS"]
    here = f"http://{'127.0.0.1' if _is_every_address(host) else host}:{port}"
    settings.base_url = settings.base_url or here
    return here


def _is_every_address(host: str) -> bool:
    """Whether ``host`` means all addresses of the machine, which nobody can open as such."""
    try:
        return ip_address(host).is_unspecified
    except ValueError:
        return False


def welcome(app: Flask, here: str) -> list[str]:
    """What the console says at the start: addresses, and how to get in."""
    lines = ["", f"  The festival is open: {here}/"]
    for edition in db.session.scalars(select(Edition).order_by(Edition.starts_on)):
        lines.append(
            f"    {edition.title}: {here}/{DEFAULT}/{edition.festival.slug}/{edition.slug}/"
        )
    lines += sign_in_lines(app)
    if count_administrators() == 0:
        lines += ["", "  There is no administrator yet. Open this address, once, within a day:"]
        lines.append(f"    {new_setup_link()}")
    return [*lines, ""]


def sign_in_lines(app: Flask) -> list[str]:
    """How to sign in to the sample festival, while its people still have the sample's password."""
    if app.config["SETTINGS"].is_production:
        return []
    found = db.session.scalars(
        select(Person).where(Person.email.like("%.example"), Person.password_hash != "")
    ).all()
    if not found or not is_password(PASSWORD, kept=found[0].password_hash):
        return []
    same = [each for each in found if each.password_hash == found[0].password_hash]
    width = max(len(each.email) for each in same)
    lines = ["", f"  Sign in to look around; the password is always {PASSWORD}"]
    return [*lines, *(f"    {each.email:<{width}}  {_role_of(each)}" for each in same)]


def _role_of(person: Person) -> str:
    if person.is_administrator:
        return "administrator"
    return ", ".join(sorted({ROLE_NAMES[grant.role].lower() for grant in person.grants}))


def new_setup_link() -> str:
    """A fresh link with which the first administrator is made."""
    with work():
        token, _expires_at = make_link(LinkPurpose.SETUP, person=None, now=utc_now())
    return link_maker(locale=DEFAULT)("accounts.set_up", token=token)
