"""What all forms share: cleaning of text, addresses, and how a refusal reaches its field."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DecimalField, Field, IntegerField
from wtforms.validators import ValidationError

from festival.shared.errors import FieldRefused

ADDRESS = re.compile(
    r"[^\s@,;<>()\[\]\\\"\x00-\x1f\x7f]{1,64}@[A-Za-z0-9\w.-]{1,253}\.[^\W_]{2,63}"
)
DEGREES = re.compile(r"(?:[+-]?\d{1,3}(?:[.,]\d{0,15})?)?")
INVISIBLE = {"Cc", "Cs", "Co", "Cn"}


def clean_line(text: str | None) -> str:
    """One line: NFC, no control characters, single spaces, trimmed."""
    if not text:
        return ""
    kept = "".join(
        " " if unicodedata.category(char) in INVISIBLE else char
        for char in unicodedata.normalize("NFC", text)
    )
    return " ".join(kept.split())


def clean_text(text: str | None) -> str:
    """Several lines: NFC, line breaks as ``\\n``, no other control characters, trimmed."""
    if not text:
        return ""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(
        char if char in "\n\t" or unicodedata.category(char) not in INVISIBLE else " "
        for char in lines
    )
    return kept.strip()


def normalised_email(text: str | None) -> str:
    """NFKC, trimmed, lower case; the form in which an address is stored and compared."""
    return unicodedata.normalize("NFKC", text or "").strip().lower()


def is_email(text: str) -> bool:
    """Exactly one plain address: no list, no line break, no display name."""
    return len(text) <= 254 and ADDRESS.fullmatch(text) is not None


class WholeNumber(IntegerField):  # type: ignore[misc]
    """A whole number of at most twelve digits.

    ``NumberRange`` turns the number into a float, which a number of 400 digits does not fit into.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.type = "IntegerField"  # templates choose the markup by it

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist and len(valuelist[0].strip()) > 12:
            raise ValueError(gettext("This number is too long."))
        super().process_formdata(valuelist)


class Degrees(DecimalField):  # type: ignore[misc]
    """A latitude or longitude: digits with at most one point, so neither NaN nor infinity."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.type = "DecimalField"

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist and not DEGREES.fullmatch(valuelist[0].strip()):
            raise ValueError(self.gettext("Not a valid decimal value."))
        super().process_formdata(valuelist)


BREAKS = {"Cc", "Cs", "Zl", "Zp"}


class OneAddress:
    """Validator: the field holds exactly one e-mail address, or nothing.

    It looks at what was sent as well: a filter would make one clean address of two lines.
    """

    def __call__(self, form: FlaskForm, field: Field) -> None:
        sent = "".join(each for each in field.raw_data or () if isinstance(each, str)).strip()
        is_broken = any(unicodedata.category(char) in BREAKS for char in sent)
        if is_broken or (field.data and not is_email(normalised_email(field.data))):
            raise ValidationError(
                _l("Give one e-mail address such as name@example.org, without commas or spaces.")
            )


class WebAddress:
    """Validator: an http(s) address, or nothing."""

    def __call__(self, form: FlaskForm, field: Field) -> None:
        if field.data and not re.fullmatch(r"https?://[^\s<>\"'\\]{1,390}", field.data):
            raise ValidationError(_l("Give a web address that begins with https:// or http://."))


def show_refusal(form: FlaskForm, refusal: FieldRefused) -> None:
    """Put the sentence of a refusal beside the field it names, or at the top of the form."""
    sentence = refusal.spoken(gettext)
    field = form._fields.get(refusal.field)
    if field is None or field.type == "FieldList":  # whose errors are those of its rows
        form.form_errors.append(sentence)
    else:
        field.errors = [*field.errors, sentence]


LineFilter = Callable[[Any], str]
LINE: list[LineFilter] = [clean_line]
TEXT: list[LineFilter] = [clean_text]
"""For ``filters=`` of a field."""
