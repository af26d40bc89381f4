"""The form of a recipient's choice."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectMultipleField, widgets

from festival.mail.states import TOPIC_HINTS, TOPIC_NAMES, Topic


class ChoiceForm(FlaskForm):  # type: ignore[misc]
    """A box for each topic; what is not ticked is not wanted."""

    topics = SelectMultipleField(
        _l("I want to receive"),
        widget=widgets.ListWidget(prefix_label=False),
        option_widget=widgets.CheckboxInput(),
    )

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.topics.flags.required = True  # "optional" beside it would be nonsense
        self.topics.choices = [(each.value, _(TOPIC_NAMES[each])) for each in Topic]

    def hints(self) -> dict[str, str]:
        """A sentence for each box."""
        return {each.value: _(TOPIC_HINTS[each]) for each in Topic}
