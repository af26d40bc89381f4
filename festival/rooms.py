"""The table of rooms: which doors the application has, in which order they are hung.

This module and ``festival/__init__.py`` are the entrance; they stand outside the floors because
they open every room once at the start and know nothing of what happens inside.
"""

from __future__ import annotations

import hashlib
import importlib
import pkgutil
from pathlib import Path

from flask import Flask, request
from flask_babel import get_locale
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from festival.accounts import identity
from festival.accounts import views as accounts
from festival.badges import listeners as badge_listeners
from festival.badges import views as badges
from festival.checkin import views as checkin
from festival.cities import views as cities
from festival.config import Settings
from festival.evaluation import views as evaluation
from festival.evaluation.returns import views as returns
from festival.exhibitors import listeners as exhibitor_listeners
from festival.exhibitors import views as exhibitors
from festival.exhibitors.catalogue import models as catalogue_models
from festival.exhibitors.reviewing import models as review_models
from festival.exhibitors.reviewing import views as reviewing
from festival.exhibitors.stands import listeners as stand_listeners
from festival.exhibitors.stands import models as stand_models
from festival.exhibitors.stands import views as stands
from festival.extensions import babel, csrf, db, limiter, login_manager, migrate
from festival.feeds import contributions
from festival.feeds import models as feed_models
from festival.feeds import views as feeds
from festival.festivals import doorway
from festival.festivals import views as festivals
from festival.mail import views as mail
from festival.mail.batches import views as mail_batches
from festival.portal import views as portal
from festival.portal.calendar import models as exhibitor_calendar_models
from festival.portal.leads import listeners as lead_listeners
from festival.portal.leads import models as lead_models
from festival.portal.pack import listeners as pack_listeners
from festival.portal.passes import listeners as pass_listeners
from festival.portal.slots import listeners as slot_listeners
from festival.portal.slots import models as slot_models
from festival.press import views as press
from festival.programme import listeners as programme_listeners
from festival.programme import views as programme
from festival.shared import (
    addresses,
    headers,
    journal,
    lease,
    readable,
    running,
    tasks,
    translations,
)
from festival.shared.caching import PageShelf
from festival.shared.queue import TaskQueue
from festival.shared.work import prepare_engine
from festival.site import commands, faults, health, page
from festival.site import tasks as task_pages
from festival.site import views as site
from festival.visitors import listeners as visitor_listeners
from festival.visitors import views as visitors

TABLES = (
    identity,
    catalogue_models,
    exhibitor_calendar_models,
    slot_models,
    feed_models,
    health,
    journal,
    lead_models,
    lease,
    review_models,
    stand_models,
    running,
    tasks,
    translations,
)
"""Modules that are imported for the tables or the handlers that they bring."""

BLUEPRINTS = (
    site.blueprint,
    site.machine,
    task_pages.blueprint,
    task_pages.everything,
    accounts.blueprint,
    accounts.team,
    festivals.plain,
    festivals.blueprint,
    mail.blueprint,
    mail_batches.blueprint,
    mail.everything,
    cities.blueprint,
    exhibitors.blueprint,
    stands.blueprint,
    reviewing.blueprint,
    programme.blueprint,
    visitors.blueprint,
    badges.blueprint,
    checkin.blueprint,
    checkin.door,
    press.blueprint,
    evaluation.blueprint,
    returns.blueprint,
    feeds.blueprint,
    feeds.addresses,
    feeds.personal_feeds,
    portal.blueprint,
    portal.exhibitor_feeds,
)


def prepare_extensions(app: Flask, settings: Settings) -> None:
    """Bind the shared objects to this application."""
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
    migrate.init_app(
        app,
        db,
        directory=str(Path(app.root_path).parent / "migrations"),
        render_as_batch=True,
        compare_type=True,
    )
    login_manager.init_app(app)
    app.before_request(_check_host)
    app.before_request(doorway.require_edition)  # first: the next one's refusal is a page as well
    csrf.init_app(app)
    babel.init_app(app, locale_selector=page.choose_locale)
    limiter.enabled = settings.environment != "test"
    limiter.init_app(app)
    app.extensions["page_shelf"] = PageShelf(settings.page_cache_mb * 1024 * 1024)
    app.extensions["task_queue"] = TaskQueue(app, running.run_task, running.run_timed)
    if settings.proxy_count:
        hops = settings.proxy_count
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]


def open_doors(app: Flask) -> None:
    """Register every room's pages, commands and listeners."""
    app.url_map.converters["int"] = addresses.RowNumber
    app.url_value_preprocessor(readable.refuse_unreadable)
    app.url_value_preprocessor(addresses.read_language)
    app.url_value_preprocessor(doorway.find_addressed_edition)
    app.url_defaults(addresses.complete_address)
    app.after_request(headers.add_headers)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    learn_work()
    commands.register(app)
    badge_listeners.connect()
    contributions.connect()
    programme_listeners.connect()
    visitor_listeners.connect()
    exhibitor_listeners.connect()
    stand_listeners.connect()
    slot_listeners.connect()
    lead_listeners.connect()
    pass_listeners.connect()
    pack_listeners.connect()
    faults.register(app)
    addresses.learn_routes(app)


LEARNED = ("jobs", "segments", "occasions")
"""Drawers that register what they hold by being imported: work, recipients, sample mails."""


def learn_work() -> None:
    """Import these drawers of every room and inner room."""
    for found in pkgutil.walk_packages([str(Path(__file__).parent)], prefix="festival."):
        if found.name.rpartition(".")[2] in LEARNED:
            importlib.import_module(found.name)


def hang_up_signs(app: Flask) -> None:
    """What every template sees."""
    app.config["BUILD"] = _build_stamp(app)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        asset=page.asset_finder(app),
        get_locale=get_locale,
        event_json_ld=feeds.event_json_ld,
        organization_json_ld=feeds.organization_json_ld,
        sessions_held_by=programme.sessions_held_by,
    )
    app.jinja_env.filters.update(page.FILTERS)
    app.context_processor(page.page_context)


def _check_host() -> None:
    """Touch the host: Werkzeug raises 400 when it is not one of TRUSTED_HOSTS."""
    request.host  # noqa: B018


def _build_stamp(app: Flask) -> str:
    """Changes with the version, a template or a static file, so that no stale page is served."""
    digest = hashlib.blake2b(app.config["VERSION"].encode(), digest_size=8)
    root = Path(app.root_path).parent
    for folder in ("templates", "static", "festival"):
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and path.suffix not in (".pyc", ".po"):
                stat = path.stat()
                digest.update(f"{path.name}{stat.st_size}{stat.st_mtime_ns}".encode())
    return digest.hexdigest()
