"""The ways between the nodes of a process, and everything that is wrong with them."""

from dataclasses import replace
from xml.etree.ElementTree import Element

from adapters.exchange.bpmn.nodes import Place, Source, extensions
from adapters.exchange.bpmn.repeating import done_again
from adapters.exchange.bpmn.words import OURS
from adapters.exchange.chart import Flaw, Flow, Kind, Node
from adapters.exchange.markup import plain

STARTING = frozenset({Kind.START, Kind.BOUNDARY, Kind.TRIGGERED})
ENDING = frozenset({Kind.END, Kind.TERMINATE, Kind.TRIGGERED})


def connect(place: Place, source: Source) -> None:
    """Read the sequence flows, then look at what nodes say of them."""
    taken: set[str] = set()
    for element, scope in place.flows:
        _flow(element, scope, place, source, taken)
    nameless = sum(not plain(element.get("id")) for element, _ in place.flows)
    if nameless:
        source.reading.notes.append(Flaw("flow_without_id", place.chart.key, str(nameless)))
    _links(place, source)
    for node, flow in place.mentions:
        if flow and flow not in source.ids:
            source.flaw("missing_flow", node, flow)
    for node, flow in place.defaults.items():
        if not any(one.id == flow and one.source == node for one in place.chart.flows):
            source.flaw("default_elsewhere", node, flow)
    _edges(place, source)
    _conditions(place, source)
    for id, loop in place.again.items():
        _repeat(place, place.chart.nodes[id], loop, source)


def _repeat(place: Place, step: Node, loop: Element, source: Source) -> None:
    """Let a step be done again as long as its loop says."""
    condition = " ".join(plain(inner.text) for inner in loop.iterfind(source.tag("loopCondition")))
    said = place.variables.translate(condition) if condition else ""
    if condition and not said:
        source.gap("loopCondition", step.id, "condition", condition)
    if most := plain(loop.get("loopMaximum")):
        source.gap("standardLoopCharacteristics", step.id, "loop_most", most)
    done_again(place.chart, step, said, tests_before=loop.get("testBefore") == "true")


def _flow(element: Element, scope: str, place: Place, source: Source, taken: set[str]) -> None:
    id = plain(element.get("id"))
    source.counted.append(id)
    start, end = (plain(element.get(name)).rpartition(":")[2] for name in ("sourceRef", "targetRef"))
    id = id or f"flow {len(taken) + 1}"
    if id in taken:
        source.flaw("duplicate_id", id, "sequenceFlow")
        id = f"{id} {len(taken) + 1}"
    taken.add(id)
    if {start, end} & place.left_out or not _stands(id, start, end, scope, place, source):
        return
    extensions(element, "sequenceFlow", id, source)
    condition = element.find(source.tag("conditionExpression"))
    place.chart.flows.append(
        Flow(
            id,
            start,
            end,
            plain(element.get("name")),
            plain(condition.text) if condition is not None else "",
            is_conditional=condition is not None,
            is_default=place.defaults.get(start) == id,
            own=plain(element.get(f"{{{OURS}}}action")),
            kind=plain(element.get(f"{{{OURS}}}kind")),
            comment=plain(element.get(f"{{{OURS}}}comment")),
        )
    )


def _stands(id: str, start: str, end: str, scope: str, place: Place, source: Source) -> bool:
    """Say whether a flow leads from one node to another where it may; what is wrong with it is told."""
    nodes = place.chart.nodes
    for name, one in (("sourceRef", start), ("targetRef", end)):
        if not one:
            source.flaw("flow_without_end", id, name)
        elif one not in nodes:
            elsewhere = any(one in chart.nodes for chart in source.reading.charts)
            source.flaw("flow_leaves_pool" if elsewhere else "flow_to_nothing", id, one)
    if start not in nodes or end not in nodes:
        return False
    if not nodes[start].scope == nodes[end].scope == scope:
        source.flaw("flow_crosses", id, f"{start} → {end}")
    if nodes[end].kind in STARTING:
        source.flaw("into_start", end, id)
    elif nodes[start].kind in ENDING:
        source.flaw("out_of_end", start, id)
    else:
        return nodes[start].scope == nodes[end].scope
    return False


def _links(place: Place, source: Source) -> None:
    """Lead every thrown link to where it is caught."""
    for (scope, name, local), throwing in place.links.items():
        if local == "intermediateCatchEvent":
            if (scope, name, "intermediateThrowEvent") not in place.links:
                for id in throwing:
                    source.flaw("link_without_end", id, name)
            continue
        caught = place.links.get((scope, name, "intermediateCatchEvent"), [])
        for id in throwing:
            if len(caught) != 1:
                source.flaw("link_without_end", id, name)
            place.chart.flows += [Flow(f"{id} link", id, target) for target in caught[:1]]


def _edges(place: Place, source: Source) -> None:
    """Boundary events hang on an activity beside them."""
    for node in list(place.chart.nodes.values()):
        if node.kind is Kind.BOUNDARY:
            host = place.chart.nodes.get(node.attached)
            if host is None or host.kind not in (Kind.TASK, Kind.SCOPE, Kind.WAIT):
                if node.attached in place.left_out:
                    source.gap(node.element, node.id, "compensation")
                else:
                    source.flaw("attached_to_nothing", node.id, node.attached)
                del place.chart.nodes[node.id]
                place.chart.flows = [flow for flow in place.chart.flows if flow.source != node.id]


def _conditions(place: Place, source: Source) -> None:
    """Translate the conditions where ways part; those that can not be read are left to a person."""
    outgoing = place.chart.outgoing()
    read: list[Flow] = []
    for flow in place.chart.flows:
        said = ""
        if flow.condition and len(outgoing[flow.source]) > 1:
            said = place.variables.translate(flow.condition)
            if not said:
                source.gap("sequenceFlow", flow.id, "condition", flow.condition)
        read.append(replace(flow, condition=said))
    place.chart.flows = read
    place.chart.variables = place.variables
