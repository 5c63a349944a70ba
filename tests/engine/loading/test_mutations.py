"""Whatever is done to a definition, it is answered with problems, never with an error of ours."""

from copy import deepcopy
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.checking import check
from tests.engine.loading.sample import BOOK, ROLES, SAMPLE

SCALARS: tuple[Any, ...] = (None, True, -1, 2.5, 10**30, "", "x", "draft", "E1", "due", "5 working days", "item.amount")
SHAPES: tuple[Any, ...] = (
    [],
    {},
    [[]],
    [{}],
    {"zh": "a", "en": "b"},
    {"role": "x", "in": "y"},
    {"seats": {}},
    {"first": []},
)
KEYS = ("to", "who", "vote", "kind", "form", "type", "computed", "require", "escalate", "set", "in", "1", "")


def places(tree: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:  # noqa: ANN401  # any YAML
    """Give the paths of everything below the root."""
    below = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    return [place for key, value in below for place in [(*path, key), *places(value, (*path, key))]]


TREE = yaml.safe_load(SAMPLE)
PLACES = places(TREE)


@settings(max_examples=200, deadline=None)
@given(
    changes=st.lists(
        st.tuples(st.sampled_from(PLACES), st.sampled_from([*SCALARS, *SHAPES]), st.sampled_from(["", *KEYS])),
        min_size=1,
        max_size=4,
    )
)
def test_no_change_of_the_data_breaks_the_check(changes: list[tuple[tuple[Any, ...], Any, str]]) -> None:
    """Values are replaced by others, or keys are added, in up to four places."""
    tree = deepcopy(TREE)
    for path, value, key in changes:
        at = tree
        for step in path[:-1]:
            at = (
                at[step]
                if isinstance(at, dict | list) and step in (at if isinstance(at, dict) else range(len(at)))
                else {}
            )
        if isinstance(at, dict):
            at[key or path[-1]] = value
    for problem in check(yaml.dump(tree, Dumper=yaml.CSafeDumper), file="mutant.yaml", book=BOOK, roles=ROLES).problems:
        assert str(problem).startswith("mutant.yaml:")


@settings(max_examples=200, deadline=None)
@given(start=st.integers(0, len(SAMPLE)), length=st.integers(0, 30), text=st.text(max_size=5))
def test_no_change_of_the_text_breaks_the_check(start: int, length: int, text: str) -> None:
    """A piece of the text is replaced by anything."""
    source = SAMPLE[:start] + text + SAMPLE[start + length :]
    for problem in check(source, file="mutant.yaml", book=BOOK, roles=ROLES).problems:
        assert str(problem).startswith("mutant.yaml:")
