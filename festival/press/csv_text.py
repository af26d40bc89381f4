"""Tables as CSV that no spreadsheet takes for formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A spreadsheet calculates a cell that begins so, even behind spaces or as a full-width sign."""
_FULL_WIDTH = str.maketrans("＝＋－＠", "=+-@")


def csv_bytes(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """UTF-8 with a byte order mark and CRLF; numbers as they are, texts without formulas."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([_cell(head) for head in heads])
    writer.writerows([_cell(value) for value in row] for row in rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8", "replace")


def _cell(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, int | float):
        return value
    text = str(value).replace("\x00", "")
    start = text.lstrip(" \u00a0\u3000").translate(_FULL_WIDTH)
    return f"'{text}" if start.startswith(FORMULA_STARTS) else text
