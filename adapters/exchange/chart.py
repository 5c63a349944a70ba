"""A control flow in plain values: what is left of a foreign model when its language is taken away.

Readers (`bpmn/`, `flowlong/`, `dcworkflow.py`) make a chart, `net/` judges it, `drafting/` writes a definition of it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from msgspec import Struct

from adapters.exchange.conditions import Variables
from engine.values import Json

NODES_MAX = 4_000
"""Most nodes and most flows of one chart."""

INITIATOR = "initiator"
TOP = ""
"""The scope of what lies in no sub-process."""


class Kind(StrEnum):
    """What a node does with the tokens that come to it."""

    START = "start"
    END = "end"
    TERMINATE = "terminate"
    TASK = "task"
    WAIT = "wait"
    PASS = "pass"  # noqa: S105  # no password: a token passes here
    EXCLUSIVE = "exclusive"
    PARALLEL = "parallel"
    INCLUSIVE = "inclusive"
    EVENTS = "events"
    SCOPE = "scope"
    BOUNDARY = "boundary"
    TRIGGERED = "triggered"


ACTIVITIES = frozenset({Kind.TASK, Kind.WAIT, Kind.SCOPE, Kind.TRIGGERED})
"""What takes time; all else happens at once."""


@dataclass(frozen=True, slots=True)
class Node:
    """One node. `scope` is the sub-process it lies in; `attached` the activity that a boundary event interrupts.

    `who` is an assignment as definitions write it, `period` a duration as they write it, `joint` a vote rule for
    several people at once, `refuse` where a refusal leads (`initiator`, `previous`, `end`; followed by `straight`
    where the case comes straight back), `rests` whether a case may stay here for good. `own` is the name of the state
    that the node was written of, where we wrote the file. `compensates` says that an event sub-process undoes.
    """

    id: str
    kind: Kind
    name: str = ""
    element: str = ""
    scope: str = TOP
    who: Json = None
    period: str = ""
    joint: Mapping[str, Json] | None = None
    attached: str = ""
    interrupting: bool = True
    refuse: str = ""
    rests: bool = False
    own: str = ""
    compensates: bool = False

    @property
    def label(self) -> str:
        """Its name as a person knows it."""
        return self.name or self.id


@dataclass(frozen=True, slots=True)
class Flow:
    """One way from node to node; `condition` is CEL where the foreign one could be read, `who` may take it alone.

    `own` is the name of the action that the way was written of, where we wrote the file, `kind` what sort of action it
    is, `comment` whether it asks for an opinion.
    """

    id: str
    source: str
    target: str
    name: str = ""
    condition: str = ""
    is_conditional: bool = False
    is_default: bool = False
    who: Json = field(default=None, hash=False)
    own: str = ""
    kind: str = ""
    comment: str = ""


class Gap(Struct, frozen=True):
    """Something a language says that ours does not, or says otherwise: the element, its id, and a code for why."""

    element: str
    id: str
    why: str
    found: str = ""


class Flaw(Struct, frozen=True):
    """Something wrong with a foreign model; `trace` is a shortest way of steps that shows it."""

    code: str
    where: str
    found: str = ""
    trace: tuple[str, ...] = ()


@dataclass(slots=True)
class Chart:
    """One process. `variables` are what its conditions read; `asks_first` says that they are filled in at the start.

    `acts_are_moves` says that what people do are the named ways between nodes, as in state machines; else the nodes.
    `holds` are the keys of other processes of the file that stand in it wherever it calls them.
    """

    key: str
    title: str = ""
    nodes: dict[str, Node] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)
    variables: Variables = field(default_factory=Variables)
    asks_first: bool = False
    acts_are_moves: bool = False
    holds: set[str] = field(default_factory=set)

    def outgoing(self) -> dict[str, list[Flow]]:
        """Give the flows out of each node, in order."""
        return self._by(lambda flow: flow.source)

    def incoming(self) -> dict[str, list[Flow]]:
        """Give the flows into each node, in order."""
        return self._by(lambda flow: flow.target)

    def _by(self, end: Callable[[Flow], str]) -> dict[str, list[Flow]]:
        found: dict[str, list[Flow]] = {name: [] for name in self.nodes}
        for flow in self.flows:
            found[end(flow)].append(flow)
        return found


@dataclass(slots=True)
class Reading:
    """A foreign file: its charts, what is wrong with it, what ours does not say, and how much there is of it."""

    charts: list[Chart] = field(default_factory=list)
    flaws: list[Flaw] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    notes: list[Flaw] = field(default_factory=list)
    constructs: int = 0

    @property
    def expressed(self) -> int:
        """How many of its constructs our language says."""
        return max(0, self.constructs - len({(gap.element, gap.id) for gap in self.gaps}))


class Unreadable(ValueError):
    """The file is not what it claims to be, or beyond a limit; `flaw` says why."""

    def __init__(self, code: str, found: str = "") -> None:
        """Keep the code and what was found."""
        super().__init__(f"{code}: {found}")
        self.flaw = Flaw(code, "", found)
