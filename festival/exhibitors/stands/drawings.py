"""Backgrounds in SVG from strangers: read by an allow-list, written anew.

Only shapes, text and groups survive, with attributes whose values are numbers, colours or paths.
Scripts, styles, links, pictures, fonts, filters, entities and everything that could point
elsewhere is left behind.  The result is moreover shown as a picture only (``<image>``), served with
a policy of its own, so that even a browser's mistake would run nothing.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree

from defusedxml import ElementTree as SafeTree
from defusedxml.common import DefusedXmlException

from festival.shared.errors import FieldRefused
from festival.shared.sentences import mark

MOST_BYTES = 1_000_000
MOST_ELEMENTS = 20_000
DEEPEST = 40
SVG = "http://www.w3.org/2000/svg"

ELEMENTS = frozenset(
    {"svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text",
     "tspan"}
)  # fmt: skip
_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,2})?"
_LENGTH = re.compile(rf"\s*{_NUMBER}(?:px|pt|mm|cm|in|%|em)?\s*")
_NUMBERS = re.compile(rf"(?:[\s,]*{_NUMBER})*[\s,]*")
_PATH = re.compile(r"[MmLlHhVvCcSsQqTtAaZz0-9eE+\-.,\s]*")
_PAINT = re.compile(
    r"none|currentColor|#[0-9a-fA-F]{3,8}|[a-zA-Z]{3,24}|rgba?\([0-9\s,.%/]{1,60}\)"
)
_TRANSFORM = re.compile(
    rf"(?:\s*(?:translate|scale|rotate|skewX|skewY|matrix)\s*\((?:[\s,]*{_NUMBER})*[\s,]*\)[\s,]*)*"
)
_WORD = re.compile(r"[a-zA-Z][a-zA-Z-]{0,19}|[1-9]00")
_ATTRIBUTES = {
    **dict.fromkeys(
        ("x", "y", "width", "height", "cx", "cy", "r", "rx", "ry", "x1", "y1", "x2", "y2", "dx",
         "dy", "stroke-width", "opacity", "fill-opacity", "stroke-opacity", "font-size"),
        _LENGTH,
    ),
    **dict.fromkeys(("points", "viewBox", "stroke-dasharray"), _NUMBERS),
    **dict.fromkeys(("fill", "stroke"), _PAINT),
    **dict.fromkeys(
        ("text-anchor", "fill-rule", "stroke-linecap", "stroke-linejoin", "font-weight",
         "dominant-baseline"),
        _WORD,
    ),
    "d": _PATH,
    "transform": _TRANSFORM,
}  # fmt: skip


def looks_like_svg(data: bytes) -> bool:
    """Whether the upload means to be an SVG; anything else is tried as a picture."""
    return b"<svg" in data[:4096].lower() or data.lstrip()[:5].lower() == b"<?xml"


def remade_drawing(data: bytes, *, field: str = "background") -> str:
    """A new SVG with the same shapes.

    Raises ``FieldRefused`` when it is too large, no SVG, declares entities, or has no shape.
    """
    if len(data) > MOST_BYTES:
        raise FieldRefused(field, mark("The drawing is larger than 1 MB. Send a simpler one."))
    try:
        root = SafeTree.fromstring(data, forbid_dtd=True)
    except (ElementTree.ParseError, DefusedXmlException, ValueError, LookupError) as broken:
        raise FieldRefused(
            field, mark("This is not an SVG drawing that can be read; a DOCTYPE is refused.")
        ) from broken
    if _name(root) != "svg":
        raise FieldRefused(field, mark("This is not an SVG drawing that can be read."))
    kept = _Copy(field).of(root, depth=0)
    if kept is None or not len(kept):
        raise FieldRefused(field, mark("No lines or shapes were found in this drawing."))
    _frame(kept, root)
    return ElementTree.tostring(kept, encoding="unicode")


class _Copy:
    """Counts while it copies, so that a drawing without end is refused."""

    def __init__(self, field: str) -> None:
        self.field = field
        self.count = 0

    def of(self, element: ElementTree.Element, *, depth: int) -> ElementTree.Element | None:
        """The element with what is allowed in it; None for one that is not."""
        name = _name(element)
        if name not in ELEMENTS:
            return None
        self.count += 1
        if self.count > MOST_ELEMENTS or depth > DEEPEST:
            raise FieldRefused(self.field, mark("The drawing is too complicated for a background."))
        made = ElementTree.Element(name, _kept_attributes(element))
        if name in ("text", "tspan"):
            made.text = (element.text or "")[:200]
        for each in element:
            inner = self.of(each, depth=depth + 1)
            if inner is not None:
                if name in ("text", "tspan"):
                    inner.tail = (each.tail or "")[:200]
                made.append(inner)
        return made


def _kept_attributes(element: ElementTree.Element) -> dict[str, str]:
    return {
        name: value
        for name, value in element.attrib.items()
        if name in _ATTRIBUTES and _ATTRIBUTES[name].fullmatch(value)
    }


def _frame(kept: ElementTree.Element, root: ElementTree.Element) -> None:
    """The outer element: our namespace, and a ``viewBox`` so that it stretches over the plan."""
    width, height = kept.attrib.pop("width", ""), kept.attrib.pop("height", "")
    if "viewBox" not in kept.attrib:
        numbers = [re.match(_NUMBER, each.strip()) for each in (width, height)]
        if all(numbers):
            kept.set("viewBox", "0 0 " + " ".join(each[0] for each in numbers if each))
    kept.set("xmlns", SVG)
    kept.set("preserveAspectRatio", "none")


def _name(element: ElementTree.Element) -> str:
    """The local name, where the element is SVG or has no namespace."""
    tag = element.tag
    if not isinstance(tag, str):
        return ""
    if not tag.startswith("{"):
        return tag
    return tag.rpartition("}")[2] if tag.startswith(f"{{{SVG}}}") else ""
