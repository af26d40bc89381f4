"""Which organizations look like one, and which may be merged."""

from __future__ import annotations

import pytest

from festival.exhibitors.organizations import rules
from festival.exhibitors.organizations.rules import OrganizationFacts, Sign
from festival.exhibitors.states import ApplicationState

S = ApplicationState


@pytest.mark.parametrize(
    ("first", "second", "alike"),
    [
        ("Paper Workshop", "The Paper Workshop", True),
        ("Paper Workshop Ltd", "Workshop, paper", True),
        ("Asociación de Música", "Asociacion Musica", True),
        ("Paper Workshop", "Papper Workshop", True),
        ("Библиотека Пушкина", "библиотека пушкина", True),
        ("Paper Workshop", "Wood Workshop", False),
        ("Library North", "Library South", False),
        ("", "Paper", False),
        ("The", "The", True),
    ],
)
def test_names_are_compared_without_case_accents_and_legal_forms(
    first: str, second: str, alike: bool
) -> None:
    assert rules.are_names_alike(first, second) is alike


def test_every_sign_is_named_and_the_surest_pair_stands_first() -> None:
    rows = [
        OrganizationFacts(1, "Paper Workshop", "https://paper.example/", "a@paper.example"),
        OrganizationFacts(2, "Clay House", "http://www.clay.example/about", "clay@gmail.com"),
        OrganizationFacts(3, "The Paper Workshop", "https://www.paper.example", "b@paper.example"),
        OrganizationFacts(4, "Potters", "https://clay.example", "potters@gmail.com"),
        OrganizationFacts(5, "Nobody else", "not an address", ""),
        OrganizationFacts(6, "Broken", "http://[::1", "x"),
    ]
    found = [(each.first, each.second, each.signs) for each in rules.likely_doubles(rows)]
    assert found == [
        (1, 3, (Sign.NAME, Sign.WEBSITE, Sign.DOMAIN)),
        (2, 4, (Sign.WEBSITE,)),
    ]


def test_a_domain_that_many_share_says_nothing() -> None:
    rows = [
        OrganizationFacts(number, chr(0x4E00 + number) * 5, "", f"{number}@city.example")
        for number in range(rules.MOST_SHARING + 1)
    ]
    assert rules.likely_doubles(rows) == []
    assert len(rules.likely_doubles(rows[:2])) == 1


def test_only_those_that_share_something_are_compared() -> None:
    rows = {
        number: OrganizationFacts(
            number, f"School {number % 37} of {number % 91} arts {number}",
            f"https://site{number}.example", f"{number}@mail{number % 400}.example",
        )
        for number in range(500)
    }  # fmt: skip
    assert len(rules._candidates(rows)) < 500 * rules.COMMONEST / 2
    rules.likely_doubles(rows.values())


def test_two_that_take_part_in_one_edition_are_not_merged() -> None:
    kept = {1: S.ACCEPTED, 2: S.DRAFT, 3: S.ACCEPTED, 4: S.WITHDRAWN}
    gone = {1: S.SUBMITTED, 2: S.ACCEPTED, 4: S.WITHDRAWN, 5: S.ACCEPTED}
    assert rules.editions_in_the_way(kept, gone) == [1]
    assert rules.staying_behind(kept, gone) == [1, 2, 4]
    assert rules.gone_leads(kept[2], gone[2])
    assert not rules.gone_leads(kept[4], gone[4])
    assert not rules.gone_leads(kept[1], gone[1])
