"""What a phone's camera sees: a film that Chromium plays instead of a camera."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image

from festival.badges.qr import qr_png

CAMERA = [
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
]


def film_of(code: str, folder: Path) -> Path:
    """One second of a badge held a bit askew before a camera, then one of nothing; looped."""
    empty = Image.new("RGB", (640, 480), "#776655")
    shown = empty.copy()
    badge = Image.open(io.BytesIO(qr_png(code, scale=8))).convert("RGB")
    shown.paste(
        badge.rotate(8, expand=True, fillcolor="#776655", resample=Image.Resampling.BICUBIC),
        (170, 90),
    )
    file = folder / "camera.mjpeg"
    with file.open("wb") as out:
        for picture in [shown] * 30 + [empty] * 5:
            picture.save(out, "JPEG", quality=85)
    return file
