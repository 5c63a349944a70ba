"""Counting votes: is the outcome of a round certain yet, and which is it?

Pass and reject thresholds are separate; a round ends early as soon as the open votes can not change it
(unless the definition needs all). Abstentions leave the number of voters, not their duty to answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from engine.case import Ballot, Task
from engine.definition import Choosing, Vote, VoteRule

PERCENT = 100


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a closed round; `score` in hundredths of a point."""

    passed: bool
    score: int | None = None


@dataclass(frozen=True, slots=True)
class _Count:
    passing: int
    rejecting: int
    abstaining: int
    open: int

    @property
    def voting(self) -> int:
        """Voters who did not abstain."""
        return self.passing + self.rejecting + self.open


def outcome(vote: Vote, ballots: Sequence[Ballot], waiting: Sequence[Task]) -> Outcome | None:
    """Give the outcome when it is certain, else None. `waiting` are the voters who have not answered."""
    if vote.needs_all and waiting:
        return None
    if vote.by is VoteRule.SCORE:
        return None if waiting else _by_score(vote, ballots)
    count = _count(vote, ballots, waiting)
    if _passes(vote, count):
        return Outcome(passed=True)
    if _rejects(vote, count) or count.open == 0:
        return Outcome(passed=False)
    return None


def _count(vote: Vote, ballots: Sequence[Ballot], waiting: Sequence[Task]) -> _Count:
    def share(choice: Choosing) -> int:
        return sum(_weight(vote, ballot) for ballot in ballots if ballot.choice is choice)

    still_open = sum(_weight(vote, task) for task in waiting)
    return _Count(share(Choosing.PASS), share(Choosing.REJECT), share(Choosing.ABSTAIN), still_open)


def _weight(vote: Vote, voter: Ballot | Task) -> int:
    return voter.weight if vote.by is VoteRule.WEIGHT else 1


def _passes(vote: Vote, count: _Count) -> bool:
    if vote.by is VoteRule.ALL:
        return count.open == 0 and count.rejecting == 0 and count.passing > 0
    if vote.by is VoteRule.RATIO:
        needed = Fraction(vote.pass_at or PERCENT, PERCENT) * count.voting
        return count.passing > 0 and count.passing >= needed
    return count.passing >= (vote.pass_at or 1)


def _rejects(vote: Vote, count: _Count) -> bool:
    if vote.by is VoteRule.ALL:
        return count.rejecting > 0
    if vote.by is VoteRule.RATIO:
        if vote.reject_at is not None:
            return count.rejecting > 0 and count.rejecting >= Fraction(vote.reject_at, PERCENT) * count.voting
        return count.passing + count.open < Fraction(vote.pass_at or PERCENT, PERCENT) * count.voting
    if vote.reject_at is not None and count.rejecting >= vote.reject_at:
        return True
    return count.passing + count.open < (vote.pass_at or 1)


def _by_score(vote: Vote, ballots: Sequence[Ballot]) -> Outcome:
    """Compare the mean of the scores given, in hundredths of a point, with the pass mark."""
    scores = [ballot.score for ballot in ballots if ballot.score is not None]
    if not scores:
        return Outcome(passed=False)
    mean = Fraction(sum(scores), len(scores))
    return Outcome(passed=mean >= (vote.pass_at or 0), score=round(mean))
