"""Sample facts of the mails about accounts, for their preview."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from festival.accounts.states import ROLE_NAMES, Role
from festival.mail.occasions import SAMPLE_MOMENT, SAMPLE_TOKEN, Facts, occasion
from festival.shared.sentences import mark

NAME = "Nour Haddad"
WHOEVER_HAS_ONE = mark("Whoever has an account")


@occasion(
    "account_invitation",
    name=mark("Invitation"),
    audience=mark("People who get a role for the first time"),
)
def account_invitation(edition: Any) -> Facts:
    return {
        "person_name": NAME,
        "inviter": "Olga Marín",
        "place": edition.title,
        "token": SAMPLE_TOKEN,
        "expires_at": SAMPLE_MOMENT + timedelta(days=14),
    }


@occasion("account_role", name=mark("A new role"), audience=mark("People who get another role"))
def account_role(edition: Any) -> Facts:
    return {
        "person_name": NAME,
        "inviter": "Olga Marín",
        "place": edition.title,
        "role_name": ROLE_NAMES[Role.REVIEWER],
    }


@occasion("account_reset", name=mark("A new password"), audience=WHOEVER_HAS_ONE)
def account_reset(_edition: Any) -> Facts:
    return {
        "edition": None,
        "person_name": NAME,
        "token": SAMPLE_TOKEN,
        "expires_at": SAMPLE_MOMENT + timedelta(minutes=30),
    }


@occasion(
    "account_password_changed", name=mark("The password was changed"), audience=WHOEVER_HAS_ONE
)
def account_password_changed(_edition: Any) -> Facts:
    return {"edition": None, "person_name": NAME, "changed_at": SAMPLE_MOMENT}
