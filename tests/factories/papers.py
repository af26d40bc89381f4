"""Files as people send them, and papers of an application."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

from flask import current_app
from PIL import Image

from festival.exhibitors.models import Application, Paper
from festival.exhibitors.papers.actions import add_paper
from festival.exhibitors.papers.states import PaperKind
from festival.extensions import db
from tests.factories.world import NOW

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\nxref\n0 1\ntrailer\n<<>>\nstartxref\n9\n%%EOF\n"


def picture(kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "#5b2bd0").save(out, kind)
    return out.getvalue()


def make_paper(
    application: Application,
    *,
    kind: PaperKind = PaperKind.INSURANCE,
    data: bytes = PDF,
    expires_on: date | None = None,
    **more: Any,
) -> Paper:
    row = add_paper(
        application, kind=kind, data=data, original_name="insurance.pdf",
        folder=current_app.config["SETTINGS"].files_folder, now=NOW, today=NOW.date(),
        expires_on=expires_on, **more,
    )  # fmt: skip
    db.session.commit()
    return row
