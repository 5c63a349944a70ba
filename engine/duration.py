"""Durations and moments as a definition writes them: ``5 working days``, ``80%``, ``due + 3 working days``.

The grammar is small on purpose, so that an official can read every deadline aloud:

* a duration is a positive whole number and a unit: working days, days, months or hours;
* a moment is a rung of an escalation ladder: a share of the time allowed (``80%``), ``due`` itself, or a
duration
  before or after ``due``.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

TEXT_LENGTH_MAX = 60
"""Longest text that is read as a duration or a moment; keeps an error message short."""

_WHOLE = 100
_UNITS = "working days?|days?|months?|hours?"
_DURATION = re.compile(rf"([0-9]{{1,6}}) +({_UNITS})")
_MOMENT = re.compile(rf"due +([+-]) +([0-9]{{1,6}} +(?:{_UNITS}))")
_SHARE = re.compile(r"([0-9]{1,3})%")


class DurationError(ValueError):
    """A text that is not a duration or a moment; the message says how to write one."""


class Unit(StrEnum):
    """What a duration counts."""

    WORKING_DAYS = "working days"
    DAYS = "days"
    MONTHS = "months"
    HOURS = "hours"


AMOUNT_MAX = {Unit.WORKING_DAYS: 2_500, Unit.DAYS: 3_650, Unit.MONTHS: 120, Unit.HOURS: 87_600}
"""Largest amount of each unit: no deadline lies more than about ten years ahead."""


@dataclass(frozen=True, slots=True)
class Duration:
    """A whole number of one unit, such as 5 working days. Negative only in a moment before due."""

    amount: int
    unit: Unit

    def __str__(self) -> str:
        """Return the text that parses back to the same duration (without its sign)."""
        amount = abs(self.amount)
        unit = self.unit.value
        return f"{amount} {unit.removesuffix('s') if amount == 1 else unit}"


@dataclass(frozen=True, slots=True)
class Moment:
    """A point relative to a deadline: ``percent`` of the time allowed, then ``offset`` from there.

    Either ``percent`` is 100 (the due moment, with or without an offset) or there is no offset.
    """

    percent: int = _WHOLE
    offset: Duration | None = None

    def __str__(self) -> str:
        """Return the text that parses back to the same moment."""
        if self.offset is not None:
            return f"due {'-' if self.offset.amount < 0 else '+'} {self.offset}"
        return "due" if self.percent == _WHOLE else f"{self.percent}%"


DUE = Moment()
"""The due moment itself."""


def parse_duration(text: str) -> Duration:
    """Read a duration such as ``5 working days``, ``20 days``, ``12 months`` or ``24 hours``.

    Raises:
        DurationError: the text is something else, the amount is zero or beyond ``AMOUNT_MAX``.

    """
    found = _DURATION.fullmatch(_trimmed(text, "duration"))
    if found is None:
        raise DurationError(
            f"{text!r} is not a duration: write a whole number and a unit, "
            'for example "5 working days", "20 days", "12 months" or "24 hours"'
        )
    amount = int(found[1])
    unit = Unit(found[2] if found[2].endswith("s") else found[2] + "s")
    if not 1 <= amount <= AMOUNT_MAX[unit]:
        raise DurationError(f"{text!r} is out of range: the number of {unit} must be between 1 and {AMOUNT_MAX[unit]}")
    return Duration(amount, unit)


def parse_moment(text: str) -> Moment:
    """Read a rung's moment: ``80%``, ``due``, ``due + 3 working days`` or ``due - 1 working day``.

    Raises:
        DurationError: the text is something else, or a share is not between 1% and 100%.

    """
    trimmed = _trimmed(text, "moment")
    if trimmed == "due":
        return DUE
    if share := _SHARE.fullmatch(trimmed):
        return _share(text, int(share[1]))
    if found := _MOMENT.fullmatch(trimmed):
        duration = parse_duration(found[2])
        return Moment(offset=Duration(-duration.amount if found[1] == "-" else duration.amount, duration.unit))
    raise DurationError(
        f'{text!r} is not a moment of a deadline: write a share such as "80%", "due", '
        '"due + 3 working days" or "due - 1 working day" (with spaces around the sign)'
    )


def _share(text: str, percent: int) -> Moment:
    if not 1 <= percent <= _WHOLE:
        raise DurationError(f'{text!r} is out of range: a share lies between 1% and 100%; after that write "due + …"')
    return Moment(percent=percent)


def _trimmed(text: object, kind: str) -> str:
    if not isinstance(text, str):
        raise DurationError(f'{text!r} is not a {kind}: it must be a text such as "5 working days" or "due"')
    if len(text) > TEXT_LENGTH_MAX:
        raise DurationError(f"a {kind} has at most {TEXT_LENGTH_MAX} characters, this one has {len(text)}")
    return text.strip(" ")
