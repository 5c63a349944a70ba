"""A chart as a net: every way and every step that takes time is a place, a bit; a marking is a whole number."""

from collections.abc import Iterator

from msgspec import Struct, field

from adapters.exchange.chart import ACTIVITIES, TOP, Chart, Flow, Kind, Node
from adapters.exchange.net.waiting import Join, join_of

INCLUSIVE_WAYS_MAX = 8
"""Ways out of an inclusive gateway whose combinations are all tried."""


class TooWide(Exception):
    """An inclusive gateway has more ways than are tried in all combinations."""


class Move(Struct, frozen=True):
    """What one node can do: the tokens it takes, puts and clears, those that forbid it, those of which it needs one."""

    node: str
    take: int = 0
    put: int = 0
    clear: int = 0
    forbid: int = 0
    some: int = 0
    ways: tuple[Flow, ...] = ()
    join: Join | None = None


class Net(Struct):
    """The places and moves of a chart. `resting` are the nodes at which a token stays until somebody acts."""

    chart: Chart
    resting: frozenset[str]
    counts_ends: bool
    bits: dict[str, int] = field(default_factory=dict)
    inside: dict[str, int] = field(default_factory=dict)
    ends: int = 0
    ends_of: dict[str, int] = field(default_factory=dict)
    moves: dict[int, list[Move]] = field(default_factory=dict)
    anytime: list[Move] = field(default_factory=list)
    starts: list[tuple[int, str]] = field(default_factory=list)
    owner: dict[int, str] = field(default_factory=dict)


def compiled(chart: Chart, *, resting: frozenset[str] = frozenset(), counts_ends: bool = False) -> Net:
    """Compile a normal chart."""
    held = {node.attached for node in chart.nodes.values() if node.kind is Kind.BOUNDARY}
    always = {id for id, node in chart.nodes.items() if node.kind in (Kind.SCOPE, Kind.TRIGGERED)}
    net = Net(chart, resting | held | always, counts_ends)
    maker = _Maker(net, chart.incoming(), chart.outgoing())
    maker.places()
    for node in chart.nodes.values():
        maker.moves_of(node)
    maker.begin()
    return net


class _Maker(Struct):
    net: Net
    incoming: dict[str, list[Flow]]
    outgoing: dict[str, list[Flow]]
    children: dict[str, list[Node]] = field(default_factory=dict)
    edges: dict[str, list[str]] = field(default_factory=dict)

    def places(self) -> None:
        """Give every flow, resting step, entry and end its bit, and every scope the bits inside."""
        net = self.net
        for flow in net.chart.flows:
            self._place(flow.id, flow.source, net.chart.nodes[flow.source].scope)
        for node in net.chart.nodes.values():
            self.children.setdefault(node.scope, []).append(node)
            if node.id in net.resting:
                self._place(f"at {node.id}", node.id, node.scope)
            if node.kind is Kind.END and net.counts_ends:
                end = self._place(f"end {node.id}", node.id, node.scope)
                net.ends |= end
                net.ends_of[node.scope] = net.ends_of.get(node.scope, 0) | end
            if node.kind is Kind.BOUNDARY:
                self.edges.setdefault(node.attached, []).append(node.id)
            if node.kind is Kind.BOUNDARY and not node.interrupting:
                self._place(f"fired {node.id}", node.id, node.scope)
        for scope in self.children:
            for node in self._entries(scope):
                self._place(f"begin {node.id}", node.id, scope)

    def _place(self, name: str, owner: str, scope: str) -> int:
        net = self.net
        bit = 1 << len(net.bits)
        net.bits[name] = bit
        net.owner[bit] = owner
        while True:
            net.inside[scope] = net.inside.get(scope, 0) | bit
            if scope == TOP or scope not in net.chart.nodes:
                return bit
            scope = net.chart.nodes[scope].scope

    def _entries(self, scope: str) -> list[Node]:
        """Give the nodes at which a scope begins: its starts, or all that nothing leads to."""
        nodes = self.children.get(scope, [])
        starts = [node for node in nodes if node.kind is Kind.START]
        no_way_in = (Kind.BOUNDARY, Kind.TRIGGERED)
        return starts or [node for node in nodes if not self.incoming[node.id] and node.kind not in no_way_in]

    def begin(self) -> None:
        """Note the markings that the chart starts with: one for each start, or one for all entries at once."""
        self.net.starts = self._first(TOP)

    def _first(self, scope: str) -> list[tuple[int, str]]:
        entries = self._entries(scope)
        bits = [(self.net.bits[f"begin {node.id}"], node.id) for node in entries]
        if not entries or all(node.kind is Kind.START for node in entries):
            return bits
        return [(sum(bit for bit, _ in bits), bits[0][1])]

    def _add(self, move: Move, *keys: int) -> None:
        for key in keys or (move.take & -move.take,):
            self.net.moves.setdefault(key, []).append(move)

    def moves_of(self, node: Node) -> None:
        """Add what a node can do."""
        bits = self.net.bits
        takes = [bits[flow.id] for flow in self.incoming[node.id]]
        begin = bits.get(f"begin {node.id}")
        takes = [*takes, begin] if begin is not None else takes
        ways = self.outgoing[node.id]
        match node.kind:
            case Kind.END | Kind.TERMINATE:
                self._ending(node, takes)
            case Kind.PARALLEL if len(takes) > 1:
                self._add(Move(node.id, sum(takes), self._put(ways), ways=tuple(ways)))
            case Kind.EXCLUSIVE | Kind.EVENTS if len(ways) > 1:
                for take in takes:
                    for way in ways:
                        self._add(Move(node.id, take, bits[way.id], ways=(way,)))
            case Kind.INCLUSIVE:
                self._inclusive(node, takes, ways)
            case Kind.BOUNDARY:
                self._boundary(node, ways)
            case Kind.TRIGGERED:
                self._triggered(node)
            case _:
                self._plain(node, takes, ways)

    def _put(self, ways: list[Flow]) -> int:
        return sum(self.net.bits[way.id] for way in ways)

    def _ending(self, node: Node, takes: list[int]) -> None:
        end = self.net.bits.get(f"end {node.id}", 0)
        clear = self._all_of(node.scope) if node.kind is Kind.TERMINATE else 0
        for take in takes:
            self._add(Move(node.id, take, end, clear))

    def _all_of(self, scope: str) -> int:
        """Give what an interruption takes away: everything in a scope but what has ended right there."""
        return self.net.inside.get(scope, 0) & ~self.net.ends_of.get(scope, 0)

    def _plain(self, node: Node, takes: list[int], ways: list[Flow]) -> None:
        """A step: at once, or with a rest between coming and going."""
        put = self._put(ways)
        if node.id not in self.net.resting:
            for take in takes:
                self._add(Move(node.id, take, put, ways=tuple(ways)))
            return
        at = self.net.bits[f"at {node.id}"]
        inner = self.net.inside.get(node.id, 0)
        for take in takes:
            for begun, _ in self._first(node.id) or [(0, "")]:
                self._add(Move(node.id, take, at | begun))
        busy = inner & ~self.net.ends
        self._add(Move(node.id, at, put, self._fired(node.id) | inner, busy, ways=tuple(ways)))

    def _fired(self, activity: str) -> int:
        """Give the bits that say which events at the edge of an activity have happened meanwhile."""
        return sum(self.net.bits.get(f"fired {id}", 0) for id in self.edges.get(activity, ()))

    def _boundary(self, node: Node, ways: list[Flow]) -> None:
        net = self.net
        at, put = net.bits.get(f"at {node.attached}", 0), self._put(ways)
        if not at:
            return
        if node.interrupting:
            clear = net.inside.get(node.attached, 0) | self._fired(node.attached)
            self._add(Move(node.id, at, put, clear, ways=tuple(ways)))
        else:
            fired = net.bits[f"fired {node.id}"]
            self._add(Move(node.id, at, at | put | fired, forbid=fired, ways=tuple(ways)))

    def _triggered(self, node: Node) -> None:
        """An event sub-process: begins while its surroundings are alive, and ends when nothing is left inside."""
        net = self.net
        at, inner = net.bits[f"at {node.id}"], net.inside.get(node.id, 0)
        around = self._all_of(node.scope) & ~inner & ~at
        for begun, _ in self._first(node.id):
            clear = around if node.interrupting else 0
            net.anytime.append(Move(node.id, 0, at | begun, clear, at, around & ~net.ends))
        self._add(Move(node.id, at, 0, inner, inner & ~net.ends))

    def _inclusive(self, node: Node, takes: list[int], ways: list[Flow]) -> None:
        join = join_of(self.net.chart, self.net.bits, node, self.incoming) if len(takes) > 1 else None
        keys = takes if join else ()
        for chosen in _combinations(ways):
            take = 0 if join else sum(takes)
            self._add(Move(node.id, take, self._put(chosen), ways=tuple(chosen), join=join), *keys)


def _combinations(ways: list[Flow]) -> Iterator[list[Flow]]:
    """Give the sets of ways that may be taken together: conditional ones in every number, the others always."""
    if len(ways) <= 1:
        yield ways
        return
    free = [way for way in ways if not way.is_default]
    if len(free) > INCLUSIVE_WAYS_MAX:
        raise TooWide
    conditional = [way for way in free if way.is_conditional]
    certain = [way for way in free if not way.is_conditional] if conditional else []
    chosen_from = conditional or free
    for mask in range(1, 1 << len(chosen_from)):
        yield [*certain, *(way for index, way in enumerate(chosen_from) if mask >> index & 1)]
    default = [way for way in ways if way.is_default]
    if default or certain:
        yield [*certain, *default]


STOPS = ACTIVITIES - {Kind.TRIGGERED}
"""What a person or the world has to do something about."""
