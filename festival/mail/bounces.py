"""Reads the report of a mail server that could not deliver a message (RFC 3464).

Anybody can send anything to the bounce address, so nothing in a report is believed but the mark
that this installation made (``festival.mail.signs``), and its words are only ever shown as text.
"""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import MessageError
from email.message import Message

from festival.mail.rendering import one_line
from festival.mail.signs import CODE_HEADER, MARK, bounced_message

LARGEST_REPORT = 1024 * 1024
"""Bytes that are read; a report is some kilobytes."""
MOST_PARTS = 50
ADDRESSED = ("Delivered-To", "X-Original-To", "Envelope-To", "To")
FINAL = re.compile(r"5\.\d{1,3}\.\d{1,3}")


@dataclass(frozen=True, slots=True)
class Report:
    """What a report says of one message of ours."""

    message_id: int
    is_final: bool
    """Whether the server has given the message up; else it is only late."""
    reason: str


class NoReport(Exception):
    """This is no delivery report about a message of ours; the reason says what was missing."""


def read_report(raw: bytes, *, secret: str, recipient: str = "") -> Report:
    """The report in ``raw``, the mail as the mail server hands it over.

    ``recipient``: the address to which it came, where the mail server tells it.  Raises
    ``NoReport`` for everything else, whatever it is.
    """
    try:
        parts = list(_parts(raw[:LARGEST_REPORT]))
        number = _number(parts, secret=secret, recipient=recipient)
        fields = _delivery_fields(parts)
    except (MessageError, ValueError, LookupError, RecursionError, AttributeError) as fault:
        raise NoReport(f"it cannot be read: {type(fault).__name__}") from fault
    if number is None:
        raise NoReport("it carries no mark of a message of ours")
    if fields is None:
        raise NoReport("it is no delivery report (RFC 3464)")
    status, action = fields.get("status", ""), fields.get("action", "").lower()
    said = fields.get("diagnostic-code", "").partition(";")[2] or fields.get("diagnostic-code", "")
    reason = one_line(f"{status} {said}")[:400] or "came back without a reason"
    is_final = action == "failed" and (not status or FINAL.fullmatch(status) is not None)
    return Report(number, is_final, reason)


def _parts(raw: bytes) -> Iterator[Message]:
    whole = email.message_from_bytes(raw, policy=email.policy.compat32)
    for count, part in enumerate(whole.walk()):
        if count >= MOST_PARTS:
            return
        yield part


def _number(parts: list[Message], *, secret: str, recipient: str) -> int | None:
    """From the address to which the report came, else from the header of the returned mail."""
    addresses = [recipient, *(str(parts[0].get(name, "")) for name in ADDRESSED)]
    headers = [str(part.get(CODE_HEADER, "")) for part in parts]
    returned = [_text(part) for part in parts if part.get_content_type() == "text/rfc822-headers"]
    found = re.compile(rf"^{CODE_HEADER}:\s*(\S+)", re.MULTILINE | re.IGNORECASE)
    headers += [each for text in returned for each in found.findall(text)]
    for place in (*addresses, *headers):
        for mark in MARK.finditer(place[:1000].lower()):
            number = bounced_message(mark[0], secret=secret)
            if number is not None:
                return number
    return None


def _delivery_fields(parts: list[Message]) -> dict[str, str] | None:
    """The fields about the recipient in the part that machines read, with lower-case names."""
    for part in parts:
        if part.get_content_type() != "message/delivery-status":
            continue
        blocks = part.get_payload()
        for block in blocks if isinstance(blocks, list) else []:
            if isinstance(block, Message) and "Action" in block:
                return {name.lower(): one_line(str(text)) for name, text in block.items()}
    return None


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
