"""The interface's languages: the six of the United Nations, each by its own name."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Language:
    code: str
    """In addresses and in gettext."""
    tag: str
    """In ``lang`` attributes (BCP 47)."""
    autonym: str
    direction: str = "ltr"


LANGUAGES = {
    each.code: each
    for each in (
        Language("ar", "ar", "العربية", "rtl"),
        Language("zh", "zh-Hans", "中文"),
        Language("en", "en", "English"),
        Language("fr", "fr", "Français"),
        Language("ru", "ru", "Русский"),
        Language("es", "es", "Español"),
    )
}
DEFAULT = "en"
IN_PATH = f"<any({','.join(LANGUAGES)}):lang>"
"""First part of the address of every page that a person reads."""
