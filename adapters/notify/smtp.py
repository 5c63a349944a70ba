"""Mail through an SMTP server.

A refusal of the *message* (5xx at sender, recipient or data) is for good. Everything else may pass: the server is
away, busy, not trusted, or does not accept the password; the message waits for the administrator to mend it.
"""

import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from enum import StrEnum

from adapters.notify.delivery import Delivery
from adapters.notify.letter import LetterError, Mail, message, plain_address

TIMEOUT_SECONDS = 20.0
"""Longest wait for one answer of the server."""

_PERMANENT = range(500, 600)
_NOT_LET_IN = {530, 534, 535, 538}  # the server wants another login: the set-up is wrong, not the message


class Tls(StrEnum):
    """How the connection is protected: upgraded after the greeting, from the first byte, or not at all."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """Where and as whom to send.

    Without a user no login is tried; ``ca_file`` names the authority that certified a private server.
    """

    host: str
    port: int
    sender: str
    sender_name: str = ""
    user: str = ""
    password: str = field(default="", repr=False)
    tls: Tls = Tls.STARTTLS
    ca_file: str | None = None
    timeout_seconds: float = TIMEOUT_SECONDS


class SmtpMailer:
    """Sends one mail at a time, each over its own connection."""

    def __init__(self, settings: SmtpSettings, now: Callable[[], datetime]) -> None:
        """Raise ValueError when a setting can never work: the sender's address, or a login that is not ASCII."""
        plain_address(settings.sender)
        if not (settings.user + settings.password).isascii():
            raise ValueError("the user and the password of the mail server must be plain ASCII letters and signs")
        self._settings = settings
        self._now = now
        self._context = ssl.create_default_context(cafile=settings.ca_file)

    def send(self, mail: Mail) -> Delivery:
        """Hand a mail to the server and say what became of it; it may arrive twice, with the same Message-ID."""
        try:
            letter = message(mail, self._settings.sender, self._settings.sender_name, self._now())
        except LetterError as error:
            return Delivery.refused(str(error))
        try:
            server = self._connected()
        except (OSError, smtplib.SMTPException) as error:
            return Delivery.retry(_reason(error))
        try:
            return self._handed_over(server, letter)
        finally:
            with suppress(OSError, smtplib.SMTPException):
                server.quit()
            server.close()

    def _connected(self) -> smtplib.SMTP:
        """Return a connection that is protected as set and logged in; STARTTLS is never left out silently."""
        settings = self._settings
        domain = plain_address(settings.sender).rpartition("@")[2]
        if settings.tls is Tls.TLS:
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                settings.host, settings.port, domain, timeout=settings.timeout_seconds, context=self._context
            )
        else:
            server = smtplib.SMTP(settings.host, settings.port, domain, timeout=settings.timeout_seconds)
        try:
            if settings.tls is Tls.STARTTLS:
                server.starttls(context=self._context)
            if settings.user:
                server.login(settings.user, settings.password)
        except BaseException:
            server.close()
            raise
        return server

    def _handed_over(self, server: smtplib.SMTP, letter: EmailMessage) -> Delivery:
        try:
            server.send_message(letter)
        except smtplib.SMTPRecipientsRefused as error:
            code, text = next(iter(error.recipients.values()))
            return _answered(code, text)
        except smtplib.SMTPResponseException as error:
            return _answered(error.smtp_code, error.smtp_error)
        except (OSError, smtplib.SMTPException) as error:
            return Delivery.retry(_reason(error))
        return Delivery.delivered()


def _answered(code: int, text: bytes | str) -> Delivery:
    """Judge an answer of the server to the message itself."""
    reason = f"{code} {_decoded(text)}"
    if code in _PERMANENT and code not in _NOT_LET_IN:
        return Delivery.refused(reason)
    return Delivery.retry(reason)


def _reason(error: Exception) -> str:
    """Return an error's words without what we sent: a failed login must not show its password."""
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_decoded(error.smtp_error)}"
    return f"{type(error).__name__}: {error}"


def _decoded(text: bytes | str) -> str:
    return text.decode("utf-8", "replace") if isinstance(text, bytes) else text
