"""When a message is tried again, without a database."""

from __future__ import annotations

from datetime import timedelta

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
