"""Forms against fields: what each type accepts, how it is stored, what is missing, what is computed."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from engine.definition import Choice, Definition, Field, FieldType
from engine.expression import Compiler, ValueType
from engine.fields import assigned, check_form, missing, recompute
from engine.guards import GuardBook
from engine.refusal import Refused
from engine.situation import Situation, Variables, declared
from engine.values import Json
from tests.engine.small import FACTS, SMALL, START, Office, person, text

CHOICES = (Choice("a", text("A")), Choice("b", text("B")))
FILE = {"id": "f1", "name": "plan.pdf", "kind": "pdf", "size": 12, "digest": "0" * 64}
COLUMNS = (
    Field("item", FieldType.TEXT, text("item"), required=True, max=10),
    Field("cost", FieldType.MONEY, text("cost")),
    Field("rate", FieldType.DECIMAL, text("rate")),
)
FIELDS = (
    Field("short", FieldType.TEXT, text("short"), min=2, max=5),
    Field("long", FieldType.LONG_TEXT, text("long")),
    Field("count", FieldType.INTEGER, text("count"), min=-5, max=5),
    Field("wide", FieldType.INTEGER, text("wide")),
    Field("rate", FieldType.DECIMAL, text("rate"), min=0, max=100),
    Field("amount", FieldType.MONEY, text("amount"), max=100_000),
    Field("day", FieldType.DATE, text("day")),
    Field("yes", FieldType.BOOLEAN, text("yes")),
    Field("one", FieldType.CHOICE, text("one"), of=CHOICES),
    Field("some", FieldType.CHOICES, text("some"), of=CHOICES),
    Field("report", FieldType.FILE, text("report"), accept=("pdf",)),
    Field("papers", FieldType.FILES, text("papers"), max=2),
    Field("boss", FieldType.PERSON, text("boss")),
    Field("team", FieldType.PERSONS, text("team"), min=2, max=3),
    Field("office", FieldType.UNIT, text("office")),
    Field("lines", FieldType.TABLE, text("lines"), columns=COLUMNS, max=3),
)
COMPILER = Compiler(
    declared({field.name: field.type for field in FIELDS} | {"sum": FieldType.MONEY, "mean": FieldType.DECIMAL})
)
COMPUTED = (
    Field("sum", FieldType.MONEY, text("sum"), computed=COMPILER.compile('total(item.lines, "cost")', ValueType.INT)),
    Field(
        "mean", FieldType.DECIMAL, text("mean"), computed=COMPILER.compile("double(item.sum) / 3.0", ValueType.DOUBLE)
    ),
)
FORM = replace(SMALL, fields={field.name: field for field in (*FIELDS, *COMPUTED)}, computed=("sum", "mean"))
NAMES = tuple(FORM.fields)


def check(name: str, value: Json) -> Json:
    """Check one field's value; gives it as stored."""
    return check_form(FORM, NAMES, {name: value})[name]


def refused(form: Mapping[str, Any], definition: Definition = FORM) -> list[tuple[str, str]]:
    """Give the codes and places of all reasons against a form."""
    with pytest.raises(Refused) as raised:
        check_form(definition, NAMES, form)
    return [(reason.code, reason.where) for reason in raised.value.reasons]


@pytest.mark.parametrize(
    ("name", "value", "stored"),
    [
        ("short", "  镇政府 ", "镇政府"),
        ("short", "e\u0301t", "\u00e9t"),
        ("long", "one\r\ntwo\tthree", "one\ntwo\tthree"),
        ("count", -5, -5),
        ("wide", 2**63 - 1, 2**63 - 1),
        ("rate", "100.000000", "100.000000"),
        ("amount", 0, 0),
        ("day", "2026-12-05", "2026-12-05"),
        ("yes", False, False),
        ("one", "b", "b"),
        ("some", ["b", "a"], ["b", "a"]),
        ("report", FILE, FILE),
        ("papers", [FILE], [FILE]),
        ("boss", "u-17", "u-17"),
        ("team", ["u1", "u2"], ["u1", "u2"]),
        ("office", "330822-04", "330822-04"),
        (
            "lines",
            [{"item": "x", "cost": 5}, {"item": " ", "cost": None}, {"rate": "0.5"}],
            [{"item": "x", "cost": 5}, {"rate": "0.5"}],
        ),
    ],
)
def test_what_fits_is_stored(name: str, value: Json, stored: Json) -> None:
    """Texts are trimmed and composed, line ends made one, empty cells and rows dropped."""
    assert check(name, value) == stored


@pytest.mark.parametrize("value", [None, "", "   "])
@pytest.mark.parametrize("name", ["short", "long"])
def test_blank_text_empties_a_field(name: str, value: Json) -> None:
    """Spaces alone are nothing."""
    assert check(name, value) is None


@pytest.mark.parametrize("name", NAMES[: len(FIELDS)])
def test_nothing_empties_any_field(name: str) -> None:
    """None, and the empty list where lists are taken."""
    assert check(name, None) is None


@pytest.mark.parametrize(
    ("name", "value", "code", "where"),
    [
        ("short", 5, "field.wrong_type", "short"),
        ("short", "sixsix", "field.too_long", "short"),
        ("short", "a\nb", "field.character", "short"),
        ("short", "a\x00b", "field.character", "short"),
        ("long", "a\ud800b", "field.character", "long"),
        ("short", "a\u202eb", "field.character", "short"),
        ("long", "x" * 5_001, "field.too_long", "long"),
        ("count", True, "field.wrong_type", "count"),
        ("count", "5", "field.wrong_type", "count"),
        ("count", 5.0, "field.wrong_type", "count"),
        ("count", 6, "field.out_of_range", "count"),
        ("wide", 2**63, "field.out_of_range", "wide"),
        ("wide", -(2**63) - 1, "field.out_of_range", "wide"),
        ("rate", 0.5, "field.wrong_type", "rate"),
        ("rate", "1e3", "field.not_decimal", "rate"),
        ("rate", "NaN", "field.not_decimal", "rate"),
        ("rate", "01", "field.not_decimal", "rate"),
        ("rate", "１", "field.not_decimal", "rate"),
        ("rate", "1.0000001", "field.not_decimal", "rate"),
        ("rate", "100.01", "field.out_of_range", "rate"),
        ("rate", "-0.01", "field.out_of_range", "rate"),
        ("amount", -1, "field.out_of_range", "amount"),
        ("amount", 100_001, "field.out_of_range", "amount"),
        ("amount", 0.1, "field.wrong_type", "amount"),
        ("day", "2026-02-29", "field.not_date", "day"),
        ("day", "20261205", "field.not_date", "day"),
        ("day", "1899-01-01", "field.not_date", "day"),
        ("day", 20261205, "field.wrong_type", "day"),
        ("yes", 1, "field.wrong_type", "yes"),
        ("one", "c", "field.not_a_choice", "one"),
        ("one", ["a"], "field.wrong_type", "one"),
        ("some", "a", "field.wrong_type", "some"),
        ("some", ["a", "c"], "field.not_a_choice", "some[1]"),
        ("some", ["a", "a"], "field.twice", "some[1]"),
        ("report", "f1", "field.wrong_type", "report"),
        ("report", {**FILE, "kind": "exe"}, "field.file_kind", "report"),
        ("report", {**FILE, "size": -1}, "field.wrong_type", "report"),
        ("report", {**FILE, "digest": "0"}, "field.wrong_type", "report"),
        ("report", {**FILE, "more": 1}, "field.wrong_type", "report"),
        ("papers", [FILE, FILE], "field.twice", "papers[1]"),
        ("papers", [FILE] * 3, "field.too_many", "papers"),
        ("boss", "u 1", "field.not_an_id", "boss"),
        ("team", ["u1", None], "field.wrong_type", "team[1]"),
        ("lines", [{"item": "x"}] * 4, "field.too_many", "lines"),
        ("lines", [{"item": "x"}, {"cost": "5"}], "field.wrong_type", "lines[1].cost"),
        ("lines", [{"nope": 1}], "field.unknown", "lines[0].nope"),
        ("lines", ["x"], "field.wrong_type", "lines[0]"),
        ("lines", {"item": "x"}, "field.wrong_type", "lines"),
    ],
)
def test_what_does_not_fit_is_refused_at_its_place(name: str, value: object, code: str, where: str) -> None:
    """One reason, with a code for its words and the exact cell."""
    assert refused({name: value}) == [(code, where)]


def test_every_reason_of_every_field_is_given() -> None:
    """Unknown, not editable, computed and two bad cells in one answer."""
    form = {"nope": 1, "sum": 5, "count": "x", "lines": [{"cost": -1, "rate": "x"}]}
    assert refused(form) == [
        ("field.unknown", "nope"),
        ("field.not_editable", "sum"),
        ("field.wrong_type", "count"),
        ("field.out_of_range", "lines[0].cost"),
        ("field.not_decimal", "lines[0].rate"),
    ]


def test_only_editable_fields_are_taken() -> None:
    """A field of another step is refused although it exists."""
    with pytest.raises(Refused) as raised:
        check_form(FORM, ("count",), {"amount": 1})
    assert raised.value.reasons[0].code == "field.not_editable"


def test_missing_tells_what_is_empty_or_unfinished() -> None:
    """Too short, too few, a row without a needed cell; a zero and a no are answers."""
    data: dict[str, Json] = {
        "short": "x",
        "team": ["u1"],
        "lines": [{"item": "x"}, {"cost": 1}],
        "yes": False,
        "amount": 0,
    }
    found = missing(FORM, ["short", "team", "lines", "yes", "amount", "day", "day"], data)
    assert [(reason.code, reason.where) for reason in found] == [
        ("field.too_short", "short"),
        ("field.too_few", "team"),
        ("field.required", "lines[1].item"),
        ("field.required", "day"),
    ]


def situation(data: Mapping[str, Json]) -> Situation:
    """Look at a case with this data."""
    office = Office()
    office.start()
    return Situation(FORM, office.store.load(office.case_id), data, person("ann"), FACTS, START)


def test_computed_fields_follow_in_the_order_they_need_each_other() -> None:
    """The mean uses the new sum, rounded half up to six places, as decimal text."""
    changed = recompute(situation({"lines": [{"item": "x", "cost": 100}, {"cost": 100}]}))
    assert changed == {"sum": 200, "mean": "66.666667"}
    assert recompute(situation({"lines": [{"cost": 3}], "sum": 3, "mean": "1"})) == {}


def test_decimal_cells_are_numbers_in_expressions() -> None:
    """Money is whole fen and dates are text; only decimals change on the way."""
    rows: Json = [{"rate": "0.5", "cost": 2}, {"item": "x"}]
    assert Variables(situation({"lines": rows}))["item.lines"] == [{"rate": 0.5, "cost": 2}, {"item": "x"}]


def test_what_can_not_be_computed_is_empty() -> None:
    """Without lines there is no sum, and what it was is taken away."""
    assert recompute(situation({"sum": 3, "mean": "1"})) == {"sum": None, "mean": None}


def test_assigning_checks_the_field_too() -> None:
    """A value beyond its field's bounds, or one that can not be had, refuses the action."""
    give = {"count": COMPILER.compile("item.count + 1", ValueType.INT)}
    assert assigned(situation({"count": 4}), give, GuardBook()) == {"count": 5}
    for data, code in (({"count": 5}, "field.out_of_range"), ({}, "field.not_assigned")):
        with pytest.raises(Refused) as raised:
            assigned(situation(data), give, GuardBook())
        assert raised.value.reasons[0].code == code
