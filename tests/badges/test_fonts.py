"""The vendored fonts are those that FONTS.toml names, with their licence, and few enough."""

from __future__ import annotations

import base64
import hashlib
import tomllib

import typst

from festival.badges.sheet import FONTS

NOTES = tomllib.loads((FONTS / "FONTS.toml").read_text(encoding="utf-8"))


def test_every_font_file_is_noted_with_its_hash():
    noted = {each["path"]: each["sha384"] for font in NOTES["font"] for each in font["files"]}
    present = {path.name for path in FONTS.iterdir() if path.suffix in (".ttf", ".otf")}

    assert present == noted.keys()
    for name, expected in noted.items():
        digest = hashlib.sha384((FONTS / name).read_bytes()).digest()
        assert f"sha384-{base64.b64encode(digest).decode()}" == expected, name


def test_the_licence_lies_beside_them():
    assert {font["licence"] for font in NOTES["font"]} == {"OFL-1.1"}
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FONTS / "OFL.txt").read_text(encoding="utf-8")


def test_they_stay_under_eight_megabytes():
    assert sum(path.stat().st_size for path in FONTS.iterdir()) < 8_000_000


def test_the_typesetter_sees_these_fonts_and_no_others():
    seen = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)]
    )

    assert sorted(seen.families()) == ["Noto Naskh Arabic", "Noto Sans", "Noto Sans CJK SC"]
