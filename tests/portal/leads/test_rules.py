"""What may be passed on: no database."""

from __future__ import annotations

from datetime import date

import pytest

from festival.portal.leads.rules import (
    Wording,
    agreed_details,
    asked_fields,
    is_taking,
    last_day_kept,
    person_key,
    refusal_for,
)
from festival.portal.leads.states import LeadField

F = LeadField


def wording(**changes: object) -> Wording:
    facts: dict[str, object] = {
        "organization": "Paper", "names": {}, "fields": ("email",), "purposes": {"en": "One mail"},
        "protection": {"en": "Yours"}, "kept_until": "2027-07-01",
    }  # fmt: skip
    return Wording(**(facts | changes))  # type: ignore[arg-type]


def test_only_what_both_want_is_asked_in_the_usual_order() -> None:
    assert asked_fields(["note", "email", "phone"], allowed=["email", "note", "name"]) == (
        F.EMAIL,
        F.NOTE,
    )
    assert asked_fields(["email"], allowed=[]) == ()
    assert asked_fields(["shoe size"], allowed=["shoe size"]) == ()


def test_what_is_not_asked_for_or_left_empty_is_not_passed_on() -> None:
    typed = {"email": "a@b.example", "name": "", "phone": "+34 600"}
    assert agreed_details(typed, fields=[F.NAME, F.EMAIL]) == {"email": "a@b.example"}


@pytest.mark.parametrize(
    ("details", "fields", "field"),
    [
        ({"email": "a@b.example"}, [F.EMAIL], None),
        ({"phone": "600"}, [F.EMAIL, F.PHONE], None),
        ({"name": "Lea"}, [F.NAME, F.EMAIL], F.EMAIL),
        ({"name": "Lea"}, [F.NAME, F.PHONE, F.EMAIL], F.EMAIL),
        ({"note": "Books"}, [F.NOTE], None),
        ({}, [F.NOTE], F.NOTE),
        ({}, [], F.NOTE),
    ],
)
def test_a_way_to_answer_is_needed_where_one_is_asked_for(
    details: dict[str, str], fields: list[LeadField], field: LeadField | None
) -> None:
    refusal = refusal_for(details, fields=fields)
    assert (refusal[0] if refusal else None) is field


def test_one_person_is_known_by_address_then_telephone_then_link() -> None:
    def key(page: str = "abc", token: str = "t", **details: str) -> str:
        return person_key(page, details, token=token)

    assert key(email="Lea@b.example") == key(email="lea@b.example", token="other", name="L")
    assert key(email="lea@b.example") != key(email="lea@b.example", page="xyz")
    assert key(phone="+34 600-1") == key(phone="34 6001", token="other")
    assert key(note="x") != key(note="x", token="other")


def test_every_word_changes_the_version_of_the_wording() -> None:
    first = wording().digest(page_code="abc")
    others = [
        wording(organization="Other"), wording(names={"ar": "ورق"}),
        wording(fields=("email", "name")),
        wording(purposes={"en": "Many mails"}), wording(protection={"en": "Ours"}),
        wording(kept_until="2027-07-02"),
    ]  # fmt: skip
    digests = {first, wording().digest(page_code="xyz")}
    digests |= {each.digest(page_code="abc") for each in others}

    assert len(digests) == 8
    assert wording().digest(page_code="abc") == first


def test_a_lone_surrogate_does_not_break_the_version() -> None:
    assert len(wording(organization="\ud800").digest(page_code="abc")) == 64


def test_days_are_counted_from_the_last_day_of_the_festival() -> None:
    end = date(2027, 5, 16)
    assert last_day_kept(end, kept_days=60) == date(2027, 7, 15)
    assert is_taking(date(2027, 5, 23), ends_on=end)
    assert not is_taking(date(2027, 5, 24), ends_on=end)


def test_the_organization_is_called_as_the_reader_calls_it() -> None:
    assert wording(names={"ar": "ورق"}).name_in("ar") == "ورق"
    assert wording(names={"ar": ""}).name_in("ar") == wording().name_in("fr") == "Paper"
