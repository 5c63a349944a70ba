"""The nodes of a process: every element that a sequence flow can lead to."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from xml.etree.ElementTree import Element

from adapters.exchange.bpmn.people import people_of, role
from adapters.exchange.bpmn.periods import timer_of
from adapters.exchange.bpmn.repeating import copied
from adapters.exchange.bpmn.words import DEFINITIONS, EVENTS, GATEWAYS, NODES, OURS, SCOPES, TASKS, VENDORS
from adapters.exchange.chart import Chart, Flaw, Gap, Kind, Node, Reading
from adapters.exchange.conditions import Variables
from adapters.exchange.markup import parted, plain
from engine.values import Json

_SHARE = re.compile(r"nrOfCompletedInstances\s*/\s*nrOfInstances\s*>=?\s*(0?\.\d{1,4}|1(?:\.0+)?)\b")
_ONE = re.compile(r"nrOfCompletedInstances\s*(?:==|>=)\s*1\b")
PERCENT = 100
CALLED_MAX = 2_000
"""Most nodes and flows of a file for a process that is called to be put in its place: each call makes them more."""


@dataclass(slots=True)
class Source:
    """What is known of the file around a process."""

    namespace: str
    reading: Reading
    processes: Mapping[str, Element] = field(default_factory=dict)
    resources: dict[str, str] = field(default_factory=dict)
    pools: dict[str, str] = field(default_factory=dict)
    ids: set[str] = field(default_factory=set)
    doubled: set[str] = field(default_factory=set)
    counted: list[str] = field(default_factory=list)

    def tag(self, local: str) -> str:
        """Give the full tag of an element of BPMN."""
        return f"{{{self.namespace}}}{local}"

    def gap(self, element: str, id: str, why: str, found: str = "") -> None:
        """Say that something is not taken over as it stands."""
        self.reading.gaps.append(Gap(element, id, why, found))

    def flaw(self, code: str, where: str, found: str = "") -> None:
        """Say that something is wrong."""
        self.reading.flaws.append(Flaw(code, where, found))


@dataclass(slots=True)
class Place:
    """One process being read."""

    chart: Chart
    lanes: dict[str, str]
    flows: list[tuple[Element, str]] = field(default_factory=list)
    mentions: list[tuple[str, str]] = field(default_factory=list)
    links: dict[tuple[str, str, str], list[str]] = field(default_factory=dict)
    defaults: dict[str, str] = field(default_factory=dict)
    variables: Variables = field(default_factory=Variables)
    left_out: set[str] = field(default_factory=set)
    again: dict[str, Element] = field(default_factory=dict)
    calling: tuple[str, ...] = ()


def read_nodes(parent: Element, scope: str, place: Place, source: Source) -> None:
    """Read the nodes of a process or sub-process, and those inside them."""
    for element in parent:
        space, local = parted(element.tag)
        if space != source.namespace:
            continue
        if local == "sequenceFlow":
            place.flows.append((element, scope))
        elif local in NODES:
            _node(element, local, scope, place, source)


def _node(element: Element, local: str, scope: str, place: Place, source: Source) -> None:
    id = plain(element.get("id"))
    source.counted.append(id)
    if not id:
        id = f"{local} {len(place.chart.nodes) + 1}"
        source.flaw("node_without_id", id, local)
    if id in place.chart.nodes or any(id in chart.nodes for chart in source.reading.charts):
        source.flaw("duplicate_id", id, local)
        return
    if _is_for_compensation(element, source):
        place.left_out.add(id)
        source.gap(local, id, "compensation")
        return
    called = _called(element, local, place, source)
    node = _read(element, local, id, scope, place, source, is_scope=local in SCOPES or called is not None)
    place.chart.nodes[id] = replace(node, own=plain(element.get(f"{{{OURS}}}state")))
    _details(element, id, place, source)
    if called is not None:
        _call(called, id, place, source)
    elif local in SCOPES:
        read_nodes(element, id, place, source)
        if not any(node.scope == id for node in place.chart.nodes.values()):
            place.chart.nodes[id] = _step(element, local, id, scope, place, source)
            source.gap(local, id, "nothing_inside")


def _details(element: Element, id: str, place: Place, source: Source) -> None:
    """Note what a node says of its flows, what vendors add to it, and whether it is done again."""
    extensions(element, parted(element.tag)[1], id, source)
    if default := plain(element.get("default")):
        place.defaults[id] = default
    for inner in element:
        if inner.tag in (source.tag("incoming"), source.tag("outgoing")):
            place.mentions.append((id, plain(inner.text).rpartition(":")[2]))
        elif inner.tag == source.tag("standardLoopCharacteristics"):
            place.again[id] = inner


def _called(element: Element, local: str, place: Place, source: Source) -> Element | None:
    """Give the process of this file that a step calls, unless it would call itself without end or grow too large."""
    key = plain(element.get("calledElement")).rpartition(":")[2]
    process = source.processes.get(key) if local == "callActivity" else None
    if process is None or key in place.calling or len(source.counted) + len(process) > CALLED_MAX:
        return None
    return process if any(inner.tag == source.tag("startEvent") for inner in process) else None


def _call(process: Element, id: str, place: Place, source: Source) -> None:
    """Read the process that a step calls as what lies inside the step."""
    key = plain(process.get("id"))
    inner = copied(process, source.namespace, id)
    source.ids |= {plain(element.get("id")) for element in inner.iter() if element.get("id")}
    place.lanes |= lanes_of(inner, source)
    place.chart.holds.add(key)
    before, place.calling = place.calling, (*place.calling, key)
    read_nodes(inner, id, place, source)
    place.calling = before


def lanes_of(process: Element, source: Source) -> dict[str, str]:
    """Give the innermost lane of each node."""
    found: dict[str, str] = {}
    for lane in process.iter(source.tag("lane")):
        for reference in lane.iterfind(source.tag("flowNodeRef")):
            if name := plain(lane.get("name")):
                found[plain(reference.text)] = name
    return found


def _is_for_compensation(element: Element, source: Source) -> bool:
    is_edge = element.tag == source.tag("boundaryEvent")
    compensates = element.find(source.tag("compensateEventDefinition")) is not None
    return element.get("isForCompensation") == "true" or (is_edge and compensates)


def _read(element: Element, local: str, id: str, scope: str, place: Place, source: Source, *, is_scope: bool) -> Node:
    name = plain(element.get("name"))
    if local in GATEWAYS:
        if local == "complexGateway":
            source.gap(local, id, "complex")
        return Node(id, GATEWAYS[local], name, local, scope)
    if local in EVENTS:
        return _event(element, local, id, scope, place, source)
    if not is_scope:
        return _step(element, local, id, scope, place, source)
    if local == "adHocSubProcess":
        source.gap(local, id, "ad_hoc")
    if _is_several(element, source):
        source.gap(local, id, "repeated_scope")
    if element.get("triggeredByEvent") == "true":
        start = element.find(source.tag("startEvent"))
        interrupting = start is None or start.get("isInterrupting") != "false"
        compensates = start is not None and "compensation" in _kinds(start)
        return Node(id, Kind.TRIGGERED, name, local, scope, interrupting=interrupting, compensates=compensates)
    return Node(id, Kind.SCOPE, name, local, scope)


def _is_several(element: Element, source: Source) -> bool:
    return element.find(source.tag("multiInstanceLoopCharacteristics")) is not None


def _event(element: Element, local: str, id: str, scope: str, place: Place, source: Source) -> Node:
    """An event: what it waits for or tells is said by hand, but for a timer with a period."""
    name = plain(element.get("name"))
    kinds = _kinds(element)
    kind, period = EVENTS[local], ""
    if "timer" in kinds:
        period, written, is_longer = timer_of(element)
        if not period or local == "startEvent":
            source.gap(local, id, "timer", written)
        elif is_longer:
            source.gap(local, id, "timer_longer", f"{written} → {period}")
    if "terminate" in kinds and kind is Kind.END:
        kind = Kind.TERMINATE
    if "link" in kinds:
        return _link(element, local, id, scope, place, source)
    others = [found for found in kinds if found not in ("timer", "terminate", "link")]
    if others:
        told = kind in (Kind.PASS, Kind.END)
        source.gap(local, id, "not_sent" if told else "noted_by_hand", ", ".join(others))
    attached, interrupting = plain(element.get("attachedToRef")), element.get("cancelActivity") != "false"
    if kind is Kind.BOUNDARY and not interrupting:
        source.gap(local, id, "beside")
    who = role(place.lanes[id]) if id in place.lanes else None
    return Node(
        id, kind, name, local, scope, who, period, attached=attached.rpartition(":")[2], interrupting=interrupting
    )


def _kinds(event: Element) -> list[str]:
    """Give what an event waits for or tells."""
    return [DEFINITIONS[found] for inner in event if (found := parted(inner.tag)[1]) in DEFINITIONS]


def _link(element: Element, local: str, id: str, scope: str, place: Place, source: Source) -> Node:
    """A link: a way to the event of the same name, where it goes on."""
    definition = element.find(source.tag("linkEventDefinition"))
    name = plain(definition.get("name") if definition is not None else "") or plain(element.get("name"))
    place.links.setdefault((scope, name, local), []).append(id)
    return Node(id, Kind.PASS, plain(element.get("name")), local, scope)


def _step(element: Element, local: str, id: str, scope: str, place: Place, source: Source) -> Node:
    """A step that somebody does, with who, until when, and how many together."""
    if why := TASKS.get(local, ""):
        source.gap(local, id, why, plain(element.get("calledElement")))
    who, unread = people_of(element, source.resources)
    if who is None and id in place.lanes:
        who = role(place.lanes[id])
    if unread:
        source.gap(local, id, "people", unread)
    elif who is None and local in ("userTask", "manualTask", "task"):
        source.gap(local, id, "nobody_named")
    joint, who = _joint(element, local, id, who, place, source)
    return Node(id, Kind.TASK, plain(element.get("name")), local, scope, who, joint=joint)


def extensions(element: Element, local: str, id: str, source: Source) -> None:
    """What vendors add (forms, listeners, scripts, deadlines in expressions) stays behind."""
    found = sorted(
        {
            parted(inner.tag)[1]
            for extra in element.iterfind(source.tag("extensionElements"))
            for inner in extra
            if parted(inner.tag)[1] in EXTENSIONS
        }
    )
    attributes = [name for vendor in VENDORS for name in ATTRIBUTES if element.get(f"{{{vendor}}}{name}")]
    if found or attributes:
        source.gap(local, id, "extension", ", ".join([*found, *attributes]))


EXTENSIONS = frozenset(
    {
        *("executionListener", "taskListener", "formData", "formProperty", "inputOutput", "connector", "ioMapping"),
        *("taskDefinition", "taskHeaders", "userTaskForm", "formDefinition", "calledDecision", "calledElement"),
        *("script", "subscription", "properties", "in", "out", "field", "onEntry-script", "onExit-script", "deadline"),
        *("errorEventDefinition", "eventListener", "potentialStarter"),
    }
)
"""Elements of vendors that make a step do more."""

ATTRIBUTES = (
    *("dueDate", "followUpDate", "formKey", "formRef", "skipExpression"),
    *("candidateStarterUsers", "candidateStarterGroups"),
)
"""Attributes of vendors that do."""


def _joint(
    element: Element, local: str, id: str, who: Json, place: Place, source: Source
) -> tuple[Mapping[str, Json] | None, Json]:
    """Several people at once: a vote in which all, one or a share is needed."""
    several = element.find(source.tag("multiInstanceLoopCharacteristics"))
    if several is None:
        return None, who
    condition = " ".join(plain(inner.text) for inner in several.iterfind(source.tag("completionCondition")))
    collection = next(
        (plain(several.get(f"{{{vendor}}}collection")) for vendor in VENDORS if several.get(f"{{{vendor}}}collection")),
        "",
    )
    if ours := plain(element.get(f"{{{OURS}}}people")):
        who = {"field": place.variables.use(ours, "persons").removeprefix("item.")}
    elif isinstance(who, dict) and "role" in who:
        who = {**who, "each": True}
    else:
        name = re.sub(r"\W+", "_", collection).strip("_") or "people"
        who = {"field": place.variables.use(f"{name}_of_{id}", "persons").removeprefix("item.")}
        source.gap(local, id, "several_people", collection)
    rule: dict[str, Json] = {"by": "all"}
    if (share := _SHARE.search(condition)) is not None:
        rule = {"by": "ratio", "pass": f"{max(1, round(float(share[1]) * PERCENT))}%"}
    elif _ONE.search(condition):
        rule = {"by": "any"}
    elif condition:
        source.gap(local, id, "completion", condition)
    if several.get("isSequential") == "true":
        rule["sequential"] = True
    return rule, who
