"""Every invariant under attack: found broken exactly when plain arithmetic says so."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tests.workflows.funds.attempts import ATTEMPTS, Attempt

EDGES = [
    edge + step
    for edge in (750_00, 5_000_00, 9_000_00, 10_000_00, 20_000_00, 40_000_00, 90_909_09, 100_000_00, 200_000_00)
    for step in (-1, 0, 1)
]
"""Numbers at which somebody once wrote `<` for `<=`."""


@pytest.mark.parametrize(
    ("invariant", "attempt"), [(f"INV-{number:02}", attempt) for number, attempt in enumerate(ATTEMPTS, 1)]
)
def test_an_invariant_is_found_broken_exactly_when_it_is(invariant: str, attempt: Attempt) -> None:
    """Around each limit: found when arithmetic says so, silent when not."""

    @settings(max_examples=25, deadline=None)
    @given(some.one_of(some.integers(1, 400_000_00), some.sampled_from(EDGES)))
    def holds(amount: int) -> None:
        found, had_to = attempt(amount)
        assert (invariant in found) == had_to, (amount, found)

    holds()
