"""The texts of durations and moments: what is read, what is refused and with which words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.duration import (
    AMOUNT_MAX,
    DUE,
    Duration,
    DurationError,
    Moment,
    Unit,
    parse_duration,
    parse_moment,
)

durations = st.sampled_from(Unit).flatmap(
    lambda unit: st.builds(Duration, st.integers(1, AMOUNT_MAX[unit]), st.just(unit))
)


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("5 working days", Duration(5, Unit.WORKING_DAYS)),
        ("1 working day", Duration(1, Unit.WORKING_DAYS)),
        ("20 days", Duration(20, Unit.DAYS)),
        ("12 months", Duration(12, Unit.MONTHS)),
        ("24 hours", Duration(24, Unit.HOURS)),
        ("  7   working days ", Duration(7, Unit.WORKING_DAYS)),
    ],
)
def test_durations_are_read(text: str, duration: Duration) -> None:
    """Every unit is read, singular or plural."""
    assert parse_duration(text) == duration


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("80%", Moment(percent=80)),
        ("due", DUE),
        ("100%", DUE),
        ("due + 3 working days", Moment(offset=Duration(3, Unit.WORKING_DAYS))),
        ("due - 1 working day", Moment(offset=Duration(-1, Unit.WORKING_DAYS))),
        ("due + 24 hours", Moment(offset=Duration(24, Unit.HOURS))),
    ],
)
def test_moments_are_read(text: str, moment: Moment) -> None:
    """Shares, the due moment and offsets on both sides of it are read."""
    assert parse_moment(text) == moment


@given(duration=durations, earlier=st.booleans())
def test_texts_round_trip(duration: Duration, earlier: bool) -> None:
    """The text of a duration or moment reads back as itself."""
    assert parse_duration(str(duration)) == duration
    moment = Moment(offset=Duration(-duration.amount if earlier else duration.amount, duration.unit))
    assert parse_moment(str(moment)) == moment


@given(percent=st.integers(1, 100))
def test_shares_round_trip(percent: int) -> None:
    """Every whole percentage reads back as itself."""
    assert parse_moment(str(Moment(percent=percent))) == Moment(percent=percent)


@pytest.mark.parametrize(
    "text",
    [
        "", "5", "working days", "5 workin days", "five days",
        "-5 days", "+5 days", "5.5 days", "5 weeks", "5days",
        "5 days later",
        "5 Working Days", "5\tdays", "5 days\n", "٥ days", "5\u00a0days", "80%", "due", "1e3 days",
    ],
)  # fmt: skip
def test_other_texts_are_no_durations(text: str) -> None:
    """Anything else is refused with the text itself and an example."""
    with pytest.raises(DurationError, match="is not a duration: write a whole number and a unit") as caught:
        parse_duration(text)
    assert repr(text) in str(caught.value)


@pytest.mark.parametrize("text", ["0 days", "3651 days", "121 months", "2501 working days", "999999 hours"])
def test_amounts_have_limits(text: str) -> None:
    """Zero and more than ten years are refused with the range."""
    with pytest.raises(DurationError, match="must be between 1 and"):
        parse_duration(text)


@pytest.mark.parametrize("text", ["0%", "101%", "999%"])
def test_shares_have_limits(text: str) -> None:
    """A share beyond the time allowed is refused."""
    with pytest.raises(DurationError, match="between 1% and 100%"):
        parse_moment(text)


@pytest.mark.parametrize(
    "text",
    ["", "due+3 days", "due +3 days", "due * 3 days", "due + ", "due - 3", "Due", "80 %", "8.5%", "5 days"],
)
def test_other_texts_are_no_moments(text: str) -> None:
    """Anything else is refused with examples."""
    with pytest.raises(DurationError, match="is not a moment of a deadline"):
        parse_moment(text)


def test_an_offset_keeps_the_limits_of_durations() -> None:
    """The duration inside an offset has the same range."""
    with pytest.raises(DurationError, match="must be between 1 and 3650"):
        parse_moment("due + 4000 days")


@pytest.mark.parametrize("value", [5, None, 5.0, ["5 days"], True])
def test_values_of_other_types_are_named(value: str) -> None:
    """A YAML number or list instead of a text gives the same kind of error, not a crash."""
    with pytest.raises(DurationError, match="must be a text"):
        parse_duration(value)
    with pytest.raises(DurationError, match="must be a text"):
        parse_moment(value)


def test_long_texts_are_refused_without_repeating_them() -> None:
    """A text of a megabyte is refused in one short line."""
    with pytest.raises(DurationError, match="at most 60 characters, this one has 1000000") as caught:
        parse_duration("5" * 1_000_000)
    assert len(str(caught.value)) < 100
