"""What is weighed beside fields and constants: two fields, computed fields, many thresholds, large counts."""

from itertools import product
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.builtin_guards import BUILTIN
from engine.checking import Checked, check
from engine.definition import Choice, Field, FieldType
from engine.expression import Compiler, Expression, ValueType
from engine.situation import as_variable, declared
from engine.soundness.samples import ORDERED, comparisons, constants, together
from engine.texts import Text
from engine.values import Json

NAME = Text("a", "b")
SECONDS_MAX = 5.0
PAIRS = (
    (Field("a", FieldType.INTEGER, NAME, min=0, max=9), Field("b", FieldType.MONEY, NAME, min=2, max=11)),
    (Field("a", FieldType.DECIMAL, NAME, min=0, max=1), Field("b", FieldType.DECIMAL, NAME, min=0, max=2)),
    (
        Field("a", FieldType.CHOICE, NAME, of=tuple(Choice(one, NAME) for one in "xyz")),
        Field("b", FieldType.CHOICE, NAME, of=tuple(Choice(one, NAME) for one in "yzw")),
    ),
    (Field("a", FieldType.BOOLEAN, NAME), Field("b", FieldType.BOOLEAN, NAME)),
)
EVERY: tuple[tuple[list[Json], list[Json]], ...] = (
    (list(range(10)), list(range(2, 12))),
    ([f"{number / 4:g}" for number in range(5)], [f"{number / 4:g}" for number in range(9)]),
    (list("xyz"), list("yzw")),
    ([True, False], [True, False]),
)
SIGNS = ("<", "<=", ">", ">=", "==", "!=")
CONSTANTS = (("0", "3", "8", "11"), ("0.0", "0.5", "1.0"), ('"x"', '"z"', '"w"'), ("true",))


@st.composite
def related(draw: st.DrawFn) -> tuple[int, list[str]]:
    """Give the kind of a pair of fields, and some comparisons of them with each other and with constants."""
    kind = draw(st.integers(0, len(PAIRS) - 1))
    sign = st.sampled_from(SIGNS if PAIRS[kind][0].type in ORDERED else ("==", "!="))
    parts = [f"item.a {draw(sign)} item.b"]
    name, constant = st.sampled_from("ab"), st.sampled_from(CONSTANTS[kind])
    parts += [f"item.{draw(name)} {draw(sign)} {draw(constant)}" for _ in range(draw(st.integers(0, 2)))]
    return kind, parts


def shown(kind: int, conditions: list[Expression], values: tuple[list[Json], list[Json]]) -> set[tuple[object, ...]]:
    """Give what the conditions come to while the fields are changed in turns: a, b, a again, b again."""
    first, other = PAIRS[kind]
    truths = {
        (one, two): tuple(
            condition.holds({"item.a": as_variable(first, one), "item.b": as_variable(other, two)})
            for condition in conditions
        )
        for one, two in product(*values)
    }
    return {
        (truths[one, two], truths[again, two], truths[again, last])
        for one, two, again, last in product(values[0], values[1], values[0], values[1])
    }


@settings(max_examples=60, deadline=None, derandomize=True)
@given(related())
def test_two_fields_come_to_the_same_on_the_samples(one: tuple[int, list[str]]) -> None:
    """Compared with each other and with constants, changed in turns: the samples show all that every value shows."""
    kind, parts = one
    compiler = Compiler(declared({field.name: field.type for field in PAIRS[kind]}))
    conditions = [compiler.compile(part, ValueType.BOOL) for part in parts]
    tried = together(PAIRS[kind], constants(part for part in comparisons(" && ".join(parts))))
    samples = (list(tried["a"]), list(tried["b"]))
    assert all(set(some) <= set(every) for some, every in zip(samples, EVERY[kind], strict=True)) or kind == 1
    assert shown(kind, conditions, samples) >= shown(kind, conditions, EVERY[kind])


TOP = """
workflow: small
title: {{zh: a, en: b}}
phases: {{p: {{zh: a, en: b}}}}
fields:
  asked: {{type: money, title: {{zh: a, en: b}}, max: "100.00"}}
  granted: {{type: money, title: {{zh: a, en: b}}, min: "50.00", max: "200.00"}}
  spent: {{type: money, title: {{zh: a, en: b}}}}
  begins: {{type: date, title: {{zh: a, en: b}}}}
  ends: {{type: date, title: {{zh: a, en: b}}}}
  rate: {{type: decimal, title: {{zh: a, en: b}}}}
  keeper: {{type: person, title: {{zh: a, en: b}}}}
  payer: {{type: person, title: {{zh: a, en: b}}}}
  name: {{type: text, title: {{zh: a, en: b}}}}
  tier:
    type: choice
    title: {{zh: a, en: b}}
    of: {{low: {{zh: a, en: b}}, middle: {{zh: a, en: b}}, high: {{zh: a, en: b}}}}
    computed: 'item.asked < money("10.00") ? "low" : (item.asked < money("50.00") ? "middle" : "high")'
  desk:
    type: choice
    title: {{zh: a, en: b}}
    of: {{town: {{zh: a, en: b}}, county: {{zh: a, en: b}}}}
    table:
      hit: first
      rows:
        - {{if: 'item.tier == "high" && item.spent > item.granted', then: county}}
        - {{if: 'item.tier != "high"', then: town}}
  is_long: {{type: boolean, title: {{zh: a, en: b}}, computed: 'item.begins < item.ends'}}
  sum: {{type: money, title: {{zh: a, en: b}}, computed: 'item.asked + item.spent'}}
states:
  draft:
    title: {{zh: a, en: b}}
    phase: p
    who: initiator
    form: {{edit: [{edit}]}}
    actions:
      send: {{title: {{zh: a, en: b}}, to: [{{state: low, if: '{condition}'}}, {{state: done}}]}}
      on: {{title: {{zh: a, en: b}}, to: done}}
  low: {{title: {{zh: a, en: b}}, phase: p, kind: end}}
  done: {{title: {{zh: a, en: b}}, phase: p, kind: end}}
"""
FILLED = "asked, granted, spent, begins, ends, rate, keeper, payer, name"


def checked(condition: str, edit: str = FILLED) -> Checked:
    """Check a procedure in which one way needs a condition."""
    return check(TOP.format(condition=condition.replace("'", "''"), edit=edit), file="small.yaml", book=BUILTIN)


def judged(condition: str, edit: str = FILLED) -> list[str]:
    """Give what is told of it."""
    verdict = checked(condition, edit)
    told = [problem.code for problem in (*verdict.problems, *verdict.notes)]
    return [code for code in told if code != "table_gap"]


THRESHOLDS = " || ".join(f'item.asked == money("{number}.00")' for number in range(1, 20))


@pytest.mark.parametrize(
    "condition",
    [
        "item.asked > item.granted",
        "item.asked < item.granted && item.asked > money('99.00')",
        "item.begins < item.ends && item.begins > '2026-01-01' && item.ends < '2026-01-04'",
        "item.keeper == item.payer && item.keeper != 'u-1'",
        "item.keeper != item.payer",
        'item.tier == "middle"',
        'item.tier in ["low", "high"] && item.asked > money("9.98")',
        'item.desk == "county"',
        'item.desk == "town"',
        "item.is_long",
        '"tier" in item.filled',
        f'({THRESHOLDS}) && item.asked > money("18.50")',
    ],
)
def test_a_way_that_some_values_open_is_open(condition: str) -> None:
    """Nothing is refused that can happen, and nothing is left unweighed."""
    assert judged(condition) == []


@pytest.mark.parametrize(
    ("condition", "edit"),
    [
        ("item.asked > item.granted && item.asked < money('50.00')", FILLED),
        ("item.asked > item.granted && item.granted > money('100.00')", FILLED),
        ("item.asked < item.granted && item.asked > item.granted", FILLED),
        ("item.begins < item.ends && item.begins >= '2026-01-01' && item.ends <= '2026-01-01'", FILLED),
        ("item.asked > item.granted", "asked"),
        ("item.keeper == item.payer && item.keeper == 'u-1' && item.payer != 'u-1'", FILLED),
        ('item.tier == "low" && item.asked >= money("10.00")', FILLED),
        ('item.tier == "high" && item.asked < money("50.00")', FILLED),
        ('item.desk == "county" && item.tier == "middle"', FILLED),
        ('item.desk == "county" && item.spent <= item.granted', FILLED),
        ("item.is_long && item.begins >= item.ends", FILLED),
        ('"tier" in item.filled', "granted, spent"),
        ('"desk" in item.filled && item.tier == "high" && item.granted > item.spent', FILLED),
        (f'({THRESHOLDS}) && item.asked > money("19.00")', FILLED),
    ],
)
def test_a_way_that_no_values_open_is_found(condition: str, edit: str) -> None:
    """Beyond the bounds of the other field, against the rule by which a field is computed, between the thresholds."""
    assert judged(condition, edit) == ["never_reached"]


@pytest.mark.parametrize(
    "condition",
    [
        "item.sum > money('5.00')",
        "item.asked > item.granted && item.granted > item.spent",
        "item.keeper < item.payer",
        'item.tier == "low" && item.asked + 1 > item.spent',
        "item.asked * 2 > item.granted",
    ],
)
def test_what_is_more_than_that_is_said(condition: str) -> None:
    """Fields that are reckoned, three fields, sums, texts in order: the way stays open, and a note names it."""
    verdict = checked(condition)
    assert {problem.code for problem in verdict.problems} <= {"table_gap"}
    assert [note.params["conditions"] for note in verdict.notes if note.code == "not_weighed"] == [condition]


ROUNDS = """
workflow: rounds
title: {{zh: a, en: b}}
phases: {{p: {{zh: a, en: b}}}}
states:
  draft: {{T, who: initiator, actions: {{send: {{T, to: check}}}}}}
  check:
    title: {{zh: a, en: b}}
    phase: p
    who: {{role: checker, in: item.county}}
    actions:
      back: {{T, to: draft, kind: return, require: [{{times_below: {{action: back, count: {most}}}}}]}}
      on: {{T, to: done, require: [{{times_at_least: {{action: back, count: {least}}}}}]}}
  done: {{T, kind: end}}
"""


@pytest.mark.parametrize(("most", "least", "codes"), [(12, 12, []), (12, 13, ["stuck", "never_reached"])])
def test_counts_of_six_and_more_are_weighed(most: int, least: int, codes: list[str]) -> None:
    """Twelve returns are possible, and then it goes on; not when it would need thirteen."""
    source = ROUNDS.format(most=most, least=least).replace("{T, kind", "{title: {zh: a, en: b}, phase: p, kind")
    source = source.replace("{T, who", "{title: {zh: a, en: b}, phase: p, who").replace("{T", "{title: {zh: a, en: b}")
    verdict = check(source.replace("action: back", "action: check.back"), file="rounds.yaml", book=BUILTIN)
    assert sorted(problem.code for problem in verdict.problems) == sorted(codes), verdict
    assert not verdict.notes


def test_fields_that_are_computed_from_each_other_cost_no_more_than_there_are() -> None:
    """Sixty in a row, each asking twice for the one before: their ways through each other are not counted out."""
    lines = ["  f0: {type: boolean, title: {zh: a, en: b}, computed: 'item.asked > 5'}"]
    for number in range(1, 60):
        before = f"item.f{number - 1}"
        said = f"{before} == true || ({before} != false && item.spent > 5)"
        lines.append(f"  f{number}: {{type: boolean, title: {{zh: a, en: b}}, computed: '{said}'}}")
    source = TOP.format(condition="item.f59", edit="asked, spent").replace(
        "states:\n", "\n".join(lines) + "\nstates:\n", 1
    )
    began = process_time()
    verdict = check(source, file="chain.yaml", book=BUILTIN)
    assert process_time() - began < SECONDS_MAX
    assert [problem.code for problem in verdict.problems] == ["table_gap"]
