"""How the tests read packs: the words from the text layer, the codes from the drawn pages."""

from __future__ import annotations

import io

import pypdf
import pypdfium2
import zxingcpp
from sqlalchemy import select

from festival.badges.lettering import BREAK
from festival.exhibitors.models import Application
from festival.extensions import db
from festival.portal.pack import queries
from festival.portal.pack.documents import Sheet, pack_pdf, sheet_of
from festival.shared.running import run_task
from festival.shared.tasks import Task, TaskState


def sheet_now(application: Application) -> Sheet:
    """The sheet from the facts of this moment."""
    edition = application.edition
    return sheet_of(queries.facts_of(edition, [application])[application.id], edition=edition)


def pdf_now(application: Application, *, background: str = "") -> bytes:
    return pack_pdf(sheet_now(application), background=background, stamp="Made now.")


def text_of(pdf: bytes) -> str:
    """Without spaces and places to break: a line may be broken anywhere."""
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return letters("".join(page.extract_text() for page in pages))


def letters(text: str) -> str:
    return "".join(text.replace(BREAK, "").split())


def codes_in(pdf: bytes) -> list[str]:
    """What a scanner reads from the paper."""
    with pypdfium2.PdfDocument(pdf) as document:
        images = [page.render(scale=200 / 72).to_pil().convert("L") for page in document]
    return [code.text for image in images for code in zxingcpp.read_barcodes(image)]


def run_tasks() -> list[Task]:
    """What a worker does with everything that waits."""
    db.session.commit()
    codes = db.session.scalars(
        select(Task.code).where(Task.state == TaskState.WAITING).order_by(Task.id)
    ).all()
    for code in codes:
        run_task(code)
    db.session.expire_all()
    return list(db.session.scalars(select(Task).where(Task.code.in_(codes)).order_by(Task.id)))
