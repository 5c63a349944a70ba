"""The page that teaches the definition language is true: its examples load, its tables are complete."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from engine.builtin_guards import BUILTIN
from engine.checking import Checked, check
from engine.definition import FieldType
from engine.expression_cost import (
    MACROS_MAX,
    PLUS_WITH_MACROS_MAX,
    SOURCE_LENGTH_MAX,
    SOURCE_LENGTH_WITH_MACROS_MAX,
)
from engine.guards import ARGUMENT_KINDS, OPTIONAL
from engine.loading import actions, definitions, fields, ladders, limits, people, states, votes
from engine.situation import RESERVED_NAMES

README = (Path(__file__).resolve().parents[2] / "workflows" / "README.md").read_text("utf-8")
BLOCK = re.compile(r"^```yaml( mistakes)?\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?", re.MULTILINE | re.DOTALL)
BLOCKS = BLOCK.findall(README)
WHOLE: dict[str, Any] = yaml.safe_load(BLOCKS[0][1])


def checked(block: str) -> Checked:
    """Check an example: whole, or put into the whole procedure at the top of the page (less its `always`)."""
    part: dict[str, Any] = {"always": [], **yaml.safe_load(block)}
    merged = {
        key: {**WHOLE.get(key, {}), **value} if isinstance(value, dict) and key not in ("title", "starters") else value
        for key, value in part.items()
    }
    source = yaml.safe_dump({**WHOLE, **merged}, allow_unicode=True, sort_keys=False, width=1_000)
    return check(source, file="README.md", book=BUILTIN)


@pytest.mark.parametrize("block", [block for mistakes, block, _ in BLOCKS if not mistakes])
def test_every_example_is_sound(block: str) -> None:
    """As it stands, a reader may copy it; only what it took the place of may have led to some state."""
    assert [problem for problem in checked(block).problems if problem.code != "unreachable"] == []


def test_the_first_example_is_whole() -> None:
    """It loads as text, not only as data."""
    assert check(BLOCKS[0][1], file="README.md", book=BUILTIN).is_sound


@pytest.mark.parametrize(("block", "told"), [(block, told) for mistakes, block, told in BLOCKS if mistakes])
def test_every_mistake_is_told_as_shown(block: str, told: str) -> None:
    """Path, sentence and trace, word for word."""
    lines = []
    found = [problem for problem in checked(block).problems if problem.code != "unreachable"]
    for problem in sorted(found, key=lambda one: told.find(f"{one.path}: ")):
        lines.append(f"{problem.path}: {problem.message}")
        lines += [f"    {' → '.join(problem.trace)}"] if problem.trace else []
    assert lines == told.splitlines()


def test_every_key_is_explained() -> None:
    """Each key that the loader takes stands in the page as code, each form of `who` as an example."""
    keys = {
        *(*definitions.REQUIRED_KEYS, *definitions.OPTIONAL_KEYS, *FieldType),
        *(*fields.SHARED_KEYS, *fields.FIELD_KEYS, *fields.COLUMN_KEYS, *fields.FORM_KEYS),
        *(*states.OPTIONAL_KEYS, *actions.OPTIONAL_KEYS, *ladders.EFFECTS, *votes.OPTIONAL_KEYS, *votes.OUTCOMES),
    }
    assert not sorted(key for key in keys if f"`{key}`" not in README)
    assert not [form for form in people.FORMS if f"{form}: " not in README]
    assert not [name for name in RESERVED_NAMES if "_" in name and f"`{name}`" not in README]


def test_every_guard_is_explained_with_its_arguments() -> None:
    """Each row of the table, with brackets round what may be left out."""
    for entry in BUILTIN:
        arguments = [
            f"[`{name}`]" if kind.endswith(OPTIONAL) else f"`{name}`" for name, kind in entry.arguments.items()
        ]
        assert f"| `{entry.name}` | {', '.join(arguments)}".rstrip() in README
    assert not [kind for kind in ARGUMENT_KINDS if f"`{kind}`" not in README]


def test_every_limit_is_told() -> None:
    """The numbers of the table are those of the code, in its order where they differ."""
    table = README[README.index("### Limits") : README.index("## Where it is read")]
    told = sorted(int(number.replace(",", "")) for number in re.findall(r"\| ([\d,]+) \|$", table, re.MULTILINE))
    real = [value for name, value in vars(limits).items() if name.isupper()]
    assert told == sorted([*real, SOURCE_LENGTH_MAX])
    for number in (SOURCE_LENGTH_WITH_MACROS_MAX, MACROS_MAX, PLUS_WITH_MACROS_MAX):
        assert f"at most {number}" in " ".join(README.split())
