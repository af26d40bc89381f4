"""Forms of messages to many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from festival.mail.batches.models import MailBatch
from festival.mail.batches.rules import (
    LONGEST_BODY,
    LONGEST_SUBJECT,
    refuse_unknown_placeholders,
)
from festival.mail.batches.segments import SEGMENTS
from festival.shared.errors import FieldRefused
from festival.shared.forms import LINE, TEXT
from festival.shared.languages import LANGUAGES

Choices = Mapping[str, list[tuple[str, str]] | None]


def group_value(segment: str, choice: str) -> str:
    """Segment and choice as one value of the field ``to``."""
    return f"{segment}:{choice}"


class ChooseGroup(FlaskForm):  # type: ignore[misc]
    """Who gets it: every group, those with choices as a group of options."""

    to = SelectField(_l("Who gets it?"), validators=[InputRequired()])

    def offer(self, choices: Choices) -> None:
        """``choices`` as ``queries.choices_of`` answers them."""
        plain = [
            (group_value(code, ""), gettext(SEGMENTS[code].name))
            for code, offered in choices.items()
            if offered is None
        ]
        groups = {"": [("", gettext("Choose…")), *plain]}
        for code, offered in choices.items():
            if offered:
                groups[gettext(SEGMENTS[code].name)] = [
                    (group_value(code, value), label) for value, label in offered
                ]
        self.to.choices = groups

    @property
    def group(self) -> tuple[str, str]:
        """(segment, choice)."""
        segment, _colon, choice = (self.to.data or "").partition(":")
        return segment, choice


class WriteMessage(ChooseGroup):
    """The texts of one message; ``subject_<language>`` and ``body_<language>`` come with
    ``message_form``."""

    title = StringField(_l("Name in your list"), filters=LINE, validators=[Length(max=200)])
    version = HiddenField()

    def validate(self, extra_validators: Any = None) -> bool:
        """Each text is looked at, so that all unknown placeholders are told at once."""
        valid = super().validate(extra_validators)
        found = SEGMENTS.get(self.group[0])
        for name, field in self._fields.items():
            if found is None or not name.startswith(("subject_", "body_")):
                continue
            try:
                refuse_unknown_placeholders(
                    field.data or "", allowed=found.placeholders, field=name
                )
            except FieldRefused as refusal:
                field.errors = [*field.errors, refusal.spoken(gettext)]
                valid = False
        return bool(valid)

    @property
    def texts(self) -> dict[str, dict[str, str]]:
        """Language → {"subject", "body"}."""
        return {
            name.removeprefix("subject_"): {
                "subject": field.data or "",
                "body": self._fields[f"body_{name.removeprefix('subject_')}"].data or "",
            }
            for name, field in self._fields.items()
            if name.startswith("subject_")
        }

    @property
    def seen_version(self) -> int:
        return _number(self.version.data)


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else 0


def message_form(batch: MailBatch, *, languages: Sequence[str], choices: Choices) -> WriteMessage:
    """The form with a subject and a text for each language of the edition."""
    fields: dict[str, Any] = {}
    for locale in languages:
        tag = LANGUAGES[locale].tag
        fields[f"subject_{locale}"] = StringField(
            _l("Subject"),
            filters=LINE,
            validators=[Length(max=LONGEST_SUBJECT)],
            render_kw={"lang": tag},
        )
        fields[f"body_{locale}"] = TextAreaField(
            _l("Text"),
            filters=TEXT,
            validators=[Length(max=LONGEST_BODY)],
            render_kw={"lang": tag, "rows": 12},
        )
    form: WriteMessage = type("WriteMessageIn", (WriteMessage,), fields)(
        data={
            "title": batch.title,
            "to": group_value(batch.segment, batch.choice),
            "version": str(batch.version),
            **{
                f"{part}_{locale}": batch.texts.get(locale, {}).get(part, "")
                for locale in languages
                for part in ("subject", "body")
            },
        }
    )
    form.offer(choices)
    for part in ("subject", "body"):  # a draft may lack them, so nothing is refused
        form._fields[f"{part}_{languages[0]}"].flags.required = True
    return form


class WriteNote(FlaskForm):  # type: ignore[misc]
    """Words above letters that another room wrote; ``note_<language>`` come with ``note_form``."""

    version = HiddenField()

    @property
    def note(self) -> dict[str, str]:
        """Language → text."""
        return {
            name.removeprefix("note_"): field.data or ""
            for name, field in self._fields.items()
            if name.startswith("note_")
        }

    @property
    def seen_version(self) -> int:
        return _number(self.version.data)


def note_form(batch: MailBatch, *, languages: Sequence[str]) -> WriteNote:
    """One text for each language of the edition."""
    fields = {
        f"note_{locale}": TextAreaField(
            LANGUAGES[locale].autonym,
            filters=TEXT,
            validators=[Length(max=2_000)],
            render_kw={"lang": LANGUAGES[locale].tag, "rows": 5},
        )
        for locale in languages
    }
    form: WriteNote = type("WriteNoteIn", (WriteNote,), fields)(
        data={
            "version": str(batch.version),
            **{f"note_{locale}": batch.note.get(locale, "") for locale in languages},
        }
    )
    return form
