"""What the security officer is told names tests; each of them exists."""

import re

from tests.tidy.sources import ROOT

TOLD = "service/SECURITY.md"
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
TESTS_MIN = 25


def test_every_named_test_exists() -> None:
    """A line that says that something is met, without what shows it, is a promise nobody keeps."""
    named = NAMED.findall((ROOT / TOLD).read_text("utf-8"))
    files = {path: (ROOT / path).read_text("utf-8") if (ROOT / path).is_file() else "" for path, _ in named}
    gone = [f"{path}::{name}" for path, name in named if f"def {name or 'test_'}" not in files[path]]
    assert gone == []
    assert len(files) >= TESTS_MIN
