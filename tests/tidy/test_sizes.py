"""Small pieces: a function fits a screen, a file is read in one sitting."""

import ast
from pathlib import Path
from statistics import median

import pytest

from tests.tidy.sources import PRODUCTION, files_under, place, report, tree

FUNCTION_LINES_MAX = 50
FUNCTION_LINES_MEDIAN_MAX = 10
FILE_LINES_MAX = 400
FILE_LINES_MEDIAN_MAX = 200
FUNCTIONS_FOR_A_MEDIAN = 50


def functions(path: Path) -> list[tuple[str, int]]:
    """The place and length in lines, docstring included, of each function in a file."""
    return [
        (f"{place(path, node.lineno)} {node.name}", (node.end_lineno or node.lineno) - node.lineno + 1)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def lines(path: Path) -> int:
    """The length of a file in lines."""
    return len(path.read_text("utf-8").splitlines())


def test_no_function_is_longer_than_a_screen() -> None:
    """Split it: control flow in the parent, pure leaves below."""
    every = [function for path in files_under(*PRODUCTION, "tests", ".ci") for function in functions(path)]
    problems = [f"{name}: {size} lines" for name, size in every if size > FUNCTION_LINES_MAX]
    assert not problems, report(problems)


def test_no_file_is_longer_than_one_sitting() -> None:
    """Split it by what it owns."""
    every = [(path, lines(path)) for path in files_under(*PRODUCTION, "tests", ".ci")]
    problems = [f"{place(path)}: {size} lines" for path, size in every if size > FILE_LINES_MAX]
    assert not problems, report(problems)


def test_the_usual_function_and_file_are_small() -> None:
    """Medians over the product's code, once there is enough of it to speak of a median."""
    files = files_under(*PRODUCTION)
    sizes = [size for path in files for _, size in functions(path)]
    if len(sizes) < FUNCTIONS_FOR_A_MEDIAN:
        pytest.skip(f"only {len(sizes)} functions yet")
    assert median(sizes) <= FUNCTION_LINES_MEDIAN_MAX
    assert median(map(lines, files)) <= FILE_LINES_MEDIAN_MAX
