"""Making a chart smaller without changing whether it is sound.

A node with one way in and one way out is folded into its way; ways side by side between a split and a join of one kind
become one; an exclusive join and the exclusive gateway behind it become one. Each way remembers what it stands for.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace

from msgspec import Struct, field

from adapters.exchange.chart import Chart, Flow, Kind, Node

_FOLDED = frozenset({Kind.TASK, Kind.WAIT, Kind.PASS, Kind.EXCLUSIVE, Kind.PARALLEL, Kind.INCLUSIVE, Kind.EVENTS})
_BUNDLED = frozenset({Kind.EXCLUSIVE, Kind.PARALLEL, Kind.INCLUSIVE})


LABELLED_MAX = 16
"""Ways into a node that remember, one by one, what was folded away behind it."""
TRAIL_MAX = 60


@dataclass(slots=True)
class Entry:
    """What a token goes through when it comes into a node: joins that went up in it, one behind the other."""

    nodes: list[str]
    behind: "Entry | None" = None

    def all(self) -> Iterator[str]:
        """Give the nodes gone through."""
        entry: Entry | None = self
        while entry is not None:
            yield from entry.nodes
            entry = entry.behind


class Reduction(Struct):
    """A chart being made smaller.

    `trail` are the nodes folded into a flow, as a way through it names them; `covers` all that a flow stands for,
    `inside` what is gone through with a node whichever way is taken, `entry` what each flow leads into.
    """

    nodes: dict[str, Node]
    flows: dict[str, Flow] = field(default_factory=dict)
    into: dict[str, dict[str, None]] = field(default_factory=dict)
    out: dict[str, dict[str, None]] = field(default_factory=dict)
    trail: dict[str, tuple[str, ...]] = field(default_factory=dict)
    covers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    inside: dict[str, list[str]] = field(default_factory=dict)
    entry: dict[str, Entry] = field(default_factory=dict)
    root: dict[str, Entry] = field(default_factory=dict)

    def drop(self, id: str) -> None:
        """Take a flow away."""
        flow = self.flows.pop(id)
        del self.out[flow.source][id], self.into[flow.target][id]

    def turn(self, id: str, *, source: str | None = None, target: str | None = None) -> None:
        """Let a flow start or end elsewhere."""
        flow = self.flows[id]
        if source is not None:
            del self.out[flow.source][id]
            self.out[source][id] = None
            flow = replace(flow, source=source)
        if target is not None:
            del self.into[flow.target][id]
            self.into[target][id] = None
            flow = replace(flow, target=target)
        self.flows[id] = flow

    def passed(self, fired: set[str], used: set[str]) -> set[str]:
        """Give every node that was gone through, from those that fired and the flows that were used."""
        found = set(fired)
        for name in fired:
            found.update(self.inside.get(name, ()))
        for id in used:
            found.update(self.covers[id])
            if self.flows[id].target in fired:
                found.update(self.entry[id].all())
        return {name for name in found if name in fired or name not in self.nodes}


def reduced(chart: Chart) -> tuple[Chart, Reduction]:
    """Give a smaller chart that is sound exactly when this one is, and what was folded into what."""
    work = Reduction(dict(chart.nodes))
    for name in chart.nodes:
        work.into[name], work.out[name], work.root[name] = {}, {}, Entry([name])
    for flow in chart.flows:
        work.flows[flow.id] = flow
        work.out[flow.source][flow.id] = None
        work.into[flow.target][flow.id] = None
        work.trail[flow.id] = work.covers[flow.id] = ()
        work.entry[flow.id] = work.root[flow.target]
    held = {node.attached for node in chart.nodes.values() if node.attached}
    waiting = deque(chart.nodes)
    queued = set(chart.nodes)
    while waiting:
        name = waiting.popleft()
        queued.discard(name)
        if name in work.nodes and name not in held:
            for touched in _step(work, name):
                if touched not in queued and touched in work.nodes:
                    queued.add(touched)
                    waiting.append(touched)
    smaller = Chart(chart.key, chart.title, work.nodes, list(work.flows.values()))
    return smaller, work


def _step(work: Reduction, name: str) -> set[str]:
    """Apply one rule at a node; gives the nodes whose surroundings changed."""
    return _fold(work, name) or _bundle(work, name) or _merge(work, name)


def _fold(work: Reduction, name: str) -> set[str]:
    into, out = work.into[name], work.out[name]
    if work.nodes[name].kind not in _FOLDED or len(into) != 1 or len(out) != 1:
        return set()
    (first,), (second,) = into, out
    if first == second:
        return set()
    target = work.flows[second].target
    work.trail[first] = (*work.trail[first], name, *work.trail[second])[:TRAIL_MAX]
    inside = work.inside.pop(name, ())
    work.covers[first] = (*work.covers[first], *work.entry[first].all(), *inside, *work.covers[second])
    work.entry[first] = work.entry[second]
    work.drop(second)
    work.turn(first, target=target)
    del work.nodes[name], work.into[name], work.out[name]
    return {work.flows[first].source, target}


def _bundle(work: Reduction, name: str) -> set[str]:
    """Make several flows from a split straight to a join of its kind one; an exclusive way round to itself goes."""
    kind = work.nodes[name].kind
    seen: dict[str, str] = {}
    changed: set[str] = set()
    for id in list(work.out[name]) if kind in _BUNDLED else ():
        target = work.flows[id].target
        if target == name:
            if kind is Kind.EXCLUSIVE and len(work.out[name]) > 1 and len(work.into[name]) > 1:
                _forget(work, id, name)
                changed.add(name)
        elif target in seen and work.nodes[target].kind is kind:
            if kind is not Kind.EXCLUSIVE:
                first = seen[target]
                work.trail[first] = (work.trail[first] + work.trail[id])[:TRAIL_MAX]
            _forget(work, id, name)
            changed |= {name, target}
        else:
            seen[target] = id
    return changed


def _forget(work: Reduction, id: str, name: str) -> None:
    """Drop a flow that is gone through whenever the node it leaves is."""
    work.inside.setdefault(name, []).extend((*work.covers[id], *work.entry[id].all()))
    work.drop(id)


def _merge(work: Reduction, name: str) -> set[str]:
    """Make an exclusive join and the exclusive gateway right behind it one."""
    if work.nodes[name].kind is not Kind.EXCLUSIVE or len(work.out[name]) != 1:
        return set()
    (between,) = work.out[name]
    target = work.flows[between].target
    if target == name or work.nodes[target].kind is not Kind.EXCLUSIVE or not work.out[target]:
        return set()
    if len(work.into[name]) <= LABELLED_MAX:
        for id in work.into[name]:
            work.trail[id] = (*work.trail[id], *work.trail[between])[:TRAIL_MAX]
    root = work.root[name]
    root.nodes += (*work.covers[between], *work.inside.pop(name, ()))
    root.behind = work.entry[between]
    work.drop(between)
    gone, kept = (name, target) if _degree(work, name) <= _degree(work, target) else (target, name)
    work.root[kept] = work.root[target]
    work.inside.setdefault(kept, []).extend(work.inside.pop(gone, ()))
    for id in list(work.into[gone]):
        work.turn(id, target=kept)
    for id in list(work.out[gone]):
        work.turn(id, source=kept)
    del work.nodes[gone], work.into[gone], work.out[gone]
    around = {kept}
    if _degree(work, kept) <= LABELLED_MAX:
        around |= {work.flows[id].source for id in work.into[kept]}
        around |= {work.flows[id].target for id in work.out[kept]}
    return around


def _degree(work: Reduction, name: str) -> int:
    return len(work.into[name]) + len(work.out[name])
