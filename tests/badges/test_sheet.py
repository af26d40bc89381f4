"""Printed sheets: every code is read from the paper, every name is in the text, nothing runs."""

from __future__ import annotations

import io
import itertools
import json
from pathlib import Path

import pypdf
import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from festival.badges import sheet
from festival.badges.codes import make_badge_code
from festival.badges.lettering import BREAK
from festival.badges.sheet import (
    A4_EIGHT,
    A4_TEN,
    A6,
    LAYOUTS,
    MOST_BADGES,
    BadgeFace,
    Layout,
    badge_pdf,
    calibration_pdf,
)
from festival.badges.states import BadgeKind

NAMES = (
    "Maria-José Ångström",
    "Nguyễn Thị Hồng Ánh",
    "Александра Щербакова-Преображенская",
    "李小龍 王喆",
    "فاطمة الزهراء",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk" * 2,
    "",
    '#read("/etc/passwd") *b* $x$ // c',
    "Li",
)


def face(name: str, **changes: str) -> BadgeFace:
    facts = {
        "code": make_badge_code(),
        "kind": "visitor",
        "kind_word": "Visitor",
        "name": name,
        "edition_title": "Festival of Learning 2027",
        "city_name": "Cork",
        "dates_text": "14–16 May 2027",
    }
    return BadgeFace(**(facts | changes))


def pages(pdf: bytes, *, dpi: int = 200) -> list[Image.Image]:
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.render(scale=dpi / 72).to_pil().convert("L") for page in document]


def letters(text: str) -> str:
    return "".join(text.replace(BREAK, "").split())


def text_of(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_every_code_is_read_from_the_page(layout: Layout, tmp_path: Path):
    badges = [face(name) for name in NAMES]

    images = pages(badge_pdf(badges, layout=layout))

    found = [code.text for image in images for code in zxingcpp.read_barcodes(image)]
    assert sorted(found) == sorted(badge.code for badge in badges)


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_the_code_is_printed_at_least_25_mm_wide(layout: Layout, tmp_path: Path):
    image = pages(badge_pdf([face("Li")], layout=layout), dpi=254)[0]

    corners = zxingcpp.read_barcodes(image)[0].position
    assert corners.top_right.x - corners.top_left.x >= 250
    assert layout.qr_side * 25 / 33 >= 25


@pytest.mark.parametrize(
    "name", [name for name in NAMES if name.isascii() or "ü" in name] + ["李小龍"]
)
def test_every_name_is_in_the_text(name: str):
    for layout in LAYOUTS.values():
        assert letters(name) in letters(text_of(badge_pdf([face(name)], layout=layout)))


def test_arabic_keeps_its_letters_in_the_text():
    assert set("فاطمة") <= set(text_of(badge_pdf([face("فاطمة")])))


def test_arabic_is_joined_and_begins_at_the_right(tmp_path: Path):
    """Joined letters form two shapes here; the same letters unjoined would form six."""
    for name, shapes in (("فاطمة", 2), ("م م م م م م", 6)):
        image = pages(badge_pdf([face(name)]), dpi=72)[0]
        words = image.crop((30, 133, 270, 239)).point(lambda value: 255 if value < 128 else 0)
        columns = [words.crop((x, 0, x + 1, words.height)).getbbox() for x in range(words.width)]
        runs = sum(1 for a, b in itertools.pairwise(columns) if b and not a)
        assert runs == shapes, name


def test_a_badge_without_a_name_shows_its_kind():
    assert text_of(badge_pdf([face("")])).count("Visitor") == 2


def test_words_and_people_are_printed_beside_the_colour():
    for kind in BadgeKind:
        badge = face("Li", kind=kind.value, kind_word=kind.value.title(), people_text="Admits 4")
        text = text_of(badge_pdf([badge]))
        assert kind.value.title() in text
        assert "Admits 4" in text


def test_the_first_labels_stay_free_when_the_sheet_was_begun(tmp_path: Path):
    badges = [face(f"N{number}") for number in range(3)]

    images = pages(badge_pdf(badges, layout=A4_EIGHT, start_position=7), dpi=100)

    places = [
        [
            (code.text, code.position.top_left.x > 413, code.position.top_left.y // 292)
            for code in zxingcpp.read_barcodes(image)
        ]
        for image in images
    ]
    assert sorted(places[0], key=lambda each: each[1]) == [
        (badges[0].code, False, 3),
        (badges[1].code, True, 3),
    ]
    assert places[1] == [(badges[2].code, False, 0)]


def test_a_position_beyond_the_sheet_and_no_badge_are_refused():
    for position in (0, 11, -1):
        with pytest.raises(ValueError):
            badge_pdf([face("Li")], layout=A4_TEN, start_position=position)
    with pytest.raises(ValueError):
        badge_pdf([])
    with pytest.raises(ValueError):
        badge_pdf([face("Li")] * (MOST_BADGES + 1))


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_the_test_page_numbers_every_label(layout: Layout):
    pdf = pypdf.PdfReader(io.BytesIO(calibration_pdf(layout=layout)))

    assert len(pdf.pages) == 1
    assert pdf.pages[0].extract_text().split() == [str(n + 1) for n in range(layout.per_page)]


def test_the_labels_lie_where_the_layout_says_and_inside_the_page():
    for layout in LAYOUTS.values():
        right = layout.margin_x + layout.columns * (layout.label_width + layout.gap_x)
        bottom = layout.margin_y + layout.rows * (layout.label_height + layout.gap_y)
        assert right - layout.gap_x <= layout.page_width - layout.margin_x + 0.01
        assert bottom - layout.gap_y <= layout.page_height - layout.margin_y + 0.01


def test_nothing_that_somebody_typed_is_run(tmp_path: Path, shared: Path):
    corpora = shared / "data" / "corpora"
    hostile = json.loads((corpora / "made/tmpl/ssti.json").read_text(encoding="utf-8"))
    hostile += json.loads((corpora / "blns/blns.json").read_text(encoding="utf-8"))[::7]
    secret = tmp_path / "secret.txt"
    secret.write_text("CANARY")
    hostile += [f'#read("{secret}")', '#import "/secret.typ"', "#sys.inputs", "\\u{43}", "`raw`"]
    badges = [
        face(text, kind_word=text, edition_title=text, city_name=text, subtitle=text)
        for text in hostile
    ]

    pdf = badge_pdf(badges, layout=A6)
    text = text_of(pdf)

    assert len(pypdf.PdfReader(io.BytesIO(pdf)).pages) == len(hostile)
    assert "CANARY" not in text
    assert "root:" not in text
    for typed in ("{{7*7}}", '#read("/etc/passwd")', "#sys.inputs", "`raw`"):
        assert letters(typed) in letters(text)


def test_the_document_is_tagged_and_names_its_language():
    pdf = pypdf.PdfReader(io.BytesIO(badge_pdf([face("Li")], title="Badges 2027", locale="fr")))

    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert str(pdf.trailer["/Root"]["/Lang"]) == "fr"
    assert pdf.metadata and pdf.metadata.title == "Badges 2027"


def test_only_the_vendored_fonts_are_embedded():
    fonts = set()
    for page in pypdf.PdfReader(io.BytesIO(badge_pdf([face(name) for name in NAMES]))).pages:
        for font in page["/Resources"]["/Font"].values():
            fonts.add(str(font.get_object()["/BaseFont"]).partition("+")[2].partition("-")[0])

    assert fonts == {"NotoSans", "NotoNaskhArabic", "NotoSansCJKsc"}


def test_the_web_process_does_not_grow_by_printing():
    status = Path("/proc/self/status")
    if not status.exists():
        pytest.skip("this machine does not tell the size of a process")

    def resident() -> int:
        return int(status.read_text(encoding="ascii").partition("VmRSS:")[2].split()[0]) // 1024

    before = resident()
    badge_pdf([face(f"Name {number}") for number in range(400)], layout=A4_EIGHT)
    assert resident() - before < 30  # 60 to 120 MB when the typesetter runs in this process


def test_a_fault_of_the_typesetter_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    broken = tmp_path / "badges.typ"
    broken.write_text("#nothing-of-this-name()")
    monkeypatch.setattr(sheet, "SOURCE", broken)

    with pytest.raises(sheet.TypesettingFailed, match="unknown variable"):
        badge_pdf([face("Li")])
