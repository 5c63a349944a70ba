"""The text catalogue and its users agree: every key asked for exists, every key that exists is asked for."""

import re
from collections.abc import Iterator

from service.texts import load
from tests.tidy.sources import PRODUCTION, files_under, place, report

USERS = (".py", ".html", ".txt")
CALL = re.compile(r"""\b(?:t|speech)\(\s*f?["'](?P<key>[a-z][a-z0-9_.]*)(?P<open>["']\s*~|\{)?""")
LITERAL = re.compile(r"""["'](?P<key>[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*\.?)(?P<open>["']\s*~|\{)?""")


def asked(text: str) -> Iterator[tuple[str, bool]]:
    """The keys that a source text asks the catalogue for, and whether more is put behind them."""
    for match in CALL.finditer(text):
        yield match["key"], match["open"] is not None


def mentioned(text: str) -> Iterator[tuple[str, bool]]:
    """Everything quoted that could be a key, or the beginning of one."""
    for match in LITERAL.finditer(text):
        if "." in match["key"]:
            yield match["key"], match["open"] is not None


def test_every_key_asked_for_exists() -> None:
    """A key that is not there would break the page at the moment somebody opens it."""
    keys = load().keys()
    problems = [
        f"{place(path)}: {key}{'…' if is_open else ''}"
        for path in files_under(*PRODUCTION, suffixes=USERS)
        for key, is_open in asked(path.read_text("utf-8"))
        if not (any(known.startswith(key) for known in keys) if is_open else key in keys)
    ]
    assert not problems, report(problems)


def test_every_key_is_asked_for() -> None:
    """A text that nothing says any more misleads whoever translates it."""
    found = {pair for path in files_under(*PRODUCTION, suffixes=USERS) for pair in mentioned(path.read_text("utf-8"))}
    whole = {key for key, is_open in found if not is_open}
    beginnings = tuple(key for key, is_open in found if is_open)
    problems = sorted(key for key in load().keys() - whole if not key.startswith(beginnings))
    assert not problems, report(problems)


def test_the_rules_see_keys() -> None:
    """The rules themselves, on the ways in which keys are written."""
    text = """{{ t("a.b") }} {{ t('a.c.' ~ name) }} self.speech(f"a.d_{unit}", count=1) Place("a.e", format("x"))"""
    assert list(asked(text)) == [("a.b", False), ("a.c.", True), ("a.d_", True)]
    assert set(mentioned(text)) == {("a.b", False), ("a.c.", True), ("a.d_", True), ("a.e", False)}
