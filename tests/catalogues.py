"""Gate: no string of the interface is missing in the message catalogues."""

from __future__ import annotations

import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "festival" / "translations"
LANGUAGES = ("ar", "es", "fr", "ru", "zh")
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "_l": None, "lazy_gettext": None,
            "mark": None, "_text": None, "pgettext": ((1, "c"), 2)}  # fmt: skip


def extracted() -> Catalog:
    """Every string marked in code and templates, with the files it stands in."""
    methods, options = parse_mapping_cfg(
        io.StringIO((ROOT / "festival" / "babel.cfg").read_text()), "babel.cfg"
    )
    found = Catalog()
    for file, line, message, comments, context in extract_from_dir(
        ROOT, method_map=methods, options_map=options, keywords=KEYWORDS
    ):
        found.add(message, None, [(file, line)], auto_comments=comments, context=context)
    return found


def missing_messages() -> dict[str, list[str]]:
    """language → strings that the catalogue does not hold."""
    wanted = extracted()
    missing = {}
    for language in LANGUAGES:
        with (FOLDER / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
            catalogue = read_po(file, locale=language)
        missing[language] = [
            str(each.id) for each in wanted if each.id and each.id not in catalogue
        ]
    return missing


if __name__ == "__main__":
    absent = {language: ids for language, ids in missing_messages().items() if ids}
    for language, ids in absent.items():
        print(f"{language}: {len(ids)} strings are not in the catalogue, for example {ids[:5]}")
    if absent:
        print("Run `make messages` and translate them.")
    sys.exit(bool(absent))
