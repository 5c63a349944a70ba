"""The product and its tests type-check under `mypy --strict`."""

from pathlib import Path

import pytest

from tests.background import Background

CHANGING = """
from dataclasses import dataclass, replace
from typing import TypeVar

from msgspec import Struct, structs


class Shape(Struct, frozen=True):
    size: int


@dataclass(frozen=True)
class Fact:
    size: int


AnyShape = TypeVar("AnyShape", bound=Shape)


def right(shape: AnyShape, fact: Fact) -> tuple[AnyShape, Fact]:
    return structs.replace(shape, size=1), replace(fact, size=1)


def wrong(shape: Shape, fact: Fact, either: Shape | Fact, bound: AnyShape) -> None:
    replace(shape, size=1)  # wrong
    replace(either, size=1)  # wrong
    replace(bound, size=1)  # wrong
    structs.replace(fact, size=1)  # wrong
"""


@pytest.mark.timeout(400)
def test_mypy_is_content(mypy: Background) -> None:
    """One run of mypy over everything, under way since the tests began; its cache makes the next one quick."""
    code, said = mypy.answer()
    assert code == 0, said


def test_a_check_in_the_background_tells_what_is_wrong() -> None:
    """Its exit code and all that it said: mypy's complaints are not lost by where it runs."""
    check = Background("-c", "import sys; print('a.py:1: error', flush=True); sys.exit('Found 1 error')")
    code, said = check.answer()
    check.stop()
    assert (code, said.splitlines()) == (1, ["a.py:1: error", "Found 1 error"])


@pytest.mark.timeout(400)
def test_structs_and_dataclasses_are_each_changed_in_their_own_way(tmp_path: Path) -> None:
    """Either `replace` fails on the other's values when it is called; mypy says so before, and only there."""
    file = tmp_path / "changing.py"
    file.write_text(CHANGING, "utf-8")
    check = Background("-m", "mypy", "--config-file", "pyproject.toml", "--no-incremental", str(file))
    _, said = check.answer()
    check.stop()
    found = [int(line.split(":")[1]) for line in said.splitlines() if ": error: " in line]
    assert found == [number for number, line in enumerate(CHANGING.splitlines(), 1) if line.endswith("# wrong")], said
