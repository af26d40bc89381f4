"""QR pictures of badge codes.

Version 2 is asked for although version 1 would hold a shorter code: version 1 has no alignment
pattern, and two of the decoders that people's phones run read none of 60 video frames of it.
Level Q survives a crease.  The mask is fixed, because choosing the best of eight costs most of the
time and every decoder tried reads this one as well.
"""

from __future__ import annotations

import io

from PIL import Image
from qrcode.constants import ERROR_CORRECT_M, ERROR_CORRECT_Q
from qrcode.main import QRCode

from festival.badges.codes import is_well_formed

VERSION = 2
MODULES = 25
QUIET_ZONE = 4
SIDE = MODULES + 2 * QUIET_ZONE
"""Modules along one side of the picture, with its quiet zone."""
MASK = 4
SMALLEST_SIDE_MM = 25
"""Printed side of the 25 modules below which phones begin to fail at arm's length."""


def qr_modules(code: str) -> list[list[bool]]:
    """The 25 rows of 25 modules, True for dark, without quiet zone.

    Raises ``ValueError`` for text that is no badge code.
    """
    if not is_well_formed(code):
        raise ValueError("not a badge code")
    qr = QRCode(version=VERSION, error_correction=ERROR_CORRECT_Q, border=0, mask_pattern=MASK)
    qr.add_data(code, optimize=0)
    qr.make(fit=False)
    return [[bool(module) for module in row] for row in qr.modules]


def qr_path(code: str) -> str:
    """One SVG path of the dark modules, one unit a module, quiet zone of 4 units included.

    Each run of dark modules in a row is a rectangle; 25 rows make some 170 of them.
    """
    return _path(qr_modules(code))


def _path(rows: list[list[bool]]) -> str:
    parts: list[str] = []
    for y, row in enumerate(rows, start=QUIET_ZONE):
        x = 0
        while x < len(row):
            if not row[x]:
                x += 1
                continue
            start = x
            while x < len(row) and row[x]:
                x += 1
            parts.append(f"M{start + QUIET_ZONE} {y}h{x - start}v1h{start - x}z")
    return "".join(parts)


def qr_png(code: str, *, scale: int = 8) -> bytes:
    """A black and white PNG of ``33 * scale`` pixels a side."""
    picture = Image.new("1", (SIDE, SIDE), 1)
    pixels = bytes(0 if dark else 255 for row in qr_modules(code) for dark in row)
    picture.paste(Image.frombytes("L", (MODULES, MODULES), pixels), (QUIET_ZONE, QUIET_ZONE))
    out = io.BytesIO()
    picture.resize((SIDE * scale, SIDE * scale), Image.Resampling.NEAREST).save(out, "PNG")
    return out.getvalue()


def link_path(address: str) -> tuple[str, int]:
    """The path of a QR picture of a web address, and the units along its side.

    Of the size that the address needs, level M; for a poster or another phone's camera.
    """
    qr = QRCode(error_correction=ERROR_CORRECT_M, border=0, mask_pattern=MASK)
    qr.add_data(address, optimize=0)
    qr.make(fit=True)
    rows = [[bool(module) for module in row] for row in qr.modules]
    return _path(rows), len(rows) + 2 * QUIET_ZONE
