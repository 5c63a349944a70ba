"""The plan of attempts: growing waits, a cap, an end, and the same plan in every process."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.notify.backoff import ATTEMPTS_MAX, DELAY_MAX, FIRST_DELAY, JITTER_PERCENT, next_attempt_at

NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)


@given(attempts=st.integers(1, ATTEMPTS_MAX - 1), key=st.text(max_size=40))
def test_a_wait_doubles_within_its_jitter_up_to_the_cap(attempts: int, key: str) -> None:
    """The wait lies within a fifth of the doubled first one, or of the cap."""
    plain = min(FIRST_DELAY * 2 ** (attempts - 1), DELAY_MAX)
    at = next_attempt_at(attempts, NOW, key)
    assert at is not None
    assert abs(at - NOW - plain) <= plain * JITTER_PERCENT / 100
    assert at == next_attempt_at(attempts, NOW, key)


def test_the_last_attempt_has_no_next_one() -> None:
    """After the last failure a person decides; all attempts together take between one and two days."""
    assert next_attempt_at(ATTEMPTS_MAX, NOW, "x") is None
    assert next_attempt_at(ATTEMPTS_MAX + 5, NOW, "x") is None
    at: datetime | None = NOW
    for attempts in range(1, ATTEMPTS_MAX):
        assert at is not None
        at = next_attempt_at(attempts, at, "x")
    assert at is not None
    assert timedelta(days=1) < at - NOW < timedelta(days=2)


def test_many_messages_do_not_return_at_one_instant() -> None:
    """A hundred messages that failed together come back at a hundred moments, spread over the whole jitter."""
    moments = sorted(at for key in range(100) if (at := next_attempt_at(3, NOW, f"m{key}")))
    assert len(set(moments)) == 100
    assert moments[-1] - moments[0] > FIRST_DELAY


def test_no_attempt_is_no_failure() -> None:
    """Counting from zero is a mistake of the caller."""
    with pytest.raises(ValueError, match="count from 1"):
        next_attempt_at(0, NOW, "x")
