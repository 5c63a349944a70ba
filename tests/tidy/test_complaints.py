"""Every complaint of users of other engines that we promise to answer has a test that is named for it."""

import re

from tests.tidy.sources import ROOT

NAMED = re.compile(r"def test_(\d\d)_\w+")
PROMISED = frozenset((*range(1, 18), *range(36, 42), *range(58, 63)))
"""Returns and countersigning (1 to 17), delegation and absence (36 to 41), correctness and security (58 to 62)."""


def test_every_promised_complaint_has_a_test() -> None:
    """The numbers are those of the list of complaints; a test that answers one begins with its number."""
    files = (ROOT / "tests" / "engine" / "verbs").glob("test_*.py")
    found = {int(number) for file in files for number in NAMED.findall(file.read_text("utf-8"))}
    assert found >= PROMISED, sorted(PROMISED - found)
