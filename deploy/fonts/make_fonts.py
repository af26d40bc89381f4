"""Make the fonts of the badges from Debian's packages.  Run by hand, when a font is renewed.

Needs ``fonttools`` (not a dependency of the application) and the two packages unpacked:

    apt-get download fonts-noto-core fonts-noto-cjk
    for package in fonts-noto-*.deb; do dpkg-deb -x "$package" unpacked; done
    python deploy/fonts/make_fonts.py unpacked static/fonts

Chinese is cut to the characters of GB 2312 and of Big5's first level; the bold weight, in which
names are set, keeps every ideograph of Unicode 1.1, because people's names use rare ones.  Twice
20 MB become 6.  The hashes in
``static/fonts/FONTS.toml`` are to be renewed afterwards; ``tests/badges/test_fonts.py`` compares.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter, load_font, save_font

LATIN_GREEK_CYRILLIC = (
    (0x20, 0x52F),
    (0x1C80, 0x1C8F),
    (0x1D00, 0x1DBF),
    (0x1E00, 0x1FFF),
    (0x2000, 0x206F),
    (0x2070, 0x218F),
    (0x2190, 0x21FF),
    (0x2200, 0x22FF),
    (0x2C60, 0x2C7F),
    (0x2DE0, 0x2DFF),
    (0xA640, 0xA69F),
    (0xA720, 0xA7FF),
    (0xFB00, 0xFB06),
    (0xFE20, 0xFE2F),
    (0xFFFC, 0xFFFD),
)


def chinese(weight: str) -> set[int]:
    """Code points of GB 2312 (with kana) and Big5 level 1; for names, all of GBK's ideographs."""
    found = set(range(0x4E00, 0x9FA6)) if weight == "Bold" else set()
    for first, last, encoding in ((0xA1, 0xF7, "gb2312"), (0xA4, 0xC6, "big5")):
        for lead in range(first, last + 1):
            for trail in range(0x40, 0xFF):
                try:
                    text = bytes((lead, trail)).decode(encoding)
                except UnicodeDecodeError:
                    continue
                found |= {ord(each) for each in text}
    return {point for point in found if point >= 0x2000}


def latin() -> set[int]:
    return {point for low, high in LATIN_GREEK_CYRILLIC for point in range(low, high + 1)}


def cut(source: Path, target: Path, *, points: set[int] | None, number: int, features: str) -> None:
    """Write ``target``, holding only ``points`` of ``source`` (all of them for None)."""
    options = Options()
    options.hinting = False
    options.font_number = number
    options.notdef_outline = True
    options.name_IDs = ["*"]
    options.layout_features = [features] if features else []
    options.recalc_timestamp = False
    font = load_font(str(source), options)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=points if points is not None else set(font.getBestCmap()))
    subsetter.subset(font)
    save_font(font, str(target), options)


def main(unpacked: Path, target: Path) -> None:
    fonts = unpacked / "usr/share/fonts"
    for weight in ("Regular", "Bold"):
        cut(
            fonts / f"truetype/noto/NotoSans-{weight}.ttf",
            target / f"NotoSans-{weight}.ttf",
            points=latin(),
            number=-1,
            features="*",
        )
        cut(
            fonts / f"truetype/noto/NotoNaskhArabic-{weight}.ttf",
            target / f"NotoNaskhArabic-{weight}.ttf",
            points=None,
            number=-1,
            features="*",
        )
        cut(
            fonts / f"opentype/noto/NotoSansCJK-{weight}.ttc",
            target / f"NotoSansCJKsc-{weight}.otf",
            points=chinese(weight),
            number=2,
            features="",
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
