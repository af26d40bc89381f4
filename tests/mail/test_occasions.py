"""Every kind of mail: it has an occasion, and it is whole in each language."""

from __future__ import annotations

import json
import re
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import html5lib
import pytest

from festival.mail.occasions import OCCASIONS, SAMPLE_EDITION
from festival.mail.rendering import Rendered, render_mail, render_sample
from festival.shared.access import Role
from festival.shared.languages import LANGUAGES
from tests.factories.accounts import read
from tests.factories.world import World

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "mail"
FRAMES = {"frame"}
"""Templates of the folder that are parts of others."""
KINDS = sorted(file.stem for file in TEMPLATES.glob("*.txt") if file.stem not in FRAMES)
LEFT_OVER = re.compile(r"\bNone\b|\{\{|\}\}|\{%|Undefined|%\(\w+\)|namespace\(|datetime\.|&lt;bdi")


def test_every_kind_has_an_occasion_and_every_occasion_a_kind(world: World) -> None:
    assert set(KINDS) == set(OCCASIONS)


def check(mail: Rendered, *, locale: str) -> None:
    assert mail.subject
    assert not LEFT_OVER.search(mail.subject + mail.text + mail.html)
    root = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(mail.html)
    assert root.get("dir") == LANGUAGES[locale].direction
    assert root.get("lang") == LANGUAGES[locale].tag
    assert "style=" not in mail.html.split("</style>")[1]
    assert "<script" not in mail.html and "<img" not in mail.html
    for address in re.findall(r'href="([^"]*)"', mail.html):
        ours = address.startswith((f"http://localhost/{locale}/", "http://localhost/door/"))
        assert ours or address.startswith("https://luminara.example/"), address


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_whole_in_each_language(world: World, kind: str) -> None:
    for locale in LANGUAGES:
        check(render_sample(kind, locale=locale), locale=locale)
        check(render_sample(kind, locale=locale, edition=world.here.edition), locale=locale)


@pytest.mark.parametrize("kind", KINDS)
def test_words_in_a_topics_mail_lead_out_of_it(world: World, kind: str) -> None:
    mail = render_sample(kind, locale="en")
    for part in (mail.text, mail.html):
        assert ("mail/choice" in part) == (OCCASIONS[kind].topic is not None)


def hostile_to(value: Any, words: str) -> Any:
    """The same facts with every person's word replaced by hostile ones; codes and zones stay."""
    if isinstance(value, str):
        return value if KEPT.fullmatch(value) else words
    if isinstance(value, dict):
        return {
            name: each if name in OURS else hostile_to(each, words)
            for name, each in value.items()
        }  # fmt: skip
    if isinstance(value, list | tuple):
        return [hostile_to(each, words) for each in value]
    if is_dataclass(value) and not isinstance(value, type):
        return replace(
            value, **{f.name: hostile_to(getattr(value, f.name), words) for f in fields(value)}
        )
    if isinstance(value, SimpleNamespace) and value is not SAMPLE_EDITION:
        return SimpleNamespace(**hostile_to(vars(value), words))
    return value


OURS = (
    "what", "zone", "code", "token", "kind", "country", "role_name", "edition", "badge_code",
    "call_name", "missing", "paper_name", "field_names", "kind_name",
)  # fmt: skip
"""Facts that no person writes."""
KEPT = re.compile(r"https?://\S+|[a-z0-9]{6,8}|[A-Z][a-z]+/[A-Za-z_]+|example-link-\S+|")


def skeleton(html: str) -> tuple[list[str], list[str]]:
    """(tags, links); a text of several lines makes more paragraphs, which is no harm."""
    root = html5lib.parse(html, namespaceHTMLElements=False)
    return (
        [str(each.tag) for each in root.iter() if each.tag not in ("p", "br")],
        [each.get("href") for each in root.iter() if each.get("href")],
    )


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_words_add_no_tag_no_link_and_no_header(
    world: World, shared: Path, kind: str
) -> None:
    made = shared / "data/corpora/made"
    hostile = json.loads((made / "tmpl/ssti.json").read_text())
    hostile += json.loads((made / "hdr/injection.json").read_text())
    hostile += ['"><a href="https://evil.example">x</a>', "https://evil.example/x", "</style><b>"]
    facts = {"edition": SAMPLE_EDITION} | dict(OCCASIONS[kind].sample(SAMPLE_EDITION))
    plain = render_mail(kind, locale="en", context=hostile_to(facts, "word"))
    tags, links = skeleton(plain.html)
    for words in hostile:
        mail = render_mail(kind, locale="en", context=hostile_to(facts, words))
        found_tags, found_links = skeleton(mail.html)
        assert found_links == links, words
        assert set(found_tags) <= set(tags), words
        assert found_tags == tags or len(words.splitlines()) > 1, words
        assert len(mail.subject.splitlines()) == 1
        assert "49" in words + plain.text or "49" not in mail.text, words


def test_the_page_of_all_kinds_shows_each_in_each_language(world: World) -> None:
    browser = world.browser_as(Role.ORGANIZER)
    base = f"{world.here.path}/organize/mail/templates"
    page = read(browser, base)
    for kind in KINDS:
        assert f"{base}/{kind}/en" in page
    for locale in LANGUAGES:
        assert browser.get(f"{base}/account_reset/{locale}").status_code == 200
    assert browser.get(f"{base}/no_such_kind/en").status_code == 404
    assert browser.get(f"{base}/account_reset/xx").status_code == 404
    assert browser.get(f"{base}/account_reset/xx.html").status_code == 404


def test_the_html_part_stands_alone_under_a_policy_that_knows_its_style(world: World) -> None:
    browser = world.browser_as(Role.ORGANIZER)
    answer = browser.get(f"{world.here.path}/organize/mail/templates/account_invitation/ar.html")
    policy = answer.headers["Content-Security-Policy"]
    assert answer.text.startswith("<!doctype html>")
    assert "default-src 'none'" in policy and "'sha256-" in policy and "sandbox" in policy
    assert "unsafe" not in policy and "script-src" not in policy
    assert 'dir="rtl"' in answer.text


def test_previews_are_the_organizers_and_the_administrators(world: World) -> None:
    administrator = world.browser(world.administrator)
    assert administrator.get("/en/mail/templates").status_code == 200
    assert administrator.get("/en/mail/templates/account_reset/zh").status_code == 200
    assert administrator.get("/en/mail/templates/account_reset/zh.html").status_code == 200
    assert world.browser_as(Role.REVIEWER).get("/en/mail/templates").status_code == 404
    ours = f"{world.here.path}/organize/mail/templates"
    for role in (Role.REVIEWER, Role.EXHIBITOR):
        assert world.browser_as(role).get(ours).status_code == 404
    assert world.browser_as(Role.ORGANIZER, at=world.there).get(ours).status_code == 404
