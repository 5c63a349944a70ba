"""Every form of every shipped procedure, saved as it stands, leaves its text as it is."""

from collections.abc import Iterable, Iterator

import pytest

from adapters import shipped
from engine.editing import Edit, values
from engine.values import Json
from service.texts.foreign import all_texts
from service.web.fields import Field
from service.web.flow.field_changes import field_edits
from service.web.flow.head_form import head_edits
from service.web.flow.page import form_of
from service.web.flow.raw import fields, states
from service.web.flow.step_changes import edits
from service.web.flow.words import Words
from service.web.form_input import read_form
from workflows.shipped import DEFINITIONS

TEXTS = all_texts()
ROLES = {code: code for code in shipped.roles()}
MARKS = {code: code for code in shipped.marks()}
WORDS = Words(TEXTS, "zh", ROLES, MARKS, {}, [])


def sent(shown: Iterable[Field]) -> Iterator[tuple[str, list[str]]]:
    """What a browser sends for fields: chosen ones in the order in which they are offered."""
    for field in shown:
        if field.kind == "table":
            yield from (pair for row in field.rows for pair in sent(row))
        elif field.kind in {"choice", "choices"}:
            yield field.name, [choice.value for choice in field.choices if choice.value in field.chosen]
        elif field.kind == "boolean":
            yield field.name, ["yes"] if field.value else []
        else:
            yield field.name, [field.text]


def saved(draft: Json, view: str, name: str) -> list[Edit]:
    """The edits of a form that is sent back as it was shown."""
    shown = [field for group in form_of(draft, view, name, WORDS) for field in group.fields]
    read = read_form(shown, dict(sent(shown)), WORDS.t)
    assert not read.problems, read.problems
    if view == "head":
        return head_edits(draft, shown, read.fields)
    return (field_edits if view == "fields" else edits)(draft, name, shown, read.fields, WORDS)


@pytest.mark.parametrize("name", DEFINITIONS)
def test_a_form_saved_as_it_stands_changes_nothing(name: str) -> None:
    """The top, every field and every step: whatever they hold that the forms can not say is left alone."""
    draft = values(shipped.source(name))
    places = [("head", ""), *(("fields", one) for one in fields(draft)), *(("outline", one) for one in states(draft))]
    assert [(view, one, found) for view, one in places if (found := saved(draft, view, one))] == []
