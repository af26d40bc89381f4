"""The worker's part: one pack, all packs as a ZIP, packs whose facts have changed."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from flask_babel import force_locale, ngettext
from sqlalchemy import delete, select
from werkzeug.utils import secure_filename

from festival.extensions import db
from festival.festivals.models import Edition
from festival.festivals.states import EditionState
from festival.portal.pack import queries
from festival.portal.pack.actions import ALL, KIND, keep_pack, open_packs, order_pack
from festival.portal.pack.documents import (
    Sheet,
    background_of,
    digest_of,
    pack_pdf,
    sheet_of,
    stamp_of,
)
from festival.portal.pack.facts import PackFacts
from festival.portal.pack.models import ExhibitorPack
from festival.portal.pack.shelf import file_of, folder_of, sweep, write_pack
from festival.shared.clock import utc_now
from festival.shared.tasks import (
    CAN_START_AGAIN,
    STOPPING,
    Task,
    TaskResult,
    TaskRun,
    every,
    task,
)
from festival.shared.work import work

KEPT_AFTER_END = timedelta(days=31)
"""After the last day of the festival."""


@dataclass(frozen=True, slots=True)
class Order:
    """Everything that is needed to set one pack, without the database."""

    application_id: int
    code: str
    name: str
    """For the file in the ZIP: stand, organization, code; plain letters only."""
    sheet: Sheet
    digest: str
    background: str
    stamp: str


def order_of(facts: PackFacts, *, edition: Edition, now: datetime) -> Order:
    """The facts as an order."""
    application, sheet = facts.application, sheet_of(facts, edition=edition)
    words = (
        facts.stand.number if facts.stand else "",
        application.organization.name_in(sheet["lang"])[:60],
        application.code,
    )
    return Order(
        application_id=application.id,
        code=application.code,
        name=secure_filename("-".join(each for each in words if each)) + ".pdf",
        sheet=sheet,
        digest=digest_of(sheet),
        background=background_of(
            facts.plan, media_folder=current_app.config["SETTINGS"].media_folder
        ),
        stamp=stamp_of(now, edition=edition, lang=sheet["lang"]),
    )


@task(KIND)
def make_pack(run: TaskRun) -> TaskResult:
    """One exhibitor's pack from the facts of this moment; safe to repeat."""
    now = utc_now()
    run.report(0, 1)
    with work():
        edition = db.session.get_one(Edition, run.edition_id)
        codes = [str(run.payload["application"])]
        rows = queries.exhibitors_with_contacts(edition.id, codes=codes)
        orders = [
            order_of(each, edition=edition, now=now)
            for each in queries.facts_of(edition, rows).values()
        ]
    for order in orders:
        _made(order, now=now)
        run.report(1, 1)
    href = run.payload["href"]
    return {"links": [{"label": "PDF", "href": href}]} if orders and href else None


@task(ALL)
def make_all_packs(run: TaskRun) -> TaskResult:
    """Everybody's pack in one ZIP; packs that are still true are taken as they are."""
    now = utc_now()
    with work():
        edition = db.session.get_one(Edition, run.edition_id)
        rows = queries.exhibitors_with_contacts(edition.id)
        open_packs(rows)
        facts = list(queries.facts_of(edition, rows).values())
        orders = [order_of(each, edition=edition, now=now) for each in facts]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as packed:  # a PDF is packed already
        for number, order in enumerate(orders):
            run.report(number, len(orders))
            packed.writestr(order.name, _made(order, now=now))
    run.report(len(orders), len(orders))
    run.keep_file("packs.zip", out.getvalue())
    with force_locale(run.payload["locale"]):
        text = ngettext("%(num)s pack is in it.", "%(num)s packs are in it.", len(orders))
    return {"text": str(text)}


def _made(order: Order, *, now: datetime) -> bytes:
    """The pack as bytes: from the shelf if it is still true, else set now and put there."""
    folder = folder_of(current_app.config["SETTINGS"])
    db.session.rollback()
    pack = queries.find_pack(order.application_id)
    if pack is not None and pack.digest == order.digest:
        path = file_of(pack, code=order.code, folder=folder)
        if path is not None:
            return path.read_bytes()
    db.session.rollback()  # nobody waits for a transaction while the page is set
    content = pack_pdf(order.sheet, background=order.background, stamp=order.stamp)
    write_pack(content, code=order.code, digest=order.digest, folder=folder)
    with work():
        keep_pack(order.application_id, digest=order.digest, byte_count=len(content), now=now)
    return content


@every(seconds=600)
def renew_packs() -> None:
    """Packs whose facts have changed are made anew before somebody prints them."""
    now = utc_now()
    editions = select(Edition).where(
        Edition.state == EditionState.PUBLIC, Edition.ends_on >= now.date()
    )
    for edition_id in [each.id for each in db.session.scalars(editions)]:
        if STOPPING.is_set():
            return
        with work():
            order_stale(db.session.get_one(Edition, edition_id), now=now)


def order_stale(edition: Edition, *, now: datetime) -> int:
    """Order what is no longer true; work that failed waits for a person.  Answers how many."""
    packs = {each: row for each, row in queries.packs_of(edition.id).items() if row.digest}
    if not packs:
        return 0
    failed = set(
        db.session.scalars(
            select(Task.code).where(
                Task.code.in_([each.task_code for each in packs.values()]),
                Task.state.in_(CAN_START_AGAIN),
            )
        )
    )
    rows = [
        row
        for row in queries.exhibitors_with_contacts(edition.id)
        if row.id in packs and packs[row.id].task_code not in failed
    ]
    stale = [
        each.application
        for each in queries.facts_of(edition, rows).values()
        if digest_of(sheet_of(each, edition=edition)) != packs[each.application.id].digest
    ]
    for application in stale:
        order_pack(application, href="", person_id=None, now=now)
    return len(stale)


@every(seconds=3600)
def sweep_packs() -> None:
    """Packs of festivals that are long over go, and files that no pack names."""
    now = utc_now()
    over = select(Edition.id).where(Edition.ends_on < (now - KEPT_AFTER_END).date())
    with work():
        db.session.execute(delete(ExhibitorPack).where(ExhibitorPack.edition_id.in_(over)))
    folder = folder_of(current_app.config["SETTINGS"])
    sweep(queries.names_of_files(), folder=folder, now=now)
