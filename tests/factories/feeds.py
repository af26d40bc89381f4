"""Real programmes taken into a test edition through the action."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from festival.extensions import db
from festival.feeds.actions import Applied, apply_import
from festival.feeds.actions.imports import read_file
from festival.feeds.imported import ImportedProgramme
from festival.festivals.models import Edition
from festival.shared.journal import SYSTEM
from tests.factories.world import NOW

SMALL_XML = b"""<schedule>
<conference><title>Small Fair</title><time_zone_name>Europe/Madrid</time_zone_name></conference>
<day date="2027-05-14"><room name="Great Hall">
<event guid="5d6f0001-0000-4000-8000-000000000001" id="1">
<title>Knots for sailors</title><date>2027-05-14T10:00:00+02:00</date><start>10:00</start>
<duration>1:00</duration><type>workshop</type><track>Making</track><language>en</language>
<persons><person id="7">Ada Byrne</person></persons></event>
<event guid="5d6f0001-0000-4000-8000-000000000002" id="2">
<title>How rivers move</title><date>2027-05-14T12:00:00+02:00</date><start>12:00</start>
<duration>0:45</duration><type>lecture</type><track>Nature</track><language>en</language>
<persons><person id="8">Omar Haddad</person></persons></event>
</room></day></schedule>"""


def adapt_edition(edition: Edition, programme: ImportedProgramme) -> None:
    """The edition on the days and in the zone of a file."""
    edition.time_zone = programme.time_zone or edition.time_zone
    zone = ZoneInfo(edition.time_zone)
    days = [
        occ.starts_at.astimezone(zone).date()
        for each in programme.sessions
        for occ in each.occurrences
    ]
    edition.starts_on, edition.ends_on = min(days), max(days)
    db.session.flush()


def import_file(
    edition: Edition, file: Path | bytes, *, publish: bool = True, adapt: bool = True
) -> tuple[ImportedProgramme, Applied]:
    """Take a file in and commit."""
    content = file if isinstance(file, bytes) else file.read_bytes()
    name = "small.xml" if isinstance(file, bytes) else file.name
    programme = read_file(edition, content, file_name=name)
    if adapt:
        adapt_edition(edition, programme)
        programme = read_file(edition, content, file_name=name)
    applied = apply_import(
        edition, programme, actor=SYSTEM, now=NOW + timedelta(days=1), publish=publish
    )
    db.session.commit()
    return programme, applied
