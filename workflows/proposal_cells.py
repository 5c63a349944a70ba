"""One cell of a table of proposals against one field: what people write, read exactly or refused."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from enum import StrEnum
from typing import Any
from unicodedata import normalize

from engine.definition import Field, FieldType
from engine.values import INTEGER_MAX, Json

FEN_PER_YUAN = 100
SHOWN_LENGTH_MAX = 40
_YEAR_DIGITS = 4
_TIME = r"(?:[T ]\s*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:[AaPp][Mm])?)?"
_NAMED_DATE = re.compile(
    rf"\s*(\d{{1,2}})(?:st|nd|rd|th)?[ ./-]*([A-Za-z]{{3,9}})[ .,/-]*(\d{{4}}|\d{{2}}){_TIME}\s*", re.ASCII
)
_DIGITS = re.compile(r"(19|20|21)(\d{2})(\d{2})(\d{2})", re.ASCII)
MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_GROUPED = re.compile(r"-?\d{1,3}(?P<gap>[, ])\d{3}(?:(?P=gap)\d{3})*(?:\.\d*)?", re.ASCII)
CENTURY_TURNS_AT = 69
"""Years of two digits below this are after 2000, as POSIX reads them; read only where the order of dates is told."""
NOISE = Decimal("0.0001")
"""Of a fen: what a workbook's binary fractions may be off by."""
_DATE = re.compile(rf"\s*(\d{{1,4}})\D(\d{{1,2}})\D(\d{{1,4}})\D?{_TIME}\s*", re.ASCII)


class Order(StrEnum):
    """Which comes first where a date does not begin with its year."""

    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"


class Unreadable(Exception):
    """A cell can not be read; carries a reason's code and parameters."""

    def __init__(self, code: str, value: str = "", **params: str | int) -> None:
        """Say why, showing the beginning of what stands there."""
        super().__init__(code)
        self.code = code
        self.params: Mapping[str, str | int] = {"value": value[:SHOWN_LENGTH_MAX], **params} if value else params


@dataclass(frozen=True, slots=True)
class Words:
    """What people write for yes and no, between several choices, and around amounts."""

    yes: frozenset[str]
    no: frozenset[str]
    separators: tuple[str, ...]
    money_signs: tuple[str, ...]


def words_from(data: Mapping[str, Any]) -> Words:
    """Read the words from the loaded `proposal_words.yaml`."""
    return Words(
        yes=frozenset(str(word).casefold() for word in data["yes"]),
        no=frozenset(str(word).casefold() for word in data["no"]),
        separators=tuple(map(str, data["separators"])),
        money_signs=tuple(map(str, data["money_signs"])),
    )


def cell_text(cell: object) -> str:
    """Give a cell as text: whole numbers without decimals, empty cells as ""."""
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    if isinstance(cell, date):
        return cell.isoformat()[:10]
    return str(cell)


def read_cell(target: Field, cell: object, words: Words, order: Order | None = None, *, rounded: bool = False) -> Json:
    """Read a cell as a field's value, None when it is empty. Raises `Unreadable`."""
    text = cell_text(cell).strip()
    if not text:
        return None
    match target.type:
        case FieldType.MONEY:
            return _fen(text, words, rounded=rounded, is_binary=isinstance(cell, Decimal))
        case FieldType.DATE:
            return cell.isoformat()[:10] if isinstance(cell, date) else _day(text, order)
        case FieldType.BOOLEAN:
            return cell if isinstance(cell, bool) else _yes_or_no(text, words)
        case FieldType.CHOICES:
            return [_choice(target, part, words) for part in _parts(text, words)]
        case _:
            return _READERS[target.type](target, text, words)


def _number(text: str, written: str = "") -> Decimal:
    """Read a number; `written` is what stands in the cell, where that is more."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise Unreadable("proposal.not_a_number", written or text) from None
    if not number.is_finite() or abs(number) > INTEGER_MAX:
        raise Unreadable("proposal.not_a_number", written or text)
    return number


def _fen(text: str, words: Words, *, rounded: bool, is_binary: bool) -> int:
    """Read an amount as bookkeepers write it: with a sign of money, in groups of three, below zero in parentheses."""
    plain = normalize("NFKC", text).replace("\u2212", "-")
    for sign in words.money_signs:
        plain = plain.replace(normalize("NFKC", sign), "")
    plain = plain.strip()
    if (plain.startswith("(") and plain.endswith(")")) or plain.endswith("-"):
        plain = f"-{plain.strip('()-').strip()}"
    plain = plain.replace("- ", "-")
    if (grouped := _GROUPED.fullmatch(plain)) is not None:
        plain = plain.replace(grouped["gap"], "")
    fen = _number(plain, text) * FEN_PER_YUAN
    nearest = fen.quantize(Decimal(1), ROUND_HALF_UP)
    if rounded or (is_binary and abs(fen - nearest) < NOISE):
        return int(nearest)
    if fen != nearest:
        raise Unreadable("proposal.parts_of_fen", text)
    return int(fen)


def _integer(_target: Field, text: str, _words: Words) -> int:
    number = _number(text)
    if number != number.to_integral_value():
        raise Unreadable("proposal.not_whole", text)
    return int(number)


def _decimal(_target: Field, text: str, _words: Words) -> str:
    return f"{_number(text).normalize():f}"


def _day(text: str, order: Order | None) -> str:
    """Read a date that begins with its year, names its month, or is in the order that is known.

    A time after it is left out.
    """
    year, month, day = _parts_of_day(text, order)
    try:
        return date(int(year), month, int(day)).isoformat()
    except ValueError:
        raise Unreadable("proposal.not_a_date", text) from None


def _parts_of_day(text: str, order: Order | None) -> tuple[str, int, str]:
    """Give year, month and day of a date as it is written."""
    if (digits := _DIGITS.fullmatch(text.strip())) is not None:
        return digits[1] + digits[2], int(digits[3]), digits[4]
    if (named := _NAMED_DATE.fullmatch(text)) is not None:
        month = next((at for at, name in enumerate(MONTHS, 1) if name.startswith(named[2].lower())), 0)
        return _year(named[3], text, order), month, named[1]
    found = _DATE.fullmatch(text)
    if found is None:
        raise Unreadable("proposal.not_a_date", text)
    first, middle, last = found.groups()
    if len(first) == _YEAR_DIGITS:
        return first, int(middle), last
    if len(last) not in (2, _YEAR_DIGITS) or len(first) > 2:  # noqa: PLR2004  # digits of a day or a short year
        raise Unreadable("proposal.not_a_date", text)
    year = _year(last, text, order)
    if order is None:
        raise Unreadable("proposal.date_order", text)
    return (year, int(middle), first) if order is Order.DAY_FIRST else (year, int(first), middle)


def _year(digits: str, text: str, order: Order | None) -> str:
    """Give a year; one of two digits only where the order of dates is told."""
    if len(digits) == _YEAR_DIGITS:
        return digits
    if order is None:
        raise Unreadable("proposal.date_order", text)
    return f"{20 if int(digits) < CENTURY_TURNS_AT else 19}{digits}"


def _yes_or_no(text: str, words: Words) -> bool:
    word = text.casefold()
    if word not in words.yes | words.no:
        raise Unreadable("proposal.not_yes_or_no", text)
    return word in words.yes


def _choice(target: Field, text: str, _words: Words) -> str:
    """Find a choice by its title in either language or by its name."""
    wanted = text.casefold()
    for choice in target.of:
        if wanted in (choice.name.casefold(), choice.title.zh.casefold(), choice.title.en.casefold()):
            return choice.name
    titles = ", ".join(choice.title.zh for choice in target.of)
    raise Unreadable("proposal.not_a_choice", text, choices=titles)


def _parts(text: str, words: Words) -> list[str]:
    for separator in words.separators:
        text = text.replace(separator, "\n")
    return [part.strip() for part in text.split("\n") if part.strip()]


_READERS: Mapping[FieldType, Callable[[Field, str, Words], Json]] = {
    FieldType.TEXT: lambda _target, text, _words: text,
    FieldType.LONG_TEXT: lambda _target, text, _words: text,
    FieldType.UNIT: lambda _target, text, _words: text,
    FieldType.INTEGER: _integer,
    FieldType.DECIMAL: _decimal,
    FieldType.CHOICE: _choice,
}
"""Readers of the types that need nothing but the text."""
