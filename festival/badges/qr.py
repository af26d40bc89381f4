"""QR pictures of badge codes.

Version 2 is asked for although version 1 would hold a shorter code: version 1 has no alignment
pattern, and two of the decoders that people's phones run read none of 60 video frames of it.
Level Q survives a crease.  The mask is fixed, because choosing the best of eight costs most of the
time and every decoder tried reads this one as well.
"""

from __future__ import annotations

import io

from PIL import Image
from qrcode.constants import ERROR_CORRECT_Q
from qrcode.main import QRCode
from qrcode.util import MODE_ALPHA_NUM, QRData

VERSION = 2
MODULES = 25
QUIET_ZONE = 4
SIDE = MODULES + 2 * QUIET_ZONE
"""Modules along one side of the picture, with its quiet zone."""
LONGEST_CODE = 29
MASK = 4
SMALLEST_SIDE_MM = 25
"""Printed side of the 25 modules below which phones begin to fail at arm's length."""


def qr_modules(code: str) -> list[list[bool]]:
    """The 25 rows of 25 modules, True for dark, without quiet zone.

    Raises ``ValueError`` for text that is no alphanumeric QR text or longer than 29 characters.
    """
    if len(code) > LONGEST_CODE:
        raise ValueError(f"a version {VERSION} code at level Q holds {LONGEST_CODE} characters")
    qr = QRCode(version=VERSION, error_correction=ERROR_CORRECT_Q, border=0, mask_pattern=MASK)
    qr.add_data(QRData(code.encode(), mode=MODE_ALPHA_NUM), optimize=0)
    qr.make(fit=False)
    return [[bool(module) for module in row] for row in qr.modules]


def qr_path(code: str) -> str:
    """One SVG path of the dark modules, one unit a module, quiet zone of 4 units included.

    Each run of dark modules in a row is a rectangle; 25 rows make some 170 of them.
    """
    parts: list[str] = []
    for y, row in enumerate(qr_modules(code), start=QUIET_ZONE):
        x = 0
        while x < MODULES:
            if not row[x]:
                x += 1
                continue
            start = x
            while x < MODULES and row[x]:
                x += 1
            parts.append(f"M{start + QUIET_ZONE} {y}h{x - start}v1h{start - x}z")
    return "".join(parts)


def qr_svg(code: str, *, label: str = "") -> str:
    """A picture to be put into a page under a strict policy: no style, no script, no namespace.

    ``label`` is what a screen reader says; without it the picture is decoration.  The colours are
    written as attributes because the picture has to stay dark on white in every theme.
    """
    named = f'role="img" aria-label="{_attribute(label)}"' if label else 'aria-hidden="true"'
    return (
        f'<svg class="qr" viewBox="0 0 {SIDE} {SIDE}" shape-rendering="crispEdges" {named}>'
        f'<path fill="#fff" d="M0 0h{SIDE}v{SIDE}h-{SIDE}z"/>'
        f'<path fill="#000" d="{qr_path(code)}"/></svg>'
    )


def qr_png(code: str, *, scale: int = 8) -> bytes:
    """A black and white PNG of ``33 * scale`` pixels a side."""
    picture = Image.new("1", (SIDE, SIDE), 1)
    pixels = bytes(0 if dark else 255 for row in qr_modules(code) for dark in row)
    picture.paste(Image.frombytes("L", (MODULES, MODULES), pixels), (QUIET_ZONE, QUIET_ZONE))
    out = io.BytesIO()
    picture.resize((SIDE * scale, SIDE * scale), Image.Resampling.NEAREST).save(out, "PNG")
    return out.getvalue()


def _attribute(text: str) -> str:
    for sign, entity in (("&", "&amp;"), ('"', "&quot;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.replace(sign, entity)
    return text
