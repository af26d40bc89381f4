"""Every picture is read by a decoder that we did not write, also small, turned and blurred."""

from __future__ import annotations

import io
import random

import pytest
import zxingcpp
from PIL import Image, ImageDraw, ImageFilter

from festival.badges.codes import ALPHABET, is_well_formed
from festival.badges.qr import MODULES, SIDE, qr_modules, qr_path, qr_png

DICE = random.Random(2027)
CODES = ["LF1:" + "".join(DICE.choices(ALPHABET, k=22)) for _ in range(40)]
assert all(is_well_formed(code) for code in CODES)


def read(picture: Image.Image) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(picture.convert("L"))]


def picture(code: str, *, scale: int = 8) -> Image.Image:
    return Image.open(io.BytesIO(qr_png(code, scale=scale))).convert("L")


@pytest.mark.parametrize("scale", [2, 3, 8, 20])
def test_every_code_is_read_at_every_size(scale: int):
    for code in CODES:
        assert read(picture(code, scale=scale)) == [code]


@pytest.mark.parametrize("angle", [7, 45, 90, 133, 180])
def test_every_code_is_read_turned(angle: int):
    for code in CODES:
        turned = picture(code).rotate(
            angle, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC
        )
        assert read(turned) == [code]


def test_every_code_is_read_out_of_focus():
    for code in CODES:
        assert read(picture(code, scale=8).filter(ImageFilter.GaussianBlur(3))) == [code]


def test_every_code_is_read_with_a_crease_across():
    for code in CODES:
        creased = picture(code)
        ImageDraw.Draw(creased).line((96, 130, 264, 150), fill=255, width=8)
        assert read(creased) == [code]


def test_it_is_version_two_level_q_with_an_alignment_pattern():
    found = zxingcpp.read_barcodes(picture(CODES[0]))[0]
    modules = qr_modules(CODES[0])

    assert (found.ec_level, len(modules), len(modules[0])) == ("Q", MODULES, MODULES)
    centre = [row[16:21] for row in modules[16:21]]
    assert centre[2] == [True, False, True, False, True]
    assert all(centre[0]) and all(centre[4])


def test_the_quiet_zone_is_four_modules():
    image = picture(CODES[0], scale=1)

    assert image.size == (SIDE, SIDE)
    assert image.point(lambda value: 255 - value).getbbox() == (4, 4, 29, 29)


def test_the_path_draws_exactly_the_modules():
    code = CODES[0]
    drawn = Image.new("L", (SIDE, SIDE), 255)
    for part in qr_path(code).removesuffix("z").split("z"):
        start, _, rest = part.removeprefix("M").partition("h")
        x, y = (int(number) for number in start.split())
        width = int(rest.partition("v")[0])
        ImageDraw.Draw(drawn).rectangle((x, y, x + width - 1, y), fill=0)

    assert list(drawn.get_flattened_data()) == list(picture(code, scale=1).get_flattened_data())


def test_text_that_no_badge_holds_is_refused():
    with pytest.raises(ValueError):
        qr_modules("lower case")
    with pytest.raises(ValueError):
        qr_modules("A" * 30)
