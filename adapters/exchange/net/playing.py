"""A log played on a chart by its tokens: could the model have done what was done?

Every step completes when the log says so, by its name; gateways, events and waits happen unseen. A log that fits ends
with no token left. This is what process mining calls a fitting trace (an alignment without a move of one side alone).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from adapters.exchange.chart import Chart, Kind
from adapters.exchange.markup import plain
from adapters.exchange.net.normal import normal
from adapters.exchange.net.places import Move, Net, TooWide, compiled
from adapters.exchange.net.walk import MARKINGS_MAX, enabled

Markings = frozenset[int]
MAY_HAPPEN = frozenset({Kind.BOUNDARY, Kind.TRIGGERED})
"""Events that happen to what is under way, or do not."""


class Unplayable(Exception):
    """The chart has more markings than are looked at; the message is the limit."""


@dataclass(slots=True)
class Player:
    """Plays any number of logged cases on one chart, and keeps what it found on the way."""

    chart: Chart
    net: Net = field(init=False)
    _steps: dict[str, frozenset[str]] = field(init=False)
    _calm: dict[int, Markings] = field(default_factory=dict)
    _after: dict[tuple[Markings, str], Markings] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Compile the chart so that every step rests until the log completes it; raises Unplayable."""
        plain = normal(self.chart)
        steps = [node for node in plain.nodes.values() if node.kind is Kind.TASK]
        try:
            self.net = compiled(plain, resting=frozenset(node.id for node in steps))
        except TooWide as error:
            raise Unplayable("inclusive") from error
        labels = {node.label for node in steps}
        self._steps = {label: frozenset(node.id for node in steps if node.label == label) for label in labels}

    def first_bad_step(self, activities: Sequence[str]) -> int | None:
        """Give the number (from 0) of the first activity that can not happen; None when the log fits.

        It is the number of activities when all could happen but the case was left before its end.
        """
        here = self._settled(bit for bit, _ in self.net.starts)
        for number, logged in enumerate(activities):
            activity = plain(logged)
            key = (here, activity)
            if key not in self._after:
                self._after[key] = self._completed(here, activity)
            here = self._after[key]
            if not here:
                return number
        return None if 0 in here else len(activities)

    def _completed(self, here: Markings, activity: str) -> Markings:
        named = self._steps.get(activity, frozenset())
        return self._settled(
            _moved(marking, move, taken)
            for marking in here
            for move, taken in enabled(self.net, marking)
            if move.node in named and self._is_completion(move) and not _doubles(marking, move, taken)
        )

    def _settled(self, markings: Iterable[int]) -> Markings:
        """Give some markings with all that follow unseen."""
        found: set[int] = set()
        for marking in markings:
            found |= self._unseen(marking)
        return frozenset(found)

    def _unseen(self, first: int) -> Markings:
        """Give where tokens can rest: gateways are gone through at once, one by one, events may happen or not."""
        if first not in self._calm:
            calm, seen, waiting = set[int](), {first}, [first]
            while waiting:
                marking = waiting.pop()
                at_once, perhaps = self._by_themselves(marking)
                if not at_once:
                    calm.add(marking)
                for move, taken in at_once or perhaps:
                    following = _moved(marking, move, taken)
                    if not _doubles(marking, move, taken) and following not in seen:
                        seen.add(following)
                        waiting.append(following)
                if len(seen) > MARKINGS_MAX:
                    raise Unplayable(str(MARKINGS_MAX))
            self._calm[first] = frozenset(calm)
        return self._calm[first]

    def _by_themselves(self, marking: int) -> tuple[list[tuple[Move, int]], list[tuple[Move, int]]]:
        """Give the moves of one gateway that goes on now (an inclusive join last), and events that may happen.

        The order in which gateways go on does not matter: no two take tokens from one place.
        """
        unseen = [one for one in enabled(self.net, marking) if not self._is_completion(one[0])]
        perhaps = [one for one in unseen if self.net.chart.nodes[one[0].node].kind in MAY_HAPPEN]
        at_once = [one for one in unseen if one not in perhaps]
        first = next((one for one in at_once if one[0].join is None), None) or next(iter(at_once), None)
        if first is None:
            return [], perhaps
        return [one for one in at_once if one[0].node == first[0].node and one[1] == first[1]], perhaps

    def _is_completion(self, move: Move) -> bool:
        kind = self.net.chart.nodes[move.node].kind
        return kind is Kind.TASK and move.take == self.net.bits[f"at {move.node}"]


def _moved(marking: int, move: Move, taken: int) -> int:
    return (marking & ~taken & ~move.clear) | move.put


def _doubles(marking: int, move: Move, taken: int) -> bool:
    """Say whether a move would put a second token on a place, which a set of places can not hold."""
    return bool(marking & ~taken & ~move.clear & move.put)
