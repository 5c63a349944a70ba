"""The hot path stays near what hand-written SQL takes, and every acknowledged command has reached the disk."""

import pytest

from adapters.sql.bench.actions import SHORT, actions
from adapters.sql.bench.scratch import New

RATIO_MAX = 2.5
"""The goal is 1.5. A loaded machine makes Python slower and the disk not, and a test must only fail for a reason."""

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
