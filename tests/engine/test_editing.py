"""Edits of a definition's text: the values change as asked, and every other character stays."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters import shipped
from engine.editing import EDITS_MAX, Drop, Insert, Move, Put, Unwritable, edited, shown, values

SOURCE = Path(__file__).parents[1].joinpath("service", "well.yaml").read_text("utf-8")
SHIPPED = shipped.definitions()[0][1]
SMALL = """\
# above
workflow: small   # the key
title: {zh: 小, en: "Small, and: odd"}
states:
  draft:            # where it begins
    title: {zh: 草稿, en: Draft}
    due: 5 working days  # law
    not:
      - initiator
      # nobody twice
      - previous
    actions:
      # the usual way
      submit: {title: {zh: 提交, en: Submit}, to: review, comment: required}
  # ---- review
  review: {title: {zh: 审核, en: Review}, kind: end, form: {edit: [a, b]}}
"""


def paths(value: Any, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:  # noqa: ANN401  # plain values
    """Every path of plain values."""
    below: list[tuple[str, Any]] = []
    if isinstance(value, dict):
        below = list(value.items())
    elif isinstance(value, list):
        below = [(str(index), item) for index, item in enumerate(value)]
    return [path, *(found for key, one in below for found in paths(one, (*path, key)))]


def parent_of(value: Any, path: tuple[str, ...]) -> Any:  # noqa: ANN401  # plain values
    """What a path's last part is a key of."""
    for part in path[:-1]:
        value = value[int(part)] if isinstance(value, list) else value[part]
    return value


def names(text: str) -> list[str]:
    """The states of a text in order."""
    found: Any = values(text)
    return list(found["states"])


def with_put(value: Any, path: tuple[str, ...], new: Any) -> Any:  # noqa: ANN401  # plain values
    """Put, on plain values."""
    value = deepcopy(value)
    parent = parent_of(value, path)
    parent[int(path[-1]) if isinstance(parent, list) else path[-1]] = new
    return value


def with_drop(value: Any, path: tuple[str, ...]) -> Any:  # noqa: ANN401  # plain values
    """Drop, on plain values."""
    parent = parent_of(value, path)
    if len(parent) == 1 and len(path) > 1:
        return with_drop(value, path[:-1])
    value = deepcopy(value)
    parent = parent_of(value, path)
    del parent[int(path[-1]) if isinstance(parent, list) else path[-1]]
    return value


THERE = values(SOURCE)
PLACES = paths(THERE)[1:]
TEXTS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs", "S")), min_size=1, max_size=12)
NEW = st.one_of(TEXTS, st.integers(-99, 99), st.booleans(), st.lists(TEXTS, max_size=3), st.dictionaries(
    st.sampled_from(["zh", "en", "to"]), TEXTS, min_size=1))  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(path=st.sampled_from(PLACES), new=NEW)
def test_a_value_is_put_and_nothing_else_changes(path: tuple[str, ...], new: Any) -> None:  # noqa: ANN401  # plain values
    """Anywhere in a procedure, whatever the value: reading the text again gives just that difference."""
    text = edited(SOURCE, [Put(path, new)])
    assert values(text) == with_put(THERE, path, new)


@settings(max_examples=40, deadline=None)
@given(path=st.sampled_from(PLACES))
def test_what_is_dropped_is_gone_alone(path: tuple[str, ...]) -> None:
    """What is empty then goes too, and nothing else does."""
    assert values(edited(SOURCE, [Drop(path)])) == with_drop(THERE, path)


@settings(max_examples=40, deadline=None)
@given(path=st.sampled_from([path for path in PLACES if path[0] == "states"]), new=TEXTS)
def test_a_key_is_added_below_anything_with_keys(path: tuple[str, ...], new: str) -> None:
    """In mappings on one line as in those on many."""
    parent = parent_of(THERE, (*path, "x"))
    place = (*path, "added")
    if isinstance(parent, dict):
        assert values(edited(SOURCE, [Put(place, new)])) == with_put(THERE, place, new)
    elif not isinstance(parent, list):
        with pytest.raises(Unwritable):
            edited(SOURCE, [Put(place, new)])


@pytest.mark.parametrize(
    ("edit", "old", "new"),
    [
        (Put(("states", "draft", "due"), "1 working day"), "due: 5 working days  # law", "due: 1 working day  # law"),
        (Put(("title", "en"), "Tiny"), 'en: "Small, and: odd"}', "en: Tiny}"),
        (Put(("states", "draft", "who"), "initiator", ("title", "who", "due")),
         "en: Draft}\n", "en: Draft}\n    who: initiator\n"),
        (Put(("states", "draft", "not", "2"), "x"), "- previous\n", "- previous\n      - x\n"),
        (Put(("states", "review", "form", "edit"), ["b"]), "edit: [a, b]", "edit: [b]"),
        (Put(("states", "draft", "not"), ["initiator"]),
         "not:\n      - initiator\n      # nobody twice\n      - previous\n", "not: [initiator]\n"),
        (Drop(("states", "draft", "due")), "    due: 5 working days  # law\n", ""),
        (Drop(("states", "draft", "actions", "submit", "comment")), ", comment: required", ""),
        (Drop(("states", "review", "form", "edit", "0")), "[a, b]", "[b]"),
        (Move(("states", "draft", "actions"), -1), "", ""),
    ],
)  # fmt: skip
def test_the_rest_stays_to_the_letter(edit: Put | Drop | Move, old: str, new: str) -> None:
    """Comments, order, quotes and layout of everything that was not asked for."""
    if old:
        assert edited(SMALL, [edit]) == SMALL.replace(old, new, 1)
    else:
        assert sorted(edited(SMALL, [edit]).splitlines()) == sorted(SMALL.splitlines())


def test_steps_are_inserted_and_moved_whole() -> None:
    """A new step stands after the one it was asked for, on lines of its own; moving takes all lines of a step along."""
    step: Any = {"title": {"zh": "新", "en": "New"}, "actions": {"go": {"to": "review"}}}
    text = edited(SMALL, [Insert(("states", "check"), step, "draft")])
    assert names(text) == ["draft", "check", "review"]
    assert "\n  check:\n    title: {zh: 新, en: New}\n    actions:\n      go: {to: review}\n" in text
    moved = edited(text, [Move(("states", "check"), 1)])
    assert names(moved) == ["draft", "review", "check"]
    assert edited(moved, [Move(("states", "check"), -1)]) == text


@pytest.mark.parametrize(
    ("source", "edit"),
    [
        (SMALL, Put(("states", "draft", "due", "x"), "y")),
        (SMALL, Drop(("states", "gone"))),
        (SMALL, Insert(("states", "draft"), {}, "draft")),
        (SMALL, Insert(("states", "new"), {}, "gone")),
        (SMALL, Move(("states", "draft"), -1)),
        (SMALL, Move(("states", "gone"), 1)),
        ("a: [", Put(("a",), "b")),
        ("- a\n", Put(("a",), "b")),
        ("a: &x {b: 1}\nc: *x\n", Put(("a",), "b")),
        ("a: " + "[" * 50 + "]" * 50, Put(("a",), "b")),
    ],
)
def test_what_does_not_fit_is_refused(source: str, edit: Put | Drop | Insert | Move) -> None:
    """Instead of writing something else than was asked."""
    with pytest.raises(Unwritable):
        edited(source, [edit])


def test_every_step_of_the_shipped_procedure_can_be_moved_and_taken_out() -> None:
    """2,400 lines with comments between them: every step keeps its lines."""
    text, steps = SHIPPED, names(SHIPPED)
    for step in steps[1::6]:
        moved = edited(text, [Move(("states", step), -1)])
        assert sorted(moved.splitlines()) == sorted(text.splitlines())
        assert values(moved) == values(text)
        assert values(edited(text, [Drop(("states", step))])) == with_drop(values(text), ("states", step))


def test_so_many_edits_and_no_more() -> None:
    """Each reads the text again."""
    with pytest.raises(Unwritable):
        edited(SMALL, [Put(("workflow",), "x")] * (EDITS_MAX + 1))


@settings(deadline=None)
@given(value=NEW)
def test_a_value_on_one_line_reads_back(value: Any) -> None:  # noqa: ANN401  # plain values
    """Whatever YAML would take for something else stands in quotes."""
    assert values(f"a: {shown(value)}") == {"a": value}
