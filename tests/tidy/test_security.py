"""What the security officer is told names tests; each of them exists."""

import re

from tests.tidy.sources import ROOT

TOLD = "service/SECURITY.md"
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
TESTS_MIN = 25
ITEM = re.compile(r"^\| (\d+\.\d+\.\d+) \| ([\w ]+) \| (.*) \| (.*) \|$", re.MULTILINE)
VERDICTS = {"met", "partly", "not met", "by reading"}


def test_every_named_test_exists() -> None:
    """A line that says that something is met, without what shows it, is a promise nobody keeps."""
    named = NAMED.findall((ROOT / TOLD).read_text("utf-8"))
    files = {path: (ROOT / path).read_text("utf-8") if (ROOT / path).is_file() else "" for path, _ in named}
    gone = [f"{path}::{name}" for path, name in named if f"def {name or 'test_'}" not in files[path]]
    assert gone == []
    assert len(files) >= TESTS_MIN


def test_every_item_has_a_verdict_and_what_is_met_a_test() -> None:
    """Items by number, each once and in order; only what a test shows is called met."""
    items = ITEM.findall((ROOT / TOLD).read_text("utf-8"))
    numbers = [tuple(int(part) for part in number.split(".")) for number, *_ in items]
    assert numbers == sorted(set(numbers))
    assert numbers
    assert {verdict for _, verdict, *_ in items} <= VERDICTS
    assert [number for number, verdict, _, shown in items if verdict == "met" and not NAMED.search(shown)] == []
    assert [number for number, verdict, how, _ in items if verdict != "met" and how == "–"] == []
