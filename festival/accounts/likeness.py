"""How an address looks to the eye, so that no two people's addresses look the same.

The table holds the lower-case letters of other scripts that most typefaces draw like a Latin one
(after Unicode Technical Standard 39, confusables).  Plain ASCII letters stay what they are: ``ali``
and ``all`` are two people.
"""

from __future__ import annotations

import unicodedata

LOOK_ALIKE = str.maketrans(
    {
        # Cyrillic
        "а": "a", "в": "b", "е": "e", "ѕ": "s", "і": "i", "ї": "i", "ј": "j", "к": "k", "м": "m",
        "н": "h", "о": "o", "р": "p", "с": "c", "т": "t", "у": "y", "х": "x", "һ": "h", "ԁ": "d",
        "ԛ": "q", "ԝ": "w", "ё": "e", "г": "r", "п": "n", "ь": "b", "з": "3", "ӏ": "l", "ғ": "f",
        # Greek
        "α": "a", "β": "b", "ε": "e", "ι": "i", "κ": "k", "ν": "v", "ο": "o", "ρ": "p", "τ": "t",
        "υ": "u", "χ": "x", "η": "n", "ω": "w", "γ": "y",
        # Armenian and Latin extensions
        "օ": "o", "ս": "u", "հ": "h", "ց": "g", "ı": "i", "ɑ": "a", "ɡ": "g", "ɩ": "i",
    }
)  # fmt: skip


def likeness(email: str) -> str:
    """The address as the eye sees it: ``аdmin@…`` with a Cyrillic а is like ``admin@…``.

    Accents and invisible characters go too.  Never shown, only compared.
    """
    plain = unicodedata.normalize("NFKD", email.strip().casefold())
    kept = "".join(char for char in plain if not unicodedata.category(char).startswith(("M", "C")))
    return kept.translate(LOOK_ALIKE)[:254]
