"""kill -9 under load: what was acknowledged is there exactly once, and nothing else is broken."""

import os
from collections import Counter
from collections.abc import Callable
from random import Random

import pytest

from adapters.sql.verify import verify
from tests.contract.place import in_database
from tests.faults.work import kill_after, prepare, said, token_command

SECONDS_MAX = 0.4
"""Longest time from the first work to the kill."""


def kill_and_look(url: str, loops: int, seed: int) -> int:
    """Kill that many times, each time looking at everything; gives how many acknowledgements there were."""
    chance = Random(seed)
    place = in_database(url)
    prepare(place)
    place.store.close()
    done: set[str] = set()
    for loop in range(loops):
        heard = kill_after(url, loop, chance.uniform(0, SECONDS_MAX))
        done |= {token for word, _, token in heard if word == "done"}
        pending = {token: case_id for word, case_id, token in heard if word == "begun" and token not in done}
        place = in_database(url)
        assert place.database is not None
        verdict = verify(place.database, place.library)
        assert verdict.is_clean, (seed, loop, verdict.faults)
        for token, case_id in pending.items():
            place.runtime.execute(token_command(case_id, token))
            done.add(token)
        times = Counter(said(place))
        assert done - times.keys() == set(), (seed, loop)
        assert [token for token, number in times.items() if number > 1] == [], (seed, loop)
        place.store.close()
    return len(done)


@pytest.mark.timeout(600)
def test_sixty_kills_lose_and_double_nothing(database_url: str) -> None:
    """Acknowledged actions lost 0, doubled 0, all rows clean each time; a retry with its key takes effect once."""
    assert kill_and_look(database_url, 60, seed=int(os.environ.get("SHENPI_SEED", "1"))) > 60


@pytest.mark.long
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_two_thousand_kills_lose_and_double_nothing(kind: str, new_url: Callable[[str], str]) -> None:
    """The same at length; a new file after every hundred, so that looking at it stays quick."""
    for hundred in range(20):
        assert kill_and_look(new_url(kind), 100, seed=hundred) > 100
