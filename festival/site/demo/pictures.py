"""Pictures for the press, drawn here: paper shapes in the festival's colours."""

from __future__ import annotations

import io
import math
import random

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 1500, 1000
NIGHT, CREAM = "#27115a", "#fff6e5"
PAPER = ("#ffc933", "#ff8570", "#4fdcae", "#6cc8ff", "#b89dff", "#ff93c0", "#bfe453", "#ffa940")


def draw(name: str, *, rng: random.Random) -> bytes:
    """PNG bytes of one of ``DRAWINGS``; the same generator draws the same picture."""
    picture = Image.new("RGB", (WIDTH * 2, HEIGHT * 2), NIGHT)
    DRAWINGS[name](ImageDraw.Draw(picture), rng)
    out = io.BytesIO()
    picture.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS).save(out, "PNG")
    return out.getvalue()


def _disc(pen: ImageDraw.ImageDraw, x: float, y: float, radius: float, colour: str) -> None:
    pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)


def _tiles(pen: ImageDraw.ImageDraw, rng: random.Random) -> None:
    """A quilt of quarter circles."""
    side = 250
    for column in range(12):
        for row in range(8):
            x, y = column * side, row * side
            ground, shape, dot = rng.sample(PAPER, 3)
            pen.rectangle((x, y, x + side, y + side), fill=ground)
            quarter = rng.randrange(4)
            centre_x, centre_y = x + side * (quarter in (1, 2)), y + side * (quarter in (2, 3))
            box = (centre_x - side, centre_y - side, centre_x + side, centre_y + side)
            start = {0: 0, 1: 90, 2: 180, 3: 270}[quarter]
            pen.pieslice(box, start, start + 90, fill=shape)
            _disc(pen, x + side / 2, y + side / 2, side * rng.uniform(0.08, 0.2), dot)


def _sunrise(pen: ImageDraw.ImageDraw, rng: random.Random) -> None:
    """A sun of many rings rises from an open book."""
    x, y = WIDTH, HEIGHT * 1.35
    for ring in range(11, 0, -1):
        _disc(pen, x, y, ring * 115, PAPER[ring % len(PAPER)] if ring % 3 else CREAM)
    for page in range(9):
        lift = page * 16
        for side in (-1, 1):
            edge = x + side * (1250 - page * 60)
            pen.polygon(
                [(x, y + 90 - lift), (edge, y - 10 - lift), (edge, y + 330 - lift), (x, y + 430)],
                fill=CREAM if page % 2 else "#f0e2c8",
            )
    for _ in range(70):
        _disc(pen, rng.uniform(0, WIDTH * 2), rng.uniform(0, 700), rng.uniform(4, 16), CREAM)


def _crowd(pen: ImageDraw.ImageDraw, rng: random.Random) -> None:
    """People from behind, each head another paper."""
    for row in range(6):
        y = 760 + row * 240
        for number in range(12):
            x = number * 270 + (135 if row % 2 else 0) + rng.uniform(-30, 30)
            body, head = rng.sample(PAPER, 2)
            pen.rounded_rectangle((x - 120, y, x + 120, y + 500), radius=110, fill=body)
            _disc(pen, x, y - 60, rng.uniform(78, 98), head)
    for step in range(24):
        angle = math.pi + step * math.pi / 23
        reach_x, reach_y = WIDTH + math.cos(angle) * 2400, 640 + math.sin(angle) * 1200
        pen.line((WIDTH, 640, reach_x, reach_y), fill=PAPER[step % len(PAPER)], width=10)


def _lanterns(pen: ImageDraw.ImageDraw, rng: random.Random) -> None:
    """Lanterns on strings above dark hills."""
    for hill in range(3):
        points = [(0.0, HEIGHT * 2.0)]
        for x in range(0, WIDTH * 2 + 60, 60):
            points.append((x, 1450 + hill * 160 + math.sin(x / (360 - hill * 60) + hill) * 110))
        points.append((WIDTH * 2.0, HEIGHT * 2.0))
        pen.polygon(points, fill=("#3b1d86", "#301570", "#1c0c3a")[hill])
    for string in range(5):
        for number in range(15):
            x = number * 215 + string * 40
            y = 130 + string * 235 + math.sin(number / 14 * math.pi) * 170
            colour = rng.choice(PAPER)
            pen.line((x - 215, y - 40, x, y - 50), fill=CREAM, width=4)
            pen.rounded_rectangle((x - 52, y - 50, x + 52, y + 80), radius=46, fill=colour)
            pen.rectangle((x - 26, y - 62, x + 26, y - 46), fill=CREAM)


DRAWINGS = {"tiles": _tiles, "sunrise": _sunrise, "crowd": _crowd, "lanterns": _lanterns}
