"""Counting votes: is the outcome of a round certain yet, and which is it?

Pass and reject thresholds are separate, and rejection comes first where both are reached. A round ends as soon as the
open votes can not change it (unless the definition needs all). Abstentions leave the number of voters, not their duty
to answer. Where seats have rules of their own, each seat is one voice in the round.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from engine.case import Ballot, Task
from engine.counting import EVERYBODY, Choosing, Counting, VoteRule

PERCENT = 100


@dataclass(frozen=True, slots=True)
class Voice:
    """One opinion that counts: a ballot, or a whole seat. `choice` is None while it is waited for."""

    choice: Choosing | None
    weight: int = 1
    score: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a closed round; `score` in hundredths of a point."""

    passed: bool
    score: int | None = None


@dataclass(frozen=True, slots=True)
class _Count:
    passing: int
    rejecting: int
    open: int

    @property
    def voting(self) -> int:
        """Voters who did not abstain."""
        return self.passing + self.rejecting + self.open


def outcome(
    counting: Counting, seats: Mapping[str, Counting], ballots: Sequence[Ballot], waiting: Sequence[Task]
) -> Outcome | None:
    """Give the outcome when it is certain, else None.

    `seats` are the seats' own rules (empty: every opinion counts by itself), `waiting` the voters to come.
    """
    if any(ballot.choice is Choosing.VETO for ballot in ballots):
        return Outcome(passed=False)
    if not seats:
        return certain(counting, voices(ballots, waiting))
    names = sorted({ballot.own_seat for ballot in ballots} | {task.own_seat for task in waiting})
    return certain(counting, [seat_voice(name, seats, ballots, waiting) for name in names])


def seat_voice(name: str, seats: Mapping[str, Counting], ballots: Iterable[Ballot], waiting: Iterable[Task]) -> Voice:
    """Give the voice of one seat: what its members come to by the seat's own rule."""
    opinions = voices(
        (ballot for ballot in ballots if ballot.own_seat == name), (task for task in waiting if task.own_seat == name)
    )
    weight = max(voice.weight for voice in opinions)
    if all(voice.choice is Choosing.ABSTAIN for voice in opinions):
        return Voice(Choosing.ABSTAIN, weight)
    result = certain(seats.get(name, EVERYBODY), opinions)
    if result is None:
        return Voice(None, weight)
    return Voice(Choosing.PASS if result.passed else Choosing.REJECT, weight, result.score)


def voices(ballots: Iterable[Ballot], waiting: Iterable[Task]) -> list[Voice]:
    """Give every ballot, and every voter who is waited for, as a voice."""
    cast = [Voice(ballot.choice, ballot.weight, ballot.score) for ballot in ballots]
    return [*cast, *(Voice(None, task.weight) for task in waiting)]


def certain(counting: Counting, opinions: Sequence[Voice]) -> Outcome | None:
    """Give what the opinions come to when no open one can change it, else None."""
    is_open = any(voice.choice is None for voice in opinions)
    if is_open and (counting.needs_all or counting.by is VoteRule.SCORE):
        return None
    if counting.by is VoteRule.SCORE:
        return _by_score(counting, opinions)
    count = _count(counting, opinions)
    if _rejects(counting, count):
        return Outcome(passed=False)
    if _passes(counting, count):
        return Outcome(passed=True)
    return None if is_open else Outcome(passed=False)


def _count(counting: Counting, opinions: Iterable[Voice]) -> _Count:
    sums: dict[Choosing | None, int] = {}
    for voice in opinions:
        sums[voice.choice] = sums.get(voice.choice, 0) + (voice.weight if counting.by is VoteRule.WEIGHT else 1)
    return _Count(sums.get(Choosing.PASS, 0), sums.get(Choosing.REJECT, 0), sums.get(None, 0))


def _needed(counting: Counting, count: _Count) -> Fraction | int:
    if counting.by is VoteRule.ALL:
        return count.voting
    if counting.by is VoteRule.RATIO:
        return Fraction(counting.pass_at or PERCENT, PERCENT) * count.voting
    return counting.pass_at or 1


def _passes(counting: Counting, count: _Count) -> bool:
    return count.passing > 0 and count.passing >= _needed(counting, count)


def _rejects(counting: Counting, count: _Count) -> bool:
    """Say whether the threshold of rejection is reached, or that of passing is out of reach."""
    if counting.reject_at is not None and count.rejecting > 0:
        share = counting.by is VoteRule.RATIO
        limit = Fraction(counting.reject_at, PERCENT) * count.voting if share else counting.reject_at
        if count.rejecting >= limit:
            return True
    return count.passing + count.open < _needed(counting, count)


def _by_score(counting: Counting, opinions: Iterable[Voice]) -> Outcome:
    """Compare the mean of the scores given with the pass mark: in hundredths of a point, as it is announced (half up).

    The highest and lowest are left out as far as the rule says, where enough remain.
    """
    scores = sorted(voice.score for voice in opinions if voice.score is not None)
    if len(scores) > 2 * counting.trim:
        scores = scores[counting.trim : len(scores) - counting.trim]
    if not scores:
        return Outcome(passed=False)
    mean = (2 * sum(scores) + len(scores)) // (2 * len(scores))
    return Outcome(passed=mean >= (counting.pass_at or 0), score=mean)
