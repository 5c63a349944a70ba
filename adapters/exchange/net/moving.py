"""A log walked along the named moves of a state machine that is too large for a definition.

Charts whose acts are moves (mined machines, DCWorkflow) have no tokens side by side: a case is in one state, and every
step is a move out of it. Where two moves of one name leave a state, the case may be in either of their targets.
"""

from collections.abc import Sequence

from adapters.exchange.chart import Chart, Kind
from adapters.exchange.markup import plain


class Mover:
    """Walks any number of logged cases along one chart."""

    def __init__(self, chart: Chart) -> None:
        """Take the moves that leave each state, through the choice that stands behind it."""
        ways = chart.outgoing()
        self._moves: dict[str, dict[str, set[str]]] = {}
        self._first: set[str] = set()
        self._last = {id for id, node in chart.nodes.items() if node.rests or node.kind is Kind.END}
        for id, node in chart.nodes.items():
            if node.kind is Kind.START:
                self._first |= {way.target for way in ways[id]}
            if node.kind is Kind.TASK:
                found = self._moves.setdefault(id, {})
                for choice in ways[id]:
                    for way in ways[choice.target]:
                        found.setdefault(way.name, set()).add(way.target)

    def first_bad_step(self, activities: Sequence[str]) -> int | None:
        """Give the number (from 0) of the first activity that can not happen; None when the log fits.

        It is the number of activities when all could happen but the case was left where it may not end.
        """
        here = self._first
        for number, activity in enumerate(map(plain, activities)):
            here = {target for state in here for target in self._moves.get(state, {}).get(activity, ())}
            if not here:
                return number
        return None if activities and here & self._last else len(activities)
