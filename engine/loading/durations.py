"""Periods: reading `5 working days` and the like."""

from engine.duration import Duration, DurationError, Unit, parse_duration
from engine.loading.reading import Cursor, quoted

_A_DAY = Duration(1, Unit.WORKING_DAYS)


def read_duration(cursor: Cursor) -> Duration:
    """Read `5 working days` and the like."""
    text = cursor.written()
    try:
        return parse_duration(text) if text else _A_DAY
    except DurationError:
        cursor.problem("malformed", found=quoted(text), wanted="duration")
        return _A_DAY
