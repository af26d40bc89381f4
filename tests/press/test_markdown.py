"""What people write in Markdown does nothing but show."""

from __future__ import annotations

import json
import re
from pathlib import Path

import html5lib
import pytest
from markupsafe import Markup

from festival.shared.markdown import TAGS, Block, Run, blocks_of, html_of, plain_text_of

ROOT = Path(__file__).resolve().parents[2]
HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt&colon;alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x]( javascript:alert(1))",
    "![x](https://elsewhere.example/pixel.png)",
    "<a href='javascript:1'>x</a>",
    "<svg/onload=alert(1)>",
    "<style>*{display:none}</style>",
    '[x](https://a.example "onmouseover=alert(1)")',
    "<https://a.example/><!-- -->",
    "`<script>`",
    "```html\n<script>alert(1)</script>\n```",
    "{{ 7 * 7 }} {% include 'x' %}",
    "\x00\ud800&#x3c;script&#x3e;",
    ">" * 500,
    "- " * 500,
    "[" * 2000,
    "*" * 2000,
]


def elements(html: str) -> set[str]:
    root = html5lib.parseFragment(html, treebuilder="etree", namespaceHTMLElements=False)
    return {each.tag for each in root.iter()} - {"DOCUMENT_FRAGMENT"}


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_markdown_becomes_harmless_html(text: str) -> None:
    made = html_of(text)
    assert isinstance(made, Markup)
    assert elements(made) <= TAGS
    root = html5lib.parseFragment(made, treebuilder="etree", namespaceHTMLElements=False)
    for each in root.iter():
        assert set(each.attrib) <= {"href", "dir", "rel", "start"}
        assert re.match(r"(https?:|mailto:|$)", each.attrib.get("href", ""))


def test_naughty_strings_become_harmless_html(shared: Path) -> None:
    for text in json.loads((shared / "data/corpora/blns/blns.json").read_text()):
        assert elements(html_of(text)) <= TAGS
        blocks_of(text)


def test_what_people_need_is_kept() -> None:
    made = html_of("# Why\n\n**bold** *soft* [page](https://a.example/?x=1&y=2)\n\n1. one\n2. two")
    assert made == (
        '<h3 dir="auto">Why</h3>\n'
        '<p dir="auto"><strong>bold</strong> <em>soft</em> '
        '<a href="https://a.example/?x=1&amp;y=2" rel="noopener noreferrer nofollow">page</a></p>\n'
        '<ol dir="auto">\n<li>one</li>\n<li>two</li>\n</ol>\n'
    )


@pytest.mark.parametrize(
    ("text", "top", "tags"),
    [
        ("## Why", 2, ["h2"]),
        ("#### Why", 3, ["h3"]),
        ("# A\n\n### B\n\n# C\n\n###### D", 3, ["h3", "h4", "h3", "h5"]),
        ("\n\n".join(f"{'#' * level} x" for level in range(1, 7)), 4, ["h4", "h5"] + ["h6"] * 4),
        ("# A", 1, ["h2"]),
    ],
)
def test_headings_begin_where_the_page_says_and_leave_out_no_level(
    text: str, top: int, tags: list[str]
) -> None:
    assert re.findall(r"<(h\d)", html_of(text, top=top)) == tags


def test_blocks_know_their_kind_depth_and_number() -> None:
    text = "# T\n\np\n\n3. a\n\n   more\n4. b\n   - c\n\n> q\n> > deeper\n\n---\n\n    code"
    found = [(each.kind, each.depth, each.number) for each in blocks_of(text)]
    assert found == [
        ("heading", 0, 0), ("paragraph", 0, 0), ("numbered", 1, 3), ("paragraph", 1, 0),
        ("numbered", 1, 4), ("item", 2, 0), ("quote", 0, 0), ("quote", 1, 0), ("rule", 0, 0),
        ("code", 0, 0),
    ]  # fmt: skip


def test_an_empty_item_leaves_no_mark_behind() -> None:
    assert [each.kind for each in blocks_of("-\n\ntext")] == ["paragraph"]


def test_runs_know_their_style_and_only_allowed_addresses() -> None:
    assert blocks_of("a **b *c*** `d` [e](https://f.example) [g](/h)\\\ni") == [
        Block(
            "paragraph",
            (
                Run("a "), Run("b ", bold=True), Run("c", bold=True, italic=True), Run(" "),
                Run("d", code=True), Run(" "), Run("e", href="https://f.example"), Run(" "),
                Run("g"), Run("\n"), Run("i"),
            ),
        )
    ]  # fmt: skip


def test_plain_text_keeps_the_words() -> None:
    assert (
        plain_text_of("**No** flash.\n\n- Ask first\n- Quiet") == "No flash.\n\nAsk first\n\nQuiet"
    )


def test_html_is_marked_safe_where_it_is_cleaned_and_nowhere_else() -> None:
    """Besides Markdown only JSON-LD, in which every ``<`` is written as an escape."""
    found = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "festival").rglob("*.py")
        if re.search(r"\bMarkup\(", path.read_text())
    }
    assert found <= {"festival/shared/markdown.py", "festival/feeds/views/room.py"}
