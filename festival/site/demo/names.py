"""Names of invented visitors in six scripts."""

from __future__ import annotations

import functools
import random

from festival.site.demo.texts import lines_of

OTHER_SCRIPTS = (
    (0.10, "ru", "ru"),
    (0.14, "ar", "ar"),
    (0.08, "zh", "zh"),
    (0.05, "hangul", "en"),
    (0.04, "devanagari", "en"),
)
"""(share, part of names.txt, locale that such a household chooses); the others are Latin."""
LATIN_LOCALES = ("en", "en", "es", "es", "fr")


@functools.cache
def _parts() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    part = ""
    for line in lines_of("names.txt"):
        if line.startswith("@"):
            part = line[1:].strip()
        else:
            found.setdefault(part, []).extend(line.split("|"))
    return found


def invent_name(rng: random.Random) -> tuple[str, str]:
    """(name, locale of the interface that such a household would choose)."""
    parts, drawn = _parts(), rng.random()
    for share, part, locale in OTHER_SCRIPTS:
        if drawn < share:
            return rng.choice(parts[part]), locale
        drawn -= share
    name = f"{rng.choice(parts['given'])} {rng.choice(parts['family'])}"
    return name, rng.choice(LATIN_LOCALES)
