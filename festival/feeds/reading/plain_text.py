"""Texts of other people as plain text or Markdown, never HTML.

FOSDEM and older frab servers write HTML into their descriptions.  What comes out here is
escaped again wherever it is shown, so this is about reading well, not about safety.
"""

from __future__ import annotations

import html
import re
import unicodedata
from urllib.parse import urljoin, urlsplit

# Also lone surrogates, which JSON can smuggle in, and what XML 1.0 cannot carry.
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\ud800-\udfff\ufffe\uffff]")
KNOWN_TAG = re.compile(
    r"</(?:p|a|li|ul|ol|div|b|i|em|strong|span|code|pre|h[1-6])\s*>|<(?:p|br|li|ul|ol)\s*/?>",
    re.IGNORECASE,
)
TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,9})\b([^<>]{0,2000})>|<!--[^<>]{0,2000}-->")
HREF = re.compile(r"""href\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
SPACES = re.compile(r"[ \t\u00a0]+")
BLANK_LINES = re.compile(r"\n{3,}")
BLOCKS = {"p", "div", "ul", "ol", "table", "tr", "blockquote", "pre", "section"}
INLINE = {"b": "**", "strong": "**", "i": "*", "em": "*", "code": "`", "tt": "`"}
SILENT = {"span", "font", "u", "small", "big", "tbody", "td", "th", "img", "sup", "sub", "dl", "dd"}


def one_line(text: str | None) -> str:
    """Titles, names, rooms: no control characters, no line breaks, no outer blanks."""
    cleaned = CONTROLS.sub("", unicodedata.normalize("NFC", text or ""))
    return " ".join(cleaned.split())


def paragraphs(text: str | None) -> str:
    """Longer texts: line breaks kept as ``\\n``; HTML, where it is HTML, turned to Markdown."""
    cleaned = unicodedata.normalize("NFC", text or "").replace("\r\n", "\n").replace("\r", "\n")
    cleaned = CONTROLS.sub("", cleaned)
    if KNOWN_TAG.search(cleaned):
        cleaned = from_html(cleaned)
    lines = [line.rstrip() for line in cleaned.split("\n")]
    return BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def from_html(text: str) -> str:
    """Markdown of a piece of HTML: paragraphs, lists, emphasis, code, links."""
    pieces: list[str] = []
    links: list[str] = []
    end = 0
    for match in TAG.finditer(text):
        pieces.append(SPACES.sub(" ", html.unescape(text[end : match.start()])))
        end = match.end()
        if match.group(2):
            mark = _mark(match.group(2).lower(), match.group(1), match.group(3), links)
            pieces.append(match.group(0) if mark is None else mark)
    pieces.append(SPACES.sub(" ", html.unescape(text[end:])))
    joined = "".join(pieces)
    return CONTROLS.sub("", re.sub(r"\n ", "\n", joined))


def _mark(tag: str, closing: str, attributes: str, links: list[str]) -> str | None:
    """What stands for a tag; None for what is no HTML, such as ``<https://…>``."""
    if tag in BLOCKS or re.fullmatch(r"h[1-6]", tag):
        return "\n\n"
    if tag == "br":
        return "\n"
    if tag == "li":
        return "" if closing else "\n- "
    if tag == "a":
        return _link_mark(closing, attributes, links)
    return "" if tag in SILENT else INLINE.get(tag)


def _link_mark(closing: str, attributes: str, links: list[str]) -> str:
    if closing:
        target = links.pop() if links else ""
        return f"]({target})" if target else ""
    match = HREF.search(attributes)
    target = web_address(html.unescape(next(filter(None, match.groups()), "")) if match else "")
    target = target.replace("(", "%28").replace(")", "%29")  # they end a Markdown link
    links.append(target)
    return "[" if target else ""


def web_address(text: str | None, *, base: str = "") -> str:
    """An absolute http or https address, or nothing: never ``javascript:`` and its kin."""
    candidate = CONTROLS.sub("", text or "").strip()
    if not candidate or len(candidate) > 2000 or any(ch in candidate for ch in ' \n\t<>"\\^`{|}'):
        return ""
    try:
        absolute = urljoin(base, candidate) if base else candidate
        parts = urlsplit(absolute)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return ""
    return absolute if valid else ""
