"""Tables for spreadsheets: CSV in which nothing that a stranger typed becomes a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from werkzeug.wrappers import Response

Cell = str | int | float | None

FORMULA_SIGNS = tuple("=+-@\t\r\n＝＋－＠")
"""First characters that spreadsheets read as the beginning of a formula, wide forms included."""

BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel takes UTF-8 for the local code page."""


def defused(cell: Cell) -> Cell:
    """The cell with an apostrophe before it where a spreadsheet would calculate; numbers stay."""
    if isinstance(cell, str) and (
        cell.startswith(FORMULA_SIGNS) or cell.lstrip().startswith(FORMULA_SIGNS)
    ):
        return f"'{cell}"
    return cell


def csv_table(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """UTF-8 with a byte order mark, CRLF, every cell quoted and defused; the header comes first."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([defused(name) for name in columns])
    for row in rows:
        writer.writerow([defused(cell) for cell in row])
    return (BYTE_ORDER_MARK + out.getvalue()).encode()


def csv_response(name: str, *, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """The table as a download called ``<name>.csv``; ``name`` is ours, never a stranger's."""
    return Response(
        csv_table(columns, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )
