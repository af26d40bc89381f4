"""Every file of the hostile collections at every door that takes a file from an exhibitor or a
plan: refused beside its field, or made anew; never kept as it came, never a fault of ours.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from festival.exhibitors.models import Paper
from festival.exhibitors.stands.models import FloorPlan
from festival.extensions import db
from festival.shared.access import Role
from festival.shared.files import StoredFile
from tests.exhibitors.reading import address_of
from tests.factories.calls import make_question
from tests.factories.exhibitors import make_draft
from tests.factories.world import World
from tests.forms import submit

pytestmark = pytest.mark.usefixtures("open_call")

Send = Callable[[bytes, str], TestResponse]


@pytest.fixture
def hostile(shared: Path) -> list[tuple[str, bytes]]:
    """(name, bytes); names as they are, and each once more with an ending that lies."""
    folder = shared / "data" / "corpora"
    found = [
        (each.name, each.read_bytes())
        for part in ("made/img", "made/zip", "images")
        for each in sorted((folder / part).rglob("*"))
        if each.is_file() and each.suffix not in (".md", ".txt")
    ]
    assert len(found) > 20
    return [*found, *((f"../../{name}.pdf", data) for name, data in found[:18])]


def send_to(world: World, door: str) -> tuple[Send, str]:
    """How a file is sent to a door, and the id of the message beside the field."""
    if door == "plan":
        browser = world.browser_as(Role.ORGANIZER)
        page = f"{world.here.path}/organize/stands/plans/new"
        values = {"name": "Hall", "width_cm": "10", "depth_cm": "10", "circuits": ""}
        field = "background"
    else:
        if door == "questions":
            question = make_question(world.here, "Show us a picture", kind="file")
        _, token = make_draft(world.here)
        browser = world.browser()
        page = address_of(world, token, f"/{door}")
        values = {"kind": "other"} if door == "papers" else {}
        field = {"papers": "file", "profile": "logo"}.get(door) or question.code

    def send(data: bytes, name: str) -> TestResponse:
        return submit(browser, page, values | {field: (io.BytesIO(data), name)})

    return send, f'id="{field}-error"'


@pytest.mark.parametrize("door", ["papers", "questions", "profile", "plan"])
def test_hostile_files_are_refused_by_name_or_made_anew(
    world: World, hostile: list[tuple[str, bytes]], door: str
) -> None:
    send, message = send_to(world, door)
    kept, refused = 0, 0
    for name, data in hostile:
        answer = send(data, name)
        assert answer.status_code in (303, 413, 422), (name, answer.status_code)
        if answer.status_code == 422:
            refused += 1
            assert message in answer.text or "more papers" in answer.text, name
        else:
            kept += answer.status_code == 303
        answer.close()
    assert refused >= 20
    assert kept >= 1, "a plain picture is taken"
    settings = world.app.config["SETTINGS"]
    originals = {data for _, data in hostile if not data.startswith(b"%PDF-")}
    for folder in (settings.media_folder, settings.files_folder):
        for path in folder.rglob("*") if folder.exists() else ():
            if path.is_file():
                content = path.read_bytes()
                assert content not in originals, path.name
                assert b"<script" not in content.lower(), path.name
                assert path.suffix in (".png", ".jpg", ".pdf", ".webp", ".svg"), path.name
    for row in db.session.scalars(select(StoredFile)):
        assert "/" not in row.original_name and "\\" not in row.original_name
    for plan in db.session.scalars(select(FloorPlan)):
        assert "script" not in plan.drawing.lower() and "onload" not in plan.drawing.lower()
    for paper in db.session.scalars(select(Paper)):
        assert paper.file.media_type in ("image/png", "image/jpeg", "application/pdf")
