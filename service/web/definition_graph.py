"""From a definition to the graph of its process."""

from collections.abc import Iterable

from adapters.diagrams import Edge, EdgeKind, Graph, Node, NodeKind, Phase
from engine.assignment import System
from engine.definition import Action, ActionKind, Definition, State, StateKind

EDGE_KINDS: dict[ActionKind, EdgeKind] = {
    ActionKind.FORWARD: "forward",
    ActionKind.RETURN: "return",
    ActionKind.NEGATIVE: "negative",
    ActionKind.NEUTRAL: "neutral",
}


def graph_of(definition: Definition) -> Graph:
    """The states and moves of a definition; votes move nothing by themselves, so they are no edges."""
    return Graph(
        phases=tuple(Phase(phase.name, phase.title) for phase in definition.phases.values()),
        nodes=tuple(
            Node(state.name, state.title, state.phase, _node_kind(state)) for state in definition.states.values()
        ),
        edges=tuple(
            edge
            for state in definition.states.values()
            for action in state.actions.values()
            for edge in _edges(state, action)
        ),
    )


def _node_kind(state: State) -> NodeKind:
    if state.kind is StateKind.END:
        return "end"
    if state.kind is StateKind.REST:
        return "rest"
    return "system" if isinstance(state.who, System) else "work"


def _edges(state: State, action: Action) -> Iterable[Edge]:
    by_system = isinstance(action.who or state.who, System)
    kind: EdgeKind = "system" if by_system else EDGE_KINDS[action.kind]
    for target in dict.fromkeys(target.state for target in action.to):
        yield Edge(state.name, action.name, target, action.title, kind)
