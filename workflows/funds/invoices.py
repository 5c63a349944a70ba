"""Invoices as a payment lists them, and the one name under which each is known system-wide."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from workflows.funds.papers import lines_of
from workflows.guards.reading import Row, day_in, number_in, text_in

INVOICE = "invoice:"
"""How the registers of invoices begin."""

_NOISE = re.compile(r"[^0-9A-Za-z]")


@dataclass(frozen=True, slots=True)
class Invoice:
    """One invoice: `face` is what it says, `used` what this payment takes of it, in fen."""

    code: str
    number: str
    issued_on: date | None
    face: int
    used: int
    seller: str
    buyer: str
    verified: str

    @property
    def register(self) -> str:
        """The ledger in which its face value is used up; written in whatever way, a number is one number."""
        return f"{INVOICE}{normal(self.code)}-{normal(self.number)}"


def normal(number: str) -> str:
    """Write a number the one way: upper case, no signs, no leading zeros in its last run (INV-001 is INV1)."""
    bare = _NOISE.sub("", number).upper()
    return re.sub(r"0*(\d+)$", r"\1", bare)


def invoices(data: Row) -> Iterator[Invoice]:
    """Read the invoices of a payment's data."""
    for row in lines_of(data, "invoices"):
        yield Invoice(
            code=text_in(row, "code"),
            number=text_in(row, "number"),
            issued_on=day_in(row, "issued_on"),
            face=number_in(row, "face"),
            used=number_in(row, "used"),
            seller=text_in(row, "seller"),
            buyer=text_in(row, "buyer"),
            verified=text_in(row, "verified"),
        )
