"""Nobody is refused without being told why in words: every code has its sentence."""

import re

from service.texts.foreign import all_texts
from tests.tidy.sources import PRODUCTION, files_under, place, report

CODE = re.compile(r"\bRefusal\(\s*f?\"([a-z_]+(?:\.[a-z_]+)+)\"")


def test_every_refusal_has_a_sentence() -> None:
    """In `service/texts/refusals.*.yaml`, or in a text file that `service/texts/foreign.py` names."""
    keys = all_texts().keys()
    problems = [
        f"{place(path)}: no text refusals.{code}"
        for path in files_under(*PRODUCTION)
        for code in CODE.findall(path.read_text("utf-8"))
        if f"refusals.{code}" not in keys
    ]
    assert not problems, report(problems)


def test_the_rule_finds_codes() -> None:
    """The rule itself, on code as it is written here."""
    assert CODE.findall('raise Refused(Refusal("task.lent", where=id), Refusal(\n    "item.closed"))') == [
        "task.lent",
        "item.closed",
    ]
