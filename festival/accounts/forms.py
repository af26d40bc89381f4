"""Forms of signing in, of accounts, of the team and of people."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    EmailField,
    HiddenField,
    PasswordField,
    SearchField,
    SelectField,
    SelectMultipleField,
    StringField,
    widgets,
)
from wtforms.validators import EqualTo, InputRequired, Length

from festival.accounts.rules import LONGEST_PASSWORD, safe_path
from festival.accounts.states import EDITION_ROLES, ROLE_NAMES, Role
from festival.shared.forms import LINE, OneAddress, clean_line, normalised_email
from festival.shared.languages import LANGUAGES

TEAM_ROLES = [role for role in Role if role in EDITION_ROLES]
EMAIL = [clean_line, normalised_email]
ADDRESS = [InputRequired(_l("Give your e-mail address.")), Length(max=254), OneAddress()]


def _language_choices() -> list[tuple[str, str]]:
    return [(each.code, each.autonym) for each in LANGUAGES.values()]


class SignInForm(FlaskForm):  # type: ignore[misc]
    """Address and password; ``next`` is checked again before it is followed."""

    email = EmailField(
        _l("E-mail address"),
        filters=EMAIL,
        validators=[InputRequired(_l("Give your e-mail address.")), Length(max=254)],
    )
    password = PasswordField(
        _l("Password"),
        validators=[
            InputRequired(_l("Give your password.")),
            Length(max=LONGEST_PASSWORD, message=_l("This is too long for a password.")),
        ],
    )
    next = HiddenField(filters=[safe_path])


class ResetForm(FlaskForm):  # type: ignore[misc]
    """Whom to send a link for a new password."""

    email = EmailField(_l("E-mail address"), filters=EMAIL, validators=ADDRESS)


class NewPasswordForm(FlaskForm):  # type: ignore[misc]
    """A new password, twice."""

    password = PasswordField(
        _l("New password"),
        validators=[InputRequired(_l("Give a new password.")), Length(max=LONGEST_PASSWORD)],
    )
    again = PasswordField(
        _l("New password, once more"),
        validators=[
            InputRequired(_l("Give the new password once more.")),
            EqualTo("password", _l("The two passwords are not the same.")),
        ],
    )


class SetUpForm(NewPasswordForm):
    """The first administrator."""

    name = StringField(
        _l("Your name"),
        filters=LINE,
        validators=[InputRequired(_l("Give your name.")), Length(max=200)],
    )
    email = EmailField(_l("E-mail address"), filters=EMAIL, validators=ADDRESS)


class ChangePasswordForm(NewPasswordForm):
    """The password in use, then the new one."""

    present = PasswordField(
        _l("Present password"),
        validators=[InputRequired(_l("Give your present password.")), Length(max=LONGEST_PASSWORD)],
    )


class ProfileForm(FlaskForm):  # type: ignore[misc]
    """How a person is called, and in which language mail comes."""

    name = StringField(
        _l("Your name"),
        filters=LINE,
        validators=[InputRequired(_l("Give your name.")), Length(max=200)],
    )
    locale = SelectField(_l("Language of your mail"), validators=[InputRequired()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.locale.choices = _language_choices()


class InviteForm(FlaskForm):  # type: ignore[misc]
    """Somebody new in the team."""

    name = StringField(
        _l("Name"), filters=LINE, validators=[InputRequired(_l("Give the name.")), Length(max=200)]
    )
    email = EmailField(
        _l("E-mail address"),
        filters=EMAIL,
        validators=[InputRequired(_l("Give an e-mail address.")), Length(max=254), OneAddress()],
    )
    locale = SelectField(_l("Language of the invitation"), validators=[InputRequired()])
    roles = SelectMultipleField(
        _l("Roles"),
        validators=[InputRequired(_l("Choose at least one role."))],
        widget=widgets.ListWidget(prefix_label=False),
        option_widget=widgets.CheckboxInput(),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.locale.choices = _language_choices()
        self.roles.choices = [(role.value, _(ROLE_NAMES[role])) for role in TEAM_ROLES]

    def chosen_roles(self) -> list[Role]:
        """The roles ticked."""
        return [Role(value) for value in self.roles.data or []]


class PersonForm(FlaskForm):  # type: ignore[misc]
    """What one button of a list is about; carries the CSRF token."""


class SearchForm(FlaskForm):  # type: ignore[misc]
    """Search in a list."""

    class Meta:
        csrf = False

    q = SearchField(_l("Name or address"), filters=LINE)
