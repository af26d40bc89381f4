"""The contact card of an organization, vCard 4.0 (RFC 6350): what it agreed to, and no person."""

from __future__ import annotations

import re

from festival.exhibitors.catalogue.rules.facts import Entry

FOLD = 75
"""Octets of a line, its first blank included."""


def contact_card(entry: Entry, *, page: str, language: str) -> bytes | None:
    """The card with CRLF; None unless the organization has agreed.  ``page`` is absolute."""
    if entry.card is None:
        return None
    name = entry.name_in(language)
    lines = ["BEGIN:VCARD", "VERSION:4.0", "KIND:org", f"FN:{_text(name)}", f"ORG:{_text(name)}"]
    lines += [
        f"NICKNAME:{_text(other)}"
        for other in dict.fromkeys((entry.name, *entry.names.values()))
        if other != name
    ]
    if entry.card.email:
        lines.append(f"EMAIL:{_text(entry.card.email)}")
    if entry.card.phone:
        lines.append(f"TEL:{_text(entry.card.phone)}")
    for place in entry.places[:1]:
        if place.address:
            lines.append(f"ADR:;;{_text(place.address)};;;;")
        if place.latitude is not None and place.longitude is not None:
            lines.append(f"GEO:geo:{place.latitude:.6f},{place.longitude:.6f}")
    if entry.website:
        lines.append(f"URL:{_address(entry.website)}")
    lines += [f"SOURCE:{_address(page)}", "END:VCARD"]
    return "".join(f"{_folded(line)}\r\n" for line in lines).encode()


def _text(value: str) -> str:
    kept = re.sub(r"[\x00-\x1f\x7f\x85\u2028\u2029]+", " ", value)
    return kept.replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;")


def _address(value: str) -> str:
    return re.sub(r"[\x00-\x20\x7f]+", "", value)


def _folded(line: str) -> str:
    """Never inside a character, as RFC 6350 asks."""
    pieces, piece, size = [], "", 0
    for char in line:
        width = len(char.encode())
        if size + width > FOLD:
            pieces.append(piece)
            piece, size = " ", 1
        piece, size = piece + char, size + width
    return "\r\n".join([*pieces, piece])
