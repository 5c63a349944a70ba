"""Decision tables: what they decide, and what is found out about them before they are published."""

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.builtin_guards import BUILTIN
from engine.checking import Checked, check
from engine.decision_table import DecisionTable
from tests.engine.desk import Desk

SOURCE = """
workflow: decided
title: {{zh: 甲, en: A}}
phases: {{p: {{zh: 甲, en: A}}}}
fields:
  amount: {{type: money, title: {{zh: 甲, en: A}}, min: "0.00", max: "90000.00"}}
  count: {{type: integer, title: {{zh: 甲, en: A}}, min: 0, max: 20}}
  kind: {{type: choice, title: {{zh: 甲, en: A}}, of: {{goods: {{zh: 甲, en: A}}, service: {{zh: 甲, en: A}}}}}}
  urgent: {{type: boolean, title: {{zh: 甲, en: A}}}}
  wanted: {{type: date, title: {{zh: 甲, en: A}}}}
  rate: {{type: decimal, title: {{zh: 甲, en: A}}, min: 0, max: 100}}
  tier:
    type: choice
    title: {{zh: 甲, en: A}}
    of: {{low: {{zh: 甲, en: A}}, high: {{zh: 甲, en: A}}}}
    table: {table}
  papers:
    type: choices
    title: {{zh: 甲, en: A}}
    of: {{a: {{zh: 甲, en: A}}, b: {{zh: 甲, en: A}}}}
    table: {papers}
states:
  draft:
    title: {{zh: 甲, en: A}}
    phase: p
    who: initiator
    form: {{edit: [amount, count, kind, urgent, wanted, rate]}}
    actions:
      send: {{title: {{zh: 甲, en: A}}, to: end}}
  end: {{title: {{zh: 甲, en: A}}, phase: p, kind: end}}
"""
PLAIN = "{hit: first, rows: [{if: 'item.count > 1', then: low}], otherwise: high}"
PAPERS = "{hit: collect, rows: [{if: 'item.count > 1', then: a}, {if: 'item.amount > money(\"9.00\")', then: b}]}"


def checked(table: str = PLAIN, papers: str = PAPERS) -> Checked:
    """Check a procedure with these tables."""
    return check(SOURCE.format(table=table, papers=papers), file="t.yaml", book=BUILTIN)


def found(table: str = PLAIN, papers: str = PAPERS) -> list[tuple[str, str]]:
    """Give code and sentence of every problem."""
    return [(problem.code, problem.message) for problem in checked(table, papers).problems]


def rows(*lines: str, hit: str = "unique", more: str = "") -> str:
    """Write a table of lines `CONDITION -> OUTCOME`."""
    parts = [line.split(" -> ") for line in lines]
    written = ", ".join(f"{{if: '{when}', then: {then}}}" for when, then in parts)
    return f"{{hit: {hit}, rows: [{written}]{more}}}"


LOW, HIGH = 'item.amount < money("5000.00") -> low', 'item.amount >= money("5000.00") -> high'


def test_a_table_decides_a_field() -> None:
    """By the one row that fits, the first, or all of them; without a value it needs, the field is empty."""
    desk = Desk(SOURCE.format(table=rows(LOW, HIGH), papers=PAPERS)).start(amount=499_999, count=2)
    assert (desk.case.data["tier"], desk.case.data["papers"]) == ("low", ["a", "b"])
    empty = Desk(SOURCE.format(table=rows(LOW, HIGH), papers=PAPERS)).start(count=2)
    assert "tier" not in empty.case.data


def test_a_complete_table_is_sound() -> None:
    """Nothing is left out, nothing is said twice."""
    assert found(rows(LOW, HIGH)) == []


def test_a_gap_is_told_with_an_example() -> None:
    """The value between the rows."""
    table = rows(LOW, 'item.amount > money("5000.00") -> high')
    assert found(table) == [("table_gap", "no row fits amount = 5000.00: add one, or `otherwise`")]
    assert found(rows(LOW, 'item.amount > money("5000.00") -> high', more=", otherwise: high")) == []


def test_a_gap_beyond_the_bounds_of_the_field_is_none() -> None:
    """What can not be filled in needs no row."""
    assert found(rows("item.count <= 20 && item.count >= 0 -> low", hit="first")) == []
    assert [code for code, _ in found(rows("item.count < 20 -> low", hit="first"))] == ["table_gap"]


def test_an_overlap_is_told_where_one_row_must_fit() -> None:
    """With both rows and an example; not where the first one decides."""
    double = 'item.amount >= money("4000.00") -> high'
    assert found(rows(LOW, double)) == [
        ("table_overlap", "rows 1 and 2 both fit amount = 4000.00: only one may where `hit` is unique")
    ]
    assert found(rows(LOW, double, hit="first")) == []


def test_a_row_that_never_decides_is_found() -> None:
    """Behind the others, or outside the bounds."""
    never = 'item.amount < money("1.00") -> high'
    assert [code for code, _ in found(rows(LOW, HIGH, never, hit="first"))] == ["table_row_never"]
    assert [code for code, _ in found(papers=rows("item.count > 20 -> a", hit="collect"))] == ["table_row_never"]


def test_all_types_are_decided_together() -> None:
    """A gap in one corner of kind, urgency, day and rate."""
    corner = 'item.kind == "goods" && item.urgent && item.wanted < "2026-12-01" && item.rate > 2.5'
    assert found(rows(f"!({corner}) -> low", f"{corner} -> high")) == []
    assert [code for code, _ in found(rows(f"!({corner}) -> low"))] == ["table_gap"]


def test_what_is_not_decided_is_said_plainly() -> None:
    """Two fields compared, arithmetic, too many cases: a note, and no verdict."""
    for condition in ("item.count < item.count", "item.count + 1 > 2", "size(item.kind) > 2"):
        verdict = checked(rows(f"{condition} -> low", hit="first", more=", otherwise: high"))
        assert ([note.code for note in verdict.notes], verdict.problems) == (["table_not_decided"], ())


def test_tests_of_a_table_run_with_the_check() -> None:
    """One that does not come out keeps the definition from being published."""
    right = ', tests: [{given: {amount: "4999.99"}, then: low}]'
    wrong = ', tests: [{given: {amount: "5000.00"}, then: low}, {given: {}, then: low}]'
    assert found(rows(LOW, HIGH, more=right)) == []
    assert [code for code, _ in found(rows(LOW, HIGH, more=wrong))] == ["table_test", "table_test"]
    assert found(papers=PAPERS[:-1] + ', tests: [{given: {count: 2, amount: "1.00"}, then: [a]}]}') == []


def test_outcomes_are_values_of_the_field() -> None:
    """Also of lists and of what the tests give; a table that collects needs no `otherwise`."""
    assert [code for code, _ in found(rows(LOW, 'item.amount >= money("5000.00") -> middle'))] == ["table_value"]
    assert [code for code, _ in found(papers=rows("item.count > 1 -> c", hit="collect"))] == ["table_value"]
    given = ', tests: [{given: {kind: gods, amount: "1.00"}, then: low}]'
    assert "table_value" in [code for code, _ in found(rows(LOW, HIGH, more=given))]
    assert found(papers=rows("item.count > 1 -> a", hit="collect", more=", otherwise: b"))[0][0] == "table_otherwise"


OPERATORS = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])
COMPARISON = st.builds("item.count {} {}".format, OPERATORS, st.integers(-2, 22)) | st.builds(
    'item.kind {} "{}"'.format, st.sampled_from(["==", "!="]), st.sampled_from(["goods", "service"])
)
CONDITION = st.lists(COMPARISON, min_size=1, max_size=3).flatmap(
    lambda some: st.sampled_from([" && ".join(some), " || ".join(some), f"!({' && '.join(some)})"])
)


@settings(max_examples=60, deadline=None)
@given(st.lists(CONDITION, min_size=1, max_size=4))
def test_the_verdict_is_that_of_every_case_there_is(conditions: list[str]) -> None:
    """Random tables, tried on all 42 cases: a gap or overlap is found exactly when there is one."""
    table = rows(*(f"{condition} -> low" for condition in conditions))
    verdict = checked(table)
    assert verdict.definition is not None
    decision = verdict.definition.fields["tier"].computed
    assert isinstance(decision, DecisionTable)
    counts = [
        sum(row.when.holds({"item.count": count, "item.kind": kind}) for row in decision.rows)
        for count, kind in product(range(21), ("goods", "service"))
    ]
    codes = {problem.code for problem in verdict.problems}
    assert ("table_gap" in codes, "table_overlap" in codes) == (0 in counts, max(counts) > 1)


RELATION = st.builds("item.count {} item.other".format, OPERATORS)
RELATED = st.lists(COMPARISON | RELATION, min_size=1, max_size=3).flatmap(
    lambda some: st.sampled_from([" && ".join(some), " || ".join(some), f"!({' && '.join(some)})"])
)


@settings(max_examples=60, deadline=None)
@given(st.lists(RELATED, min_size=1, max_size=3))
def test_the_verdict_on_two_fields_is_that_of_every_case_there_is(conditions: list[str]) -> None:
    """Two numbers of different bounds, compared with each other and with constants: tried on all 588 cases."""
    source = SOURCE.format(table=rows(*(f"{condition} -> low" for condition in conditions)), papers=PAPERS)
    more = "  other: {type: integer, title: {zh: 甲, en: A}, min: 15, max: 28}\n  tier:\n"
    verdict = check(source.replace("  tier:\n", more, 1), file="t.yaml", book=BUILTIN)
    assert verdict.definition is not None
    decision = verdict.definition.fields["tier"].computed
    assert isinstance(decision, DecisionTable)
    cases = [
        {"item.count": count, "item.kind": kind, "item.other": other}
        for count, kind, other in product(range(21), ("goods", "service"), range(15, 29))
    ]
    fitting = [[row.when.holds(case) for row in decision.rows] for case in cases]
    counts = [sum(row) for row in fitting]
    codes = {problem.code for problem in verdict.problems}
    assert ("table_gap" in codes, "table_overlap" in codes) == (0 in counts, max(counts) > 1)
    assert not verdict.notes


def test_nothing_is_decided_that_more_than_constants_decide() -> None:
    """Two fields in parentheses, a difference, an escape: no gap is overlooked, none invented; a note says so."""
    for one, other in (
        ("item.count < (item.other)", "item.count > (item.other)"),
        ("item.count - 5 > 3", "item.count - 5 <= 2"),
        ('item.kind == "\\u0061"', 'item.kind != "a"'),
    ):
        source = SOURCE.format(table=rows(f"{one} -> low", f"{other} -> high"), papers=PAPERS)
        more = "  other: {type: integer, title: {zh: 甲, en: A}, min: 15, max: 30}\n  tier:\n"
        verdict = check(source.replace("  tier:\n", more, 1), file="t.yaml", book=BUILTIN)
        assert ([note.code for note in verdict.notes], verdict.problems) == (["table_not_decided"], ())


def test_gaps_between_texts_and_dates_are_found() -> None:
    """In the order that expressions put them in."""
    named = SOURCE.replace("  tier:\n", "  name: {{type: text, title: {{zh: 甲, en: A}}}}\n  tier:\n", 1)
    for one, other, codes in (
        ('item.name < "b"', 'item.name > "b"', ["table_gap"]),
        ('item.name < "b"', 'item.name >= "b"', []),
        ('item.name >= "b"', 'item.name > "c"', ["table_gap", "table_overlap"]),
        ('item.wanted < "2026-05-01"', 'item.wanted > "2026-05-02"', ["table_gap"]),
    ):
        source = named.format(table=rows(f"{one} -> low", f"{other} -> high"), papers=PAPERS)
        assert [problem.code for problem in check(source, file="t.yaml", book=BUILTIN).problems] == codes
