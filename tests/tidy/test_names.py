"""Names say what a thing is: no drawer for odds and ends, no word cut short."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.tidy.sources import PRODUCTION, ROOT, files_under, place, report, tree

EMPTY = "base common helper helpers manager managers misc util utils"
SHORT = """
acc addr attr btn buf cb cfg cmd cnt cond conf conn ctx cur curr db desc dest dir dst elem err evt exc fmt fn func hdr
idx img impl lst mgr msg num obj opts perm pkg pos prev proc pwd qty ref req res resp ret sess src stmt svc tbl tmp txt
usr val var ver
"""
EMPTY_WORDS, SHORT_WORDS = set(EMPTY.split()), set(SHORT.split())
GIVEN_BY_LIBRARIES = {"tmp_path", "tmp_path_factory", "impl", "load_dialect_impl"}
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def words(name: str) -> set[str]:
    """The words of a name, in lower case."""
    return {word.lower() for word in WORD.findall(name)}


def drawers(path: Path) -> Iterator[tuple[int, str]]:
    """The names under which a file keeps things: its folder, itself and its classes, with their lines."""
    yield 1, "_".join(path.relative_to(ROOT).with_suffix("").parts)
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ClassDef):
            yield node.lineno, node.name


def given_names(module: ast.Module) -> Iterator[tuple[int, str]]:
    """Every name that code gives: to functions, classes, arguments and variables."""
    for node in ast.walk(module):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield node.lineno, name
            case ast.arg(arg=name) | ast.Name(id=name, ctx=ast.Store()):
                yield node.lineno, name


def test_no_name_is_an_empty_word() -> None:
    """Name it after what it owns or does."""
    problems = [
        f"{place(path, line)}: {name}"
        for path in files_under(*PRODUCTION, "tests")
        for line, name in drawers(path)
        if words(name) & EMPTY_WORDS
    ]
    assert not problems, report(problems)


def test_no_word_is_cut_short() -> None:
    """Write it out; only id, url, sql and http are words of their own."""
    problems = [
        f"{place(path, line)}: {name}"
        for path in files_under(*PRODUCTION, "tests")
        for line, name in given_names(tree(path))
        if words(name) & SHORT_WORDS and name not in GIVEN_BY_LIBRARIES
    ]
    assert not problems, report(problems)


def test_words_are_told_apart() -> None:
    """`Database` is not `base`; `SQLBase` is; an argument is a given name, a word that is only read is not."""
    assert words("SQLBase") == {"sql", "base"}
    assert words("DatabaseStore") == {"database", "store"}
    assert words("engine_utils_case2") == {"engine", "utils", "case"}
    names = [name for _, name in given_names(ast.parse("def ask(ctx): msg = idx; class_ = [val for val in ctx]"))]
    assert sorted(names) == ["ask", "class_", "ctx", "msg", "val"]
