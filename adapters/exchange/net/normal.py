"""A chart in its plainest form: whatever is no gateway has one way in and one way out, gateways join or split."""

from dataclasses import replace

from adapters.exchange.chart import Chart, Flow, Kind, Node

GATEWAYS = frozenset({Kind.EXCLUSIVE, Kind.PARALLEL, Kind.INCLUSIVE, Kind.EVENTS})
_JOIN_OF = {
    Kind.PARALLEL: Kind.PARALLEL,
    Kind.INCLUSIVE: Kind.INCLUSIVE,
    Kind.EXCLUSIVE: Kind.EXCLUSIVE,
    Kind.EVENTS: Kind.EXCLUSIVE,
}
IN, OUT = "⊳", "⊲"
"""Mark the gateways that are made; no foreign id ends like this."""


def normal(chart: Chart) -> Chart:
    """Give the chart with its hidden gateways spelled out; what was there keeps its id."""
    made = Chart(chart.key, chart.title, dict(chart.nodes), [], chart.variables, chart.asks_first)
    incoming, outgoing = chart.incoming(), chart.outgoing()
    entry: dict[str, str] = {}
    leaving: dict[str, str] = {}
    for node in chart.nodes.values():
        ways_in, ways_out = incoming[node.id], outgoing[node.id]
        if node.kind in GATEWAYS:
            if len(ways_in) > 1 and len(ways_out) > 1 and node.kind is not Kind.EXCLUSIVE:
                entry[node.id] = _added(made, node, IN, _JOIN_OF[node.kind])
            continue
        if len(ways_in) > 1 and node.kind not in (Kind.END, Kind.TERMINATE):
            entry[node.id] = _added(made, node, IN, Kind.EXCLUSIVE)
        if len(ways_out) > 1:
            leaving[node.id] = _added(made, node, OUT, _split_of(ways_out))
    made.flows += [
        replace(flow, source=leaving.get(flow.source, flow.source), target=entry.get(flow.target, flow.target))
        for flow in chart.flows
    ]
    return made


def _added(made: Chart, node: Node, mark: str, kind: Kind) -> str:
    """Put a gateway before or behind a node."""
    id = node.id + mark
    made.nodes[id] = Node(id, kind, node.label, scope=node.scope)
    ends = (id, node.id) if mark == IN else (node.id, id)
    made.flows.append(Flow(f"{id}{mark}", *ends))
    return id


def _split_of(ways_out: list[Flow]) -> Kind:
    """Say what several ways out of a step mean: all of them, or those whose condition holds."""
    conditional = [flow for flow in ways_out if flow.is_conditional and not flow.is_default]
    if not conditional:
        return Kind.PARALLEL
    has_default = any(flow.is_default for flow in ways_out)
    return Kind.EXCLUSIVE if has_default and len(conditional) == 1 and len(ways_out) == len("ab") else Kind.INCLUSIVE


def original(id: str) -> str:
    """Give the id of the node that a made gateway belongs to."""
    return id.rstrip(IN + OUT)
