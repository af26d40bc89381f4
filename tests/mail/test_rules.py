"""When a message is tried again, without a database."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from festival.mail.rendering import one_line
from festival.mail.rules import PAUSES, is_hopeless, pause_after, without_secrets


def test_the_pauses_grow_and_last_more_than_four_hours() -> None:
    assert list(PAUSES) == sorted(PAUSES)
    assert sum(PAUSES, timedelta()) >= timedelta(hours=4)


def test_after_the_last_pause_the_message_is_given_up() -> None:
    assert pause_after(1) == timedelta(minutes=1)
    assert pause_after(len(PAUSES)) == PAUSES[-1]
    assert pause_after(len(PAUSES) + 1) is None
    assert pause_after(0) is None


def test_only_a_recipient_refused_for_good_is_hopeless() -> None:
    assert is_hopeless(550, about_recipient=True)
    assert not is_hopeless(450, about_recipient=True)
    assert not is_hopeless(550, about_recipient=False)


def test_links_into_accounts_are_blotted_out() -> None:
    text = "Open http://localhost/en/password/AbC-_123456789012345 now, or /setup/abcdefghijklmnop."
    assert without_secrets(text) == "Open http://localhost/en/password/••• now, or /setup/•••."
    household = "/en/luminara/2027/r/abcdefghijklmnopqrstuvwxyz"
    assert without_secrets(household) == "/en/luminara/2027/r/•••"
    assert (
        without_secrets("/exhibitors/application/Ab-_9fghijklmnop") == "/exhibitors/application/•••"
    )
    assert without_secrets("see /en/programme/x7a2") == "see /en/programme/x7a2"


def test_a_header_is_one_line() -> None:
    assert one_line("a\r\nBcc: x\u2028y\u0085z\x00\u202e!") == "a Bcc: x y z !"


def test_every_address_that_is_a_permission_is_blotted_out(app: Flask) -> None:
    """A new door with a secret in its address must be known to the rule."""
    adapter = app.url_map.bind("festival.example", url_scheme="https")
    token = "17-0123456789abcdef01234567"
    seen = 0
    for rule in app.url_map.iter_rules():
        secret = rule.arguments & {"token", "handle"}
        if not secret:
            continue
        values = dict.fromkeys(rule.arguments, "x") | dict.fromkeys(secret, token) | {"lang": "en"}
        link = adapter.build(rule.endpoint, values, force_external=True, method=None)
        assert token not in without_secrets(f"Open {link} now."), rule.endpoint
        seen += 1
    assert seen > 20
