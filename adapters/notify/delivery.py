"""What became of a message: delivered, to be tried again, or refused for good."""

from enum import StrEnum
from typing import Self

from msgspec import Struct

REASON_LENGTH_MAX = 300
"""Longest reason that is kept; the other side chose its words."""


class Outcome(StrEnum):
    """The three ends of an attempt."""

    DELIVERED = "delivered"
    RETRY = "retry"
    REFUSED = "refused"


class Delivery(Struct, frozen=True):
    """The end of one attempt. ``reason`` is for the administrator: one line, no secrets, in the other side's words."""

    outcome: Outcome
    reason: str = ""

    @classmethod
    def delivered(cls) -> Self:
        """The other side has taken the message."""
        return cls(Outcome.DELIVERED)

    @classmethod
    def retry(cls, reason: str) -> Self:
        """It may work later: the other side is away, busy, or wrongly set up."""
        return cls(Outcome.RETRY, one_line(reason))

    @classmethod
    def refused(cls, reason: str) -> Self:
        """It will never work: this message or this address is not taken."""
        return cls(Outcome.REFUSED, one_line(reason))


def one_line(text: str) -> str:
    """Return a foreign text as one short printable line, fit for logs and pages."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(printable.split())[:REASON_LENGTH_MAX]
