"""From what somebody does to where that leads: gateways are gone through until steps are come to."""

from msgspec import Struct, field

from adapters.exchange.chart import Chart, Flow, Kind, Node
from adapters.exchange.net.normal import normal
from adapters.exchange.net.places import Move, Net, TooWide, compiled
from adapters.exchange.net.walk import enabled
from engine.loading.limits import ACTIONS_MAX, SEATS_MAX

STATES_MAX = 190
OUTCOMES_MAX = ACTIONS_MAX
SILENT_MAX = 4_000
MOVES_MAX = 40_000
JOINT_MAX = 8
"""Most states, ways out of one step, gateways for one step and in all, and steps side by side as one state."""


EVENTS = frozenset({Kind.BOUNDARY, Kind.TRIGGERED})
"""What happens beside the steps, and is noted by somebody."""


class Undrafted(Exception):
    """The chart can not be written as a definition; `code` says why, `step` where, when it is one step's fault."""

    def __init__(self, code: str, found: str = "", step: Node | None = None) -> None:
        """Keep why and where."""
        super().__init__(f"{code}: {found}")
        self.code, self.found, self.step = code, found, step


class Outcome(Struct, frozen=True):
    """Where a move leads: the marking, the ways picked at gateways, and the end that was come to, if any.

    `told` are those of the picks that somebody could tell apart.
    """

    marking: int
    picks: tuple[Flow, ...] = ()
    end: str = ""
    told: tuple[str, ...] = ()

    @property
    def known(self) -> tuple[int, tuple[str, ...], str]:
        """What tells it from others."""
        return self.marking, self.told, self.end


class Doing(Struct, frozen=True):
    """What can be done in a marking: by a step's completion, or an event at its edge."""

    node: str
    move: Move
    outcomes: tuple[Outcome, ...]


class Markings(Struct):
    """The steady markings of a chart, and what can be done in each."""

    net: Net
    steps: frozenset[str]
    ways: dict[str, list[Flow]]
    merged: list[str] = field(default_factory=list)
    looked_at: int = 0

    def begin(self) -> list[Outcome]:
        """Give where a case can start."""
        return [outcome for bit, _ in self.net.starts for outcome in self._settled(Outcome(bit))]

    def active(self, marking: int) -> list[str]:
        """Give the steps that are open."""
        found: list[str] = []
        while marking:
            place = marking & -marking
            marking ^= place
            owner = self.net.owner[place]
            if owner in self.steps and self.net.bits[f"at {owner}"] == place:
                found.append(owner)
        if len(found) > SEATS_MAX:
            raise Undrafted("too_many_ways", str(len(found)))
        return found

    def doings(self, marking: int) -> list[Doing]:
        """Give what can be done in a steady marking."""
        moves = [move for move, _ in enabled(self.net, marking) if self._is_done_by_somebody(move)]
        if len(moves) > OUTCOMES_MAX:
            raise Undrafted("too_many_ways", str(len(moves)))
        return [Doing(move.node, move, tuple(self._after(marking, move))) for move in moves]

    def _is_done_by_somebody(self, move: Move) -> bool:
        kind = self.net.chart.nodes[move.node].kind
        is_completion = move.node in self.steps and move.take == self.net.bits[f"at {move.node}"]
        is_triggered = kind is Kind.TRIGGERED and not move.take
        return kind is Kind.BOUNDARY or is_triggered or is_completion

    def _after(self, marking: int, move: Move) -> list[Outcome]:
        try:
            return self._settled(self._made(Outcome(marking), move, move.take))
        except Undrafted as error:
            raise Undrafted(error.code, error.found, error.step or self.net.chart.nodes[move.node]) from error

    def _made(self, before: Outcome, move: Move, taken: int) -> Outcome:
        rest = before.marking & ~taken & ~move.clear
        if rest & move.put:
            self.merged.append(move.node)
        node = self.net.chart.nodes[move.node]
        ways = self.ways[move.node]
        is_choice = node.kind in (Kind.EXCLUSIVE, Kind.INCLUSIVE) and (len(ways) > 1 or any(way.name for way in ways))
        picks, told = before.picks, before.told
        is_named = node.kind in (Kind.TASK, Kind.WAIT, Kind.BOUNDARY) and any(way.own for way in ways)
        if is_choice or is_named:
            picks = (*picks, *move.ways)
            told = (*told, *(way.id for way in move.ways if _says_something(way)))
        is_end = node.kind in (Kind.END, Kind.TERMINATE) and not node.scope
        return Outcome(rest | move.put, picks, node.id if is_end else before.end, told)

    def _settled(self, start: Outcome) -> list[Outcome]:
        """Go through gateways until only steps are open; choices give several outcomes, in the order of the file.

        The order decides where conditions overlap: the first that holds is taken.
        """
        found: dict[tuple[int, tuple[str, ...], str], Outcome] = {}
        waiting, seen = [start], {start.known}
        while waiting:
            here = waiting.pop()
            moves = self._next(here.marking)
            if not moves:
                found.setdefault(here.known, here)
            for move, taken in reversed(moves):  # the last that is laid down is gone on with first: in the file's order
                following = self._made(here, move, taken)
                if len(following.picks) > OUTCOMES_MAX or len(seen) > SILENT_MAX:
                    raise Undrafted("too_many_ways", move.node)
                if following.known not in seen and not _goes_round(following.picks):
                    seen.add(following.known)
                    waiting.append(following)
        if len(found) > OUTCOMES_MAX:
            raise Undrafted("too_many_ways", f"{len(found)} > {OUTCOMES_MAX}")
        return list(found.values())

    def _next(self, marking: int) -> list[tuple[Move, int]]:
        """Give the moves of one gateway that can go on by itself: any but an inclusive join first."""
        silent = self._silent(marking)
        first = next((one for one in silent if one[0].join is None), None) or next(iter(silent), None)
        if first is None:
            return []
        return [(move, taken) for move, taken in silent if move.node == first[0].node and taken == first[1]]

    def _silent(self, marking: int) -> list[tuple[Move, int]]:
        moves = [(move, taken) for move, taken in enabled(self.net, marking) if not self._is_done_by_somebody(move)]
        self.looked_at += len(moves) + 1
        if self.looked_at > MOVES_MAX:
            raise Undrafted("too_many_states", str(STATES_MAX))
        return moves


def _says_something(flow: Flow) -> bool:
    """Say whether a way of a gateway is more than a line: it has a name, a condition, or people of its own."""
    return bool(flow.name or flow.condition or flow.is_conditional or flow.is_default or flow.who is not None)


def _goes_round(picks: tuple[Flow, ...]) -> bool:
    """Say whether the same way was picked twice without anything being done between."""
    return len({flow.id for flow in picks}) != len(picks)


def markings_of(chart: Chart) -> Markings:
    """Compile a prepared chart so that every step rests until somebody acts."""
    plain = normal(chart)
    steps = frozenset(node.id for node in plain.nodes.values() if node.kind in (Kind.TASK, Kind.WAIT))
    try:
        return Markings(compiled(plain, resting=steps), steps, plain.outgoing())
    except TooWide as error:
        raise Undrafted("too_many_ways", "inclusive") from error


def joined(markings: Markings, marking: int) -> Outcome | None:
    """Give what follows when all open steps are done, whatever the order: None where it is not one and the same."""
    open_steps = markings.active(marking)
    if not 1 < len(open_steps) <= JOINT_MAX:
        return None
    reached: dict[int, Outcome] = {marking: Outcome(marking)}
    for _ in open_steps:
        following: dict[int, Outcome] = {}
        for here in reached:
            for doing in markings.doings(here):
                if markings.net.chart.nodes[doing.node].kind in EVENTS or len(doing.outcomes) != 1:
                    return None
                (after,) = doing.outcomes
                left = frozenset(markings.active(here)) - {doing.node}
                if after.picks or (left and frozenset(markings.active(after.marking)) != left):
                    return None
                following[after.marking] = after
        reached = following
    return next(iter(reached.values())) if len(reached) == 1 else None
