"""Backgrounds from strangers: only shapes survive."""

from __future__ import annotations

from pathlib import Path

import pytest

from festival.exhibitors.stands.drawings import looks_like_svg, remade_drawing
from festival.shared.errors import FieldRefused

HEAD = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">'


def test_shapes_stay() -> None:
    made = remade_drawing(
        HEAD + b'<g transform="translate(1 2)"><rect x="1" y="1" width="5mm" height="2" '
        b'fill="#fff" stroke="rgb(1, 2, 3)"/><path d="M0 0L5 5Z"/>'
        b'<text x="1" y="1">Stage <tspan>one</tspan> here</text></g></svg>'
    )
    assert '<rect x="1" y="1" width="5mm" height="2" fill="#fff" stroke="rgb(1, 2, 3)"' in made
    assert '<path d="M0 0L5 5Z"' in made
    assert "Stage <tspan>one</tspan> here" in made
    assert 'viewBox="0 0 10 10"' in made
    assert made.startswith('<svg viewBox="0 0 10 10" xmlns="http://www.w3.org/2000/svg"')


@pytest.mark.parametrize(
    "evil",
    [
        b"<script>alert(1)</script>",
        b'<rect onload="alert(1)"/>',
        b'<a href="javascript:alert(1)"><rect/></a>',
        b'<image href="file:///etc/passwd"/>',
        b'<use href="#x"/>',
        b'<foreignObject><iframe src="x"/></foreignObject>',
        b'<rect fill="url(http://127.0.0.1/x#y)"/>',
        b'<rect style="background:url(x)"/>',
        b'<style>@import "x"</style>',
        b'<animate attributeName="href" values="javascript:alert(1)"/>',
        b'<rect fill="expression(alert(1))"/>',
        b'<rect transform="javascript:alert(1)"/>',
        b'<h:script xmlns:h="http://www.w3.org/1999/xhtml">alert(1)</h:script>',
    ],
)
def test_nothing_that_acts_or_points_elsewhere_stays(evil: bytes) -> None:
    made = remade_drawing(HEAD + b'<circle r="1"/>' + evil + b"</svg>").lower()
    for word in ("script", "alert", "href", "url(", "style", "file:", "127.0.0.1", "onload", "h:"):
        assert word not in made.replace("http://www.w3.org/2000/svg", "")
    assert '<circle r="1"' in made


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (HEAD + b"</svg>", "No lines or shapes"),
        (HEAD, "not an SVG"),
        (b"<html/>", "not an SVG"),
        (b"\x89PNG<svg", "not an SVG"),
        (b'<!DOCTYPE svg [<!ENTITY a "b">]>' + HEAD + b"<path/></svg>", "DOCTYPE"),
        (HEAD + b"<g>" * 60 + b"<path/>" + b"</g>" * 60 + b"</svg>", "too complicated"),
        (HEAD + b"<path/>" * 20_001 + b"</svg>", "too complicated"),
        (b" " * 1_000_001, "larger than 1 MB"),
    ],
)
def test_what_is_no_drawing_is_refused_at_its_field(data: bytes, sentence: str) -> None:
    with pytest.raises(FieldRefused) as refused:
        remade_drawing(data)
    assert refused.value.field == "background"
    assert sentence in refused.value.sentence


def test_the_corpus_of_hostile_drawings(shared: Path) -> None:
    """Of the real hostile files nothing is left but an empty frame, which is refused."""
    for name in ("script.svg", "svg_as.png"):
        data = (shared / "data/corpora/made/img" / name).read_bytes()
        assert looks_like_svg(data)
        with pytest.raises(FieldRefused):
            remade_drawing(data)


def test_a_size_becomes_a_frame() -> None:
    made = remade_drawing(
        b'<svg xmlns="http://www.w3.org/2000/svg" width="30mm" height="20mm"><path d="M0 0"/></svg>'
    )
    assert 'viewBox="0 0 30 20"' in made
    assert not looks_like_svg(b"\x89PNG\r\n")
