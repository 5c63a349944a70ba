"""An inclusive join waits for every token that may still come to it, and for no other."""

from msgspec import Struct

from adapters.exchange.chart import Chart, Flow, Kind, Node


class Join(Struct, frozen=True):
    """The places in front of an inclusive join, and for each the places from which a token may come there."""

    here: int
    upstream: tuple[tuple[int, int], ...]

    def taken(self, marking: int) -> int:
        """Give the tokens it takes now; none while it has to wait.

        As BPMN 2.0 says (13.4.3): a token elsewhere holds it back if it has a way to an empty entrance and none to one
        that is taken.
        """
        held = marking & self.here
        if not held:
            return 0
        blocking = freed = 0
        for bit, before in self.upstream:
            if held & bit:
                freed |= before
            else:
                blocking |= before
        return 0 if marking & blocking & ~freed & ~self.here else held


def join_of(chart: Chart, bits: dict[str, int], node: Node, incoming: dict[str, list[Flow]]) -> Join:
    """Work out, for each entrance, where its tokens may come from."""
    upstream = tuple((bits[flow.id], _before(chart, bits, incoming, flow, node.id)) for flow in incoming[node.id])
    return Join(sum(bit for bit, _ in upstream), upstream)


def _before(chart: Chart, bits: dict[str, int], incoming: dict[str, list[Flow]], entrance: Flow, join: str) -> int:
    """Give the places from which the flow can be come to without going through the join."""
    found, seen, waiting = bits[entrance.id], {join}, [entrance.source]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        node = chart.nodes[name]
        for place in (f"at {name}", f"begin {name}"):
            found |= bits.get(place, 0)
        for flow in incoming[name]:
            found |= bits[flow.id]
            waiting.append(flow.source)
        if node.kind is Kind.BOUNDARY:
            waiting.append(node.attached)
        if node.kind in (Kind.SCOPE, Kind.TRIGGERED):
            waiting += [inner.id for inner in chart.nodes.values() if inner.scope == name]
        if node.scope in chart.nodes and not incoming[name]:
            waiting.append(node.scope)
    return found
