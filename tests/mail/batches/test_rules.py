"""Placeholders by looking up, one letter per address, states."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from festival.mail.batches import rules
from festival.mail.batches.segments import Recipient
from festival.mail.batches.states import (
    LOOKS,
    MOVES,
    ORIGIN_NAMES,
    SENTENCES,
    STATE_NAMES,
    BatchState,
    Origin,
)
from festival.shared.errors import FieldRefused, RuleBroken

FACTS = {"name": "Nour Haddad", "organization": "Paper Workshop", "link": "https://city.example/p"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello {name}!", "Hello Nour Haddad!"),
        ("{name}{name}", "Nour HaddadNour Haddad"),
        ("{{name}}", "{{name}}"),
        ("{{{name}}}", "{{{name}}}"),
        ("{name.upper} {name!r} {name:>9} {name[0]} {0} {}", None),
        ("{{ 7*7 }} {% if x %} ${name.x} <%= 7 %>", None),
        ("{ name }", None),
        ("{Name}", None),
    ],
)
def test_only_single_braces_round_a_known_name_are_filled(text: str, expected: str | None) -> None:
    assert rules.filled(text, FACTS) == (text if expected is None else expected)


def test_a_value_is_never_filled_in_again() -> None:
    facts = {"name": "{organization}", "organization": "secret"}
    assert rules.filled("Hello {name}", facts) == "Hello {organization}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello {name},\nwelcome", "Hello,\nwelcome"),
        ("{name}, welcome", "welcome"),
        ("First\n{name}، welcome", "First\nwelcome"),
        ("a {name} b", "a b"),
        ("{name}", ""),
    ],
)
def test_an_empty_fact_takes_what_parts_it_along(text: str, expected: str) -> None:
    assert rules.filled(text, {"name": ""}) == expected


def test_unknown_placeholders_are_named_with_what_is_allowed() -> None:
    with pytest.raises(FieldRefused) as refused:
        rules.refuse_unknown_placeholders(
            "{nom} {name} {prénom} {{nom}}", allowed=["name", "link"], field="body_fr"
        )
    assert refused.value.field == "body_fr"
    assert refused.value.spoken() == (
        "There is no placeholder {nom}, {prénom} here. You can use: {name}, {link}."
    )
    rules.refuse_unknown_placeholders("{name.x} {{nom}}", allowed=["name"], field="body_fr")


def test_paragraphs_part_at_blank_lines_and_web_addresses_become_links() -> None:
    made = rules.paragraphs(
        "See https://city.example/a?b=1&c=2.\nAnd {link}, {organization}.\n \n\n\nBye {unknown}",
        FACTS | {"organization": "https://evil.example"},
    )
    assert made == [
        [
            {"text": "See "},
            {"text": "https://city.example/a?b=1&c=2", "href": "https://city.example/a?b=1&c=2"},
            {"text": ".\nAnd "},
            {"text": "https://city.example/p", "href": "https://city.example/p"},
            {"text": ", "},
            {"text": "https://evil.example"},
            {"text": "."},
        ],
        [{"text": "Bye {unknown}"}],
    ]
    assert rules.as_text(made).startswith("See https://city.example/a?b=1&c=2.\nAnd https")


def test_a_link_only_where_the_address_is_an_address() -> None:
    made = rules.paragraphs('javascript:alert(1) data:x https://a.b"><script> https://', {})
    hrefs = [piece["href"] for each in made for piece in each if "href" in piece]
    assert hrefs == ["https://a.b"]


def test_hostile_corpora_stay_as_they_are(shared: Path) -> None:
    corpora = shared / "data" / "corpora"
    naughty = json.loads((corpora / "blns" / "blns.json").read_text())
    ssti = json.loads((corpora / "made" / "tmpl" / "ssti.json").read_text())
    payloads = [each if isinstance(each, str) else each["payload"] for each in ssti]
    assert len(naughty) > 400
    assert len(payloads) > 5
    for text in [*naughty, *payloads]:
        assert rules.filled(text, {"name": "Nour"}) == text
        assert rules.filled("Dear {name}!", {"name": text}) == (
            f"Dear {text}!" if text else "Dear!"
        )


@given(st.text(), st.dictionaries(st.sampled_from(["name", "link", "city"]), st.text(min_size=1)))
def test_filling_never_fails_and_touches_only_placeholders(
    text: str, facts: dict[str, str]
) -> None:
    made = rules.filled(text, facts)
    if not set(rules.placeholders_in(text)) & set(facts):
        assert made == text
    whole = rules.as_text(rules.paragraphs(text, {}))
    assert whole.split() == text.split()


def recipient(email: str, name: str = "", locale: str = "en", **facts: str) -> Recipient:
    return Recipient(email=email, name=name, locale=locale, facts=facts)


def test_one_letter_per_address_however_often_somebody_belongs_to_it() -> None:
    found = rules.addressees_of(
        [
            recipient("Nour@Paper.example", organization="Paper", link="https://a"),
            recipient("nour@paper.example ", "Nour", "fr", organization="Glue", link="https://b"),
            recipient("nour@paper.example", organization="Paper", extra="more"),
            recipient("ada@city.example", "Ada", "ru"),
            recipient("no@mail.example", "No"),
            recipient("", "Nobody"),
            recipient("a@b.example, c@d.example", "Two"),
        ],
        unwilling=frozenset({"no@mail.example", "never@seen.example"}),
        languages=["fr", "en"],
    )
    assert [(each.email, each.name, each.locale) for each in found.recipients] == [
        ("nour@paper.example", "Nour", "en"),
        ("ada@city.example", "Ada", "fr"),
    ]
    assert found.recipients[0].facts_in("fr") == {
        "organization": "Paper, Glue", "link": "https://a", "extra": "more",
    }  # fmt: skip
    assert (found.left_out, found.without_address) == (1, 2)
    assert found.languages == {"fr": 1, "en": 1}


WHOLE = {"subject": "S", "body": "B"}


def test_everybody_gets_their_language_the_default_or_what_there_is() -> None:
    texts = {"en": WHOLE, "fr": {"subject": "S", "body": ""}, "ar": WHOLE}
    assert rules.text_for(texts, "ar", default="en") == "ar"
    assert rules.text_for(texts, "fr", default="en") == "en"
    assert rules.text_for({"ar": WHOLE}, "fr", default="en") == "ar"
    assert rules.text_for({}, "fr", default="en") == "en"


def test_a_half_written_language_or_a_missing_default_is_not_released() -> None:
    rules.refuse_unready({"en": WHOLE}, default="en")
    with pytest.raises(RuleBroken, match="subject without a text"):
        rules.refuse_unready({"en": WHOLE, "fr": {"subject": "", "body": "B"}}, default="en")
    with pytest.raises(RuleBroken, match="first language"):
        rules.refuse_unready({"fr": WHOLE}, default="en")


def test_every_state_has_words_and_moves() -> None:
    for table in (MOVES, STATE_NAMES, SENTENCES, LOOKS):
        assert set(table) == set(BatchState)
    assert set(ORIGIN_NAMES) == set(Origin)
    assert rules.states_before(BatchState.RELEASED) == (
        BatchState.DRAFT, BatchState.HELD, BatchState.STOPPED,
    )  # fmt: skip
