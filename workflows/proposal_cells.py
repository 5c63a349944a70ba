"""One cell of a table of proposals against one field: what people write, read exactly or refused."""

import re
from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from re import Pattern
from typing import Any
from unicodedata import normalize

from engine.definition import Field, FieldType
from engine.refusal import Refusal
from engine.values import INTEGER_MAX, Json

FEN_PER_YUAN = 100
SHOWN_LENGTH_MAX = 40
_YEAR_DIGITS = 4
_TIME = r"(?:(?:T|\s+)\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:\+08:?00)?\s*(?:[AaPp][Mm])?)?"
"""A time of day after a date; one of another zone than China's could belong to another day."""
_NAMED_DATE = re.compile(
    rf"(\d{{1,2}})(?:st|nd|rd|th)?[ ./-]*([A-Za-z]{{3,9}})[ .,/-]*(\d{{4}}|\d{{2}}){_TIME}", re.ASCII
)
_WEEKDAY = re.compile(r"(?i:\A(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?)[., ]+", re.ASCII)
_MONTH_NAMED = re.compile(rf"([A-Za-z]{{3,9}})\.? +(\d{{1,2}})(?:st|nd|rd|th)?,? +(\d{{4}}){_TIME}", re.ASCII)
_DIGITS = re.compile(rf"(19|20|21)(\d{{2}})(\d{{2}})(\d{{2}}){_TIME}", re.ASCII)
MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_NAMED_MONTH = re.compile(r"([A-Za-z]{3,9})[ ./,'-]*(\d{4}|\d{2})", re.ASCII)
_GROUPED = re.compile(r"[+-]?\d{1,3}(?P<gap>[, ])\d{3}(?:(?P=gap)\d{3})*(?:\.\d*)?", re.ASCII)
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)", re.ASCII)
"""Without an exponent: a spreadsheet that writes 1.23E+08 has dropped the other digits."""
_BELOW_ZERO = re.compile(r"\(([^-+]*)\)|-([^-+]*)|([^-+]*)-")
"""In parentheses, or with one sign before or behind."""
_ROUNDED = re.compile(r"\d(?:\.\d+)?E\+\d{2,3}", re.ASCII)
DIGITS_KEPT = 15
"""Digits of a number that a spreadsheet keeps; further ones of an account or reference are gone."""
CENTURY_TURNS_AT = 69
"""Years of two digits below this are after 2000, as POSIX reads them; read only where the order of dates is told."""
NUMBERS = frozenset({FieldType.MONEY, FieldType.INTEGER, FieldType.DECIMAL})
_MINUS = str.maketrans("\u2212\u2013\u2010", "---")
"""Signs that people and programs put for a minus: the mathematical one, the dash between numbers, the hyphen."""
_COMMA_FOR_POINT = str.maketrans(",.", ".,")
NOISE = Decimal("0.0001")
"""Of a fen: what a workbook's binary fractions may be off by."""


class Order(StrEnum):
    """Which comes first where a date does not begin with its year."""

    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"


class Months(StrEnum):
    """Which day is meant where a date names only its month."""

    FIRST_DAY = "first-day"
    LAST_DAY = "last-day"


class Unreadable(Exception):
    """A cell can not be read; carries a reason's code and parameters."""

    def __init__(self, code: str, value: str | int = "", **params: str | int) -> None:
        """Say why, showing the beginning of what stands there."""
        super().__init__(code)
        self.code = code
        self.params: Mapping[str, str | int] = {"value": str(value)[:SHOWN_LENGTH_MAX], **params} if value else params


@dataclass(frozen=True, slots=True)
class Words:
    """What people write for yes and no, between choices, around amounts, before sums, and for money's direction.

    `note` is how rows below a table begin that only say something about it, `ordinal` how groups of rows are counted;
    `numbering` the words before the numbers of columns, and the letters that come before these.
    """

    yes: frozenset[str]
    no: frozenset[str]
    separators: tuple[str, ...]
    money_signs: tuple[str, ...]
    totals: frozenset[str]
    passed_over: frozenset[str]
    came_in: frozenset[str]
    went_out: frozenset[str]
    yuan: str
    magnitudes: Mapping[str, int]
    money_in_heading: Pattern[str]
    money_in_note: Pattern[str]
    numerals: Pattern[str]
    digits: Mapping[str, int]
    ten: str
    date: Pattern[str]
    month: Pattern[str]
    after_year: str
    note: Pattern[str]
    ordinal: Pattern[str]
    numbering: tuple[frozenset[str], str]


def words_from(data: Mapping[str, Any]) -> Words:
    """Read the words from the loaded `proposal_words.yaml`."""
    folded = {
        name: frozenset(str(word).casefold() for word in data[name]) for name in ("yes", "no", "came_in", "went_out")
    }
    return Words(
        totals=frozenset(str(word).casefold() for words in data["totals"] for word in words),
        separators=tuple(map(str, data["separators"])),
        money_signs=tuple(normalize("NFKC", str(sign)) for sign in data["money_signs"]),
        passed_over=frozenset(map(str, data["passed_over"])),
        yuan=data["yuan"],
        magnitudes=data["magnitudes"],
        money_in_heading=re.compile(data["money_in_heading"]),
        money_in_note=re.compile(data["money_in_note"]),
        numerals=re.compile(data["numerals"]),
        digits=data["digits"],
        ten=data["ten"],
        date=re.compile(f"{data['date']}{_TIME}", re.ASCII),
        month=re.compile(data["month"], re.ASCII),
        ordinal=re.compile(data["ordinal"]),
        note=re.compile(data["note"], re.IGNORECASE),
        numbering=(frozenset(data["numbering"]["words"]), data["numbering"]["letters"]),
        after_year=data["after_year"],
        **folded,
    )


def cell_text(cell: object) -> str:
    """Give a cell as text: whole numbers without decimals, empty cells as "".

    Raises `Unreadable` where the table says why there is no value.
    """
    if isinstance(cell, Refusal):
        raise Unreadable(cell.code, **cell.params)
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    if isinstance(cell, date):
        return cell.isoformat()[:10]
    return str(cell)


@dataclass(frozen=True, slots=True)
class Manner:
    """How the cells of a column are written.

    The order of its dates, whether amounts are rounded to the fen, and what those are multiplied with that name neither
    a magnitude nor yuan (None: as the table says, else not); the day meant by a date of a month; whether the comma is
    the decimal sign of texts; signs of money beside the usual ones; what stands for an empty cell (`*` for any text).
    """

    order: Order | None = None
    is_rounded: bool = False
    times: int | None = None
    months: Months | None = None
    has_comma: bool = False
    signs: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()


_USUAL = Manner()


def read_cell(target: Field, cell: object, words: Words, manner: Manner = _USUAL) -> Json:
    """Read a cell as a field's value, None when it is empty. Raises `Unreadable`."""
    text = cell_text(cell).strip()
    if not text or any(_is_like(text, word) for word in manner.empty):
        return None
    if manner.has_comma and isinstance(cell, str) and target.type in NUMBERS:
        text = text.translate(_COMMA_FOR_POINT)
    match target.type:
        case FieldType.MONEY:
            return _fen(text, words, manner, is_binary=isinstance(cell, Decimal))
        case FieldType.DATE:
            return cell.isoformat()[:10] if isinstance(cell, date) else _day(text, words, manner)
        case FieldType.BOOLEAN:
            return cell if isinstance(cell, bool) else _yes_or_no(text, words)
        case FieldType.CHOICES:
            return [_choice(target, part, words) for part in _parts(text, words)]
        case FieldType.TEXT if _lost_digits(cell):
            raise Unreadable("proposal.digits_lost", text, digits=DIGITS_KEPT)
        case _:
            return _READERS[target.type](target, text, words)


def _is_like(text: str, pattern: str) -> bool:
    """Tell whether a text is as a pattern says, in which `*` is any text and every other sign itself."""
    written = ".*".join(map(re.escape, pattern.split("*")))
    return re.fullmatch(written, text, re.IGNORECASE | re.DOTALL) is not None


def _lost_digits(cell: object) -> bool:
    """Tell whether a spreadsheet took a long number of digits for an amount, and rounded it."""
    if isinstance(cell, str):
        return _ROUNDED.fullmatch(cell.strip()) is not None
    return isinstance(cell, int | Decimal) and abs(cell) >= 10**DIGITS_KEPT


def _number(text: str, written: str = "") -> Decimal:
    """Read a number, full-width or in groups of three; `written` is what stands in the cell, where that is more."""
    plain = normalize("NFKC", text).translate(_MINUS)
    if (grouped := _GROUPED.fullmatch(plain)) is not None:
        plain = plain.replace(grouped["gap"], "")
    if _NUMBER.fullmatch(plain) is None or abs(number := Decimal(plain)) > INTEGER_MAX:
        raise Unreadable("proposal.not_a_number", written or text)
    return number


def _fen(text: str, words: Words, manner: Manner, *, is_binary: bool) -> int:
    """Read an amount as it is written: with signs of money, groups of three, parentheses below zero, a magnitude."""
    signs = (*words.money_signs, *manner.signs)
    plain = _bare(normalize("NFKC", text).translate(_MINUS), signs)
    below = _BELOW_ZERO.fullmatch(plain)
    if below is not None:
        plain = _bare(next(part for part in below.groups() if part is not None), signs)
    magnitude = next((word for word in words.magnitudes if plain.endswith(word)), "")
    is_plain_yuan = normalize("NFKC", text).rstrip(" )-").endswith(words.yuan)
    times = words.magnitudes[magnitude] if magnitude else 1 if is_plain_yuan else manner.times or 1
    number = _number(plain.removesuffix(magnitude).strip(), text)
    fen = (number if below is None else -number) * times * FEN_PER_YUAN
    nearest = fen.quantize(Decimal(1), ROUND_HALF_UP)
    if abs(nearest) > INTEGER_MAX:
        raise Unreadable("proposal.not_a_number", text)
    if manner.is_rounded or (is_binary and abs(fen - nearest) < NOISE):
        return int(nearest)
    if fen != nearest:
        raise Unreadable("proposal.parts_of_fen", text)
    return int(fen)


def _bare(text: str, signs: Sequence[str]) -> str:
    """Take signs of money off both ends; between digits they are none."""
    before, text = "", text.strip()
    while before != text:
        before = text
        for sign in signs:
            text = text.removeprefix(sign).removesuffix(sign).strip()
    return text


def _integer(_target: Field, text: str, _words: Words) -> int:
    number = _number(text)
    if number != number.to_integral_value():
        raise Unreadable("proposal.not_whole", text)
    return int(number)


def _decimal(_target: Field, text: str, _words: Words) -> str:
    return f"{_number(text).normalize():f}"


def _day(text: str, words: Words, manner: Manner) -> str:
    """Read a date that begins with its year, names its month, or is in the order that is known.

    A time after it is left out.
    """
    try:
        year, month, day = _month_alone(text, words, manner) or _parts_of_day(text, words, manner.order)
        return date(int(year), month, int(day)).isoformat()
    except ValueError:
        raise Unreadable("proposal.not_a_date", text) from None


def _month_alone(written: str, words: Words, manner: Manner) -> tuple[str, int, str] | None:
    """Give the day that a date of a month means; None where it is another date."""
    text = _numerals_read(written, words)
    of_year, named = words.month.fullmatch(text), _NAMED_MONTH.fullmatch(text)
    if of_year is not None:
        year, month = of_year[1], int(of_year[2])
    elif named is not None and _month(named[1]):
        year, month = named[2], _month(named[1])
    else:
        return None
    if manner.months is None:
        raise Unreadable("proposal.no_day", written)
    year = _year(year, written, manner.order or Order.DAY_FIRST)
    return year, month, f"{1 if manner.months is Months.FIRST_DAY else monthrange(int(year), month)[1]}"


def _numerals_read(written: str, words: Words) -> str:
    return words.numerals.sub(lambda run: _in_digits(run[0], words), normalize("NFKC", written).strip())


def _month(name: str) -> int:
    """Give the number of a month by the beginning of its name; 0 where it is none."""
    return next((at for at, month in enumerate(MONTHS, 1) if month.startswith(name.lower())), 0)


def _parts_of_day(written: str, words: Words, order: Order | None) -> tuple[str, int, str]:
    """Give year, month and day of a date as it is written."""
    text = _WEEKDAY.sub("", _numerals_read(written, words), count=1)
    if (digits := _DIGITS.fullmatch(text)) is not None:
        return digits[1] + digits[2], int(digits[3]), digits[4]
    if (named := _NAMED_DATE.fullmatch(text)) is not None:
        return _year(named[3], written, order), _month(named[2]), named[1]
    if (named := _MONTH_NAMED.fullmatch(text)) is not None:
        return named[3], _month(named[1]), named[2]
    found = words.date.fullmatch(text)
    if found is None:
        raise Unreadable("proposal.not_a_date", written)
    first, mark, middle, last = found.groups()
    if len(first) == _YEAR_DIGITS:
        return first, int(middle), last
    if mark == words.after_year or len(last) not in (2, _YEAR_DIGITS) or len(first) > 2:  # noqa: PLR2004  # digits of a day or a short year
        raise Unreadable("proposal.not_a_date", written)
    year = _year(last, written, order)
    if order is None:
        raise Unreadable("proposal.date_order", written)
    return (year, int(middle), first) if order is Order.DAY_FIRST else (year, int(first), middle)


def _in_digits(run: str, words: Words) -> str:
    """Give Chinese numerals in digits: those of a year one by one, others as a number below a hundred."""
    tens, ten, ones = run.rpartition(words.ten)
    if not ten:
        return "".join(str(words.digits[numeral]) for numeral in run)
    if len(tens) > 1 or len(ones) > 1 or words.ten in tens:
        return run
    return str(words.digits.get(tens, 1) * 10 + words.digits.get(ones, 0))


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
