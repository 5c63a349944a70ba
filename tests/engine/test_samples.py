"""The few values that exploration and decision tables try stand for every value a field can hold."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.builtin_guards import BUILTIN
from engine.checking import check
from engine.definition import Choice, Field, FieldType
from engine.expression import Compiler, ValueType
from engine.field_values import normalised
from engine.situation import as_variable, declared
from engine.soundness.samples import comparisons, constants, is_plain, samples
from engine.texts import Text
from engine.values import Json

NAME = Text("a", "b")
FIELDS = {
    "count": Field("count", FieldType.INTEGER, NAME, min=0, max=9),
    "paid": Field("paid", FieldType.MONEY, NAME, max=9),
    "rate": Field("rate", FieldType.DECIMAL, NAME, min=0, max=1),
    "day": Field("day", FieldType.DATE, NAME),
    "name": Field("name", FieldType.TEXT, NAME, max=3),
    "kind": Field("kind", FieldType.CHOICE, NAME, of=tuple(Choice(one, NAME) for one in "abcd")),
}
COMPILER = Compiler(declared({name: field.type for name, field in FIELDS.items()}))
FIRST = date(2026, 1, 1)
EVERY: dict[str, list[Json]] = {
    "count": list(range(10)),
    "paid": list(range(10)),
    "rate": [f"{number / 8:g}" for number in range(9)],
    "day": [(FIRST + timedelta(days=day)).isoformat() for day in range(9)],
    "name": [one + more for one in "abcd" for more in ("", "a", "b", "!")],
    "kind": list("abcd"),
}
"""Values enough to tell all constants below apart."""

SPELLED = {
    "count": st.sampled_from(["-1", "0", "3", "0x4", "7", "9", "12"]),
    "paid": st.sampled_from(["0", "3", 'money("0.05")', 'money("0.09")', 'money("2.00")']),
    "rate": st.sampled_from(["0.0", "0.25", "0.75", "1.0", "2.5"]),
    "day": st.sampled_from(['"2026-01-02"', "'2026-01-04'", '"2026-01-08"', '"2026-01-0"']),
    "name": st.sampled_from(['"a"', "'ab'", '"b!"', '"cb"', '"never"']),
    "kind": st.sampled_from(['"a"', "'c'", '"z"', '"bb"']),
}


@st.composite
def asked(draw: st.DrawFn) -> tuple[str, str]:
    """Give a field and a condition of up to three comparisons of it."""
    name = draw(st.sampled_from(sorted(FIELDS)))
    sign = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])
    parts = [f"item.{name} {draw(sign)} {draw(SPELLED[name])}" for _ in range(draw(st.integers(1, 3)))]
    joined = draw(st.sampled_from([" && ", " || ", ") && !("])).join(parts)
    return name, f"!({joined})" if draw(st.booleans()) else f"({joined})"


@settings(max_examples=300, deadline=None, derandomize=True)
@given(asked())
def test_a_condition_comes_to_nothing_more_than_on_the_samples(one: tuple[str, str]) -> None:
    """What it is for any value it is for a sample, and every sample is a value that the field holds."""
    name, source = one
    field, condition = FIELDS[name], COMPILER.compile(source, ValueType.BOOL)
    tried = samples(field, constants(comparisons(source)))
    assert all(is_plain(part, frozenset({"item", name})) for part in comparisons(source))
    assert [normalised(field, value, name) for value in tried] == list(tried)
    said = [
        {condition.holds({f"item.{name}": as_variable(field, value)}) for value in some}
        for some in (tried, EVERY[name])
    ]
    assert said[0] >= said[1], (tried, said)


TOP = """
workflow: small
title: {{zh: a, en: b}}
phases: {{p: {{zh: a, en: b}}}}
fields:
  name: {{type: text, title: {{zh: a, en: b}}}}
  few: {{type: integer, title: {{zh: a, en: b}}, min: 0, max: 3}}
  many: {{type: integer, title: {{zh: a, en: b}}}}
  on: {{type: date, title: {{zh: a, en: b}}}}
  rate: {{type: decimal, title: {{zh: a, en: b}}, min: 0, max: 100}}
  kind: {{type: choice, title: {{zh: a, en: b}}, of: {{a: {{zh: a, en: b}}, b: {{zh: a, en: b}}, c: {{zh: a, en: b}}}}}}
  boss: {{type: person, title: {{zh: a, en: b}}}}
states:
  draft:
    title: {{zh: a, en: b}}
    phase: p
    who: initiator
    form: {{edit: [name, few, many, on, rate, kind, boss]}}
    actions:
      send: {{title: {{zh: a, en: b}}, to: [{{state: low, if: '{0}'}}, {{state: done}}]}}
      on: {{title: {{zh: a, en: b}}, to: done}}
  low: {{title: {{zh: a, en: b}}, phase: p, kind: end}}
  done: {{title: {{zh: a, en: b}}, phase: p, kind: end}}
"""


def judged(condition: str) -> list[str]:
    """Give what is told of a way that needs a condition."""
    verdict = check(TOP.format(condition.replace("'", "''")), file="small.yaml", book=BUILTIN)
    return [problem.code for problem in (*verdict.problems, *verdict.notes)]


@pytest.mark.parametrize(
    "condition",
    [
        'item.on > "2026-01-01" && item.on < "2026-03-01"',
        'item.on > "2200-01-01"',
        'item.name > "a" && item.name < "c"',
        "item.kind == 'b'",
        "item.name == 'x'",
        "item.many > 5 && item.many > 0x10",
        "item.many > 4611686018427387905",
        "item.rate > 5.0 && item.rate < 5.5",
        'item.boss == "u-1"',
        'item.name == "a && b)"',
    ],
)
def test_a_way_that_some_value_opens_is_open(condition: str) -> None:
    """Between two dates or texts, whichever quotes and number base are used: nothing is refused that can happen."""
    assert judged(condition) == []


@pytest.mark.parametrize(
    "condition",
    [
        'item.on > "2026-01-01" && item.on < "2026-01-02"',
        'item.on == "2026-1-5"',
        'item.name == ""',
        'item.name == " x"',
        "item.kind == 'b' && item.kind == \"a\"",
        "item.few > 10",
        "item.rate > 5.5 && item.rate < 5.0",
        "item.many > 1 && item.many < 2 || item.many > 9 && item.many < 10",
    ],
)
def test_a_way_that_no_value_opens_is_found(condition: str) -> None:
    """Beyond the bounds, between neighbours, or a text that the field can not hold."""
    assert judged(condition) == ["never_reached"]


@pytest.mark.parametrize(
    "condition", ['item.name == "a\\"b"', "item.many - 5 > 3", "-item.many > 3", "(item.many) == (item.few)"]
)
def test_what_is_more_than_a_comparison_with_constants_is_said(condition: str) -> None:
    """Escapes in a text, sums, two fields."""
    assert judged(condition) == ["not_weighed"]
