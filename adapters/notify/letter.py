"""A mail in one language, as a value, and as the text and HTML message that travels.

Everything in it may come from people: subject and names are cleaned of line ends, HTML is escaped, addresses are
taken only when they are one plain address.
"""

import re
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape
from typing import Literal

from msgspec import Struct

from adapters.notify.delivery import one_line

SUBJECT_LENGTH_MAX = 150
"""Longest subject; a longer one is cut."""

TEXT_LENGTH_MAX = 20_000
"""Longest body in characters; a longer one is cut. Details belong behind the link."""

Language = Literal["zh", "en"]

_KEY = re.compile(r"[A-Za-z0-9._-]{1,100}")
_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"(?=.{{3,254}}\Z){_LOCAL}@(?:{_LABEL}\.)*{_LABEL}")
_LANGUAGES = {"zh": "zh-CN", "en": "en"}


class LetterError(ValueError):
    """A mail that can never be sent as it is; the message says why."""


class Mail(Struct, frozen=True):
    """A mail to one person. ``key`` is the same in every attempt and becomes the Message-ID: who gets two, drops one.

    ``paragraphs`` are plain text; ``link`` is an address people can open, with its title.
    """

    key: str
    recipient: str
    subject: str
    paragraphs: tuple[str, ...]
    language: Language = "zh"
    link: tuple[str, str] | None = None


def plain_address(text: str) -> str:
    """Return an e-mail address with its domain in ASCII.

    Raises:
        LetterError: it is not exactly one address.

    """
    local, _, domain = text.strip().rpartition("@")
    try:
        ascii_domain = domain.encode("idna").decode() if domain else ""
    except UnicodeError:
        ascii_domain = ""
    address = f"{local}@{ascii_domain}"
    if not _ADDRESS.fullmatch(address):
        raise LetterError(f"{one_line(text)!r} is not one e-mail address such as name@example.gov.cn")
    return address


def message(mail: Mail, sender: str, sender_name: str, sent_at: datetime) -> EmailMessage:
    """Return the message that travels: text and HTML with the same words.

    Raises:
        LetterError: a key or an address that cannot stand in a header.

    """
    if not _KEY.fullmatch(mail.key):
        raise LetterError(f"{one_line(mail.key)!r} cannot be a message key: letters, digits, dot, dash, underscore")
    from_address = plain_address(sender)
    letter = EmailMessage(policy=SMTP)
    letter["From"] = Address(_header(sender_name), addr_spec=from_address)
    letter["To"] = Address(addr_spec=plain_address(mail.recipient))
    letter["Subject"] = _header(mail.subject)[:SUBJECT_LENGTH_MAX]
    letter["Date"] = format_datetime(sent_at)
    letter["Message-ID"] = f"<{mail.key}@{from_address.rpartition('@')[2]}>"
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(text_body(mail), cte="base64")
    letter.add_alternative(html_body(mail), subtype="html", cte="base64")
    letter["Content-Language"] = _LANGUAGES[mail.language]
    return letter


def text_body(mail: Mail) -> str:
    """Return the body as plain text."""
    parts = [*mail.paragraphs, *([f"{mail.link[0]}\n{mail.link[1]}"] if mail.link else [])]
    return _printable("\n\n".join(parts))[:TEXT_LENGTH_MAX] + "\n"


def html_body(mail: Mail) -> str:
    """Return the body as HTML that needs no pictures, styles from elsewhere or scripts."""
    budget = TEXT_LENGTH_MAX
    parts = []
    for paragraph in mail.paragraphs:
        cut = _printable(paragraph)[:budget]
        budget -= len(cut)
        parts.append(f"<p>{escape(cut).replace(chr(10), '<br>')}</p>")
    if mail.link and mail.link[1].startswith(("https://", "http://")):
        words, address = (escape(_printable(text)) for text in mail.link)
        parts.append(f'<p><a href="{address}">{words}</a></p>')
    body = "\n".join(parts)
    language = _LANGUAGES[mail.language]
    title = escape(one_line(mail.subject))
    style = "font-family: sans-serif; font-size: 16px; line-height: 1.6"
    return (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8"><title>{title}</title></head>\n'
        f'<body style="{style}">\n{body}\n</body></html>\n'
    )


def _header(text: str) -> str:
    """Return a text as it may stand in a header: the e-mail package decodes ``=?…?=``, even to line ends."""
    return one_line(text).replace("=?", "= ?")


def _printable(text: str) -> str:
    """Return the text without control characters other than line ends."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join("".join(letter for letter in line if letter.isprintable() or letter == "\t") for line in lines)
