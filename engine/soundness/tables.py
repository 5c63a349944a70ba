"""Decision tables: do the rows leave nothing out, do they never contradict each other, do their tests come out?

Conditions that only compare fields with constants are decided for all values there are: the values next to each
constant, and the bounds of the field, stand for all others, because no condition can tell those apart. What is more
than that is said plainly to be not decided.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import product
from math import prod

from engine.decision_table import DecisionTable, Hit
from engine.definition import Definition, Field, FieldType
from engine.expression import Expression, Undecided
from engine.expression_cost import tokenize
from engine.expression_functions import FEN_PER_YUAN, fen
from engine.field_values import DAY, Wrong, bounds, normalised
from engine.problem import Problem
from engine.values import Json

EVALUATIONS_MAX = 10_000
"""Most conditions that are evaluated for one table; one that needs more is not decided."""

_TWO_FIELDS = re.compile(r"item\.\w+\s*(?:[=!<>]=|[<>]|\bin\b)\s*item\.")
_SIGNS = frozenset(".()[],&|!=<>-")
_WORDS = frozenset(("item", "money", "true", "false", "in"))
_WHOLE = (FieldType.INTEGER, FieldType.MONEY)
_OTHER = "…"
"""Stands for every text that no row names."""

_STEP = 1e-6

Cell = Mapping[str, Json]


def tables(definition: Definition) -> Iterator[Problem]:
    """Give gaps, overlaps, rows that never decide, values that the field does not take, and tests that fail."""
    for name, table in tables_of(definition):
        yield from _values(definition, name, table)
        yield from _decided(definition, name, table)
        yield from _tests(definition, name, table)


def undecided(definition: Definition) -> Iterator[Problem]:
    """Give the tables of which it is not decided whether their rows are complete, and why."""
    for name, table in tables_of(definition):
        reason = _obstacle(definition, table)
        if reason is not None:
            yield Problem("table_not_decided", f"fields.{name}.table", {"field": name, "cause": reason})


def tables_of(definition: Definition) -> Iterator[tuple[str, DecisionTable]]:
    """Give every table with the field it decides."""
    for name, field in definition.fields.items():
        if isinstance(field.computed, DecisionTable):
            yield name, field.computed


def _values(definition: Definition, name: str, table: DecisionTable) -> Iterator[Problem]:
    field = definition.fields[name]
    outcomes = [(f"rows[{number}].then", row.then) for number, row in enumerate(table.rows)]
    outcomes += [("otherwise", table.otherwise)]
    for place, value in outcomes:
        entry: Json = [value] if table.hit is Hit.COLLECT and value is not None else value
        if not _fits(field, entry):
            yield Problem("table_value", f"fields.{name}.table.{place}", {"field": name, "found": str(value)})
    for number, test in enumerate(table.tests):
        for other, value in test.given.items():
            if not _fits(definition.fields[other], value):
                params = {"field": other, "found": str(value)}
                yield Problem("table_value", f"fields.{name}.table.tests[{number}].given.{other}", params)


def _fits(field: Field, value: Json) -> bool:
    try:
        normalised(field, value, field.name)
    except Wrong:
        return False
    return True


def _decided(definition: Definition, name: str, table: DecisionTable) -> Iterator[Problem]:
    """Try every kind of case; tell the first gap, the first overlap of each row, and rows that never decide."""
    if _obstacle(definition, table) is not None:
        return
    path, told, deciding = f"fields.{name}.table", set[str](), set[int]()
    for cell in _cells(definition, table):
        found = table.fitting(_variables(definition, cell))
        deciding.update(found if table.hit is Hit.COLLECT else found[:1])
        example = _shown(definition, cell)
        if not found and table.otherwise is None and table.hit is not Hit.COLLECT and "gap" not in told:
            told.add("gap")
            yield Problem("table_gap", path, {"example": example})
        if len(found) > 1 and table.hit is Hit.UNIQUE and f"row {found[1]}" not in told:
            told.add(f"row {found[1]}")
            rows = {"first": found[0] + 1, "other": found[1] + 1}
            yield Problem("table_overlap", f"{path}.rows[{found[1]}]", {**rows, "example": example})
    for number in range(len(table.rows)):
        if number not in deciding and f"row {number}" not in told:
            yield Problem("table_row_never", f"{path}.rows[{number}]", {"row": number + 1})


def _tests(definition: Definition, name: str, table: DecisionTable) -> Iterator[Problem]:
    for number, test in enumerate(table.tests):
        found: object
        try:
            found = table.value(_variables(definition, test.given))
        except Undecided as error:
            found = str(error)
        if found != test.then:
            params = {"right": str(test.then), "found": str(found)}
            yield Problem("table_test", f"fields.{name}.table.tests[{number}]", params)


def _obstacle(definition: Definition, table: DecisionTable) -> str | None:
    """Give why a table can not be decided; None when it can."""
    for number, row in enumerate(table.rows):
        if not _is_plain(row.when, definition):
            return f"row {number + 1}"
    sizes = [len(values) for values in _domains(definition, table).values()]
    return "size" if prod(sizes) * len(table.rows) > EVALUATIONS_MAX else None


def _is_plain(condition: Expression, definition: Definition) -> bool:
    """Say whether a condition only compares fields with constants."""
    known = _WORDS | definition.fields.keys()
    for token in tokenize(condition.source):
        if (token.kind == "word" and token.text not in known) or (token.kind == "sign" and token.text not in _SIGNS):
            return False
    fields = [definition.fields.get(name.removeprefix("item.")) for name in condition.names]
    return _TWO_FIELDS.search(condition.source) is None and all(
        field is not None and field.type in _DOMAINS for field in fields
    )


def _cells(definition: Definition, table: DecisionTable) -> Iterator[Cell]:
    domains = _domains(definition, table)
    for values in product(*domains.values()):
        yield dict(zip(domains, values, strict=True))


def _domains(definition: Definition, table: DecisionTable) -> dict[str, list[Json]]:
    """Give, for each field that conditions name, the values that stand for all."""
    texts = [token.text[1:-1] for row in table.rows for token in tokenize(row.when.source) if token.kind == "text"]
    sources = " ".join(row.when.source for row in table.rows)
    numbers = [float(one) for one in re.findall(r"(?<![\w\"])-?\d+(?:\.\d+)?(?![\w\"])", sources)]
    names = sorted(name.removeprefix("item.") for name in table.names)
    fields = [definition.fields[name] for name in names if name in definition.fields]
    return {field.name: _DOMAINS[field.type](field, texts, numbers) for field in fields}


def _whole(field: Field, texts: list[str], numbers: list[float]) -> list[Json]:
    constants = [int(number) for number in numbers]
    if field.type is FieldType.MONEY:
        constants += [fen(text) for text in texts if re.fullmatch(r"-?\d+(?:\.\d{1,2})?", text)]
    least, most = bounds(field)
    near = {value for one in constants for value in (one - 1, one, one + 1)} | {least, most}
    return [value for value in sorted(near) if least <= value <= most]


def _fraction(field: Field, _texts: list[str], numbers: list[float]) -> list[Json]:
    least, most = bounds(field)
    near = {value for one in numbers for value in (one - _STEP, one, one + _STEP)} | {float(least), float(most)}
    return [f"{value:.6f}" for value in sorted(near) if least <= value <= most]


def _choice(field: Field, _texts: list[str], _numbers: list[float]) -> list[Json]:
    return [choice.name for choice in field.of]


def _boolean(_field: Field, _texts: list[str], _numbers: list[float]) -> list[Json]:
    return [False, True]


def _text(_field: Field, texts: list[str], _numbers: list[float]) -> list[Json]:
    return [*dict.fromkeys(texts), _OTHER]


def _day(_field: Field, texts: list[str], _numbers: list[float]) -> list[Json]:
    days = [date.fromisoformat(text) for text in texts if DAY.fullmatch(text)]
    near = {day + timedelta(days=step) for day in days for step in (-1, 0, 1)} | {date(1950, 1, 1), date(2200, 12, 31)}
    return [day.isoformat() for day in sorted(near)]


_DOMAINS = {
    FieldType.INTEGER: _whole,
    FieldType.MONEY: _whole,
    FieldType.DECIMAL: _fraction,
    FieldType.CHOICE: _choice,
    FieldType.BOOLEAN: _boolean,
    FieldType.TEXT: _text,
    FieldType.UNIT: _text,
    FieldType.PERSON: _text,
    FieldType.DATE: _day,
}


def _variables(definition: Definition, cell: Cell) -> dict[str, object]:
    is_decimal = {name: definition.fields[name].type is FieldType.DECIMAL for name in cell}
    return {f"item.{name}": float(str(value)) if is_decimal[name] else value for name, value in cell.items()}


def _shown(definition: Definition, cell: Cell) -> str:
    """Say which values an example has; money in yuan."""
    return ", ".join(
        f"{name} = {int(str(value)) / FEN_PER_YUAN:.2f}"
        if definition.fields[name].type is FieldType.MONEY
        else f"{name} = {str(value).lower() if isinstance(value, bool) else value}"
        for name, value in cell.items()
    )
