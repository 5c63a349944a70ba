"""One value against one field: what each type accepts, and the form in which it is stored.

`normalised` gives the value as stored, or the reasons against it. `shortfalls` gives what keeps a stored value from
being complete: a table or list may be saved half filled, but not sent on.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from unicodedata import category, normalize

from engine.calendar import YEAR_FIRST, YEAR_LAST
from engine.definition import Field, FieldType
from engine.refusal import Refusal
from engine.values import INTEGER_MAX, Json

TEXT_LENGTH_MAX = 2_000
TEXT_LENGTH_USUAL = 200
LONG_TEXT_LENGTH_MAX = 20_000
LONG_TEXT_LENGTH_USUAL = 5_000
CELL_LENGTH_MAX = 1_000
"""Longest text in a table cell: expressions go through rows, so that cells are kept small."""
ROWS_MAX = 500
ROWS_USUAL = 200
LIST_LENGTH_MAX = 200
LIST_LENGTH_USUAL = 50
MONEY_FEN_MAX = 10**15
"""Ten trillion yuan: far above any project, far below 64 bits, so that sums of a table stay in range."""
ID_LENGTH_MAX = 64
FILE_NAME_LENGTH_MAX = 255
FILE_SIZE_MAX = 10 * 2**30
DECIMAL_DIGITS_MAX = 15
DECIMAL_PLACES_MAX = 6

ID = re.compile(rf"[A-Za-z0-9][A-Za-z0-9_.@:-]{{0,{ID_LENGTH_MAX - 1}}}")
DECIMAL = re.compile(rf"-?(?:0|[1-9][0-9]{{0,{DECIMAL_DIGITS_MAX - 1}}})(?:\.[0-9]{{1,{DECIMAL_PLACES_MAX}}})?")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
DIGEST = re.compile(r"[0-9a-f]{64}")
FILE_PARTS = frozenset({"id", "name", "kind", "size", "digest"})
_LINE_CHARACTERS = frozenset("\n\t")
DIRECTIONS = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
"""Characters that turn the direction of text: what is read would not be what is written."""

LENGTH_USUAL: Mapping[FieldType, int] = {
    FieldType.TEXT: TEXT_LENGTH_USUAL,
    FieldType.LONG_TEXT: LONG_TEXT_LENGTH_USUAL,
    FieldType.CHOICES: LIST_LENGTH_MAX,
    FieldType.FILES: LIST_LENGTH_USUAL,
    FieldType.PERSONS: LIST_LENGTH_USUAL,
    FieldType.TABLE: ROWS_USUAL,
}
"""The `max` of a field that states none: characters, persons, files or rows."""


class Wrong(Exception):
    """The value is not accepted; carries the reasons."""

    def __init__(self, *reasons: Refusal) -> None:
        """Keep the reasons; there is at least one."""
        super().__init__("; ".join(f"{reason.code} {reason.where}" for reason in reasons))
        self.reasons = reasons


def normalised(field: Field, value: Json, where: str) -> Json:
    """Give the value as it is stored: trimmed, an empty one as None. Raises `Wrong`."""
    if value is None or value in ("", [], {}):
        return None
    return _CHECKS[field.type](field, value, where)


def shortfalls(field: Field, value: Json, where: str) -> Iterator[Refusal]:
    """Give what a filled value still lacks: characters, entries, or cells that every row needs."""
    least = field.min
    if isinstance(value, str) and field.type in (FieldType.TEXT, FieldType.LONG_TEXT):
        if least is not None and len(value) < least:
            yield Refusal("field.too_short", where, {"least": least, "found": len(value)})
    elif isinstance(value, list):
        if least is not None and len(value) < least:
            yield Refusal("field.too_few", where, {"least": least, "found": len(value)})
        for index, row in enumerate(value):
            if isinstance(row, dict):
                yield from _row_shortfalls(field, row, f"{where}[{index}]")


def _row_shortfalls(field: Field, row: Mapping[str, Json], where: str) -> Iterator[Refusal]:
    for column in field.columns:
        place = f"{where}.{column.name}"
        if column.name in row:
            yield from shortfalls(column, row[column.name], place)
        elif column.required:
            yield Refusal("field.required", place, text=column.title)


def length_max(field: Field) -> int:
    """Give the most characters, persons, files or rows that a field takes."""
    return LENGTH_USUAL[field.type] if field.max is None else field.max


def _wrong_type(where: str, wanted: str) -> Wrong:
    return Wrong(Refusal("field.wrong_type", where, {"wanted": wanted}))


def _text(field: Field, value: Json, where: str) -> Json:
    if not isinstance(value, str):
        raise _wrong_type(where, field.type)
    text = normalize("NFC", value).replace("\r\n", "\n").strip()
    allowed = _LINE_CHARACTERS if field.type is FieldType.LONG_TEXT else frozenset()
    for character in set(text):
        if (category(character) in ("Cc", "Cs") and character not in allowed) or character in DIRECTIONS:
            raise Wrong(Refusal("field.character", where, {"found": f"U+{ord(character):04X}"}))
    if len(text) > length_max(field):
        raise Wrong(Refusal("field.too_long", where, {"most": length_max(field), "found": len(text)}))
    return text or None


def _integer(field: Field, value: Json, where: str) -> Json:
    if not isinstance(value, int) or isinstance(value, bool):
        raise _wrong_type(where, field.type)
    least, most = bounds(field)
    if not least <= value <= most:
        raise Wrong(Refusal("field.out_of_range", where, {"least": least, "most": most}))
    return value


def bounds(field: Field) -> tuple[int, int]:
    """Give the least and the largest number of an integer or money field: money is not negative unless it says so."""
    least, most = (0, MONEY_FEN_MAX) if field.type is FieldType.MONEY else (-INTEGER_MAX - 1, INTEGER_MAX)
    return (least if field.min is None else field.min, most if field.max is None else field.max)


def _decimal(field: Field, value: Json, where: str) -> Json:
    if not isinstance(value, str):
        raise _wrong_type(where, field.type)
    if not DECIMAL.fullmatch(value):
        raise Wrong(Refusal("field.not_decimal", where, {"places": DECIMAL_PLACES_MAX, "digits": DECIMAL_DIGITS_MAX}))
    number = Decimal(value)
    if (field.min is not None and number < field.min) or (field.max is not None and number > field.max):
        params = {"least": "" if field.min is None else field.min, "most": "" if field.max is None else field.max}
        raise Wrong(Refusal("field.out_of_range", where, params))
    return value


def _date(field: Field, value: Json, where: str) -> Json:
    if not isinstance(value, str):
        raise _wrong_type(where, field.type)
    try:
        day = date.fromisoformat(value) if DAY.fullmatch(value) else None
    except ValueError:
        day = None
    if day is None or not YEAR_FIRST <= day.year <= YEAR_LAST:
        raise Wrong(Refusal("field.not_date", where, {"first": YEAR_FIRST, "last": YEAR_LAST}))
    return value


def _boolean(field: Field, value: Json, where: str) -> Json:
    if not isinstance(value, bool):
        raise _wrong_type(where, field.type)
    return value


def _choice(field: Field, value: Json, where: str) -> Json:
    if not isinstance(value, str):
        raise _wrong_type(where, field.type)
    if all(value != choice.name for choice in field.of):
        raise Wrong(Refusal("field.not_a_choice", where))
    return value


def _id(field: Field, value: Json, where: str) -> Json:
    if not isinstance(value, str):
        raise _wrong_type(where, field.type)
    if not ID.fullmatch(value):
        raise Wrong(Refusal("field.not_an_id", where))
    return value


def _file(field: Field, value: Json, where: str) -> Json:
    """Check a file as the service describes it: `kind` is the extension it has verified, `digest` the SHA-256."""
    if not isinstance(value, dict) or value.keys() != FILE_PARTS:
        raise _wrong_type(where, FieldType.FILE)
    id, name, kind, size, digest = (value[part] for part in ("id", "name", "kind", "size", "digest"))
    if not (
        isinstance(id, str)
        and ID.fullmatch(id)
        and isinstance(name, str)
        and 0 < len(name) <= FILE_NAME_LENGTH_MAX
        and isinstance(kind, str)
        and isinstance(size, int)
        and not isinstance(size, bool)
        and 0 <= size <= FILE_SIZE_MAX
        and isinstance(digest, str)
        and DIGEST.fullmatch(digest)
    ):
        raise _wrong_type(where, FieldType.FILE)
    if field.accept and kind not in field.accept:
        raise Wrong(Refusal("field.file_kind", where, {"found": kind, "accept": ", ".join(field.accept)}))
    return value


def _each(check: Callable[[Field, Json, str], Json], key: str = "") -> Callable[[Field, Json, str], Json]:
    """Make a check of a list out of the check of one entry; two equal entries (or `key`s of them) are refused."""

    def check_list(field: Field, value: Json, where: str) -> Json:
        entries = _entries(field, value, where)
        reasons: list[Refusal] = []
        seen: list[Json] = []
        for index, entry in enumerate(entries):
            place = f"{where}[{index}]"
            try:
                good = check(field, entry, place)
            except Wrong as wrong:
                reasons.extend(wrong.reasons)
                continue
            mark = good[key] if key and isinstance(good, dict) else good
            if mark in seen:
                reasons.append(Refusal("field.twice", place))
            seen.append(mark)
        if reasons:
            raise Wrong(*reasons)
        return entries

    return check_list


def _entries(field: Field, value: Json, where: str) -> list[Json]:
    if not isinstance(value, list):
        raise _wrong_type(where, field.type)
    if len(value) > length_max(field):
        raise Wrong(Refusal("field.too_many", where, {"most": length_max(field), "found": len(value)}))
    return value


def _table(field: Field, value: Json, where: str) -> Json:
    """Check every cell of every row; rows without a filled cell are dropped."""
    columns = {column.name: column for column in field.columns}
    rows: list[Json] = []
    reasons: list[Refusal] = []
    for index, row in enumerate(_entries(field, value, where)):
        place = f"{where}[{index}]"
        if not isinstance(row, dict):
            reasons.append(Refusal("field.wrong_type", place, {"wanted": "row"}))
            continue
        cells: dict[str, Json] = {}
        for name, cell in row.items():
            try:
                cells[name] = _cell(columns.get(name), cell, f"{place}.{name}")
            except Wrong as wrong:
                reasons.extend(wrong.reasons)
        filled: Json = {name: cell for name, cell in cells.items() if cell is not None}
        if filled:
            rows.append(filled)
    if reasons:
        raise Wrong(*reasons)
    return rows or None


def _cell(column: Field | None, cell: Json, where: str) -> Json:
    if column is None:
        raise Wrong(Refusal("field.unknown", where))
    return normalised(column, cell, where)


_CHECKS: Mapping[FieldType, Callable[[Field, Json, str], Json]] = {
    FieldType.TEXT: _text,
    FieldType.LONG_TEXT: _text,
    FieldType.INTEGER: _integer,
    FieldType.MONEY: _integer,
    FieldType.DECIMAL: _decimal,
    FieldType.DATE: _date,
    FieldType.BOOLEAN: _boolean,
    FieldType.CHOICE: _choice,
    FieldType.CHOICES: _each(_choice),
    FieldType.FILE: _file,
    FieldType.FILES: _each(_file, key="id"),
    FieldType.PERSON: _id,
    FieldType.PERSONS: _each(_id),
    FieldType.UNIT: _id,
    FieldType.TABLE: _table,
}
