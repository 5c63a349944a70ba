"""Form fields as pages show them: everything a form part needs to know, and nothing of where it came from."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from msgspec import Struct

from adapters.documents.preview import SHOWN_KINDS

Kind = Literal[
    "text",
    "password",
    "long_text",
    "integer",
    "decimal",
    "money",
    "date",
    "choice",
    "choices",
    "boolean",
    "file",
    "files",
    "person",
    "persons",
    "unit",
    "table",
]
RADIOS_MAX = 8
FILES: frozenset[Kind] = frozenset({"file", "files"})
CHOSEN: frozenset[Kind] = frozenset({"choice", "choices", "person", "persons", "unit"})
FEN_PER_YUAN = 100


class Choice(Struct, frozen=True):
    """One thing to choose: the value sent, the words shown; neighbours of one `group` stand under its name."""

    value: str
    label: str
    hint: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class FileLink:
    """A stored file; `size` in bytes, `key` names it when it is to be removed."""

    key: str
    name: str
    size: int
    url: str
    note: str = ""

    @property
    def view_url(self) -> str:
        """The address where it can be looked at, empty when it can not."""
        kind = self.name.rpartition(".")[2].lower()
        return f"{self.url}/view" if kind in SHOWN_KINDS and self.url.startswith("/files/") else ""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form.

    `value` by kind, None when empty: text, password, long_text, choice, person, unit: str; choices, persons: tuple of
    str; integer: int; decimal: its digits as str; money: int fen; date: date; boolean: bool; file, files: tuple of
    FileLink.
    A table has `columns` (its fields without values) and `rows` of cells; see `with_rows` and `row_values`. A column of
    files knows those that its cells may name: `stored`. Rows of an `ordered` table can be moved. Digits of an integer
    stand in groups unless it is a year.
    `raw` is the typed text when it could not be understood, `remark` what somebody wants mended here, `saved` what
    somebody else saved here meanwhile.
    """

    name: str
    label: str
    kind: Kind = "text"
    value: Any = None
    raw: str | None = None
    required: bool = True
    read_only: bool = False
    hint: str = ""
    help: str = ""
    remark: str = ""
    saved: str = ""
    error: str = ""
    choices: Sequence[Choice] = ()
    length_max: int | None = None
    accept: Sequence[str] = ()
    upload_url: str = ""
    search_url: str = ""
    stored: Sequence[FileLink] = ()
    columns: Sequence["Field"] = ()
    rows: Sequence[Sequence["Field"]] = ()
    totalled: bool = False
    ordered: bool = False
    grouped: bool = True
    autocomplete: str = ""
    scope: str = ""

    @property
    def id(self) -> str:
        """The id of the control that takes the focus; `scope` tells two forms of a page apart."""
        return f"f-{self.scope}{self.name}"

    @property
    def described_by(self) -> str:
        """The ids of hint and error, for aria-describedby."""
        shown = {
            "hint": bool(self.hint or self.accept),
            "remark": bool(self.remark),
            "saved": bool(self.saved),
            "error": bool(self.error),
        }
        return " ".join(f"{self.id}-{part}" for part, is_shown in shown.items() if is_shown)

    @property
    def is_group(self) -> bool:
        """Whether the field is several controls under one legend."""
        return self.kind in {"choices", "persons"} or (
            len(self.choices) <= RADIOS_MAX if self.kind == "choice" else self.is_searched
        )

    @property
    def is_searched(self) -> bool:
        """Whether people or units are looked for at an address; else all there are stand to be chosen from."""
        return self.kind in {"person", "persons", "unit"} and bool(self.search_url)

    @property
    def text(self) -> str:
        """What stands in the control."""
        if self.kind == "password":
            return ""
        if self.raw is not None:
            return self.raw
        if self.value is None:
            return ""
        if self.kind == "money":
            return f"{Decimal(self.value) / FEN_PER_YUAN:,.2f}"
        return self.value.isoformat() if isinstance(self.value, date) else str(self.value)

    @property
    def chosen(self) -> frozenset[str]:
        """The values that are chosen in a choice."""
        if self.value is None:
            return frozenset()
        return frozenset({self.value} if isinstance(self.value, str) else self.value)

    @property
    def chosen_labels(self) -> Sequence[str]:
        """The words of the chosen values in the order of the choices, then values that no choice is known for."""
        known = {choice.value: choice.label for choice in self.choices if choice.value in self.chosen}
        return [*known.values(), *sorted(self.chosen - known.keys())]

    @property
    def totals(self) -> Mapping[str, int]:
        """Sums of the totalled columns of a table, by column name."""
        return {
            column.name: sum(row[position].value or 0 for row in self.rows)
            for position, column in enumerate(self.columns)
            if column.totalled
        }

    @property
    def blank_row(self) -> Sequence["Field"]:
        """An empty row of a table, for scripts to copy."""
        return with_rows(self, [{}]).rows[0]

    @property
    def row_values(self) -> list[dict[str, Any]]:
        """The values of a table, a mapping by column name for every row."""
        return [
            {column.name: cell.content for column, cell in zip(self.columns, row, strict=True)} for row in self.rows
        ]

    @property
    def content(self) -> Any:  # noqa: ANN401  # by kind; see above
        """The value as data holds it: of a single file the file itself."""
        return next(iter(self.value or ()), None) if self.kind == "file" else self.value


@dataclass(frozen=True, slots=True)
class Problem:
    """A line of the error summary: the words and the id of the control to go to."""

    message: str
    target: str


def beside_saved(typed: Iterable[Field], saved: Iterable[Field]) -> list[Field]:
    """Put what is saved beside what was typed, where the words of the two differ."""
    words = {field.name: _words(field) for field in saved}
    return [
        replace(field, saved=words[field.name]) if words.get(field.name, "") not in {"", _words(field)} else field
        for field in typed
    ]


def _words(field: Field) -> str:
    """Say the value of a field that is one control or one choice; nothing of tables and files."""
    if field.kind in {"table", "boolean", *FILES}:
        return ""
    return " · ".join(field.chosen_labels) if field.kind in CHOSEN else field.text


def with_rows(table: Field, values: Iterable[Mapping[str, Any]]) -> Field:
    """The table filled with rows of values by column name."""
    rows = [
        tuple(
            replace(column, name=cell_name(table, index, column), value=row.get(column.name))
            for column in table.columns
        )
        for index, row in enumerate(values)
    ]
    return replace(table, rows=tuple(rows))


def scoped(field: Field, scope: str) -> Field:
    """The field with ids of its own, for a page where another form asks for it too."""
    columns = tuple(scoped(column, scope) for column in field.columns)
    rows = tuple(tuple(scoped(cell, scope) for cell in row) for row in field.rows)
    return replace(field, scope=scope, columns=columns, rows=rows)


def cell_name(table: Field, index: int, column: Field) -> str:
    """The form name of a cell."""
    return f"{table.name}-{index}-{column.name}"


def problems(fields: Iterable[Field]) -> list[Problem]:
    """The lines of the error summary, in the order of the page."""
    return list(_problems(fields))


def _problems(fields: Iterable[Field]) -> Iterator[Problem]:
    for field in fields:
        if field.error:
            yield Problem(field.error, field.id)
        for row in field.rows:
            yield from _problems(row)


def yuan(fen: int) -> str:
    """Fen as yuan for an input: `1234.50`."""
    return f"{Decimal(fen) / FEN_PER_YUAN:.2f}"
