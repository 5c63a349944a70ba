"""`workflows/COVERAGE.md` is honest: every line is there once, every test it names exists, what is open is counted."""

import ast
import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TABLE = (ROOT / "workflows" / "COVERAGE.md").read_text("utf-8")
ROWS = [
    tuple(cell.strip() for cell in line.strip("|").split("|"))
    for line in TABLE.splitlines()
    if re.match(r"\| [SC]\d", line)
]
LINES = [*(f"S{number}" for number in range(1, 100)), *(f"C{number}" for number in range(1, 11))]
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
OPEN = 0
"""Lines for which nothing is built yet. Build one, and lower this."""

PART = 0
"""Lines of which some is built, and the row says what is missing."""


def test_every_line_is_there_once() -> None:
    """All sentences and all lines of the card, in order."""
    assert [row[0] for row in ROWS] == LINES


def test_every_named_test_exists() -> None:
    """A row that names a test which is not there shows nothing."""
    missing = [
        f"{row[0]}: {file}::{name}" for row in ROWS for file, name in TEST.findall(row[4]) if name not in _tests(file)
    ]
    assert not missing


def _tests(file: str) -> set[str]:
    path = ROOT / file
    if not path.is_file():
        return set()
    return {node.name for node in ast.parse(path.read_text("utf-8")).body if isinstance(node, ast.FunctionDef)}


def test_what_is_built_is_shown() -> None:
    """A line that is built, or partly, names a feature, a screen or call, and a test; what is open names no test."""
    bare = [row[0] for row in ROWS if row[1] in ("built", "part") and (not TEST.search(row[4]) or "–" in row[2])]
    told = [row[0] for row in ROWS if row[1] == "open" and TEST.search(row[4])]
    assert (bare, told) == ([], [])


def test_headings_carry_nothing() -> None:
    """A heading has neither feature nor test; no other state is known."""
    assert {"built", "heading"} <= {row[1] for row in ROWS} <= {"built", "part", "open", "heading"}
    assert all(set(row[2:]) == {"–"} for row in ROWS if row[1] == "heading")


def test_what_is_open_is_counted() -> None:
    """Nobody opens a line again in silence, and nobody closes one without saying so here."""
    counts = Counter(row[1] for row in ROWS)
    assert (counts["open"], counts["part"]) == (OPEN, PART)
