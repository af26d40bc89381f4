"""Texts of other people as plain text or Markdown, never HTML.

FOSDEM and older frab servers write HTML into their descriptions.  What comes out here is
escaped again wherever it is shown, so this is about reading well, not about safety.
"""

from __future__ import annotations

import html
import re

from festival.feeds.texts import many_lines, web_address

KNOWN_TAG = re.compile(
    r"</(?:p|a|li|ul|ol|div|b|i|em|strong|span|code|pre|h[1-6])\s*>|<(?:p|br|li|ul|ol)\s*/?>",
    re.IGNORECASE,
)
TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,9})\b([^<>]{0,2000})>|<!--[^<>]{0,2000}-->")
HREF = re.compile(r"""href\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
SPACES = re.compile(r"[ \t\u00a0]+")
BLOCKS = {"p", "div", "ul", "ol", "table", "tr", "blockquote", "pre", "section"}
INLINE = {"b": "**", "strong": "**", "i": "*", "em": "*", "code": "`", "tt": "`"}
SILENT = {"span", "font", "u", "small", "big", "tbody", "td", "th", "img", "sup", "sub", "dl", "dd"}


def paragraphs(text: str | None) -> str:
    """Longer texts: line breaks kept as ``\\n``; HTML, where it is HTML, turned to Markdown."""
    cleaned = many_lines(text)
    return many_lines(from_html(cleaned)) if KNOWN_TAG.search(cleaned) else cleaned


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
    return re.sub(r"\n ", "\n", joined)


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
