"""What people wrote in Markdown, as HTML that is safe to show, and as plain blocks for print.

This is the one place that marks what people wrote as safe.  Markdown is read without raw HTML and
without pictures (a page loads nothing from strangers), and what comes of it is cleaned once more,
so that neither the reader nor the cleaner alone has to be right.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

TAGS = {
    "p", "br", "em", "strong", "code", "pre", "blockquote", "ul", "ol", "li", "a", "hr",
    "h2", "h3", "h4", "h5", "h6",
}  # fmt: skip
SCHEMES = {"http", "https", "mailto"}
_WITH_DIRECTION = {
    "paragraph_open", "heading_open", "bullet_list_open", "ordered_list_open", "blockquote_open",
}  # fmt: skip

_reader = MarkdownIt("commonmark", {"html": False, "linkify": False, "maxNesting": 20})
_reader.disable(["image", "html_block", "html_inline", "entity"])
_cleaner = nh3.Cleaner(
    tags=TAGS,
    attributes={"a": {"href"}, "ol": {"start"}, "*": {"dir"}},
    url_schemes=SCHEMES,
    link_rel="noopener noreferrer nofollow",
    strip_comments=True,
)


def html_of(text: str, *, top: int = 3) -> Markup:
    """Markdown as HTML without scripts, pictures, styles and foreign tags.

    The highest heading in it becomes ``h<top>``, at least 2, and no level below it is left out,
    however many signs people put before it.  Each outermost block finds its direction by its
    first letter.
    """
    tokens = _reader.parse(_readable(text))
    used = sorted({token.tag for token in tokens if token.type == "heading_open"})
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(max(top, 2) + used.index(token.tag), 6)}"
        if token.type in _WITH_DIRECTION and token.level == 0:  # a list turns round as a whole
            token.attrSet("dir", "auto")
    made = _reader.renderer.render(tokens, _reader.options, {})
    return Markup(_cleaner.clean(made))  # noqa: S704  # nosec B704 - cleaned in this very line


@dataclass(frozen=True, slots=True)
class Run:
    """Words of one style.  ``href`` is an address of an allowed scheme, or empty."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    href: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """``kind`` is paragraph, heading, code, rule, quote, item or numbered; ``depth`` counts the
    lists and quotations round it; ``number`` belongs to a numbered item."""

    kind: str
    runs: tuple[Run, ...] = ()
    depth: int = 0
    number: int = 0


def blocks_of(text: str) -> list[Block]:
    """Markdown as a flat list of blocks, for documents that are not HTML."""
    return list(_Walk(_reader.parse(_readable(text))).blocks())


def plain_text_of(text: str) -> str:
    """Markdown as words only, blocks apart by an empty line."""
    return "\n\n".join("".join(run.text for run in block.runs) for block in blocks_of(text)).strip()


def _readable(text: str) -> str:
    """Without lone surrogates, which no output can carry."""
    return text.encode("utf-8", "replace").decode("utf-8")


@dataclass
class _Walk:
    tokens: Sequence[Token]
    numbers: list[int | None] = field(default_factory=list)
    """For each open list the next number, or None for a list of dots."""
    quotes: int = 0
    fresh: str = ""
    """Set at the beginning of a list item: its first block carries the mark."""

    def blocks(self) -> Iterator[Block]:
        kind = "paragraph"
        for token in self.tokens:
            self._count(token)
            if token.type == "heading_open":
                kind = "heading"
            elif token.type == "paragraph_open":
                kind = "quote" if self.quotes else "paragraph"
            elif token.type == "inline":
                yield self._block(kind, _runs(token.children or []))
            elif token.type in ("fence", "code_block"):
                yield self._block("code", (Run(token.content.rstrip("\n"), code=True),))
            elif token.type == "hr":
                yield Block("rule")

    def _count(self, token: Token) -> None:
        if token.type == "bullet_list_open":
            self.numbers.append(None)
        elif token.type == "ordered_list_open":
            self.numbers.append(int(token.attrGet("start") or 1))
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            self.numbers.pop()
        elif token.type == "list_item_open":
            self.fresh = "item" if self.numbers[-1] is None else "numbered"
        elif token.type == "list_item_close":
            self.fresh = ""  # the item was empty
        elif token.type == "blockquote_open":
            self.quotes += 1
        elif token.type == "blockquote_close":
            self.quotes -= 1

    def _block(self, kind: str, runs: tuple[Run, ...]) -> Block:
        depth = len(self.numbers) + max(0, self.quotes - 1)
        fresh, self.fresh = self.fresh, ""
        if not fresh:
            return Block(kind, runs, depth=depth)
        number = self.numbers[-1] or 0
        if fresh == "numbered":
            self.numbers[-1] = number + 1
        return Block(fresh, runs, depth=depth, number=number)


def _runs(children: Sequence[Token]) -> tuple[Run, ...]:
    """The words of an inline token with their styles."""
    made: list[Run] = []
    bold = italic = 0
    href = ""
    for token in children:
        bold += {"strong_open": 1, "strong_close": -1}.get(token.type, 0)
        italic += {"em_open": 1, "em_close": -1}.get(token.type, 0)
        if token.type == "link_open":
            href = _allowed(str(token.attrGet("href") or ""))
        elif token.type == "link_close":
            href = ""
        text = {"softbreak": " ", "hardbreak": "\n"}.get(token.type, token.content)
        if text:
            made.append(Run(text, bold > 0, italic > 0, token.type == "code_inline", href))
    return tuple(made)


def _allowed(href: str) -> str:
    return href if href.split(":", 1)[0].lower() in SCHEMES and ":" in href else ""
