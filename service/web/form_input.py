"""Reading a submitted form: the same fields with typed values, errors beside what could not be understood.

Only the form of a value is judged here (is it a number, a day, one of the choices). Whether a field must be
filled and whether the action may be taken is for the engine to say.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from msgspec import Struct

from service.texts import Speech
from service.web.fields import FEN_PER_YUAN, FILES, Field, Problem, cell_name, problems, with_rows

ROWS_MAX = 500
INTEGER_MAX = 2**63 - 1
GROUPING = re.compile(r"[,\s]")
NUMBER = re.compile(r"-?\d{1,20}(\.\d{1,20})?")
DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
INTENT = "intent"
STEPS = {"up": -1, "down": 1}
"""What moves a row of a table, and how far."""

ROW_DIGITS_MAX = 6

Values = Mapping[str, Sequence[str]]


class Intent(Struct, frozen=True):
    """What the pressed button asks: `save`, `submit`, `add:budget`, `remove:budget:0`, `find:owner` and the like."""

    verb: str = "save"
    field: str = ""
    item: str = ""

    @classmethod
    def parse(cls, text: str) -> "Intent":
        """The intent from the value of the button named `intent`."""
        verb, field, item = (*text.split(":", 2), "", "")[:3]
        return cls(verb or "save", field, item)


class FormInput(Struct, frozen=True):
    """A form as it was read; `values` has the fields without error, by name."""

    intent: Intent
    fields: Sequence[Field]

    @property
    def problems(self) -> list[Problem]:
        """The lines of the error summary."""
        return problems(self.fields)

    @property
    def values(self) -> dict[str, Any]:
        """Typed values by name, of the fields that could be read and may be changed; files are not among them."""
        return {
            field.name: field.row_values if field.kind == "table" else field.value
            for field in self.fields
            if not field.read_only and field.kind not in FILES and not problems([field])
        }

    def needing(self, speech: Speech) -> "FormInput":
        """The form with a message at each required field that is empty."""
        fields = [
            replace(field, error=speech("forms.missing", label=field.label))
            if field.required and field.value in (None, "") and not field.error
            else field
            for field in self.fields
        ]
        return FormInput(self.intent, fields)

    def __getitem__(self, name: str) -> Field:
        """The field of that name."""
        return next(field for field in self.fields if field.name == name)


class Unreadable(ValueError):
    """Typed text is not of the field's kind; holds the text key that says so."""


def read_form(fields: Iterable[Field], values: Values, speech: Speech) -> FormInput:
    """Read submitted values (every value of every name) into the fields; read-only fields stay as they are."""
    intent = Intent.parse(_first(values, INTENT))
    read = [field if field.read_only else _read_field(field, values, intent, speech) for field in fields]
    return FormInput(intent, tuple(read))


def _read_field(field: Field, values: Values, intent: Intent, speech: Speech) -> Field:
    if field.kind == "table":
        return _read_table(field, values, intent, speech)
    if field.kind in FILES:
        return field
    typed = values.get(field.name, ())
    try:
        return replace(field, value=_READERS[field.kind](field, typed), raw=None, error="")
    except Unreadable as unreadable:
        message = speech(f"forms.unreadable.{unreadable}", label=field.label, limit=field.length_max or 0)
        return replace(field, value=None, raw=typed[0], error=message)


def _read_table(table: Field, values: Values, intent: Intent, speech: Speech) -> Field:
    rows = [
        tuple(
            _read_cell(replace(column, name=cell_name(table, index, column)), values, intent, speech)
            for column in table.columns
        )
        for index in _row_numbers(table, values)
    ]
    if intent.field == table.name and intent.verb == "remove":
        rows = [row for index, row in enumerate(rows) if str(index) != intent.item]
    if intent.field == table.name and intent.verb in STEPS:
        rows = _moved(rows, intent)
    table = _renumber(table, rows)
    if intent.field == table.name and intent.verb == "add" and len(rows) < ROWS_MAX:
        empty = with_rows(table, [*({} for _ in rows), {}]).rows[-1]
        table = replace(table, rows=(*table.rows, empty))
    return table


def _moved(rows: Sequence[tuple[Field, ...]], intent: Intent) -> list[tuple[Field, ...]]:
    """Let a row change places with its neighbour, if it has one."""
    moved = list(rows)
    at = int(intent.item) if intent.item.isdecimal() and len(intent.item) <= ROW_DIGITS_MAX else -1
    other = at + STEPS[intent.verb]
    if 0 <= at < len(moved) and 0 <= other < len(moved):
        moved[at], moved[other] = moved[other], moved[at]
    return moved


def _read_cell(cell: Field, values: Values, intent: Intent, speech: Speech) -> Field:
    """Read a cell; a file comes as the id of one that its column knows."""
    if cell.kind in FILES:
        named = values.get(cell.name, ())
        return replace(cell, value=tuple(link for link in cell.stored if link.key in named))
    return _read_field(cell, values, intent, speech)


def _row_numbers(table: Field, values: Values) -> Sequence[int]:
    """The row numbers that were sent, in order; gaps are allowed, for a row may have been taken out."""
    pattern = re.compile(re.escape(table.name) + r"-(\d{1,6})-.+")
    found = {int(match[1]) for match in map(pattern.fullmatch, values) if match}
    return sorted(found)[:ROWS_MAX]


def _renumber(table: Field, rows: Sequence[Sequence[Field]]) -> Field:
    numbered = [
        tuple(
            replace(cell, name=cell_name(table, index, column)) for column, cell in zip(table.columns, row, strict=True)
        )
        for index, row in enumerate(rows)
    ]
    return replace(table, rows=tuple(numbered))


def _first(values: Values, name: str) -> str:
    found = values.get(name, ())
    return found[0] if found else ""


def _text(field: Field, typed: Sequence[str]) -> str | None:
    text = typed[0].replace("\r\n", "\n").strip() if typed else ""
    if field.length_max is not None and len(text) > field.length_max:
        raise Unreadable("too_long")
    return text or None


def _password(field: Field, typed: Sequence[str]) -> str | None:
    """A password is taken as it was typed, blanks included."""
    text = typed[0] if typed else ""
    if field.length_max is not None and len(text) > field.length_max:
        raise Unreadable("too_long")
    return text or None


def _number(typed: Sequence[str], key: str) -> Decimal | None:
    text = GROUPING.sub("", unicodedata.normalize("NFKC", typed[0])) if typed else ""
    if not text:
        return None
    if not NUMBER.fullmatch(text):
        raise Unreadable(key)
    return Decimal(text)


def _integer(_field: Field, typed: Sequence[str]) -> int | None:
    number = _number(typed, "integer")
    if number is None:
        return None
    if number != number.to_integral_value() or abs(number) > INTEGER_MAX:
        raise Unreadable("integer")
    return int(number)


def _decimal(_field: Field, typed: Sequence[str]) -> str | None:
    number = _number(typed, "decimal")
    return None if number is None else f"{number:f}"


def _money(_field: Field, typed: Sequence[str]) -> int | None:
    return read_money(typed)


def read_money(typed: Sequence[str]) -> int | None:
    """Read an amount that was typed in yuan, as fen; None when nothing was. Raises `Unreadable`."""
    number = _number(typed, "money")
    if number is None:
        return None
    fen = number * FEN_PER_YUAN
    if fen != fen.to_integral_value() or abs(fen) > INTEGER_MAX:
        raise Unreadable("money")
    return int(fen)


def _date(_field: Field, typed: Sequence[str]) -> date | None:
    text = unicodedata.normalize("NFKC", typed[0]).strip() if typed else ""
    if not text:
        return None
    match = DAY.fullmatch(text)
    if match is None:
        raise Unreadable("date")
    try:
        return date(*map(int, match.groups()))
    except ValueError:
        raise Unreadable("date") from None


def _choice(field: Field, typed: Sequence[str]) -> str | None:
    text = typed[0] if typed else ""
    if text and field.kind == "choice" and text not in {choice.value for choice in field.choices}:
        raise Unreadable("choice")
    return text or None


def _choices(field: Field, typed: Sequence[str]) -> tuple[str, ...]:
    chosen = tuple(text for text in typed if text)
    if not set(chosen) <= {choice.value for choice in field.choices}:
        raise Unreadable("choice")
    return chosen


def _several(_field: Field, typed: Sequence[str]) -> tuple[str, ...]:
    return tuple(text for text in typed if text)


def _boolean(_field: Field, typed: Sequence[str]) -> bool:
    return "yes" in typed


_READERS: Mapping[str, Callable[[Field, Sequence[str]], Any]] = {
    "text": _text,
    "password": _password,
    "long_text": _text,
    "integer": _integer,
    "decimal": _decimal,
    "money": _money,
    "date": _date,
    "choice": _choice,
    "choices": _choices,
    "boolean": _boolean,
    "person": _choice,
    "persons": _several,
    "unit": _choice,
}
