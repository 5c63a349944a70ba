"""A chart as our language sees it: events that are waited for are noted by hand, or by the clock."""

from collections.abc import Collection
from dataclasses import replace

from adapters.exchange.chart import Chart, Flow, Kind, Node


def prepared(chart: Chart, left_out: Collection[str]) -> Chart:
    """Give the chart without some nodes, and with each choice of events as one wait."""
    nodes = {id: node for id, node in chart.nodes.items() if id not in left_out}
    flows = [flow for flow in chart.flows if flow.source in nodes and flow.target in nodes]
    made = Chart(chart.key, chart.title, nodes, flows, chart.variables, chart.asks_first)
    for node in list(nodes.values()):
        if node.kind is Kind.EVENTS:
            _choice_of_events(made, node)
    return made


def in_event_scopes(chart: Chart, *, compensating: bool) -> set[str]:
    """Give the event sub-processes with all that lies in them, at any depth; or only those that undo."""
    left_out = {
        node.id
        for node in chart.nodes.values()
        if node.kind is Kind.TRIGGERED and (node.compensates or not compensating)
    }
    found = True
    while found:
        inner = {
            id for id, node in chart.nodes.items() if node.scope in left_out or node.attached in left_out
        } - left_out
        left_out |= inner
        found = bool(inner)
    return left_out


def _choice_of_events(chart: Chart, gateway: Node) -> None:
    """Let the gateway be the wait, and each event that follows only the name of a way; a timer is the wait's own."""
    chart.nodes[gateway.id] = replace(gateway, kind=Kind.WAIT)
    incoming = chart.incoming()
    flows: list[Flow] = []
    for flow in chart.flows:
        event = chart.nodes[flow.target]
        if flow.source == gateway.id and len(incoming[event.id]) == 1 and event.kind in (Kind.WAIT, Kind.TASK):
            chart.nodes[event.id] = replace(event, kind=Kind.PASS)
            flows.append(replace(flow, name=flow.name or event.label))
        else:
            flows.append(flow)
    chart.flows = flows
    choice = f"{gateway.id} choice"
    chart.nodes[choice] = Node(choice, Kind.EXCLUSIVE, gateway.name, scope=gateway.scope)
    chart.flows = [replace(flow, source=choice) if flow.source == gateway.id else flow for flow in chart.flows]
    chart.flows.append(Flow(f"{choice} way", gateway.id, choice))
