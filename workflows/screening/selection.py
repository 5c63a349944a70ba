"""The best set of projects within a limit: exact, reproducible, and only to look at beside the order.

Source: plan selection under a money ceiling, optional exact 0/1 knapsack maximising the sum of indices (domain §5.2)
[D]. People decide: the ranking stays what it is, and leaving it needs a written reason.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from heapq import merge
from itertools import accumulate

STATES_MAX = 10_000
"""Most partial sets that are kept beside one another; where more would be needed nothing is claimed."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What may be chosen: its cost in fen and its worth (the index in hundredths), both positive or nothing."""

    code: str
    cost: int
    worth: int


State = tuple[int, int, int]
"""Cost, worth and chosen of a partial set; of the choices in order the first has the highest bit."""


def best_set(choices: Sequence[Choice], limit: int, states_max: int = STATES_MAX) -> tuple[str, ...] | None:
    """Give the codes of the set worth most within a limit (fen), in the order of the choices.

    Of sets that are worth the same the cheaper one is best, of those that cost the same the one that keeps the better
    ranked. None where more than `states_max` partial sets would have to be kept: then it is not known which is best.

    Partial sets are kept as long as no other is as cheap and worth as much (Nemhauser and Ullmann 1969), and as long
    as the most that could still be added would reach the best set known (bound by Dantzig 1957).
    """
    able = [place for place, one in enumerate(choices) if one.cost <= limit]
    order = sorted(able, key=lambda place: (choices[place].cost > 0, -_density(choices[place]), place))
    rest = _Rest([choices[place] for place in order])
    kept: list[State] = [(0, 0, 0)]
    known = 0
    for number, place in enumerate(order):
        bit, one = 1 << (len(choices) - 1 - place), choices[place]
        more = [
            (cost + one.cost, worth + one.worth, chosen | bit)
            for cost, worth, chosen in kept
            if cost + one.cost <= limit
        ]
        kept = _undominated(kept, more)
        reach = [rest.reach(number + 1, limit - cost) for cost, _, _ in kept]
        known = max(known, *(worth + sure for (_, worth, _), (sure, _) in zip(kept, reach, strict=True)))
        kept = [state for state, (_, most) in zip(kept, reach, strict=True) if state[1] + most >= known]
        if len(kept) > states_max:
            return None
    chosen = max(kept, key=lambda state: (state[1], -state[0], state[2]))[2]
    return tuple(one.code for place, one in enumerate(choices) if chosen >> (len(choices) - 1 - place) & 1)


def _density(one: Choice) -> Fraction:
    return Fraction(one.worth, max(one.cost, 1))


class _Rest:
    """What could still be added from a place on, of choices that are worth the most for their cost first."""

    def __init__(self, choices: Sequence[Choice]) -> None:
        self.choices = choices
        self.costs = [0, *accumulate(one.cost for one in choices)]
        self.worths = [0, *accumulate(one.worth for one in choices)]

    def reach(self, first: int, room: int) -> tuple[int, int]:
        """Give the worth of those from a place on that fit one after the other, and the most any of them could give."""
        end = bisect_right(self.costs, self.costs[first] + room, lo=first) - 1
        sure = self.worths[end] - self.worths[first]
        if end == len(self.choices):
            return sure, sure
        spare, cut = room - (self.costs[end] - self.costs[first]), self.choices[end]
        return sure, sure + spare * cut.worth // cut.cost


def _undominated(first: Sequence[State], second: Sequence[State]) -> list[State]:
    """Merge two lists by cost, and leave out what costs no less than another and is worth no more."""
    found: list[State] = []
    for state in merge(first, second, key=lambda one: (one[0], -one[1], -one[2])):
        if not found or state[1] > found[-1][1]:
            found.append(state)
    return found
