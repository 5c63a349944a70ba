"""One cell of a table of proposals against one field: what people write, read exactly or refused."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from engine.definition import Field, FieldType
from engine.values import INTEGER_MAX, Json

FEN_PER_YUAN = 100
SHOWN_LENGTH_MAX = 40
_YEAR_DIGITS = 4
_TIME = r"(?:[T ]\s*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:[AaPp][Mm])?)?"
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
            return _fen(text, words, rounded=rounded)
        case FieldType.DATE:
            return cell.isoformat()[:10] if isinstance(cell, date) else _day(text, order)
        case FieldType.BOOLEAN:
            return cell if isinstance(cell, bool) else _yes_or_no(text, words)
        case FieldType.CHOICES:
            return [_choice(target, part, words) for part in _parts(text, words)]
        case _:
            return _READERS[target.type](target, text, words)


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise Unreadable("proposal.not_a_number", text) from None
    if not number.is_finite() or abs(number) > INTEGER_MAX:
        raise Unreadable("proposal.not_a_number", text)
    return number


def _fen(text: str, words: Words, *, rounded: bool) -> int:
    plain = text
    for sign in words.money_signs:
        plain = plain.replace(sign, "")
    fen = _number(plain.strip()) * FEN_PER_YUAN
    if rounded:
        fen = fen.quantize(Decimal(1), ROUND_HALF_UP)
    if fen != fen.to_integral_value():
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
    """Read a date that begins with its year, or in the order that is known; a time after it is left out."""
    found = _DATE.fullmatch(text)
    if found is None:
        raise Unreadable("proposal.not_a_date", text)
    first, middle, last = found.groups()
    if len(first) == _YEAR_DIGITS:
        year, month, day = first, middle, last
    elif len(last) != _YEAR_DIGITS:
        raise Unreadable("proposal.not_a_date", text)
    elif order is None:
        raise Unreadable("proposal.date_order", text)
    else:
        year, (day, month) = last, (first, middle) if order is Order.DAY_FIRST else (middle, first)
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        raise Unreadable("proposal.not_a_date", text) from None


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
