"""Two real logs, a university's and a municipality's, judged by the real engine: case by case as expected."""

import csv
from pathlib import Path

import pytest

from adapters.documents.eventlog import read_log
from adapters.memory.facts import MemoryFacts
from engine.facts import Unit
from engine.guards import GuardBook
from engine.loading import load
from engine.process import compile_process
from engine.replaying import replay
from tests.acceptance.fsm import definition_of

FACTS = MemoryFacts(units={"log": Unit("log", "county", "log", None, "log/")})


def expected_verdicts(table: Path) -> dict[str, tuple[bool, int | None]]:
    """Give the verdict of each trace, written as in the table."""
    with table.open(encoding="utf-8", newline="") as stream:
        return {
            row["trace"]: (
                row["fsm_accept"] == "1",
                int(row["first_bad_step"]) if row["first_bad_step"] else None,
            )
            for row in csv.DictReader(stream)
        }


@pytest.mark.parametrize(
    ("folder", "name", "log", "accepted", "cases"),
    [
        ("bpic2020-domestic", "DomesticDeclarations", "DomesticDeclarations.xes.gz", 10_268, 10_357),
        ("receipt-wabo", "receipt", "receipt.csv", 1_370, 1_434),
    ],
)
def test_every_case_is_judged_as_expected(
    shared_data: Path, folder: str, name: str, log: str, accepted: int, cases: int
) -> None:
    """The engine accepts exactly the cases that the mined machine accepts, and names the same first bad step."""
    source = definition_of(shared_data / folder / f"{name}_fsm.json")
    process = compile_process(load(source, file="mined.yaml", book=GuardBook()), GuardBook())
    expected = expected_verdicts(shared_data / folder / f"{name}_expected.csv")
    verdicts = []
    for case_id, steps in read_log(shared_data / folder / log):
        verdict = replay(process, steps, FACTS, "log")
        trace = ">".join(step.activity for step in steps)
        assert (verdict.accepted, verdict.first_bad_step) == expected[trace], case_id
        verdicts.append(verdict.accepted)
    assert (sum(verdicts), len(verdicts)) == (accepted, cases)
