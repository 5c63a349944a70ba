"""Expressions: typed at load, undecided instead of wrong, and cheap whatever is written."""

import resource
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from engine.definition import FieldType
from engine.expression import Compiler, Expression, Undecided, ValueType
from engine.expression_cost import SOURCE_LENGTH_MAX, SOURCE_LENGTH_WITH_MACROS_MAX
from engine.expression_error import ExpressionError
from engine.field_values import CELL_LENGTH_MAX, LONG_TEXT_LENGTH_MAX, ROWS_MAX
from engine.situation import declared

FIELDS = {
    "amount": FieldType.MONEY,
    "name": FieldType.LONG_TEXT,
    "other": FieldType.LONG_TEXT,
    "rate": FieldType.DECIMAL,
    "yes": FieldType.BOOLEAN,
    "people": FieldType.PERSONS,
    "lines": FieldType.TABLE,
}
COMPILER = Compiler(declared(FIELDS))
VALUES: Mapping[str, object] = {
    "item.amount": 300,
    "item.name": "plan",
    "item.rate": 0.5,
    "item.yes": True,
    "item.people": ["ann", "rex"],
    "item.lines": [{"cost": 3, "item": "x"}, {"cost": 4, "item": "x"}, {"item": "y"}],
    "item.filled": ["name"],
    "item.unit": "town",
    "now": datetime(2026, 11, 23, tzinfo=UTC),
    "today": "2026-11-23",
    "times": {"review.return": 2},
    "visits": {"review": 1},
}
SECONDS_MAX = 0.5
MEMORY_KIB_MAX = 150 * 1024


def rule(source: str, gives: ValueType = ValueType.BOOL) -> Expression:
    """Compile."""
    return COMPILER.compile(source, gives)


@pytest.mark.parametrize(
    ("source", "gives", "value"),
    [
        ('item.amount < money("3.01")', ValueType.BOOL, True),
        ("item . amount == 300 && .item.amount == 300", ValueType.BOOL, True),
        ('"ann" in item.people && item.name in ["plan"]', ValueType.BOOL, True),
        ('item.lines.exists(item, item.item == "y")', ValueType.BOOL, True),
        ("item.lines.filter(l, has(l.cost)).all(l, l.cost >= 3)", ValueType.BOOL, True),
        ('item.lines.exists_one(l, l.item == "y" && item.amount == 300)', ValueType.BOOL, True),
        ('total(item.lines, "cost")', ValueType.INT, 7),
        ('total(item.lines.filter(l, l.item == "x"), "cost") + item.amount', ValueType.INT, 307),
        ('distinct(item.lines, "item")', ValueType.BOOL, False),
        ('distinct(item.lines, "cost")', ValueType.BOOL, True),
        ('texts(item.lines, "item")', ValueType.STRINGS, ["x", "x", "y"]),
        ('lines("check", ["a", "b"])', ValueType.ROWS, [{"check": "a"}, {"check": "b"}]),
        ('days_between("2026-02-27", "2026-03-01")', ValueType.INT, 2),
        ('days_between(today, "2026-11-20")', ValueType.INT, -3),
        ('money("-0.5")', ValueType.INT, -50),
        ('times["review.return"] + visits["review"]', ValueType.INT, 3),
        ("double(item.amount) * item.rate", ValueType.DOUBLE, 150.0),
        ('now < timestamp("2027-01-01T00:00:00Z")', ValueType.BOOL, True),
        ('item.yes ? "a" : "b"', ValueType.STRING, "a"),
    ],
)
def test_what_expressions_can_say(source: str, gives: ValueType, value: object) -> None:
    """Fields, counts, tables, money, dates."""
    assert rule(source, gives).value(VALUES) == value


@pytest.mark.parametrize(
    "source",
    [
        "item.amount / 0 == 1",
        "item.amount + 9223372036854775807 > 0",
        'times["review.nothing"] < 3',
        "item.lines.all(l, l.cost > 0)",
        'total(item.lines, "item") == 0',
        'money("1.001") > 0',
        'money("1e9") > 0',
        'money("99999999999999999999") > 0',
        'days_between("2026-02-30", today) > 0',
        'timestamp("never") < now',
        'item.name.matches("(")',
        "int(item.name) > 0",
        'item.other == "x"',
        "!item.other.contains('x')",
        "item.lines[7].cost == 1",
        "item.lines.all(l, l.item + 1 == l.item)",
        "item.people[2] == item.unit",
    ],
)
def test_an_error_never_passes(source: str) -> None:
    """Missing values, impossible operations and failing functions are undecided, and so is their opposite."""
    for one in (source, f"!({source})"):
        with pytest.raises(Undecided):
            rule(one).holds(VALUES)


def test_what_does_not_matter_may_be_missing() -> None:
    """A side that is not needed may be undecided: that is CEL's rule for `||` and `&&`."""
    assert rule('item.yes || item.other == "x"').holds(VALUES)
    assert not rule('item.other == "x" && !item.yes').holds(VALUES)


@pytest.mark.parametrize(
    ("source", "code", "place"),
    [
        ("item.amont > 1", "expression_undeclared", (1, 5)),
        ("item.yes &&\n  item.amount > 'x'", "expression_operands", (2, 15)),
        ("item.amount > 3.5", "expression_operands", (1, 13)),
        ("item.amount + 1", "expression_gives", (1, 1)),
        ("has(item.amount)", "expression_has", (1, 1)),
        ("item.amount >", "expression_syntax", (1, 14)),
        ("", "expression_syntax", (1, 1)),
        ("nothing(1)", "expression_undeclared", (1, 8)),
        ("dyn(1) == 1", "expression_undeclared", (1, 4)),
        ("item.name + item.name == item.name", "expression_operands", (1, 11)),
        ("item.lines.map(l, l.cost).size() > 0", "expression_undeclared", (1, 16)),
        ("item.yes // always", "expression_odd", (1, 10)),
        ("item.name == r'x'", "expression_odd", (1, 14)),
        ("item.name == '''x'''", "expression_odd", (1, 14)),
        ("item.`name` == 'x'", "expression_odd", (1, 6)),
    ],
)
def test_what_can_not_be_used_is_refused_with_its_place(source: str, code: str, place: tuple[int, int]) -> None:
    """Before any case sees it, with line and column."""
    with pytest.raises(ExpressionError) as error:
        rule(source)
    assert (error.value.code, (error.value.line, error.value.params["column"])) == (code, place)
    assert str(error.value)


def test_a_variable_is_found_wherever_it_stands() -> None:
    """Only what an expression names is handed to it."""
    assert rule("item.name in item.people || item . yes").names == {"item.name", "item.people", "item.yes"}
    assert rule("'item.amount' == item.name").names == {"item.name"}


HOSTILE = {
    "long": "item.yes && " * 5_000 + "item.yes",
    "as long as may be": "item.yes && " * (SOURCE_LENGTH_MAX // 12 - 1) + "item.yes",
    "deep brackets": "(" * 900 + "true" + ")" * 900,
    "deep lists": "[" * 900 + "]" * 900 + " == []",
    "many nots": "!" * 1_900 + "true",
    "many minuses": "-" * 1_900 + "1 == 1",
    "chained texts": "item.name" + " + item.name" * 150 + " == item.name",
    "doubled texts": "['" + "a" * 100 + "']" + ".map(a, a + a + a + a + a + a + a + a)" * 12 + ".size() > 0",
    "doubled lists": "item.people" + ".filter(a, true)" * 20 + ".size() > 0",
    "doubled in nested macros": "item.people.exists(a, [a, a].exists(b, [b, b].exists(c, [c, c] == [b, b])))",
    "lists of lists": "[" * 12 + "1" + (", 1" * 20 + "]") * 12 + " == []",
    "macros in macros": "item.lines.all(a, item.lines.all(b, item.lines.all(c, item.lines.all(d, true))))",
    "macros over ranges": "[1, 2, 3, 4].all(a, [1, 2, 3, 4].all(b, true))",
    "table in a macro": "item.lines.all(a, item.lines == item.lines)",
    "total in a macro": 'item.lines.all(a, total(item.lines, "cost") > 0)',
    "search in a macro": 'item.lines.all(a, !item.name.contains("ab"))',
    "cells joined in a macro": "item.lines.all(a, " + " && ".join(["a.item + a.item != 'x'"] * 8) + ")",
    "cells compared in a macro": "item.lines.all(a, " + " && ".join(["a.item != item.name"] * 20) + ")",
    "sizes in a macro": "item.lines.all(a, " + " && ".join(["item.name.size() > 0"] * 20) + ")",
    "filter on filter": "item.lines" + ".filter(a, a.item.size() > 0)" * 4 + ".size() > 0",
    "backtracking pattern": 'item.name.matches("(a+)+$")',
    "large pattern": 'item.name.matches("((((a{100}){10}){10}){10})")',
    "pattern from data": "item.name.matches(item.other)",
    "many patterns": " && ".join(['item.name.matches("(a|b)*c")'] * 60),
    "many searches": " || ".join(['item.name.contains("ab")'] * 70),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_expression_costs_much(name: str) -> None:
    """Refused or done (or undecided) within half a second and little memory, on the largest data a case may hold."""
    large: Mapping[str, object] = {
        **VALUES,
        "item.name": "a" * LONG_TEXT_LENGTH_MAX,
        "item.other": "(a?){1000}" * (LONG_TEXT_LENGTH_MAX // 10),
        "item.people": [f"u{number}" for number in range(200)],
        "item.lines": [{"cost": 5, "item": "x" * CELL_LENGTH_MAX} for _ in range(ROWS_MAX)],
    }
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    with suppress(ExpressionError, Undecided):
        rule(HOSTILE[name]).holds(large)
    assert time.process_time() - start < SECONDS_MAX
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MEMORY_KIB_MAX


def test_a_list_macro_bounds_the_whole_expression() -> None:
    """An expression with a macro in it is short."""
    with pytest.raises(ExpressionError) as error:
        rule("item.lines.all(l, true)" + " && true" * (SOURCE_LENGTH_WITH_MACROS_MAX // 8))
    assert error.value.code == "expression_macro_length"


def test_an_evaluation_takes_microseconds() -> None:
    """A threshold over two fields, on the hot path of every action."""
    threshold = rule('item.amount <= money("3000000.00") && item.yes')
    threshold.holds(VALUES)
    count = 2_000
    start = time.process_time()
    for _ in range(count):
        threshold.holds(VALUES)
    assert (time.process_time() - start) / count < 50e-6
