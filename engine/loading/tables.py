"""Decision tables: reading `table:` of a field."""

from engine.decision_table import DecisionTable, Hit, Row, TableTest
from engine.definition import FieldType
from engine.expression import ValueType
from engine.loading.amounts import read_yuan
from engine.loading.limits import NAMES_MAX, TABLE_ROWS_MAX, TABLE_TESTS_MAX
from engine.loading.reading import Cursor
from engine.loading.scope import Scope
from engine.values import Json

TABLE_KEYS = ("hit", "rows", "otherwise", "tests")
LISTS = (FieldType.CHOICES, FieldType.PERSONS)
"""Types of which a table that collects gives the entries."""


def read_table(cursor: Cursor, kind: FieldType, scope: Scope) -> DecisionTable:
    """Read the rows of a table that decides a field of a type."""
    parts = cursor.parts(("hit", "rows"), ("otherwise", "tests"))
    hit = parts["hit"].one_of(Hit) if "hit" in parts else Hit.UNIQUE
    if (hit is Hit.COLLECT) != (kind in LISTS) and "hit" in parts:
        parts["hit"].problem("table_hit", found=hit, type=kind)
    if hit is Hit.COLLECT and "otherwise" in parts:
        parts["otherwise"].problem("table_otherwise")
    rows = parts["rows"].items(TABLE_ROWS_MAX, "rows", least=1) if "rows" in parts else []
    tests = parts["tests"].items(TABLE_TESTS_MAX, "tests") if "tests" in parts else []
    return DecisionTable(
        hit,
        tuple(_row(row, kind, scope) for row in rows),
        read_value(parts["otherwise"], kind) if "otherwise" in parts else None,
        tuple(_test(test, kind, scope) for test in tests),
    )


def read_value(cursor: Cursor, kind: FieldType) -> Json:
    """Read a constant as a case holds it; what the field accepts is looked at with the whole definition."""
    match kind:
        case FieldType.INTEGER:
            return cursor.integer()
        case FieldType.MONEY:
            return read_yuan(cursor)
        case FieldType.BOOLEAN:
            return cursor.flag()
        case _:
            return cursor.text()


def _row(cursor: Cursor, kind: FieldType, scope: Scope) -> Row:
    parts = cursor.parts(("if", "then"))
    when = scope.expression(parts["if"] if "if" in parts else cursor.silent(), ValueType.BOOL)
    return Row(when, read_value(parts["then"], kind) if "then" in parts else None)


def _test(cursor: Cursor, kind: FieldType, scope: Scope) -> TableTest:
    parts = cursor.parts(("given", "then"))
    given: dict[str, Json] = {}
    for name, entry in (parts["given"].entries(NAMES_MAX, "fields") if "given" in parts else {}).items():
        of = scope.fields.get(name)
        if of is None:
            entry.unknown("field", name, scope.fields)
        else:
            given[name] = read_value(entry, of)
    if "then" not in parts:
        return TableTest(given, None)
    if kind in LISTS:
        return TableTest(given, [item.text() for item in parts["then"].items(NAMES_MAX, "choices")])
    return TableTest(given, read_value(parts["then"], kind))
