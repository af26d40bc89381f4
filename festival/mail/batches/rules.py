"""Organizers' words with allowed names in braces, and who of a segment gets a letter.

Nothing that a person typed is ever read as a template: a placeholder is a name in single braces
that is looked up in a dictionary, once.  Doubled braces, attributes, indexes, conversions and
format specifications are ordinary letters, and a value that holds braces stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from festival.mail.batches.segments import Recipient
from festival.mail.batches.states import MOVES, BatchState
from festival.shared.errors import FieldRefused, RuleBroken
from festival.shared.forms import is_email, normalised_email
from festival.shared.sentences import mark

LONGEST_SUBJECT = 150
LONGEST_BODY = 20_000
PLACEHOLDER = re.compile(r"(?<!\{)\{([^\W\d]\w{0,39})\}(?!\})")
"""``{name}``: one word in single braces; ``{{name}}`` or ``{name.real}`` is not one."""
WEB_ADDRESS = re.compile(r"https?://[^\s<>\"'{}]+[^\s<>\"'{}.,;:!?)\]’”»،؛؟。，；：！？）]")
"""An address as it is typed in a sentence; the sentence's own full stop is not part of it."""
PARTING = " \u00a0,،，、"
SPACES = " \u00a0"
PLURAL_FACTS = ", "

Piece = dict[str, str]
"""``text``, and ``href`` where it is a link."""
Paragraph = list[Piece]


def placeholders_in(text: str) -> list[str]:
    """Names of the placeholders of a text, each once, in their order."""
    return list(dict.fromkeys(PLACEHOLDER.findall(text)))


def refuse_unknown_placeholders(text: str, *, allowed: Collection[str], field: str) -> None:
    """Raises ``FieldRefused`` for ``field``, naming what is unknown and what may be used."""
    unknown = [name for name in placeholders_in(text) if name not in allowed]
    if unknown:
        raise FieldRefused(
            field,
            mark("There is no placeholder %(unknown)s here. You can use: %(allowed)s."),
            unknown=_in_braces(unknown),
            allowed=_in_braces(allowed),
        )


def _in_braces(names: Iterable[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in names)


def filled(text: str, facts: Mapping[str, str]) -> str:
    """The text with each known placeholder replaced by its fact, once.

    An empty fact takes the space before it along, so that "Hello {name}," becomes "Hello,", and at
    the beginning of a line what parts it from the rest.
    """
    return "".join(piece["text"] for piece in _pieces(text, facts))


def paragraphs(text: str, facts: Mapping[str, str]) -> list[Paragraph]:
    """The body as paragraphs (blank lines part them) of pieces of text, some of them links.

    Links are the web addresses that the organizer typed and facts that are one address of ours
    altogether; an address within a stranger's name stays text.
    """
    parts = re.split(r"\n[ \t]*\n\s*", text.strip())
    return [_pieces(part, facts) for part in parts if part]


def as_text(made: Sequence[Paragraph]) -> str:
    """Paragraphs as the text part of a mail."""
    return "\n\n".join("".join(piece["text"] for piece in each) for each in made)


def _pieces(text: str, facts: Mapping[str, str]) -> Paragraph:
    found: Paragraph = []
    end = 0
    for match in PLACEHOLDER.finditer(text):
        value = facts.get(match[1])
        if value is None:
            continue
        before = text[end : match.start()]
        end = match.end()
        if value:
            found += [*_linked(before), _fact(match[1], value)]
        else:
            found += _linked(before.rstrip(SPACES))
            if not before.strip(SPACES) or before.endswith("\n"):
                end = _end_of_parting(text, end)
    return found + _linked(text[end:])


def _end_of_parting(text: str, start: int) -> int:
    rest = text[start:]
    return start + len(rest) - len(rest.lstrip(PARTING))


LINK_FACTS = frozenset({"link", "page"})
"""Placeholders whose value is an address that the application itself made."""


def _fact(name: str, value: str) -> Piece:
    return {"text": value, "href": value} if name in LINK_FACTS else {"text": value}


def _linked(text: str) -> Paragraph:
    found: Paragraph = []
    end = 0
    for match in WEB_ADDRESS.finditer(text):
        address = match[0]
        found += [{"text": text[end : match.start()]}, {"text": address, "href": address}]
        end = match.end()
    return [piece for piece in [*found, {"text": text[end:]}] if piece["text"]]


@dataclass(frozen=True, slots=True)
class Addressees:
    """Who of a segment gets a letter, and how many do not."""

    recipients: tuple[Recipient, ...] = ()
    left_out: int = 0
    """Do not want messages of this kind."""
    without_address: int = 0
    languages: Mapping[str, int] = field(default_factory=dict)
    """Language in which they are written to → how many."""


def addressees_of(
    rows: Iterable[Recipient],
    *,
    unwilling: Collection[str] = frozenset(),
    languages: Sequence[str],
) -> Addressees:
    """One recipient per address, in the order of the rows, without those who do not want it.

    Whoever stands in several rows keeps the first name and language, and all their facts side by
    side.  ``unwilling``: addresses that want no such mail; ``languages``: the edition's, the first
    for whoever reads none of them.
    """
    by_address: dict[str, Recipient] = {}
    without = 0
    for row in rows:
        address = normalised_email(row.email)
        if not is_email(address):
            without += 1
            continue
        known = by_address.get(address)
        by_address[address] = _joined(known, row) if known else _clean(row, address, languages)
    refused = set(unwilling) & set(by_address)
    kept = tuple(each for address, each in by_address.items() if address not in refused)
    counts = dict.fromkeys(languages, 0)
    for each in kept:
        counts[each.locale] = counts.get(each.locale, 0) + 1
    return Addressees(kept, left_out=len(refused), without_address=without, languages=counts)


def _clean(row: Recipient, address: str, languages: Sequence[str]) -> Recipient:
    locale = row.locale if row.locale in languages else languages[0]
    return replace(row, email=address, locale=locale)


def _joined(known: Recipient, other: Recipient) -> Recipient:
    def facts(locale: str) -> Mapping[str, str]:
        return _side_by_side(known.facts_in(locale), other.facts_in(locale))

    return replace(known, name=known.name or other.name, facts=facts)


def _side_by_side(known: Mapping[str, str], more: Mapping[str, str]) -> dict[str, str]:
    facts = dict(known)
    for name, value in more.items():
        present = facts.get(name, "")
        if not present:
            facts[name] = value
        elif name not in LINK_FACTS and value not in present.split(PLURAL_FACTS):
            facts[name] = f"{present}{PLURAL_FACTS}{value}"
    return facts


def text_for(texts: Mapping[str, Mapping[str, str]], locale: str, *, default: str) -> str:
    """The language whose text somebody gets: theirs, else the default, else the first written."""
    for wanted in (locale, default):
        if is_written(texts.get(wanted)):
            return wanted
    return next((each for each, text in texts.items() if is_written(text)), default)


def is_written(text: Mapping[str, str] | None) -> bool:
    """Whether a language has both a subject and a body."""
    return bool(text and text.get("subject") and text.get("body"))


def half_written(texts: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Languages with a subject and no body, or the reverse."""
    return [
        locale
        for locale, text in texts.items()
        if bool(text.get("subject")) != bool(text.get("body"))
    ]


def refuse_unready(texts: Mapping[str, Mapping[str, str]], *, default: str) -> None:
    """Raises ``RuleBroken`` unless everybody would get a whole text."""
    if half_written(texts):
        raise RuleBroken(
            mark("A language has a subject without a text, or a text without a subject."),
            kept=mark("Everything you wrote is kept."),
            next_step=mark("Complete that language, or empty it."),
        )
    if not is_written(texts.get(default)):
        raise RuleBroken(
            mark("The text in the edition’s first language is missing."),
            kept=mark("Everything you wrote is kept."),
            next_step=mark("Write it: it goes to everybody whose language has no text."),
        )


def states_before(wanted: BatchState) -> tuple[BatchState, ...]:
    """States from which a batch may move to ``wanted``."""
    return tuple(state for state, onward in MOVES.items() if wanted in onward)
