"""Pictures from strangers: decoded under limits, made anew, kept under a name of our own.

Only the pixels survive: an upload is decoded by Pillow with three allowed formats and a limit
on pixels, then written as a new file.  What else the upload carried (scripts, archives behind
the picture, positions of the camera) is gone.
"""

from __future__ import annotations

import hashlib
import io
import warnings
from datetime import datetime
from pathlib import Path

from PIL import Image, ImageOps
from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from festival.extensions import Model, db
from festival.shared.columns import Hash, Moment, PrimaryKey, Short
from festival.shared.errors import FieldRefused

MOST_PIXELS = 25_000_000
MOST_BYTES = 10 * 1024 * 1024
READ_FORMATS = ("PNG", "JPEG", "WEBP")
LONGEST_SIDE = 3200
"""Pixels; enough to print 27 cm wide at 300 dpi, and it bounds the memory of the second copy."""


class StoredPicture(Model):
    """A picture made anew by us; the bytes lie in the media folder under their hash."""

    __tablename__ = "stored_picture"

    id: Mapped[PrimaryKey]
    edition_id: Mapped[int | None] = mapped_column(ForeignKey("edition.id"), index=True)
    sha256: Mapped[Hash] = mapped_column(index=True)
    media_type: Mapped[str] = mapped_column(String(40))
    width: Mapped[int]
    height: Mapped[int]
    byte_count: Mapped[int]
    original_name: Mapped[Short] = mapped_column(default="")
    created_at: Mapped[Moment]

    @property
    def file_name(self) -> str:
        """Path below the media folder, made from the hash only."""
        ending = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}[self.media_type]
        return f"{self.sha256[:2]}/{self.sha256}.{ending}"


def remade_picture(data: bytes, *, field: str = "picture") -> tuple[bytes, str, int, int]:
    """(bytes, media type, width, height) of a new picture with the same pixels.

    Raises ``FieldRefused`` when the file is too large, not a picture, or broken.
    """
    if len(data) > MOST_BYTES:
        raise FieldRefused(field, "The picture is larger than 10 MB. Please send a smaller one.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            picture = Image.open(io.BytesIO(data), formats=READ_FORMATS)
            if picture.width * picture.height > MOST_PIXELS:
                raise FieldRefused(
                    field, "The picture has more than 25 million pixels. Please send a smaller one."
                )
            return _encoded(picture)
    except FieldRefused:
        raise
    except Exception as broken:  # Pillow raises many kinds on hostile files; all mean the same
        raise FieldRefused(
            field, "This is not a PNG, JPEG or WebP picture that can be read."
        ) from broken


def _encoded(picture: Image.Image) -> tuple[bytes, str, int, int]:
    """Encode anew: PNG where there is transparency, else JPEG.

    Shrinking comes first, so that a JPEG is decoded small; every copy of 25 million pixels
    would cost another 100 MB.
    """
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    ImageOps.exif_transpose(picture, in_place=True)
    transparent = picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
    wanted = "RGBA" if transparent else "RGB"
    clean = picture if picture.mode == wanted else picture.convert(wanted)
    clean.info.clear()
    out = io.BytesIO()
    if transparent:
        clean.save(out, "PNG", optimize=True)
    else:
        clean.save(out, "JPEG", quality=88, optimize=True)
    kind = "image/png" if transparent else "image/jpeg"
    return out.getvalue(), kind, clean.width, clean.height


def store_picture(
    data: bytes,
    *,
    media_folder: Path,
    now: datetime,
    original_name: str = "",
    edition_id: int | None = None,
    field: str = "picture",
) -> StoredPicture:
    """Re-encode, write the file under its hash, and add the row to the unit of work.

    A file whose row is rolled back stays behind under its hash and harms nobody.
    """
    made, media_type, width, height = remade_picture(data, field=field)
    row = StoredPicture(
        edition_id=edition_id,
        sha256=hashlib.sha256(made).hexdigest(),
        media_type=media_type,
        width=width,
        height=height,
        byte_count=len(made),
        original_name=original_name[:200],
        created_at=now,
    )
    path = media_folder / row.file_name
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        partial = path.with_suffix(".partial")
        partial.write_bytes(made)
        partial.replace(path)
    db.session.add(row)
    db.session.flush()
    return row
