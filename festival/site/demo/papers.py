"""Papers of the sample exhibitors, a likely double, personal links, two of last year."""

from __future__ import annotations

from datetime import timedelta

from festival.exhibitors.actions import accept_application, save_step, start_application, submit
from festival.exhibitors.calls.links import invite_again, make_late_link
from festival.exhibitors.calls.queries import find_call
from festival.exhibitors.models import Application
from festival.exhibitors.papers.actions import add_paper, check_paper
from festival.exhibitors.papers.states import PaperKind, PaperState
from festival.exhibitors.queries import earlier_exhibitors
from festival.exhibitors.states import ApplicationState, Step
from festival.shared.files import FOLDER
from festival.shared.journal import SYSTEM
from festival.shared.tokens import make_token
from festival.site.demo.stage import Stage

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n"
    b"xref\n0 4\n0000000000 65535 f \n0000000009 00000 n \n0000000053 00000 n \n"
    b"0000000102 00000 n \ntrailer<</Size 4/Root 1 0 R>>\nstartxref\n164\n%%EOF\n"
)
"""One empty page."""
LAST_YEAR = (
    ("Beekeepers of the Hill", "bees@hill-bees.example", "ngo", "Hill", "A hive behind glass"),
    ("Repair Café Riverside", "hello@repair.example", "community_group", "Station", "Mend it"),
)
NOTE = "This one is of last year. Please send the new policy."


def add_papers(stage: Stage, applications: dict[str, Application]) -> None:
    """Some checked, some waiting, one refused, one that lapses before the festival."""
    taking_part = [
        each for each in applications.values() if each.state == ApplicationState.ACCEPTED
    ]
    now = stage.at(-40, 10)
    for number, application in enumerate(taking_part[:12]):
        lapses = stage.edition.starts_on + timedelta(days=-3 if number == 4 else 90 + number)
        paper = add_paper(
            application, kind=PaperKind.INSURANCE, data=PDF, original_name="insurance.pdf",
            folder=stage.media_folder.with_name(FOLDER), now=now, today=now.date(),
            expires_on=lapses,
        )  # fmt: skip
        if number == 2:
            check_paper(paper, to=PaperState.REFUSED, note=NOTE, now=now, actor=stage.actor)
        elif number % 3:
            check_paper(paper, to=PaperState.CHECKED, now=now, actor=stage.actor)


def add_a_double(stage: Stage, application: Application) -> None:
    """Somebody of the same organization began once more."""
    known = application.organization
    name = f"{known.name.removeprefix('The ')} e.V."
    row = start_application(
        stage.edition, organization_name=name, email="workshop@bindery.example",
        language="en", key=make_token(), now=stage.at(-61, 9),
    )  # fmt: skip
    values = {"name": row.organization.name, "website": known.website}
    save_step(row, step=Step.PROFILE, values=values, version=row.version, now=stage.at(-61, 10))


def remember_last_year(before: Stage) -> None:
    """Two who took part last year and have not applied yet."""
    for number, (name, email, sector, district, title) in enumerate(LAST_YEAR):
        now = before.at(-99, 10) + timedelta(hours=number)
        row = start_application(
            before.edition, organization_name=name, email=email, language="en",
            key=make_token(), now=now, actor=SYSTEM,
        )  # fmt: skip
        exhibit = {"kind": "course", "title": title, "description": "", "all_year": True}
        for step, values in (
            (Step.ORGANIZATION, {"sector": sector, "about": f"{name}: come and try.",
                                 "contact_name": "Contact"}),
            (Step.PROFILE, {"district": district}),
            (Step.PLAN, {"brings": ["exhibits"], "space": "table"}),
            (Step.EXHIBITS, {"exhibits": [exhibit]}),
        ):  # fmt: skip
            save_step(row, step=step, values=values, version=row.version, now=now)
        submit(row, version=row.version, now=now)
        accept_application(row, now=before.at(-80, 10), actor=SYSTEM)


def send_links(stage: Stage) -> None:
    """One of last year invited again before the call closed, one let in late."""
    call = find_call(stage.edition)
    if call is None:
        return
    last = earlier_exhibitors(stage.edition)[:1]
    now = stage.at(-90, 9)
    invite_again(call, [each.organization for each in last], now=now, actor=stage.actor)
    make_late_link(
        call, organization=None, email="late@luminara.example", language="fr",
        expires_at=stage.at(2, 18), now=stage.at(-2, 9), actor=stage.actor,
    )  # fmt: skip
