"""The papers of a picture inside its file: XMP for all formats, IPTC-IIM for old newsroom systems.

Field names and namespaces are those of the IPTC Photo Metadata Standard.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from xml.etree import ElementTree as ET  # only written here, never parsed

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
DC = "http://purl.org/dc/elements/1.1/"
PHOTOSHOP = "http://ns.adobe.com/photoshop/1.0/"
RIGHTS = "http://ns.adobe.com/xap/1.0/rights/"
CORE = "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/"
EXT = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
PLUS = "http://ns.useplus.org/ldf/xmp/1.0/"
PLUS_TERMS = "http://ns.useplus.org/ldf/vocab/"
META = "adobe:ns:meta/"
XML = "http://www.w3.org/XML/1998/namespace"
PREFIXES = {
    "rdf": RDF, "dc": DC, "photoshop": PHOTOSHOP, "xmpRights": RIGHTS, "Iptc4xmpCore": CORE,
    "Iptc4xmpExt": EXT, "plus": PLUS, "x": META,
}  # fmt: skip
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
for _prefix, _address in PREFIXES.items():
    ET.register_namespace(_prefix, _address)


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """What travels inside the file; plain text in whatever language it was written."""

    caption: str
    alt_text: str
    creator: str
    credit: str
    licence: str
    event: str
    city: str
    has_releases: bool
    """Everybody who can be recognised has agreed."""
    shows_children: bool


def xmp_packet(facts: PictureFacts) -> bytes:
    """The XMP packet, UTF-8."""
    meta = ET.Element(f"{{{META}}}xmpmeta")
    about = ET.SubElement(ET.SubElement(meta, f"{{{RDF}}}RDF"), f"{{{RDF}}}Description")
    about.set(f"{{{RDF}}}about", "")
    _languages(about, f"{{{DC}}}description", facts.caption)
    _list(about, f"{{{DC}}}creator", "Seq", facts.creator)
    _languages(about, f"{{{DC}}}rights", f"© {facts.creator}. {facts.licence}")
    _languages(about, f"{{{RIGHTS}}}UsageTerms", facts.licence)
    _languages(about, f"{{{CORE}}}AltTextAccessibility", facts.alt_text)
    _languages(about, f"{{{EXT}}}Event", facts.event)
    texts = {
        f"{{{PHOTOSHOP}}}Credit": facts.credit,
        f"{{{PHOTOSHOP}}}Source": facts.credit,
        f"{{{PHOTOSHOP}}}City": facts.city,
        f"{{{PHOTOSHOP}}}Headline": facts.event,
        f"{{{RIGHTS}}}Marked": "True",
        f"{{{PLUS}}}ModelReleaseStatus": PLUS_TERMS
        + ("MR-UMR" if facts.has_releases else "MR-NAP"),
    }
    if facts.shows_children:  # of unknown age, because nobody is asked
        texts[f"{{{PLUS}}}MinorModelAgeDisclosure"] = PLUS_TERMS + "AG-UNK"
    for name, text in texts.items():
        ET.SubElement(about, name).text = _xml_text(text)
    body = ET.tostring(meta, encoding="unicode")
    packet = (
        f'<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n{body}\n<?xpacket end="r"?>'
    )
    return packet.encode()


def _languages(about: ET.Element, name: str, text: str) -> None:
    item = _list(about, name, "Alt", text)
    item.set(f"{{{XML}}}lang", "x-default")


def _list(about: ET.Element, name: str, kind: str, text: str) -> ET.Element:
    box = ET.SubElement(ET.SubElement(about, name), f"{{{RDF}}}{kind}")
    item = ET.SubElement(box, f"{{{RDF}}}li")
    item.text = _xml_text(text)
    return item


def _xml_text(text: str) -> str:
    """Without the characters that XML 1.0 cannot hold."""
    return _NOT_IN_XML.sub("", text)


def iptc_segment(facts: PictureFacts) -> bytes:
    """A JPEG APP13 segment with IPTC-IIM records in UTF-8, whole with its marker."""
    records = b"".join(
        (
            _record(1, 90, b"\x1b%G"),  # says that the texts are UTF-8
            _record(2, 0, b"\x00\x04"),
            _record(2, 80, _cut(facts.creator, 32)),
            _record(2, 90, _cut(facts.city, 32)),
            _record(2, 105, _cut(facts.event, 256)),
            _record(2, 110, _cut(facts.credit, 32)),
            _record(2, 115, _cut(facts.credit, 32)),
            _record(2, 116, _cut(f"© {facts.creator}. {facts.licence}", 128)),
            _record(2, 120, _cut(facts.caption, 2000)),
        )
    )
    resource = b"8BIM\x04\x04\x00\x00" + struct.pack(">I", len(records)) + records
    body = b"Photoshop 3.0\x00" + resource + b"\x00" * (len(records) % 2)
    return b"\xff\xed" + struct.pack(">H", len(body) + 2) + body


def _record(number: int, dataset: int, value: bytes) -> bytes:
    return b"\x1c" + bytes((number, dataset)) + struct.pack(">H", len(value)) + value


def _cut(text: str, most: int) -> bytes:
    """At most ``most`` bytes of UTF-8, never half a character."""
    return text.encode("utf-8", "replace")[:most].decode("utf-8", "ignore").encode()
