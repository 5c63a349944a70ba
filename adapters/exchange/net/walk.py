"""Walking every marking of a net, breadth first, within limits that are named."""

from collections.abc import Iterator

from msgspec import Struct, field

from adapters.exchange.net.places import Move, Net

MARKINGS_MAX = 6_000
STEPS_MAX = 30_000
"""Most markings and most moves that are looked at; beyond, a chart is not decided."""


class Walk(Struct):
    """What was found: how each marking was come to, where it leads, and which steps put a second token on a place."""

    net: Net
    came_by: dict[int, tuple[int, Move | None]] = field(default_factory=dict)
    leads_to: dict[int, list[int]] = field(default_factory=dict)
    clashes: list[tuple[int, Move, int]] = field(default_factory=list)
    fired: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)
    cut_at: int | None = None

    def steps_to(self, marking: int) -> list[Move]:
        """Give the shortest way to a marking."""
        steps: list[Move] = []
        while True:
            before, move = self.came_by[marking]
            if move is None:
                return steps[::-1]
            steps.append(move)
            marking = before


def enabled(net: Net, marking: int) -> Iterator[tuple[Move, int]]:
    """Give every move that can be made, with the tokens it takes."""
    left = marking
    while left:
        key = left & -left
        left ^= key
        for move in net.moves.get(key, ()):
            if move.join is not None:
                held = marking & move.join.here
                if held & -held == key and (taken := move.join.taken(marking)):
                    yield move, taken
            elif marking & move.take == move.take and not marking & move.forbid:
                yield move, move.take
    for move in net.anytime:
        if marking & move.some and not marking & move.forbid:
            yield move, 0


def walk(net: Net) -> Walk:
    """Walk from every start."""
    found = Walk(net)
    waiting = [bit for bit, _ in net.starts]
    for bit in waiting:
        found.came_by[bit] = (0, None)
    steps = 0
    for marking in waiting:
        leads = found.leads_to.setdefault(marking, [])
        for move, taken in enabled(net, marking):
            steps += 1
            if steps > STEPS_MAX or len(found.came_by) > MARKINGS_MAX:
                found.cut_at = marking
                return found
            found.fired.add(move.node)
            found.used.update(way.id for way in move.ways)
            rest = marking & ~taken & ~move.clear
            if clash := rest & move.put:
                found.clashes.append((marking, move, clash))
                leads.append(-1)
                continue
            following = rest | move.put
            leads.append(following)
            if following not in found.came_by:
                found.came_by[following] = (marking, move)
                waiting.append(following)
    return found
