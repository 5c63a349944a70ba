"""The hot path stays near what hand-written SQL takes, and every acknowledged command has reached the disk."""

from contextlib import closing

import pytest

from adapters.sql.bench.actions import SHORT, actions
from adapters.sql.bench.scenario import Work, prepare
from adapters.sql.bench.scratch import New
from adapters.sql.opening import open_database
from tests.calls import Calls

RATIO_MAX = 4
"""The goal is 1.5. A quick disk or a loaded machine moves it far, and a test must only fail for a reason."""

CALLS_MAX = 270
"""Most calls of our own functions that an action may take: what a slower hot path shows on any machine."""

SYNCS_MAX = 1.1


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_the_hot_path_is_near_the_floor(request: pytest.FixtureRequest, kind: str) -> None:
    """One at a time within the ratio; one synchronisation a command alone, shared ones among sixteen callers."""
    new: New = request.getfixturevalue(kind)
    alone, *_, syncs_alone, syncs_together = actions(new, kind, SHORT)
    assert alone.value < RATIO_MAX, alone
    if syncs_alone.note:
        pytest.skip(syncs_alone.note)
    assert 1 <= syncs_alone.value < SYNCS_MAX, syncs_alone
    together_max = 1 if kind == "sqlite" else SYNCS_MAX  # PostgreSQL shares only where the disk is slow
    assert 0 < syncs_together.value < together_max, syncs_together


def test_an_action_takes_few_calls(sqlite: New) -> None:
    """Counted, not timed: sent back and submitted again, on the way through the engine and the store."""
    url = sqlite()
    (case,) = prepare(url, 1)
    with closing(open_database(url)) as database:
        work = Work(database, [case])
        for _ in range(4):
            work.act(case)
        calls = Calls()
        with calls.counted():
            work.act(case)
            work.act(case)
    assert calls.number / 2 <= CALLS_MAX
