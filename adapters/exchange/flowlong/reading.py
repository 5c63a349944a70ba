"""Reading the tree: each node is joined to what comes after it, branches come together again behind their node."""

import json
from collections.abc import Mapping
from dataclasses import replace
from enum import IntEnum

from msgspec import Struct, field

from adapters.exchange.chart import INITIATOR, NODES_MAX, Chart, Flaw, Flow, Gap, Kind, Node, Reading, Unreadable
from adapters.exchange.flowlong.conditions import condition_of
from adapters.exchange.flowlong.people import People, people_of, whole
from adapters.exchange.markup import plain
from engine.loading.limits import TARGETS_MAX
from engine.values import Json

BRANCH_DEPTH_MAX = 40


class Type(IntEnum):
    """Kinds of nodes."""

    END = -1
    MAJOR = 0
    APPROVAL = 1
    COPY = 2
    CONDITION = 3
    BRANCHES = 4
    CALL = 5
    TIMER = 6
    TRIGGER = 7
    PARALLEL = 8
    INCLUSIVE = 9
    ROUTE = 21
    ROUTES = 23
    PASSES = 30
    REFUSES = 31


BRANCHING = {
    Type.BRANCHES: ("conditionNodes", Kind.EXCLUSIVE),
    Type.PARALLEL: ("parallelNodes", Kind.PARALLEL),
    Type.INCLUSIVE: ("inclusiveNodes", Kind.INCLUSIVE),
}
PASSED_THROUGH: Mapping[int, str] = {Type.COPY: "copy", Type.TRIGGER: "trigger", Type.PASSES: "automatic"}
BY_ITSELF_PASSES, BY_ITSELF_REFUSES = 2, 3
REFUSALS: Mapping[int, str] = {1: INITIATOR, 2: "previous", 3: "previous", 4: "end", 5: "previous"}
EXACT_REFUSALS = (1, 2, 4)
ROUTE_PREFIX, ROUTE_ON = "route:", "default"
"""How some versions write the key of a route, and the route that only goes on."""
STRAIGHT = 2
DIGITS_MAX = 3
"""Of a wait: at most 999 hours or days."""
TERM_HOURS_MAX = 87_600
_HOURS = {"d": "days", "h": "hours"}
Model = Mapping[str, Json]


class Tail(Struct, frozen=True):
    """A way that still leads nowhere: the flow it will be."""

    flow: Flow


class _Tree(Struct):
    """The chart being made."""

    chart: Chart
    reading: Reading
    jumps: list[tuple[Flow, str]] = field(default_factory=list)

    def gap(self, element: str, id: str, why: str, found: str = "") -> None:
        self.reading.gaps.append(Gap(element, id, why, found))

    def count(self, many: int = 1) -> None:
        self.reading.constructs += many

    def add(self, node: Node, tails: list[Tail]) -> Node:
        """Put a node where the open ways lead."""
        if len(self.chart.nodes) >= NODES_MAX:
            raise Unreadable("too_large", f"{NODES_MAX} nodes")
        id, number = node.id, 2
        while id in self.chart.nodes:
            id, number = f"{node.id} {number}", number + 1
        node = replace(node, id=id)
        self.chart.nodes[id] = node
        for tail in tails:
            self.chart.flows.append(
                replace(tail.flow, id=f"{tail.flow.source} → {id} {len(self.chart.flows)}", target=id)
            )
        return node


def _model_in(content: object) -> object:
    """Give the model of a stored process: its table keeps it as text in `modelContent`."""
    if isinstance(content, dict) and isinstance(content.get("modelContent"), str):
        try:
            return json.loads(content["modelContent"])
        except (ValueError, RecursionError) as error:
            raise Unreadable("not_json", plain(f"modelContent: {error}")) from error
    return content


def read_flowlong(stored: object) -> Reading:
    """Read a process; raises Unreadable when the JSON holds none."""
    content = _model_in(stored)
    if not isinstance(content, dict) or not isinstance(content.get("nodeConfig"), dict):
        raise Unreadable("not_known", "JSON")
    key = plain(str(content.get("key") or "process"))
    chart = Chart(key, plain(str(content.get("name") or "")), asks_first=True)
    tree = _Tree(chart, Reading([chart]))
    begin = tree.add(Node("begin ", Kind.START), [])
    tails = _chain(tree, content["nodeConfig"], [_from(begin)], 0)
    if tails:
        tree.add(Node("end ", Kind.END), tails)
    for flow, target in tree.jumps:
        if target in chart.nodes:
            chart.flows.append(replace(flow, target=target))
        else:
            tree.reading.flaws.append(Flaw("flow_to_nothing", flow.source, target))
    return tree.reading


def _from(node: Node, name: str = "", condition: str = "", *, is_default: bool = False) -> Tail:
    return Tail(Flow("", node.id, "", name, condition, bool(condition) or name != "", is_default))


def _chain(tree: _Tree, model: Json, tails: list[Tail], depth: int) -> list[Tail]:
    """Read a node and all that follows it; gives the ways that are open at its end."""
    if depth > BRANCH_DEPTH_MAX:
        raise Unreadable("too_large", f"{BRANCH_DEPTH_MAX} branches")
    while isinstance(model, dict):
        tails = _node(tree, model, tails, depth)
        model = model.get("childNode")
    return tails


def _node(tree: _Tree, model: Model, tails: list[Tail], depth: int) -> list[Tail]:
    kind = whole(model, "type", Type.APPROVAL)
    name = plain(str(model.get("nodeName") or ""))
    id = plain(str(model.get("nodeKey") or "")) or f"{name or 'node'} {len(tree.chart.nodes)}"
    tree.count()
    if model.get("callAi"):
        tree.gap("callAi", id, "automatic", plain(str(model["callAi"])))
    if not tails and kind != Type.END:
        tree.reading.flaws.append(Flaw("unreachable", id, name))
    match kind:
        case Type.APPROVAL | Type.CALL:
            element = "approval" if kind == Type.APPROVAL else "callProcess"
            return _approval(tree, model, Node(id, Kind.TASK, name, element), tails)
        case Type.BRANCHES | Type.PARALLEL | Type.INCLUSIVE:
            return _branches(tree, model, id, tails, depth)
        case Type.ROUTE | Type.ROUTES:
            return _route(tree, model, Node(id, Kind.EXCLUSIVE, name, "route"), tails)
        case Type.END | Type.REFUSES:
            if kind == Type.REFUSES:
                tree.gap("node", id, "automatic", name)
            tree.add(Node(id, Kind.TERMINATE if depth else Kind.END, name, "end"), tails)
            return []
    return [_from(tree.add(_simple(tree, model, kind, id, name), tails))]


def _simple(tree: _Tree, model: Model, kind: int, id: str, name: str) -> Node:
    """A node with one way on: the beginning, a wait, what is only passed through, or what is not known."""
    if kind == Type.MAJOR:
        return Node(id, Kind.TASK, name, "major", who=INITIATOR)
    if kind == Type.TIMER:
        return _timer(tree, model, Node(id, Kind.WAIT, name, "timer"))
    why = PASSED_THROUGH.get(kind)
    tree.gap("node", id, why or "unknown_node", name)
    return Node(id, Kind.PASS if why else Kind.TASK, name, str(kind), who=None if why else INITIATOR)


def _approval(tree: _Tree, model: Model, node: Node, tails: list[Tail]) -> list[Tail]:
    """A step, with who, how many, until when, and where a refusal leads."""
    if node.element == "callProcess":
        tree.gap("node", node.id, "called_process", plain(str(model.get("callProcess") or "")))
    automatic = whole(model, "typeOfApprove", 1)
    if automatic in (BY_ITSELF_PASSES, BY_ITSELF_REFUSES):
        tree.gap("node", node.id, "automatic", f"typeOfApprove {automatic}")
        passed = tree.add(replace(node, kind=Kind.PASS if automatic == BY_ITSELF_PASSES else Kind.END), tails)
        return [_from(passed)] if passed.kind is Kind.PASS else []
    people = people_of(model, node.id, tree.chart.variables)
    _tell(tree, model, node, people)
    made = tree.add(
        replace(node, who=people.who, joint=people.joint, refuse=_refusal(tree, model, node)),
        tails,
    )
    return [_from(made), *_expiry(tree, model, made)]


def _tell(tree: _Tree, model: Model, node: Node, people: People) -> None:
    """Say what of a step is not taken over."""
    tree.count()
    if people.unsaid:
        tree.gap("assignee", node.id, "people", people.unsaid)
    elif people.who is None:
        tree.gap("assignee", node.id, "nobody_named")
    if whole(model, "approveSelf", 0):
        tree.count()
        tree.gap("approveSelf", node.id, "approve_self", str(model.get("approveSelf")))
    extra = model.get("extendConfig")
    if isinstance(extra, dict) and extra.get("formConfig"):
        tree.count()
        tree.gap("formConfig", node.id, "form", "formConfig")


def _refusal(tree: _Tree, model: Model, node: Node) -> str:
    """Give where a refusal leads; without a word of it, it ends the case."""
    strategy = whole(model, "rejectStrategy", 0)
    if not strategy:
        return "end"
    tree.count()
    if strategy not in EXACT_REFUSALS:
        tree.gap("rejectStrategy", node.id, "refusal", str(strategy))
    refuse = REFUSALS.get(strategy, "previous")
    if whole(model, "rejectStart", 1) == STRAIGHT:
        tree.count()
        return f"{refuse} straight" if refuse != "end" else refuse
    return refuse


def _expiry(tree: _Tree, model: Model, made: Node) -> list[Tail]:
    """A period after which the step passes or refuses by itself."""
    hours = whole(model, "term", 0)
    if model.get("termAuto") is not True or hours <= 0:
        return []
    tree.count()
    edge = Node(
        f"{made.id} term", Kind.BOUNDARY, "", "term", period=f"{min(hours, TERM_HOURS_MAX)} hours", attached=made.id
    )
    edge = tree.add(edge, [])
    if whole(model, "termMode", 0) == 0:
        return [_from(edge)]
    tree.add(Node(f"{made.id} refused", Kind.END, "", "term"), [_from(edge)])
    return []


def _timer(tree: _Tree, model: Model, node: Node) -> Node:
    """A wait: `2:h` and `1:d` can be said, minutes and times of day can not."""
    extra = model.get("extendConfig")
    time = plain(str(extra.get("time", ""))) if isinstance(extra, dict) else ""
    amount, _, unit = time.partition(":")
    period = (
        f"{int(amount)} {_HOURS[unit]}"
        if unit in _HOURS and amount.isdigit() and len(amount) <= DIGITS_MAX and int(amount)
        else ""
    )
    if not period:
        tree.gap("node", node.id, "timer", time)
    return replace(node, period=period)


def _branches(tree: _Tree, model: Model, id: str, tails: list[Tail], depth: int) -> list[Tail]:
    """Ways side by side: one of them (4), all (8), or those whose condition holds (9)."""
    key, gate = BRANCHING[Type(whole(model, "type", Type.BRANCHES))]
    listed = model.get(key)
    branches = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    if not branches:
        return tails
    split = tree.add(Node(id, gate, plain(str(model.get("nodeName") or "")), key), tails)
    open_ways: list[Tail] = []
    for branch in sorted(branches, key=lambda one: whole(one, "priorityLevel", 0)):
        way = _way(tree, branch, split, branches)
        if whole(branch, "type", Type.CONDITION) == Type.CONDITION:
            tree.count()
            open_ways += _chain(tree, branch.get("childNode"), [way], depth + 1)
        else:
            open_ways += _chain(tree, branch, [way], depth + 1)
    if not open_ways:
        return []
    return [_from(tree.add(Node(f"{id} join", gate, split.name, key), open_ways))]


def _way(tree: _Tree, branch: Model, split: Node, branches: list[dict[str, Json]]) -> Tail:
    """Give the way into a branch, with its condition; the one without any is taken where no other fits."""
    name = plain(str(branch.get("nodeName") or ""))
    if split.kind is Kind.PARALLEL:
        return _from(split)
    listed = branch.get("conditionList")
    if not listed:
        alone = sum(not one.get("conditionList") for one in branches) == 1
        return Tail(Flow("", split.id, "", name, "", is_default=alone))
    tree.count()
    condition = condition_of(listed, whole(branch, "conditionMode", 1), tree.chart.variables)
    if not condition:
        tree.gap("condition", f"{split.id} {name}", "condition", plain(str(listed)))
    return Tail(Flow("", split.id, "", name, condition, is_conditional=True))


def _route(tree: _Tree, model: Model, node: Node, tails: list[Tail]) -> list[Tail]:
    """Jumps to other nodes by conditions; where none fits, on. Keys stand as they are, or behind `route:`."""
    split = tree.add(node, tails)
    listed = model.get("routeNodes")
    routes = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    for one in routes[:TARGETS_MAX]:
        tree.count()
        target = plain(str(one.get("nodeKey"))).removeprefix(ROUTE_PREFIX)
        if target == ROUTE_ON and not one.get("conditionList"):
            continue
        way = _way(tree, one, split, [*routes, {}])
        tree.jumps.append(
            (
                replace(way.flow, id=f"{split.id} jump {len(tree.jumps)}", is_default=False),
                target,
            )
        )
    return [Tail(Flow("", split.id, "", "", is_default=True))]
