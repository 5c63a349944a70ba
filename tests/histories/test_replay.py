"""What earlier releases have written is read by this one, and leads to the same cases."""

import json
import lzma
from pathlib import Path
from typing import Any, get_args

import pytest

from adapters.encoding import case_text, chain, read_case, read_record
from engine.events import Event
from engine.evolution import fold

FILES = sorted(Path(__file__).parent.glob("*.jsonl.xz"))
HELD = {"0.1.0": (40, 1237), "0.1.0-county": (250, 2554), "0.1.0-walks": (119, 1639)}
"""Cases and records of each release's file: none of them may be lost."""

NEVER_HELD = {"Picked", "Redrawn"}
"""Kinds of events that no history has; a kind that is new comes with a history that has it."""


def kept(file: Path) -> list[dict[str, Any]]:
    """The cases of a file."""
    with lzma.open(file, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def test_no_history_is_lost() -> None:
    """Every release's file is there, with all that it held."""
    found = {file.name.removesuffix(".jsonl.xz"): kept(file) for file in FILES}
    assert {
        version: (len(cases), sum(len(case["records"]) for case in cases)) for version, cases in found.items()
    } == HELD


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name.removesuffix(".jsonl.xz"))
def test_histories_lead_to_the_same_cases(file: Path) -> None:
    """The chain is unbroken, every event is known, and the fold is the case that was kept, to the letter."""
    for case in kept(file):
        assert chain(case["records"]).hex() == case["hash"]
        records = [read_record(payload) for payload in case["records"]]
        assert case_text(fold(records)) == case_text(read_case(case["case"]))


def test_every_kind_of_event_is_held() -> None:
    """A change of what an event holds is noticed here, whichever event it is."""
    kinds = {
        str(name)
        for file in FILES
        for case in kept(file)
        for payload in case["records"]
        for name, _ in json.loads(payload)["events"]
    }
    assert kinds == {kind.__name__ for kind in get_args(Event)} - NEVER_HELD
