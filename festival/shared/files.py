"""Private files from strangers: PDF and pictures, kept by their hash outside the media folder.

A picture is made anew (``shared.pictures``); a PDF is checked by its first and last bytes and its
size, and is never shown within a page: the answer that serves it says ``attachment``, ``nosniff``
and ``Content-Security-Policy: sandbox``.  Who may read a file is decided by the room that owns it.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path

from flask import Response, abort
from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, mapped_column

from festival.extensions import Model, db
from festival.shared.columns import Code, Hash, Moment, PrimaryKey, Short
from festival.shared.errors import FieldRefused
from festival.shared.forms import clean_line
from festival.shared.pictures import remade_picture
from festival.shared.sentences import mark
from festival.shared.tokens import make_code

FOLDER = "files"
"""Beside the media folder, in the instance folder; see ``Settings.files_folder``."""
MOST_BYTES = 10 * 1024 * 1024
ENDINGS = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}


class StoredFile(Model):
    """A private file; its bytes lie in the folder of files under their hash."""

    __tablename__ = "stored_file"

    id: Mapped[PrimaryKey]
    edition_id: Mapped[int | None] = mapped_column(ForeignKey("edition.id"), index=True)
    code: Mapped[Code] = mapped_column(unique=True)
    sha256: Mapped[Hash] = mapped_column(index=True)
    media_type: Mapped[str] = mapped_column(String(40))
    byte_count: Mapped[int]
    original_name: Mapped[Short] = mapped_column(default="")
    created_at: Mapped[Moment]

    @property
    def file_name(self) -> str:
        """Path below the folder of files, made from the hash only."""
        return f"{self.sha256[:2]}/{self.sha256}.{ENDINGS[self.media_type]}"


def checked_file(data: bytes, *, field: str = "file") -> tuple[bytes, str]:
    """(bytes to keep, media type): a picture made anew, or a PDF as it came.

    Raises ``FieldRefused`` for what is empty, too large, or neither a PDF nor a PNG, JPEG or WebP.
    """
    if not data:
        raise FieldRefused(field, mark("The file is empty."))
    if len(data) > MOST_BYTES:
        raise FieldRefused(field, mark("The file is larger than 10 MB. Please send a smaller one."))
    if data.startswith(b"%PDF-"):
        if not _is_whole_pdf(data):
            raise FieldRefused(field, mark("This PDF is broken or cut off. Please save it anew."))
        return data, "application/pdf"
    if _looks_like_a_picture(data):
        made, media_type, _width, _height = remade_picture(data, field=field)
        return made, media_type
    raise FieldRefused(field, mark("Only PDF, PNG, JPEG and WebP files are taken."))


def _is_whole_pdf(data: bytes) -> bool:
    """A version after the magic, a cross-reference and the end mark near the end of the file."""
    version = data[5:8]
    has_version = len(version) == 3 and version[:1] in b"12" and version[1:2] == b"."
    return has_version and b"startxref" in data[-2048:] and b"%%EOF" in data[-1024:]


def _looks_like_a_picture(data: bytes) -> bool:
    is_webp = data[:4] == b"RIFF" and data[8:12] == b"WEBP"
    return data.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")) or is_webp


def store_file(
    data: bytes,
    *,
    folder: Path,
    now: datetime,
    original_name: str = "",
    edition_id: int | None = None,
    field: str = "file",
) -> StoredFile:
    """Check, write under the hash, and add the row to the unit of work.

    A file whose row is rolled back stays behind under its hash; the doctor counts such files.
    """
    kept, media_type = checked_file(data, field=field)
    row = StoredFile(
        edition_id=edition_id,
        code=make_code(16),
        sha256=hashlib.sha256(kept).hexdigest(),
        media_type=media_type,
        byte_count=len(kept),
        original_name=_plain_name(original_name),
        created_at=now,
    )
    path = folder / row.file_name
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.parent.mkdir(exist_ok=True, mode=0o700)
    if not path.exists():
        partial = path.with_name(f"{path.name}.{make_code()}.part")
        partial.write_bytes(kept)
        partial.chmod(0o600)
        partial.replace(path)
    db.session.add(row)
    db.session.flush()
    return row


def _plain_name(name: str) -> str:
    """The last part of a name without control characters: for people to recognise the file."""
    return clean_line(name.replace("\\", "/").rpartition("/")[2])[:200]


def private_answer(row: StoredFile, *, folder: Path) -> Response:
    """The file as a download that no browser runs or shows within a page of ours."""
    path = folder / row.file_name
    if not path.is_file():
        abort(404)
    name = f"{row.code}.{ENDINGS[row.media_type]}"
    answer = Response(path.read_bytes(), mimetype=row.media_type)
    answer.headers["Content-Disposition"] = f"attachment; filename={name}"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def missing_files(*, folder: Path) -> list[str]:
    """Names of files that the database knows and the folder does not hold; for the doctor."""
    names = {row.file_name for row in db.session.scalars(select(StoredFile))}
    return sorted(name for name in names if not (folder / name).is_file())
