"""Decision tables: do the rows leave nothing out, do they never contradict each other, do their tests come out?

Conditions that only compare fields with constants, or two fields with each other, are decided for all values there are:
a few of them stand for all others (`domains.py`), because no condition can tell those apart. What is more than that is
said plainly to be not decided.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from math import prod

from engine.decision_table import DecisionTable, Hit
from engine.definition import Definition, Field, FieldType
from engine.expression import Expression, Undecided
from engine.expression_functions import FEN_PER_YUAN
from engine.field_values import Wrong, normalised
from engine.problem import Problem
from engine.situation import as_variable
from engine.soundness.domains import Domains, parts_of
from engine.soundness.samples import SAMPLED, compared, comparisons, constants, fields_in, is_plain, samples
from engine.values import Json

EVALUATIONS_MAX = 10_000
"""Most conditions that are evaluated for one table; one that needs more is not decided."""

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
    domains = _joined(definition, table)
    for number, row in enumerate(table.rows):
        if not _is_plain(row.when, definition, domains):
            return f"row {number + 1}"
    sizes = [len(values) for values in _domains(definition, table).values()]
    return "size" if prod(sizes) * len(table.rows) > EVALUATIONS_MAX else None


def _is_plain(condition: Expression, definition: Definition, domains: Domains) -> bool:
    """Say whether a condition only compares fields with constants, or two of them with each other."""
    fields = [definition.fields.get(name.removeprefix("item.")) for name in condition.names]
    if not all(field is not None and field.type in SAMPLED for field in fields):
        return False
    return all(
        domains.relates(part) or (len(names := fields_in(part)) <= 1 and is_plain(part, frozenset({"item", *names})))
        for part in comparisons(condition.source)
    )


def _cells(definition: Definition, table: DecisionTable) -> Iterator[Cell]:
    domains = _domains(definition, table)
    for values in product(*domains.values()):
        yield dict(zip(domains, values, strict=True))


def _joined(definition: Definition, table: DecisionTable) -> Domains:
    parts = parts_of(row.when.source for row in table.rows)
    return Domains(definition, parts, (), EVALUATIONS_MAX, with_relations=True)


def _domains(definition: Definition, table: DecisionTable) -> dict[str, Sequence[Json]]:
    """Give, for each field that conditions name, the values that stand for all: of computed ones, all they can hold."""
    joined = _joined(definition, table).values
    named = compared(row.when.source for row in table.rows)
    return {
        name: joined[name][1:] if name in joined else samples(definition.fields[name], constants(parts))
        for name, parts in sorted(named.items())
    }


def _variables(definition: Definition, cell: Cell) -> dict[str, object]:
    return {f"item.{name}": as_variable(definition.fields[name], value) for name, value in cell.items()}


def _shown(definition: Definition, cell: Cell) -> str:
    """Say which values an example has; money in yuan."""
    return ", ".join(
        f"{name} = {int(str(value)) / FEN_PER_YUAN:.2f}"
        if definition.fields[name].type is FieldType.MONEY
        else f"{name} = {str(value).lower() if isinstance(value, bool) else value}"
        for name, value in cell.items()
    )
