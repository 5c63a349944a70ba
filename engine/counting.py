"""How several opinions become one, as a definition says it: plain values. `tally.py` counts."""

from dataclasses import dataclass
from enum import StrEnum

from engine.expression import Expression


class VoteRule(StrEnum):
    """By what opinions are counted."""

    ALL = "all"
    ANY = "any"
    COUNT = "count"
    RATIO = "ratio"
    WEIGHT = "weight"
    SCORE = "score"


class Choosing(StrEnum):
    """What one voter's action means. A veto fails the whole round at once."""

    PASS = "pass"  # noqa: S105  # a vote, not a secret
    REJECT = "reject"
    ABSTAIN = "abstain"
    VETO = "veto"


@dataclass(frozen=True, slots=True)
class Counting:
    """A rule of counting.

    `pass_at`/`reject_at`: votes (count), percent of voters (ratio), weight, or hundredths of a point (score).
    `score` is evaluated over `ballot.*`; of the scores, the `trim` highest and lowest are left out of the mean.
    """

    by: VoteRule
    pass_at: int | None = None
    reject_at: int | None = None
    score: Expression | None = None
    trim: int = 0
    needs_all: bool = False


EVERYBODY = Counting(VoteRule.ALL)
"""How the opinions of one seat are joined when it has no rule of its own and others do."""
