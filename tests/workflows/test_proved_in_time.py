"""Every shipped procedure is proved while somebody types: within 300 ms of a processor's time."""

import json
import subprocess
import sys
from pathlib import Path
from time import process_time

import pytest

from adapters.shipped import definitions, role_codes
from engine.checking import check
from service.rules import GUARDS
from tests.calls import Calls
from tests.pace import slowness

CPU_SECONDS_MAX = 0.3
ROOM = 3
"""A neighbour on the same machine moves seconds far: alone, the longest takes 0.16. The work is held closely."""

CALLS_MAX = 485_000
"""Most Python functions that a proof may call; the longest calls 468,000."""

ROUNDS = 3
ROOT = Path(__file__).resolve().parents[2]
NAMES = [name for name, _ in definitions()]


def measure() -> None:
    """Print for each shipped procedure the seconds of its quickest proof, the calls of one, and what is wrong."""
    found: dict[str, tuple[float, int, list[str]]] = {}
    taken: dict[str, list[float]] = {name: [] for name in NAMES}
    for _ in range(ROUNDS):
        pace = slowness()
        for name, source in definitions():
            started = process_time()
            check(source, file=name, book=GUARDS, roles=role_codes())
            taken[name].append((process_time() - started) / pace)
    for name, source in definitions():
        calls = Calls()
        with calls.counted():
            verdict = check(source, file=name, book=GUARDS, roles=role_codes())
        wrong = [problem.code for problem in verdict.problems]
        found[name] = (
            min(taken[name]),
            calls.number,
            wrong + [note.code for note in verdict.notes if note.code == "left_out"],
        )
    sys.stdout.write(json.dumps(found))


@pytest.fixture(scope="module")
def proofs() -> dict[str, tuple[float, int, list[str]]]:
    """What a process of its own found, which other tests have not filled and whose threads are its own."""
    words = [sys.executable, "-c", f"from {__name__} import measure; measure()"]
    answer = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    found: dict[str, tuple[float, int, list[str]]] = json.loads(answer.stdout)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_procedure_is_proved_in_time(name: str, proofs: dict[str, tuple[float, int, list[str]]]) -> None:
    """Loaded and explored whole, sound, and while somebody types."""
    taken, calls, wrong = proofs[name]
    assert wrong == []
    assert calls <= CALLS_MAX
    assert taken <= CPU_SECONDS_MAX * ROOM
