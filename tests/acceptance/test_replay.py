"""Two real logs, a university's and a municipality's, judged by the real engine: case by case as expected."""

import csv
from pathlib import Path

import pytest

from adapters.documents.eventlog import read_log
from adapters.exchange.languages import chosen_chart, drafted, read
from adapters.exchange.net.playing import Player
from adapters.memory.facts import MemoryFacts
from engine.facts import Unit
from engine.guards import GuardBook
from engine.loading import load
from engine.process import compile_process
from engine.replaying import replay

FACTS = MemoryFacts(units={"log": Unit("log", "county", "log", None, "log/")})


def expected_verdicts(table: Path) -> dict[str, tuple[bool, int | None, bool]]:
    """Give the verdict of each trace, written as in the table: of the machine, its first bad step, of the model."""
    with table.open(encoding="utf-8", newline="") as stream:
        return {
            row["trace"]: (
                row["fsm_accept"] == "1",
                int(row["first_bad_step"]) if row["first_bad_step"] else None,
                float(row["alignment_fit"]) == 1,
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
    """The engine accepts exactly the cases that the mined machine accepts, and names the same first bad step.

    The tokens of the mined BPMN model fit exactly the cases whose alignment fits.
    """
    made, _ = drafted(read((shared_data / folder / f"{name}_fsm.json").read_bytes()))
    assert made is not None
    process = compile_process(load(made.text, file="mined.yaml", book=GuardBook()), GuardBook())
    model = chosen_chart(read((shared_data / folder / f"{name}_im02.bpmn").read_bytes()))
    assert model is not None
    player = Player(model)
    expected = expected_verdicts(shared_data / folder / f"{name}_expected.csv")
    verdicts = []
    for case_id, steps in read_log(shared_data / folder / log):
        verdict = replay(process, steps, FACTS, "log")
        activities = [step.activity for step in steps]
        fits = player.first_bad_step(activities) is None
        assert (verdict.accepted, verdict.first_bad_step, fits) == expected[">".join(activities)], case_id
        verdicts.append(verdict.accepted)
    assert (sum(verdicts), len(verdicts)) == (accepted, cases)
