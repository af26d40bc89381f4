"""Files of press pictures: three sizes, each with the papers inside, made once and kept."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from festival.festivals.models import Edition
from festival.press.metadata import PictureFacts, iptc_segment, xmp_packet
from festival.press.models import PressPicture
from festival.press.states import Consent

SIZES = {"small": 280, "web": 1600, "print": 0}
"""Longest side in pixels; 0: as large as the library has it."""
QUALITY = {280: 50, 1600: 84, 0: 92}
"""JPEG quality by longest side; the small one only announces the others on the page."""
ENDINGS = {"image/jpeg": "jpg", "image/png": "png"}


@dataclass(frozen=True, slots=True)
class PictureFile:
    body: bytes
    media_type: str
    etag: str

    @property
    def ending(self) -> str:
        return ENDINGS[self.media_type]


def picture_file(
    picture: PressPicture, *, size: str, edition: Edition, instance: Path
) -> PictureFile:
    """The picture in one of ``SIZES``.

    Reads the stored picture below ``instance/media`` and keeps what it makes below
    ``instance/press-pictures``, under a name that changes with picture, papers and size.
    Raises ``FileNotFoundError`` when the stored file is gone.
    """
    facts = facts_of(picture, edition=edition)
    stored = picture.picture
    etag = hashlib.blake2b(
        repr((stored.sha256, size, facts)).encode("utf-8", "replace"), digest_size=16
    ).hexdigest()
    media_type = "image/png" if stored.media_type == "image/png" else "image/jpeg"
    kept = instance / "press-pictures" / etag[:2] / f"{etag}.{ENDINGS[media_type]}"
    if kept.exists():
        return PictureFile(kept.read_bytes(), media_type, etag)
    source = (instance / "media" / stored.file_name).read_bytes()
    body = _made(source, longest=SIZES[size], media_type=media_type, facts=facts)
    kept.parent.mkdir(parents=True, exist_ok=True)
    partial = kept.with_suffix(f".{hashlib.sha256(body).hexdigest()[:8]}.partial")
    partial.write_bytes(body)
    partial.replace(kept)
    return PictureFile(body, media_type, etag)


def facts_of(picture: PressPicture, *, edition: Edition) -> PictureFacts:
    """The papers that go into the file."""
    return PictureFacts(
        caption=picture.caption,
        alt_text=picture.alt_text,
        creator=picture.creator,
        credit=picture.credit,
        licence=picture.licence,
        event=edition.title,
        city=edition.festival.city_name,
        has_releases=picture.consent == Consent.GIVEN,
        shows_children=picture.shows_children,
    )


def _made(source: bytes, *, longest: int, media_type: str, facts: PictureFacts) -> bytes:
    """Encoded anew with the papers; a JPEG that keeps its size keeps its pixels too."""
    picture = Image.open(io.BytesIO(source), formats=["PNG", "JPEG", "WEBP"])
    is_smaller = bool(longest) and max(picture.size) > longest
    out = io.BytesIO()
    if media_type == "image/png":
        papers = PngInfo()
        papers.add_itxt("XML:com.adobe.xmp", xmp_packet(facts).decode())
        smaller = _resized(picture, longest) if is_smaller else picture
        smaller.save(out, "PNG", optimize=True, pnginfo=papers)
        return out.getvalue()
    extra = {"xmp": xmp_packet(facts), "extra": iptc_segment(facts)}
    if is_smaller or picture.format != "JPEG":
        smaller = _resized(picture.convert("RGB"), longest)
        quality = QUALITY[longest]
        smaller.save(out, "JPEG", quality=quality, optimize=True, progressive=True, **extra)
    else:
        picture.save(out, "JPEG", quality="keep", **extra)
    return out.getvalue()


def _resized(picture: Image.Image, longest: int) -> Image.Image:
    smaller = picture.copy()
    if longest:
        smaller.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    return smaller
