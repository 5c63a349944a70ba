"""How long work stays where: the visits of cases to states, in working days, and what they say of those still there.

Counted by days of a working calendar, so that a holiday makes nobody slow. Pure: the visits are read elsewhere.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import floor

from engine.calendar import WorkingCalendar

OUTSIDE = 0.1
"""The share of cases that a range leaves out on each side, where there are enough of them to say so."""

BASIS_MIN = 5
"""Fewer finished cases than these are no ground for a range."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A case was in a state from one moment to another; `left` is None while it is there."""

    case: str
    state: str
    entered: datetime
    left: datetime | None


@dataclass(frozen=True, slots=True)
class Stay:
    """What past visits to a state came to, in working days: how many, the middle, and what nine of ten keep within."""

    count: int
    middle: float
    most: float


@dataclass(frozen=True, slots=True)
class Range:
    """Working days still to go: the middle and a range, in which the share `within` of the `basis` cases lay."""

    low: float
    middle: float
    high: float
    within: float
    basis: int


@dataclass(frozen=True, slots=True)
class PastError:
    """How earlier ranges turned out: how many, the share that held, the share promised, the middle error in days."""

    count: int
    held: float
    promised: float
    off_by: float


def stays(visits: Iterable[Visit], calendar: WorkingCalendar) -> dict[str, Stay]:
    """Add up the visits that are over, by state."""
    found: dict[str, list[float]] = {}
    for visit in visits:
        if visit.left is not None:
            found.setdefault(visit.state, []).append(float(calendar.days_between(visit.entered, visit.left)))
    return {state: Stay(len(days), quantile(days, 0.5), quantile(days, 1 - OUTSIDE)) for state, days in found.items()}


def quantile(values: Sequence[float], share: float) -> float:
    """Give the value that a share of the values do not exceed, between neighbours in proportion; values not empty."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def predict(remaining: Sequence[float]) -> Range | None:
    """Say how long it takes from how long it took others; None when they are fewer than `BASIS_MIN`.

    Between the k-th smallest and the k-th largest of n values the next one falls with (n + 1 - 2k) in n + 1 cases,
    whatever their distribution: the range says that share, and does not claim more.
    """
    count = len(remaining)
    if count < BASIS_MIN:
        return None
    ordered = sorted(remaining)
    cut = max(1, floor(OUTSIDE * (count + 1)))
    within = (count + 1 - 2 * cut) / (count + 1)
    return Range(ordered[cut - 1], quantile(ordered, 0.5), ordered[-cut], within, count)


@dataclass(frozen=True, slots=True)
class _Way:
    """How one case came from a state to a goal: when it entered each, and the working days of both."""

    entered: datetime
    reached: datetime
    stayed: float
    needed: float


class History:
    """The visits of many cases to the states of one procedure, to ask how long it is from here to a goal."""

    def __init__(self, visits: Iterable[Visit], calendar: WorkingCalendar) -> None:
        """Take visits in any order."""
        self._calendar = calendar
        self._cases: dict[str, list[Visit]] = {}
        for visit in sorted(visits, key=lambda one: (one.case, one.entered)):
            self._cases.setdefault(visit.case, []).append(visit)
        self._ways: dict[tuple[str, frozenset[str]], list[_Way]] = {}

    def to_goal(self, state: str, waited: float, goal: frozenset[str], before: datetime | None = None) -> list[float]:
        """Give the working days that others needed to reach a goal after waiting in a state for so long.

        Only those that had waited as long count, and, with `before`, only what was known at that moment.
        """
        return [
            way.needed - waited
            for way in self._ways_of(state, goal)
            if way.stayed >= waited and (before is None or way.reached < before)
        ]

    def after_leaving(self, state: str, goal: frozenset[str]) -> list[float]:
        """Give the working days that others needed to reach a goal once they had left a state."""
        return [way.needed - way.stayed for way in self._ways_of(state, goal)]

    def past_error(self, goals: Mapping[str, frozenset[str]], points_max: int) -> PastError | None:
        """Predict again what is over by now, each with what was known then; None when nothing could be predicted.

        `goals` names the goal that each state leads to. Only the latest `points_max` predictions are looked at.
        """
        points = [(way.entered, state, way) for state in sorted(goals) for way in self._ways_of(state, goals[state])]
        latest = sorted(points, key=lambda point: point[0], reverse=True)[:points_max]
        told = [
            (guess, way.needed)
            for entered, state, way in latest
            if (guess := predict(self.to_goal(state, 0.0, goals[state], entered))) is not None
        ]
        if not told:
            return None
        held = sum(guess.low <= actual <= guess.high for guess, actual in told)
        promised = sum(guess.within for guess, _ in told)
        off = quantile([abs(guess.middle - actual) for guess, actual in told], 0.5)
        return PastError(len(told), held / len(told), promised / len(told), off)

    def _ways_of(self, state: str, goal: frozenset[str]) -> list[_Way]:
        if (state, goal) not in self._ways:
            found = (self._way(visits, state, goal) for visits in self._cases.values())
            self._ways[state, goal] = [way for way in found if way is not None]
        return self._ways[state, goal]

    def _way(self, visits: Sequence[Visit], state: str, goal: frozenset[str]) -> _Way | None:
        """Give the way from the first visit to a state; None where the case was never there, or has not arrived."""
        visit = next((one for one in visits if one.state == state), None)
        if visit is None or visit.left is None:
            return None
        reached = next((one.entered for one in visits if one.state in goal and one.entered >= visit.left), None)
        if reached is None:
            return None
        stayed, needed = (float(self._calendar.days_between(visit.entered, end)) for end in (visit.left, reached))
        return _Way(visit.entered, reached, stayed, needed)
