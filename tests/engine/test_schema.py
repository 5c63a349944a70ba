"""The JSON Schema of a form says what the engine says."""

from dataclasses import replace
from datetime import date
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from engine.counting import Choosing
from engine.definition import Action, Field, FieldType, Form, State
from engine.fields import check_form, missing
from engine.refusal import Refused
from engine.schema import form_schema
from engine.texts import Text
from engine.values import Json
from tests.engine.small import text
from tests.engine.test_fields import CHOICES, COLUMNS, FIELDS, FILE, FORM

REQUIRED = ("short", "team", "lines", "one")
OWN = (
    Field("lines", FieldType.TABLE, text("lines"), columns=COLUMNS, min=2, max=3),
    Field("rate", FieldType.DECIMAL, text("rate")),
    Field("some", FieldType.CHOICES, text("some"), of=CHOICES, min=2),
)
DEFINITION = replace(FORM, fields={field.name: field for field in (*FIELDS, *OWN)})
NAMES = tuple(DEFINITION.fields)
STATE = State("draft", text("draft"), "all", form=Form(edit=NAMES, require=REQUIRED))
VALIDATOR = jsonschema_rs.validator_for(form_schema(DEFINITION, STATE), validate_formats=True)

texts = st.text(st.sampled_from("ab 镇\u3000\t\n\x00\x85\u00a0\u202e"), max_size=7)
ids = st.sampled_from(["u1", "u2", "u3", "u4", "-u", "u 1", ""])
whole = st.one_of(st.integers(-7, 7), st.sampled_from([10**5, 10**5 + 1, 2**63, -(2**63)]))
decimals = st.sampled_from(["0.5", "12", "-3.25", "1e3", "01", "0.1234567", "NaN", "."])
files = st.fixed_dictionaries(
    {"id": ids, "name": st.sampled_from(["a", ""]), "kind": st.sampled_from(["pdf", "exe"])},
    optional={"size": whole, "digest": st.sampled_from(["0" * 64, "x"]), "more": st.just(1)},
)
good_files = st.sampled_from([FILE, {**FILE, "id": "f2"}])
rows = st.dictionaries(
    st.sampled_from(["item", "cost", "rate", "nope"]), st.one_of(texts, whole, decimals, st.none()), max_size=4
)
LIKELY: dict[str, st.SearchStrategy[Any]] = {
    "short": texts,
    "long": texts,
    "count": whole,
    "wide": whole,
    "rate": decimals,
    "amount": whole,
    "day": st.one_of(st.dates(date(1950, 1, 1), date(2200, 12, 31)).map(str), st.sampled_from(["2026-02-30", "x"])),
    "yes": st.booleans(),
    "one": st.sampled_from(["a", "b", "c"]),
    "some": st.lists(st.sampled_from(["a", "b", "c"]), max_size=3),
    "report": st.one_of(files, good_files),
    "papers": st.lists(st.one_of(files, good_files), max_size=3, unique_by=lambda file: file["id"]),
    "boss": ids,
    "team": st.lists(ids, max_size=4),
    "office": ids,
    "lines": st.lists(rows, max_size=4),
}
anything = st.recursive(
    st.one_of(st.none(), st.booleans(), whole, texts, st.floats(0.1, 0.9)),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(texts, inner, max_size=2)),
    max_leaves=4,
)
FILLED: dict[str, Json] = {"short": "ok", "team": ["u1", "u2"], "lines": [{"item": "x"}, {"item": "y"}], "one": "a"}

GOOD: dict[str, Any] = {
    "short": "ab", "long": "x\ny", "count": 1, "wide": 1, "rate": "0.5", "amount": 1, "day": "2026-12-05",
    "yes": False, "one": "b", "some": ["a", "b"], "report": FILE, "papers": [FILE], "boss": "u1",
    "team": ["u1", "u2"], "office": "o1", "lines": [{"item": "x", "cost": 1}, {"item": "y"}],
}  # fmt: skip
WRONG: tuple[Any, ...] = (0.5, {"x": 1}, [[]], "\x00")


@st.composite
def forms(draw: st.DrawFn) -> dict[str, Any]:
    """A form that is nearly right: what is required, and up to two other values, likely or not."""
    form: dict[str, Any] = dict(FILLED)
    for name in draw(st.lists(st.sampled_from([*NAMES, "nope"]), max_size=2, unique=True)):
        form[name] = draw(LIKELY.get(name, anything) if draw(st.integers(0, 4)) else anything)
    if draw(st.integers(0, 7)) == 0:
        form.pop(draw(st.sampled_from(REQUIRED)))
    return form


def stored(form: dict[str, Any]) -> dict[str, Json] | None:
    """Give the form as the engine stores it, or None when it is refused or not complete."""
    try:
        values = check_form(DEFINITION, NAMES, form)
    except Refused:
        return None
    return None if missing(DEFINITION, REQUIRED, values) else values


@settings(max_examples=600, deadline=None)
@given(form=forms())
def test_the_schema_and_the_engine_agree(form: dict[str, Any]) -> None:
    """What the schema takes the engine takes, and the schema takes everything the engine stores."""
    values = stored(form)
    event("taken" if values is not None else "refused")
    if VALIDATOR.is_valid(form):
        assert values is not None
    if values is not None:
        assert VALIDATOR.is_valid(values)
        assert check_form(DEFINITION, NAMES, values) == values


@pytest.mark.parametrize("name", NAMES)
def test_the_schema_takes_and_refuses_something_of_every_field(name: str) -> None:
    """No shape is so wide, or so narrow, that it decides nothing."""
    assert VALIDATOR.is_valid({**FILLED, name: GOOD[name]})
    for wrong in WRONG:
        assert not VALIDATOR.is_valid({**FILLED, name: wrong})
    assert VALIDATOR.is_valid({**FILLED, name: None}) is (name not in REQUIRED)


def test_titles_types_and_choices_are_there_in_both_languages() -> None:
    """What a page needs to show the form stands in `x-` keywords."""
    field = Field("kind", FieldType.CHOICE, Text("种类", "Kind"), help=Text("说明", "Help"), of=CHOICES)
    definition = replace(FORM, fields={"kind": field})
    action = Action("send", Text("提交", "Send"), form=Form(edit=("kind",), require=("kind",)))
    schema: Any = form_schema(definition, replace(STATE, form=Form()), action)
    assert (schema["title"], schema["x-title-zh"], schema["required"]) == ("Send", "提交", ["kind"])
    kind = schema["properties"]["kind"]
    assert (kind["x-title-zh"], kind["x-help-zh"], kind["x-type"]) == ("种类", "说明", "choice")
    assert kind["x-choices"] == {"a": {"zh": "A", "en": "A"}, "b": {"zh": "B", "en": "B"}}
    assert kind["enum"] == ["a", "b"]


def test_a_vote_has_only_its_own_fields() -> None:
    """The state's form is not the voter's."""
    vote = Action("score", text("score"), vote=Choosing.PASS, form=Form(edit=("count",), require=("count",)))
    schema: Any = form_schema(DEFINITION, STATE, vote)
    assert list(schema["properties"]) == ["count"]


def test_the_schema_is_itself_valid() -> None:
    """By the meta-schema of its dialect."""
    assert jsonschema_rs.meta.is_valid(form_schema(DEFINITION, STATE))
