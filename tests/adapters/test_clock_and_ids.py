"""Clocks show aware UTC times; identifiers rise, never repeat and can be repeated for a seed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.clock import ManualClock, SystemClock
from adapters.ids import ID_LENGTH, TimeOrderedIds, created_at, seeded_ids

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)


def test_the_system_clock_is_now_in_utc() -> None:
    """Between two readings of the machine's own clock lies ours, in UTC."""
    before = datetime.now(UTC)
    shown = SystemClock().now()
    assert before <= shown <= datetime.now(UTC)
    assert shown.tzinfo is UTC


def test_a_manual_clock_stands_until_it_is_moved() -> None:
    """It moves only by hand, forward and back, and always shows UTC."""
    clock = ManualClock(datetime(2026, 11, 23, 12, tzinfo=ZoneInfo("Asia/Shanghai")))
    assert clock.now() == clock.now() == NOON
    assert clock.now().tzinfo is UTC
    assert clock.advance(timedelta(days=1)) == clock.now() == NOON + timedelta(days=1)
    clock.set(NOON - timedelta(hours=1))
    assert clock.now() == NOON - timedelta(hours=1)


def test_a_time_without_a_zone_is_refused() -> None:
    """A naive time would be eight hours wrong somewhere."""
    with pytest.raises(ValueError, match="no time zone"):
        ManualClock(NOON.replace(tzinfo=None))


@given(steps=st.lists(st.integers(-5_000, 5_000), min_size=1, max_size=60), seed=st.integers(0, 2**32))
def test_ids_rise_whatever_the_clock_does(steps: list[int], seed: int) -> None:
    """Also within one millisecond and when the clock goes back, each identifier is greater than the last."""
    clock = ManualClock(NOON)
    ids = seeded_ids(seed, clock.now)
    made = []
    for step in steps:
        clock.advance(timedelta(milliseconds=step))
        made.append(ids.new())
    assert made == sorted(set(made))


def test_ids_of_one_source_are_unique_over_threads() -> None:
    """Eight threads draw 4,000 identifiers at one instant: none twice."""
    ids = TimeOrderedIds(ManualClock(NOON).now)
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: ids.new(), range(4_000)))
    assert len(set(made)) == 4_000


def test_sources_do_not_meet() -> None:
    """Two processes at one instant draw different identifiers; the next one cannot be guessed."""
    clock = ManualClock(NOON)
    first, second = TimeOrderedIds(clock.now), TimeOrderedIds(clock.now)
    one, two, three = first.new(), second.new(), first.new()
    assert len({one, two, three}) == 3
    assert one[:18] != three[:18]


def test_an_id_is_26_plain_characters_that_tell_their_time() -> None:
    """Lower-case letters and digits only; the time inside is the clock's."""
    made = TimeOrderedIds(ManualClock(NOON).now).new()
    assert len(made) == ID_LENGTH
    assert made.isalnum()
    assert made == made.lower()
    assert created_at(made) == NOON


def test_a_seed_gives_the_same_ids_again() -> None:
    """Replays are repeatable; another seed gives others."""
    draw = [seeded_ids(seed, ManualClock(NOON).now).new() for seed in (7, 7, 8)]
    assert draw[0] == draw[1] != draw[2]


@pytest.mark.parametrize("text", ["", "0" * 25, "0" * 27, "l" * 26, "0" * 25 + "U", "0" * 25 + "\n"])
def test_other_texts_are_no_ids(text: str) -> None:
    """Wrong length, wrong letters and stray line ends are refused."""
    with pytest.raises(ValueError, match="is not an identifier"):
        created_at(text)
