"""Printed badges: one on an A6 page, or many on a sheet of labels, as PDF.

The typesetting is in ``typst/badges.typ`` and never changes at run time.  What varies goes in as
JSON text, so that a name such as ``#read("/etc/passwd")`` is printed as it is.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from festival.badges.codes import spoken
from festival.badges.lettering import Box, clean, letter
from festival.badges.qr import SIDE, qr_path

SOURCE = Path(__file__).with_name("typst") / "badges.typ"
TYPESETTER = SOURCE.with_name("typeset.py")
FONTS = Path(__file__).resolve().parents[2] / "static" / "fonts"
MOST_BADGES = 500
"""In one document: what a process with 200 MB can set."""
LONGEST_SECONDS = 60
"""A document of 500 takes one."""
POINTS = 72 / 25.4
"""Points in a millimetre."""


class TypesettingFailed(RuntimeError):
    """The typesetter refused the document; its message is the text."""


@dataclass(frozen=True)
class Layout:
    """Where labels lie on a page, in millimetres; rows and columns counted from the top left."""

    page_width: float
    page_height: float
    columns: int
    rows: int
    label_width: float
    label_height: float
    margin_x: float = 0
    margin_y: float = 0
    gap_x: float = 0
    gap_y: float = 0
    portrait: bool = False

    @property
    def per_page(self) -> int:
        return self.columns * self.rows

    @property
    def qr_side(self) -> float:
        """Of the code with its quiet zone, mm; its 25 modules are 25/33 of that."""
        return 40 if self.portrait else min(self.label_height * 0.62, 42)

    @property
    def words_width(self) -> float:
        """Of the words beside or above the code, mm."""
        return 89 if self.portrait else self.label_width - self.qr_side - 15

    @property
    def name_height(self) -> float:
        """Of the room for the name, mm."""
        return 30 if self.portrait else self.label_height - 35

    def name_box(self) -> Box:
        largest = 30 if self.portrait else 19
        sizes = tuple(largest * part for part in (1, 0.9, 0.8, 0.7, 0.62, 0.54, 0.47, 0.4, 0.35))
        return Box(self.words_width * POINTS, self.name_height * POINTS, sizes)

    def title_box(self) -> Box:
        if self.portrait:
            return Box(62 * POINTS, 18 * POINTS, (19, 16, 13, 11, 9, 7.5))
        return Box(self.words_width * POINTS, 7.5 * POINTS, (10, 8.5, 7.5, 6.5, 5.5))

    def line_box(self, points: float, *, share: float = 1) -> Box:
        """One line over a share of the width of the words, at most ``points`` high."""
        sizes = tuple(points * part for part in (1, 0.88, 0.76, 0.66, 0.56))
        return Box(self.words_width * POINTS * share, points * 1.4, sizes)


A6 = Layout(105, 148, 1, 1, 105, 148, portrait=True)
A4_EIGHT = Layout(210, 297, 2, 4, 105, 74, margin_y=0.5)
A4_TEN = Layout(210, 297, 2, 5, 85, 54, margin_x=15, margin_y=13.5, gap_x=10)
LAYOUTS = {"a6": A6, "a4-8": A4_EIGHT, "a4-10": A4_TEN}
"""Public names of the layouts: A6 page; A4 with 8 labels of 105 x 74; A4 with 10 of 85 x 54."""


@dataclass(frozen=True)
class BadgeFace:
    """What is printed on one badge; every text is ready to be read, in its own language."""

    code: str
    kind: str
    """A value of ``BadgeKind``; chooses the colour."""
    kind_word: str
    name: str
    """May be empty: nobody has to give a name."""
    edition_title: str
    city_name: str
    dates_text: str
    subtitle: str = ""
    """Organization or role."""
    people_text: str = ""
    """How many people this badge lets in, as words; empty for one person."""


def badge_pdf(
    badges: Sequence[BadgeFace],
    *,
    layout: Layout = A6,
    start_position: int = 1,
    title: str = "Badges",
    qr_alt: str = "QR code",
    locale: str = "en",
) -> bytes:
    """A tagged PDF of the badges, in their order, row by row.

    ``start_position`` counts from 1: the first label of the first page that is still free.
    Raises ``ValueError`` for no badge at all, more than 500, or a position that the page lacks,
    ``TypesettingFailed`` and ``subprocess.TimeoutExpired`` when the fault is ours.
    """
    if not badges:
        raise ValueError("there is no badge to print")
    if len(badges) > MOST_BADGES:
        raise ValueError(f"one document holds {MOST_BADGES} badges; print the rest in another")
    if not 1 <= start_position <= layout.per_page:
        raise ValueError(f"the sheet has labels 1 to {layout.per_page}")
    lang = locale.replace("-", "_").split("_")[0]
    return _typeset(
        sheet_data(
            badges,
            layout=layout,
            title=title,
            lang=lang,
            qr_alt=qr_alt,
            start=start_position - 1,
        )
    )


def calibration_pdf(*, layout: Layout, title: str = "Test page", locale: str = "en") -> bytes:
    """One page with the edges and numbers of the labels, to be held against a sheet of them."""
    lang = locale.replace("-", "_").split("_")[0]
    return _typeset(sheet_data([], layout=layout, title=title, lang=lang, outlines=True))


def sheet_data(
    badges: Sequence[BadgeFace], *, layout: Layout, title: str, lang: str, qr_alt: str = "",
    start: int = 0, outlines: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """What ``typst/badges.typ`` asks for, also where another document draws its badges."""
    return {
        "title": clean(title),
        "lang": lang,
        "qr_alt": clean(qr_alt),
        "layout": asdict(layout) | {"qr_side": layout.qr_side, "words_width": layout.words_width},
        "start": start,
        "badges": [_as_data(badge, layout=layout, lang=lang) for badge in badges],
        "outlines": outlines,
    }


def _typeset(sheet: dict[str, Any]) -> bytes:
    return typeset({"source": str(SOURCE), "fonts": str(FONTS), "sheet": sheet})


def typeset(job: dict[str, Any]) -> bytes:
    """The PDF of a source and its sheet, set in a process of its own.

    Raises ``TypesettingFailed`` and ``subprocess.TimeoutExpired``.
    """
    made = subprocess.run(  # noqa: S603 - our interpreter, our script, data by standard input
        [sys.executable, "-I", str(TYPESETTER)],
        input=json.dumps(job).encode(),
        capture_output=True,
        timeout=LONGEST_SECONDS,
        check=False,
    )
    if made.returncode:
        raise TypesettingFailed(made.stderr.decode(errors="replace")[-2000:])
    return made.stdout


def _as_data(badge: BadgeFace, *, layout: Layout, lang: str) -> dict[str, Any]:
    where_and_when = " · ".join(part for part in (badge.city_name, badge.dates_text) if part)
    small = 10.5 if layout.portrait else 7.5

    def said(text: str, box: Box) -> dict[str, Any]:
        return asdict(letter(text, lang=lang, box=box))

    return {
        "kind": badge.kind,
        "kind_word": said(badge.kind_word, layout.line_box(small * 1.25, share=0.42)),
        "name": said(badge.name or badge.kind_word, layout.name_box()),
        "subtitle": said(badge.subtitle, layout.line_box(small)),
        "people_text": said(badge.people_text, layout.line_box(small, share=0.45)),
        "title": said(badge.edition_title, layout.title_box()),
        "place_and_dates": said(where_and_when, layout.line_box(small)),
        "spoken": spoken(badge.code),
        "qr": (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}">'
            f'<path d="{qr_path(badge.code)}"/></svg>'
        ),
    }
