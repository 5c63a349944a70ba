"""What is to be drawn: states in phases, and the moves between them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from msgspec import Struct

from engine.texts import Text

NodeKind = Literal["work", "system", "rest", "end"]
EdgeKind = Literal["forward", "return", "negative", "neutral", "system"]
COLLECTED_FROM_PHASES = 3
SKIPPED_PHASES_MAX = 2


class Phase(Struct, frozen=True):
    """A band of states, in the order of the process."""

    id: str
    title: Text


@dataclass(frozen=True, slots=True)
class Node:
    """A state; the order of a graph's nodes is the order in which the process is told."""

    id: str
    title: Text
    phase: str
    kind: NodeKind = "work"


class Edge(Struct, frozen=True):
    """A move from state to state by an action."""

    source: str
    action: str
    target: str
    title: Text
    kind: EdgeKind = "forward"

    @property
    def id(self) -> str:
        """The name of the edge, made of where it starts, how it is taken and where it ends."""
        return f"{self.source}/{self.action}/{self.target}"


class Graph(Struct, frozen=True):
    """A whole process."""

    phases: Sequence[Phase]
    nodes: Sequence[Node]
    edges: Sequence[Edge]

    def jumps(self) -> frozenset[str]:
        """The edges that are told in words inside their state, because a line would cross the whole picture.

        These lead back to an earlier phase, over more than two phases, to themselves, or to a state of a later
        phase that is reached from three earlier ones or more (such as "rejected").
        """
        position = {phase.id: index for index, phase in enumerate(self.phases)}
        level = {node.id: position[node.phase] for node in self.nodes}
        reached_from: dict[str, set[int]] = {node.id: set() for node in self.nodes}
        for edge in self.edges:
            if level[edge.source] < level[edge.target]:
                reached_from[edge.target].add(level[edge.source])
        collectors = {node for node, levels in reached_from.items() if len(levels) >= COLLECTED_FROM_PHASES}
        return frozenset(
            edge.id
            for edge in self.edges
            if edge.source == edge.target
            or (edge.target in collectors and level[edge.source] < level[edge.target])
            or not 0 <= level[edge.target] - level[edge.source] <= SKIPPED_PHASES_MAX
        )
