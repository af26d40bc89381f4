"""Reports of other mail servers: the right message is marked, hostile ones change nothing."""

from __future__ import annotations

import random
import subprocess
import sys
from email.message import EmailMessage

import pytest
from click.testing import Result
from hypothesis import given, settings
from hypothesis import strategies as some

from festival.extensions import db
from festival.mail.actions import try_again
from festival.mail.bounces import LARGEST_REPORT, NoReport, read_report
from festival.mail.delivery import compose, envelope_sender
from festival.mail.models import OutboxMessage
from festival.mail.signs import bounce_code
from festival.mail.states import MessageState
from festival.shared.clock import utc_now
from festival.shared.journal import SYSTEM, JournalEntry
from tests.factories.mail import waiting_message
from tests.factories.world import World

SECRET = "not-a-secret-but-long-enough-for-the-tests"
CODE = bounce_code(17, secret=SECRET)


def report(
    *, to: str = f"bounces+{CODE}@festival.example", action: str = "failed",
    status: str = "5.1.1", said: str = "smtp; 550 5.1.1 no such user", returned: str = "",
) -> bytes:  # fmt: skip
    """As Postfix writes it."""
    return (
        f"From: MAILER-DAEMON@mx.example\r\nTo: {to}\r\nSubject: Undelivered\r\n"
        "MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; "
        'boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nI am sorry.\r\n'
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; nour@city.example\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: {said}\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\n{returned}\r\n--b--\r\n"
    ).encode()


def test_a_report_names_the_message_and_the_reason() -> None:
    found = read_report(report(), secret=SECRET)
    assert (found.message_id, found.is_final) == (17, True)
    assert found.reason == "5.1.1 550 5.1.1 no such user"


def test_the_mark_is_found_in_the_returned_headers_too() -> None:
    raw = report(to="bounces@festival.example", returned=f"X-Festival-Mail: {CODE}")
    assert read_report(raw, secret=SECRET).message_id == 17
    whole = EmailMessage()
    whole["X-Festival-Mail"] = CODE
    whole.set_content("the mail")
    outer = EmailMessage()
    outer["To"] = "bounces@festival.example"
    outer.set_content("sorry")
    outer.add_attachment(whole)
    with pytest.raises(NoReport, match="delivery report"):
        read_report(outer.as_bytes(), secret=SECRET)


def test_the_mark_can_be_told_by_the_mail_server() -> None:
    raw = report(to="undisclosed")
    told = read_report(raw, secret=SECRET, recipient=f"bounces+{CODE}@x.example")
    assert told.message_id == 17


@pytest.mark.parametrize(
    ("action", "status", "is_final"),
    [("failed", "5.2.2", True), ("failed", "", True), ("delayed", "4.4.1", False),
     ("failed", "4.4.7", False), ("delivered", "2.0.0", False)],
)  # fmt: skip
def test_only_a_final_failure_is_final(action: str, status: str, is_final: bool) -> None:
    assert read_report(report(action=action, status=status), secret=SECRET).is_final is is_final


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"\x00" * 1000, b"To: x\r\n\r\nhello", report(to="bounces+17-" + "0" * 24 + "@x"),
        report(to=f"bounces+18{CODE[2:]}@x"), report(to="bounces+99999999999-abc@x"),
        b"Content-Type: multipart/report; boundary=b\r\n\r\n" + b"--b\r\n\r\n" * 20_000,
        (b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n") * 500,
        b"To: =?utf-8?q?" + b"=ff" * 500 + b"?=\r\nContent-Type: \xff\xfe\r\n\r\n\xff",
    ],
    ids=range(9),
)  # fmt: skip
def test_what_is_no_report_of_ours_is_no_report(raw: bytes) -> None:
    with pytest.raises(NoReport):
        read_report(raw, secret=SECRET)


@given(some.integers(0, 2**32))
@settings(max_examples=60, deadline=None)
def test_damaged_reports_are_read_or_refused(seed: int) -> None:
    chance = random.Random(seed)
    raw = bytearray(report())
    for _ in range(chance.randrange(1, 30)):
        raw[chance.randrange(len(raw))] = chance.randrange(256)
    try:
        found = read_report(bytes(raw), secret=SECRET)
    except NoReport:
        return
    assert found.message_id == 17
    assert "\n" not in found.reason


def test_a_mark_of_another_installation_is_not_ours() -> None:
    with pytest.raises(NoReport, match="no mark"):
        read_report(report(), secret="another")


def bounce(world: World, raw: bytes, *arguments: str) -> Result:
    return world.app.test_cli_runner().invoke(args=["record-bounce", *arguments], input=raw)


def sent_message(world: World) -> OutboxMessage:
    message = waiting_message(edition_id=world.here.edition.id)
    message.state = MessageState.SENT
    db.session.commit()
    return message


def test_the_command_marks_the_message_with_the_reason(world: World) -> None:
    message = sent_message(world)
    secret = world.app.config["SETTINGS"].secret_key
    raw = report(to=f"bounces+{bounce_code(message.id, secret=secret)}@festival.example")
    result = bounce(world, raw)
    assert result.exit_code == 0, result.output
    db.session.rollback()
    db.session.refresh(message)
    assert message.state == MessageState.BOUNCED
    assert message.error == "5.1.1 550 5.1.1 no such user"
    assert [each.action for each in db.session.query(JournalEntry)] == ["mail_came_back"]
    assert "nothing is changed" in bounce(world, raw).output
    try_again(message.id, edition_id=world.here.edition.id, actor=SYSTEM, now=utc_now())
    db.session.refresh(message)
    assert message.state == MessageState.QUEUED


def test_the_command_leaves_others_alone(world: World) -> None:
    message = sent_message(world)
    secret = world.app.config["SETTINGS"].secret_key
    late = report(to=f"b+{bounce_code(message.id, secret=secret)}@x.example", action="delayed")
    for raw in (late, b"rubbish", b"x" * (LARGEST_REPORT + 5000), report()):
        assert bounce(world, raw).exit_code == 0
    missing = report(to=f"b+{bounce_code(999, secret=secret)}@x.example")
    assert "nothing is changed" in bounce(world, missing).output
    db.session.rollback()
    db.session.refresh(message)
    assert message.state == MessageState.SENT


def test_the_words_of_a_report_stay_one_line_of_text(world: World) -> None:
    raw = report(said="smtp; 550 <script>alert(1)</script>\r\n Bcc: x@y.example")
    assert read_report(raw, secret=SECRET).reason.count("\n") == 0


def test_the_sender_carries_the_mark(world: World) -> None:
    message = waiting_message()
    given = world.app.config["SETTINGS"]
    plain = given.model_copy(update={"mail_bounces": "bounces@festival.example"})
    marked = given.model_copy(update={"mail_bounces": "bounces+*@festival.example"})
    code = bounce_code(message.id, secret=given.secret_key)
    assert envelope_sender(message, settings=given) == "festival@example.org"
    assert envelope_sender(message, settings=plain) == "bounces@festival.example"
    assert envelope_sender(message, settings=marked) == f"bounces+{code}@festival.example"
    assert len(envelope_sender(message, settings=marked).split("@")[0]) <= 64
    assert compose(message, settings=marked)["X-Festival-Mail"] == code


@pytest.mark.parametrize("wrong", ["two@a.example,b@c.example", "nobody", "a\n@b.example"])
def test_a_bounce_address_that_is_not_one_stops_the_start(wrong: str) -> None:
    asked = f"from festival.config import load_settings; load_settings(mail_bounces={wrong!r})"
    ended = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True)
    assert ended.returncode != 0
    assert "FESTIVAL_MAIL_BOUNCES" in ended.stderr
