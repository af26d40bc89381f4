"""The table of the programme, and that no spreadsheet takes a cell for a formula."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from festival.feeds.table import COLUMNS, programme_csv
from festival.programme.published import PublishedPerson, PublishedProgramme
from festival.shared.tables import defused
from tests.feeds.worlds import occurrence, page_url, programme, session

SIGNS = "=+-@\t\r\n＝＋－＠"


def rows(made: PublishedProgramme) -> list[dict[str, str]]:
    body = programme_csv(made, page_url=page_url)
    assert body.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))


def test_a_row_for_each_time_in_order() -> None:
    two = session(1, occurrences=(occurrence(1), occurrence(5, status="cancelled")))
    found = rows(programme(two, session(3)))
    assert [(each["title"], each["start"], each["status"]) for each in found] == [
        ("Bookbinding 1", "10:00", "confirmed"),
        ("Bookbinding 3", "12:00", "confirmed"),
        ("Bookbinding 1", "14:00", "cancelled"),
    ]
    assert tuple(found[0]) == COLUMNS
    assert (found[0]["venue"], found[0]["space"], found[0]["minutes"]) == (
        "City Library", "Great Hall", "45",
    )  # fmt: skip


def test_no_formula_survives_in_any_text_of_a_session(shared: Path) -> None:
    formulas = json.loads((shared / "data/corpora/made/csv/formulas.json").read_text())
    made = programme(
        *(
            session(
                n, title=text, subtitle=text, abstract=text, description=text, type_label=text,
                cost=text, bring=text, organization=text, tags=(text,),
                presenters=(PublishedPerson("P", text),),
            )
            for n, text in enumerate(formulas)
        )
    )  # fmt: skip
    cells = [cell for row in rows(made) for cell in row.values()]
    assert len(cells) == len(formulas) * len(COLUMNS)
    assert [cell for cell in cells if cell.startswith(tuple(SIGNS))] == []
    assert "'+1 555 0100" in cells  # readable all the same


def test_numbers_stay_numbers() -> None:
    assert defused(-5) == -5
    assert defused(None) is None
    assert defused("8+") == "8+"


@given(st.text())
def test_a_defused_cell_starts_with_no_sign_and_loses_nothing(text: str) -> None:
    cell = defused(text)
    assert isinstance(cell, str)
    assert not cell.lstrip().startswith(tuple(SIGNS))
    assert cell.removeprefix("'") == text or cell == text
