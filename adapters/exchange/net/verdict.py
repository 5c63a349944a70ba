"""Is the chart sound? No token is stuck, none is doubled, every marking can come to an end, nothing is dead.

These are the properties BPMN's own semantics ask for (safeness, option to complete, proper completion, no dead
activities): several end events may be come to at the same time, the same end event only once (where gateways split the
way; an event at the edge of a step that does not interrupt it may well end beside it).
"""

from collections.abc import Iterator

from adapters.exchange.chart import Chart, Flaw, Kind
from adapters.exchange.net.normal import normal, original
from adapters.exchange.net.places import Move, Net, TooWide, compiled
from adapters.exchange.net.reduction import Reduction, reduced
from adapters.exchange.net.walk import MARKINGS_MAX, Walk, enabled, walk

FLAWS_MAX = 20
"""Flaws of one kind that are told of one chart."""
TRACE_MAX = 60
SPLITTING = frozenset({Kind.PARALLEL, Kind.INCLUSIVE})


def judge(chart: Chart) -> list[Flaw]:
    """Give what keeps the control flow of a chart from being sound."""
    plain = normal(chart)
    smaller, work = reduced(plain)
    if not smaller.nodes:
        return []
    concurrent = any(node.kind in SPLITTING for node in smaller.nodes.values())
    try:
        net = compiled(smaller, counts_ends=concurrent or _starts_together(smaller))
    except TooWide:
        return [Flaw("undecided", chart.key, "inclusive")]
    found = walk(net)
    teller = _Teller(plain, work, found)
    flaws = [*teller.clashes(), *teller.stuck()]
    if found.cut_at is not None:
        return flaws or [Flaw("undecided", chart.key, str(MARKINGS_MAX))]
    rests = any(node.rests for node in chart.nodes.values())
    return [*flaws, *(() if rests else teller.endless()), *teller.dead()]


def _starts_together(chart: Chart) -> bool:
    return not any(node.kind is Kind.START for node in chart.nodes.values())


class _Teller:
    """Says what was found in the words of the chart as it was written."""

    def __init__(self, plain: Chart, work: Reduction, found: Walk) -> None:
        self.plain, self.work, self.found = plain, work, found
        self.net: Net = found.net

    def clashes(self) -> Iterator[Flaw]:
        """Give the places that get a second token, each with the shortest way there."""
        told: set[str] = set()
        for marking, move, clash in self.found.clashes:
            place = clash & -clash
            where = original(self.net.owner[place])
            code = "ends_twice" if place & self.net.ends else "not_synchronised"
            if place & ~self.net.ends:
                where = self._behind(place) or where
            if where not in told and len(told) < FLAWS_MAX:
                told.add(where)
                yield Flaw(code, where, self._label(where), self._trace([*self.found.steps_to(marking), move]))

    def _behind(self, place: int) -> str:
        """Give the node at which the second token comes out: where the ways should have been joined."""
        flow = next((flow for flow in self.net.chart.flows if self.net.bits[flow.id] == place), None)
        return original(flow.source) if flow is not None else ""

    def stuck(self) -> Iterator[Flaw]:
        """Give the markings in which tokens are left and nothing can be done, one for each place they are stuck at."""
        told: set[str] = set()
        for marking, leads in self.found.leads_to.items():
            left = marking & ~self.net.ends
            if leads or not left or marking == self.found.cut_at:
                continue
            where = self._stuck_at(left)
            if where not in told and len(told) < FLAWS_MAX:
                told.add(where)
                yield Flaw("deadlock", where, self._label(where), self._trace(self.found.steps_to(marking)))

    def _stuck_at(self, left: int) -> str:
        """Give the node that waits in vain."""
        waiting = [flow.target for flow in self.net.chart.flows if self.net.bits[flow.id] & left]
        return original(waiting[0] if waiting else self.net.owner[left & -left])

    def endless(self) -> Iterator[Flaw]:
        """Give a nearest marking from which neither an end nor a standstill can be come to."""
        before: dict[int, list[int]] = {}
        for marking, leads in self.found.leads_to.items():
            for following in leads:
                before.setdefault(following, []).append(marking)
        stops = [marking for marking, leads in self.found.leads_to.items() if not leads or -1 in leads]
        ending = set(stops)
        while stops:
            for marking in before.get(stops.pop(), ()):
                if marking not in ending:
                    ending.add(marking)
                    stops.append(marking)
        trapped = next((marking for marking in self.found.leads_to if marking not in ending), None)
        if trapped is not None:
            around, again = self._round(trapped)
            places = [flow.target for flow in self.net.chart.flows if self.net.bits[flow.id] & again]
            where = original(places[0] if places else self.net.owner[again & -again])
            steps = [*self.found.steps_to(trapped), *around]
            yield Flaw("livelock", where, self._label(where), self._trace(steps))

    def _round(self, trapped: int) -> tuple[list[Move], int]:
        """Go on from a trapped marking until one comes again; gives the moves, and the marking."""
        seen, marking = {trapped}, trapped
        steps: list[Move] = []
        while len(steps) < TRACE_MAX:
            move, taken = next(enabled(self.net, marking))
            steps.append(move)
            marking = (marking & ~taken & ~move.clear) | move.put
            if marking in seen:
                break
            seen.add(marking)
        return steps, marking

    def dead(self) -> Iterator[Flaw]:
        """Give the nodes that no token ever comes to."""
        alive = {original(name) for name in self.work.passed(self.found.fired, self.found.used)}
        told = 0
        for node in self.plain.nodes.values():
            if original(node.id) == node.id and node.id not in alive and told < FLAWS_MAX:
                told += 1
                yield Flaw("unreachable", node.id, node.label)

    def _trace(self, steps: list[Move]) -> tuple[str, ...]:
        """Tell a way as a person reads it: the names of what is passed."""
        names: list[str] = []
        for move in steps:
            self._tell(names, move.node)
            for way in move.ways:
                for name in self.work.trail.get(way.id, ()):
                    self._tell(names, name)
        if len(names) > TRACE_MAX:
            return (*names[: TRACE_MAX // 2], "…", *names[-TRACE_MAX // 2 :])
        return tuple(names)

    def _tell(self, names: list[str], name: str) -> None:
        label = self._label(original(name))
        if not names or names[-1] != label:
            names.append(label)

    def _label(self, name: str) -> str:
        node = self.plain.nodes.get(name)
        return node.label if node is not None else name
