"""Descriptions: Markdown in, clean HTML out."""

from __future__ import annotations

import functools

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

TAGS = {"p", "br", "em", "strong", "ul", "ol", "li", "a", "blockquote", "code", "pre", "h3", "h4"}
_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(
    ["image", "html_block", "html_inline"]
)


@functools.lru_cache(maxsize=2048)
def prose(text: str) -> Markup:
    """What a person wrote, as paragraphs; pictures and HTML in it are shown as they were typed."""
    made = nh3.clean(
        _markdown.render(text),
        tags=TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener",
    )
    return Markup(made)  # noqa: S704 - cleaned in the line above
