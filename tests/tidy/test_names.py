"""Names say what a thing is: no drawer for odds and ends."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.tidy.sources import PRODUCTION, ROOT, files_under, place, report, tree

EMPTY_WORDS = {"util", "utils", "helper", "helpers", "common", "manager", "managers", "base", "misc"}
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def words(name: str) -> set[str]:
    """The words of a module or class name, in lower case."""
    return {word.lower() for word in WORD.findall(name)}


def names(path: Path) -> Iterator[tuple[int, str]]:
    """The names a file gives: of its folder and itself, and of its classes, with their lines."""
    yield 1, "_".join(path.relative_to(ROOT).with_suffix("").parts)
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ClassDef):
            yield node.lineno, node.name


def test_no_name_is_an_empty_word() -> None:
    """Name it after what it owns or does."""
    problems = [
        f"{place(path, line)}: {name}"
        for path in files_under(*PRODUCTION, "tests")
        for line, name in names(path)
        if words(name) & EMPTY_WORDS
    ]
    assert not problems, report(problems)


def test_words_are_told_apart() -> None:
    """`Database` is not `base`; `SQLBase` is."""
    assert words("SQLBase") == {"sql", "base"}
    assert words("DatabaseStore") == {"database", "store"}
    assert words("engine_utils_case2") == {"engine", "utils", "case"}
