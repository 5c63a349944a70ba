"""What a model says once and means several times: processes that are called, and steps that are done again."""

from copy import deepcopy
from dataclasses import replace
from xml.etree.ElementTree import Element

from adapters.exchange.chart import Chart, Flow, Kind, Node
from adapters.exchange.markup import plain

_NAMES = ("id", "sourceRef", "targetRef", "attachedToRef", "default")
_TEXTS = ("incoming", "outgoing", "flowNodeRef")


def copied(process: Element, namespace: str, caller: str) -> Element:
    """Give a copy of a process that is called, in which every id tells who called it."""
    made, naming = deepcopy(process), {f"{{{namespace}}}{name}" for name in _TEXTS}
    for element in made.iter():
        for name in _NAMES:
            if value := plain(element.get(name)):
                element.set(name, f"{caller} {value.rpartition(':')[2]}")
        if element.tag in naming:
            element.text = f"{caller} {plain(element.text).rpartition(':')[2]}"
    return made


def done_again(chart: Chart, step: Node, condition: str, *, tests_before: bool) -> None:
    """Let a step be done again while its condition holds, or as somebody chooses; at least once, or not at all."""
    gate, done = f"{step.id} again", f"{step.id} done"
    chart.nodes[gate] = Node(gate, Kind.EXCLUSIVE, step.name, step.element, step.scope)
    chart.nodes[done] = Node(done, Kind.PASS, step.name, step.element, step.scope)
    chart.flows = [
        replace(
            flow,
            source=done if flow.source == step.id else flow.source,
            target=gate if flow.target == step.id and tests_before else flow.target,
        )
        for flow in chart.flows
    ]
    chart.flows += [
        Flow(f"{step.id} tested", step.id, gate),
        Flow(f"{gate} way", gate, step.id, condition=condition, is_conditional=bool(condition)),
        Flow(f"{done} way", gate, done, is_default=bool(condition)),
    ]
