"""What may be passed on, to whom, for how long.  Pure: no database, no request."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta

from festival.portal.leads.states import DAYS_TAKEN_AFTER, LeadField
from festival.shared.sentences import mark

TO_REACH = (LeadField.EMAIL, LeadField.PHONE)
"""By one of them the organization can answer."""


@dataclass(frozen=True, slots=True)
class Wording:
    """Everything that a visitor reads before they agree."""

    organization: str
    names: dict[str, str]
    """Language → what the organization is called there, where that differs."""
    fields: tuple[str, ...]
    purposes: dict[str, str]
    """Language → text."""
    protection: dict[str, str]
    """Language → text."""
    kept_until: str
    """ISO date."""

    def name_in(self, language: str) -> str:
        """What the organization is called in a language."""
        return self.names.get(language) or self.organization

    def facts(self) -> dict[str, object]:
        """As it is stored: plain JSON."""
        return asdict(self) | {"fields": list(self.fields)}

    def digest(self, *, page_code: str) -> str:
        """SHA-256 of page and wording: another one is another wording."""
        told = json.dumps([page_code, self.facts()], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()


def asked_fields(chosen: Iterable[str], *, allowed: Iterable[str]) -> tuple[LeadField, ...]:
    """What the organization wants and the organizers allow, in the usual order."""
    both = set(chosen) & set(allowed)
    return tuple(each for each in LeadField if each.value in both)


def agreed_details(
    typed: Mapping[str, str], *, fields: Iterable[LeadField]
) -> dict[str, str]:  # fmt: skip
    """What is passed on of what was typed: asked for, and not left empty."""
    return {each.value: typed[each.value] for each in fields if typed.get(each.value)}


def refusal_for(
    details: Mapping[str, str], *, fields: Iterable[LeadField]
) -> tuple[LeadField, str] | None:  # fmt: skip
    """(field, sentence) where the organization could do nothing with it, or None."""
    ways = [each for each in TO_REACH if each in set(fields)]
    if ways and not any(details.get(each.value) for each in ways):
        sentence = (
            mark("Give an e-mail address or a telephone number, so that they can answer.")
            if len(ways) > 1
            else mark("Fill this in, so that they can answer.")
        )
        return ways[0], sentence
    if not details:
        first = next(iter(fields), LeadField.NOTE)
        return first, mark("Write something: so far nothing would be passed on.")
    return None


def person_key(page_code: str, details: Mapping[str, str], *, token: str) -> str:
    """The same for one person at one page: by address, else by telephone, else by the link."""
    email = details.get(LeadField.EMAIL.value, "").casefold()
    digits = "".join(each for each in details.get(LeadField.PHONE.value, "") if each.isdigit())
    who = f"mail:{email}" if email else f"phone:{digits}" if digits else f"link:{token}"
    return hashlib.sha256(f"{page_code}\n{who}".encode("utf-8", "replace")).hexdigest()


def last_day_kept(ends_on: date, *, kept_days: int) -> date:
    return ends_on + timedelta(days=kept_days)


def is_taking(today: date, *, ends_on: date) -> bool:
    """Whether the festival still lies ahead, lasts, or was a few days ago."""
    return today <= ends_on + timedelta(days=DAYS_TAKEN_AFTER)
