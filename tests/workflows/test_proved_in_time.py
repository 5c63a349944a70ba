"""Every shipped procedure is proved while somebody types: within 300 ms of a processor's time."""

from time import process_time

import pytest

from adapters.shipped import definitions, role_codes
from engine.checking import check
from service.rules import GUARDS
from tests.pace import slowness

CPU_SECONDS_MAX = 0.3
SHIPPED = definitions()


@pytest.mark.parametrize(("name", "source"), SHIPPED, ids=[name for name, _ in SHIPPED])
def test_a_shipped_procedure_is_proved_in_time(name: str, source: str) -> None:
    """Loaded and explored whole; the quickest of three by the pace of the moment, as other work makes all slower."""
    taken = []
    for _ in range(3):
        pace, started = slowness(), process_time()
        verdict = check(source, file=name, book=GUARDS, roles=role_codes())
        taken.append((process_time() - started) / pace)
        assert verdict.is_sound, verdict.problems
        assert "left_out" not in {note.code for note in verdict.notes}
    assert min(taken) <= CPU_SECONDS_MAX
