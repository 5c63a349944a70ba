"""Reading forms: what people type becomes typed values, and what cannot be understood comes back as typed."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.texts import Catalogue
from service.web.fields import Choice, Field, Kind, with_rows, yuan
from service.web.form_input import INTEGER_MAX, Intent, read_form

CHOICES = (Choice("a", "A"), Choice("b", "B"))


def read(catalogue: Catalogue, field: Field, *typed: str) -> Field:
    """One field read from what was typed into it."""
    return read_form([field], {field.name: list(typed)}, catalogue.speak("en")).fields[0]


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        ("text", "  a b ", "a b"),
        ("text", "   ", None),
        ("long_text", "a\r\nb", "a\nb"),
        ("integer", "1,200", 1200),
        ("integer", "１２００", 1200),
        ("integer", "-3", -3),
        ("integer", "", None),
        ("money", "1,234.5", 123450),
        ("money", "１２３４．５０", 123450),
        ("money", "0.01", 1),
        ("money", "92233720368547758.07", INTEGER_MAX),
        ("date", "2026-12-05", date(2026, 12, 5)),
        ("date", "2026/2/5", date(2026, 2, 5)),
        ("date", "", None),
        ("choice", "a", "a"),
        ("choice", "", None),
        ("choices", "b", ("b",)),
        ("boolean", "yes", True),
        ("person", "u-1", "u-1"),
    ],
)
def test_typed_text_is_understood(catalogue: Catalogue, kind: Kind, typed: str, value: object) -> None:
    """As officials type it: with separators, full-width digits, either date mark."""
    field = read(catalogue, Field("x", "X", kind, choices=CHOICES), typed)
    assert field.value == value
    assert field.error == ""


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("integer", "1.5"),
        ("integer", "12a"),
        ("integer", str(INTEGER_MAX + 1)),
        ("integer", "1e5"),
        ("integer", "9" * 400),
        ("money", "12.345"),
        ("money", "NaN"),
        ("money", "92233720368547758.08"),
        ("date", "2026-02-30"),
        ("date", "0000-01-01"),
        ("date", "5 December"),
        ("choice", "c"),
        ("choices", "c"),
        ("text", "abcdef"),
    ],
)
def test_what_cannot_be_understood_comes_back(catalogue: Catalogue, kind: Kind, typed: str) -> None:
    """The typed text stays in the field, the message names the field, and the value is not guessed."""
    form = read_form([Field("x", "Size", kind, choices=CHOICES, length_max=5)], {"x": [typed]}, catalogue.speak("en"))
    field = form["x"]
    assert field.value is None
    assert field.text == typed
    assert "Size" in field.error
    assert [(problem.message, problem.target) for problem in form.problems] == [(field.error, "f-x")]
    assert form.values == {}


@given(fen=st.integers(-INTEGER_MAX, INTEGER_MAX))
def test_money_survives_a_form(catalogue: Catalogue, fen: int) -> None:
    """What a form shows is what it reads, to the last fen."""
    assert read(catalogue, Field("x", "X", "money"), yuan(fen)).value == fen


@given(typed=st.text(max_size=60), kind=st.sampled_from(["text", "integer", "money", "date", "choice", "choices"]))
def test_anything_may_be_typed(catalogue: Catalogue, typed: str, kind: Kind) -> None:
    """No text whatever breaks the reading: it is a value or an error."""
    field = read(catalogue, Field("x", "X", kind, choices=CHOICES), typed)
    assert (field.error != "") == (field.raw is not None)


def test_what_is_not_sent_is_empty(catalogue: Catalogue) -> None:
    """Browsers send nothing for a box that is not ticked; a read-only field keeps its value."""
    fields = [
        Field("a", "A", value="x"),
        Field("b", "B", "boolean", value=True),
        Field("c", "C", "choices", value=("a",), choices=CHOICES),
        Field("d", "D", value="kept", read_only=True),
    ]
    form = read_form(fields, {"d": ["forged"]}, catalogue.speak("en"))
    assert form.values == {"a": None, "b": False, "c": ()}
    assert form["d"].value == "kept"


def table() -> Field:
    """A table with two rows."""
    columns = (Field("item", "Item"), Field("sum", "Sum", "money", totalled=True))
    return with_rows(Field("t", "T", "table", columns=columns), [{"item": "a", "sum": 100}, {"item": "b", "sum": 250}])


SENT = {"t-0-item": ["a"], "t-0-sum": ["1.00"], "t-3-item": ["b"], "t-3-sum": ["2.50"]}


def test_rows_are_read_over_gaps(catalogue: Catalogue) -> None:
    """Rows taken out in the browser leave gaps in the numbers; what is read is numbered anew."""
    form = read_form([table()], SENT, catalogue.speak("en"))
    assert form.values == {"t": [{"item": "a", "sum": 100}, {"item": "b", "sum": 250}]}
    assert form["t"].rows[1][0].name == "t-1-item"
    assert form["t"].totals == {"sum": 350}


@pytest.mark.parametrize(
    ("intent", "items"),
    [
        ("add:t", ["a", "b", None]),
        ("remove:t:0", ["b"]),
        ("remove:t:9", ["a", "b"]),
        ("save", ["a", "b"]),
        ("up:t:1", ["b", "a"]),
        ("up:t:0", ["a", "b"]),
        ("down:t:0", ["b", "a"]),
        ("down:t:1", ["a", "b"]),
        ("down:t:x", ["a", "b"]),
    ],
)
def test_buttons_change_rows(catalogue: Catalogue, intent: str, items: list[str | None]) -> None:
    """Without JavaScript the pressed button says what is to happen to the rows."""
    form = read_form([table()], {**SENT, "intent": [intent]}, catalogue.speak("en"))
    assert [row["item"] for row in form["t"].row_values] == items
    assert form.intent.verb == intent.partition(":")[0]


def test_an_error_in_a_row_points_to_its_cell(catalogue: Catalogue) -> None:
    """The summary leads into the very cell, and the table is not taken over."""
    form = read_form([table()], {**SENT, "t-3-sum": ["much"]}, catalogue.speak("en"))
    assert [problem.target for problem in form.problems] == ["f-t-1-sum"]
    assert form.values == {}


def test_hostile_row_numbers_are_bounded(catalogue: Catalogue) -> None:
    """A form with a million rows is read to its limit and no further."""
    sent = {f"t-{index}-item": ["x"] for index in range(2000)} | {"t-99999999999-item": ["x"], "t-1e3-item": ["x"]}
    assert len(read_form([table()], sent, catalogue.speak("en"))["t"].rows) == 500


def test_intents_are_parsed() -> None:
    """A button's value names what to do, with which field, with which item."""
    assert Intent.parse("") == Intent("save")
    assert Intent.parse("drop:report:a:b") == Intent("drop", "report", "a:b")
