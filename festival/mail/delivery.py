"""Hands a message to the mail server."""

from __future__ import annotations

import base64
import hashlib
import smtplib
import socket
import ssl
import threading
import time
from contextlib import suppress
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from festival.config import Settings
from festival.mail.models import OutboxMessage
from festival.mail.rendering import one_line
from festival.mail.rules import is_hopeless, longest_dialogue
from festival.mail.signs import CODE_HEADER, bounce_code
from festival.shared.languages import LANGUAGES


class NotDelivered(Exception):
    """The server did not take the message.

    ``is_final``: it never will.  ``is_cut``: the line broke in the middle, so nobody knows
    whether the server has kept the message; the repeat bears the same Message-ID.
    """

    def __init__(self, reason: str, *, is_final: bool = False, is_cut: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_final = is_final
        self.is_cut = is_cut


class LineDown(Exception):
    """The mail server does not answer or does not let us in; no message has been touched."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def message_id(key: str, *, settings: Settings) -> str:
    """The same for every try of a message, so that a repeat is recognised as one."""
    host = urlsplit(settings.public_url).hostname or "localhost"
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{host}>"


def compose(message: OutboxMessage, *, settings: Settings, unsubscribe: str = "") -> EmailMessage:
    """The rendered row as a mail with a text and an HTML part and its attachments.

    ``unsubscribe``: the address of the recipient's choice, for mail of a topic (RFC 8058).
    """
    mail = EmailMessage(policy=SMTP)
    mail["From"] = _address(settings.site_name, settings.mail_from)
    mail["To"] = _address(message.recipient_name, message.recipient)
    if message.reply_to:
        mail["Reply-To"] = _address("", message.reply_to)
    mail["Subject"] = one_line(message.subject)
    mail["Date"] = message.created_at
    mail["Message-ID"] = message_id(message.key, settings=settings)
    mail["Auto-Submitted"] = "auto-generated"
    mail[CODE_HEADER] = bounce_code(message.id, secret=settings.secret_key)
    if unsubscribe:
        _add_list_headers(mail, message=message, unsubscribe=unsubscribe)
    mail.set_content(message.body_text)
    mail.add_alternative(message.body_html, subtype="html")
    for each in message.attachments:
        kind, *extra = [part.strip() for part in each["type"].split(";")]
        main, _, sub = kind.partition("/")
        mail.add_attachment(
            base64.b64decode(each["base64"]),
            maintype=main,
            subtype=sub or "octet-stream",
            params=dict(part.split("=", 1) for part in extra if "=" in part),
            filename=each["name"],
        )
    if message.locale in LANGUAGES:
        mail["Content-Language"] = LANGUAGES[message.locale].tag
    return mail


def _add_list_headers(mail: EmailMessage, *, message: OutboxMessage, unsubscribe: str) -> None:
    """RFC 8058 promises one click over https only; the address alone is good over http too."""
    mail["List-Unsubscribe"] = f"<{unsubscribe}>"
    if unsubscribe.startswith("https://"):
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    host = urlsplit(unsubscribe).hostname or "localhost"
    mail["List-ID"] = f"<{message.topic}.{message.edition_id}.{host}>"
    mail["Precedence"] = "bulk"


def envelope_sender(message: OutboxMessage, *, settings: Settings) -> str:
    """Where the servers on the way send a report to when they cannot deliver the message."""
    wanted = settings.mail_bounces or settings.mail_from
    return wanted.replace("*", bounce_code(message.id, secret=settings.secret_key))


def _address(name: str, address: str) -> Address:
    """One mailbox; a domain in another script is written in its ASCII form (IDNA)."""
    user, _, domain = address.rpartition("@")
    with suppress(UnicodeError):
        domain = domain.encode("idna").decode("ascii")
    return Address(one_line(name), user, domain)


class Postman:
    """One connection to the mail server, opened at the first message and kept for the next."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._server: smtplib.SMTP | None = None
        self._deadline: float | None = None
        self._gone = threading.Event()
        self._watch: threading.Thread | None = None

    @property
    def is_open(self) -> bool:
        """Whether the line held after the last message."""
        return self._server is not None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._gone.set()
        self._hang_up()

    def open(self) -> None:
        """Call the server and sign in, unless the line is open.  Raises ``LineDown``."""
        if self._server is not None:
            return
        try:
            self._call()
        except (smtplib.SMTPException, OSError) as fault:
            self._hang_up()
            raise LineDown(_reason(fault)) from fault

    def deliver(self, message: OutboxMessage, *, unsubscribe: str = "") -> None:
        """Send one message over the line that ``open`` opened.  Raises ``NotDelivered``."""
        server, settings = self._server, self._settings
        if server is None:
            raise ValueError("the line is opened before a message is claimed")
        try:
            mail = compose(message, settings=settings, unsubscribe=unsubscribe)
        except ValueError as fault:  # an address or a header that no mail can carry
            raise NotDelivered(f"{type(fault).__name__}: {fault}", is_final=True) from fault
        self._watch_over()
        self._deadline = time.monotonic() + longest_dialogue(settings.smtp_timeout)
        try:
            server.send_message(mail, from_addr=envelope_sender(message, settings=settings))
        except (smtplib.SMTPException, OSError) as fault:
            verdict = _verdict(fault)
            if verdict.is_cut or server.sock is None:  # 421: the server has closed the line
                self._hang_up()
            raise verdict from fault
        finally:
            self._deadline = None

    def _watch_over(self) -> None:
        """From the first message on, somebody looks whether a dialogue lasts too long."""
        if self._watch is None:
            self._watch = threading.Thread(target=self._cut_long_dialogues, daemon=True)
            self._watch.start()

    def _cut_long_dialogues(self) -> None:
        """End a dialogue with a server that sends so little at a time that no time-out comes."""
        while not self._gone.wait(0.5):
            deadline, server = self._deadline, self._server
            if deadline is None or server is None or time.monotonic() < deadline:
                continue
            if server.sock is not None:
                with suppress(OSError):
                    server.sock.shutdown(socket.SHUT_RDWR)

    def greet(self) -> None:
        """Open the connection, sign in and hang up, to see whether the settings work."""
        try:
            self._call().noop()
        finally:
            self._hang_up()

    def _call(self) -> smtplib.SMTP:
        settings = self._settings
        if settings.smtp_security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                settings.smtp_host,
                settings.smtp_port,
                timeout=settings.smtp_timeout,
                context=ssl.create_default_context(),
            )
        else:
            server = smtplib.SMTP(
                settings.smtp_host, settings.smtp_port, timeout=settings.smtp_timeout
            )
        self._server = server
        if settings.smtp_security == "starttls":
            server.starttls(context=ssl.create_default_context())
        if settings.smtp_user:
            server.login(settings.smtp_user, settings.smtp_password)
        return server

    def _hang_up(self) -> None:
        """Close politely when idle, at once when broken; a goodbye never counts as a fault."""
        server, self._server = self._server, None
        if server is None:
            return
        with suppress(smtplib.SMTPException, OSError):
            server.quit()
        server.close()


def _verdict(fault: smtplib.SMTPException | OSError) -> NotDelivered:
    """What a fault while sending means for this message and for the next."""
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(fault.recipients.values()), (0, b""))
        hopeless = is_hopeless(code, about_recipient=True)
        return NotDelivered(f"{code} {_said(said)}", is_final=hopeless)
    if isinstance(fault, smtplib.SMTPResponseException):
        return NotDelivered(_reason(fault))
    if isinstance(fault, smtplib.SMTPNotSupportedError):  # an address that needs SMTPUTF8
        return NotDelivered(_reason(fault), is_final=True)
    return NotDelivered(_reason(fault), is_cut=True)


def _reason(fault: smtplib.SMTPException | OSError) -> str:
    if isinstance(fault, smtplib.SMTPResponseException):
        return f"{fault.smtp_code} {_said(fault.smtp_error)}"
    return _said(f"{type(fault).__name__}: {fault}")


def _said(answer: object) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else str(answer)
    return one_line(text)[:400]
