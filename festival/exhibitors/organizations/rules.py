"""Which organizations are probably the same, and when two may be merged; pure functions."""

from __future__ import annotations

import difflib
import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from urllib.parse import urlsplit

from festival.exhibitors.rules import folded
from festival.exhibitors.states import ApplicationState

ALIKE = 0.86
"""Least likeness of two names, 0 to 1 (difflib's ratio of the folded names)."""
COMMONEST = 40
"""A word that more organizations share says nothing."""
MOST_SHARING = 3
"""A host or domain that more organizations share is that of a city or a school authority."""
PUBLIC_MAIL = frozenset(
    {"gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "yahoo.com",
     "icloud.com", "gmx.net", "gmx.de", "web.de", "mail.ru", "yandex.ru", "qq.com", "163.com",
     "126.com", "orange.fr", "free.fr", "laposte.net", "proton.me", "protonmail.com"}
)  # fmt: skip
"""Providers whose domain says nothing about an organization."""
LEGAL = frozenset(
    {"association", "asociacion", "asbl", "asso", "assoc", "ev", "e", "v", "ltd", "llc", "inc",
     "gmbh", "ggmbh", "sa", "sl", "sarl", "the", "of", "and", "for", "de", "la", "le", "les",
     "el", "los", "las", "del", "des", "du", "der", "die", "das", "und", "et", "y"}
)  # fmt: skip
ENDED = frozenset({ApplicationState.DRAFT, ApplicationState.WITHDRAWN})
"""An application in such a state does not stand in the way of merging."""


class Sign(StrEnum):
    """Why two look like one."""

    NAME = "name"
    WEBSITE = "website"
    DOMAIN = "domain"


@dataclass(frozen=True, slots=True)
class OrganizationFacts:
    id: int
    name: str
    website: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Double:
    """Two that are probably one; ``signs`` say why."""

    first: int
    second: int
    signs: tuple[Sign, ...]


def name_words(name: str) -> tuple[str, ...]:
    """Folded words of a name without legal forms and articles; all of them if none were left."""
    words = re.findall(r"\w+", folded(name))
    return tuple(word for word in words if word not in LEGAL) or tuple(words)


def host_of(website: str) -> str:
    """Host of a web address without ``www.``; empty where there is none."""
    try:
        host = urlsplit(website).hostname or ""
    except ValueError:
        return ""
    return host.lower().removeprefix("www.")


def domain_of(email: str) -> str:
    """Domain of an address; empty for a public provider's."""
    domain = email.rpartition("@")[2].lower()
    return "" if domain in PUBLIC_MAIL else domain


def are_names_alike(first: str, second: str) -> bool:
    """Same words in another order, or nearly the same letters."""
    left, right = name_words(first), name_words(second)
    if not left or not right:
        return False
    if set(left) == set(right):
        return True
    matcher = difflib.SequenceMatcher(None, " ".join(left), " ".join(right), autojunk=False)
    return matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE


def likely_doubles(organizations: Iterable[OrganizationFacts]) -> list[Double]:
    """Pairs that share a host, a domain of their own, or a name; the surest first.

    Only those that share something are compared, so that 500 organizations take milliseconds.
    """
    rows = {each.id: each for each in _without_common(list(organizations))}
    found = []
    for first, second in sorted(_candidates(rows)):
        signs = signs_between(rows[first], rows[second])
        if signs:
            found.append(Double(first, second, signs))
    return sorted(found, key=lambda each: (-len(each.signs), each.first, each.second))


def _without_common(rows: list[OrganizationFacts]) -> list[OrganizationFacts]:
    """The same without hosts and domains that many share."""
    hosts = Counter(host_of(each.website) for each in rows)
    domains = Counter(domain_of(each.email) for each in rows)
    return [
        replace(
            each,
            website=each.website if hosts[host_of(each.website)] <= MOST_SHARING else "",
            email=each.email if domains[domain_of(each.email)] <= MOST_SHARING else "",
        )
        for each in rows
    ]


def signs_between(first: OrganizationFacts, second: OrganizationFacts) -> tuple[Sign, ...]:
    """Everything that speaks for the two being one."""
    signs = []
    if are_names_alike(first.name, second.name):
        signs.append(Sign.NAME)
    if host_of(first.website) and host_of(first.website) == host_of(second.website):
        signs.append(Sign.WEBSITE)
    if domain_of(first.email) and domain_of(first.email) == domain_of(second.email):
        signs.append(Sign.DOMAIN)
    return tuple(signs)


def _candidates(rows: Mapping[int, OrganizationFacts]) -> set[tuple[int, int]]:
    shelves: dict[str, set[int]] = defaultdict(set)
    for row in rows.values():
        words = name_words(row.name)
        keys = {f"word:{word}" for word in words} | {f"start:{''.join(words)[:4]}"}
        keys |= {f"host:{host_of(row.website)}", f"domain:{domain_of(row.email)}"}
        for key in keys:
            if not key.endswith(":"):
                shelves[key].add(row.id)
    return {
        pair
        for ids in shelves.values()
        if len(ids) <= COMMONEST
        for pair in itertools.combinations(sorted(ids), 2)
    }


def editions_in_the_way(
    kept: Mapping[int, ApplicationState], gone: Mapping[int, ApplicationState]
) -> list[int]:
    """Ids of editions in which both take part: there, somebody has to decide first.

    ``kept`` and ``gone`` map editions to the states of the two organizations' applications.
    """
    return sorted(
        edition
        for edition in kept.keys() & gone.keys()
        if kept[edition] not in ENDED and gone[edition] not in ENDED
    )


def staying_behind(
    kept: Mapping[int, ApplicationState], gone: Mapping[int, ApplicationState]
) -> list[int]:
    """Editions in which both have an application: the one that has ended does not move along."""
    return sorted(kept.keys() & gone.keys())


def gone_leads(kept: ApplicationState, gone: ApplicationState) -> bool:
    """Where both have an application in one edition: whether the other's is the living one."""
    return kept in ENDED and gone not in ENDED
