"""Plone's DCWorkflow: states, transitions with guards by role, permission, group and expression, permission maps."""

from dataclasses import replace
from xml.etree.ElementTree import Element

from adapters.exchange.bpmn.people import role
from adapters.exchange.chart import INITIATOR, NODES_MAX, Chart, Flaw, Flow, Gap, Kind, Node, Reading, Unreadable
from adapters.exchange.markup import plain
from engine.values import Json

ROOT = "dc-workflow"
OWNER, MANAGER = "owner", "manager"
EVERYBODY = frozenset({"anonymous", "authenticated", "member"})
_BEHIND = ("after_script", "before_script")


def read_workflow(root: Element) -> Reading:
    """Read a workflow: a state where somebody can do something is a step, one that nothing leaves is an end."""
    reading = Reading()
    chart = Chart(plain(root.get("workflow_id")) or "workflow", plain(root.get("title")), acts_are_moves=True)
    moves = {plain(move.get("transition_id")): move for move in root.iterfind("transition")}
    states = list(root.iterfind("state"))
    if len(states) + len(moves) > NODES_MAX:
        raise Unreadable("too_large", f"{NODES_MAX} states")
    known = {plain(state.get("state_id")) for state in states}
    for state in states:
        _state(state, moves, chart, reading, known)
    _begin(root, chart, reading, known)
    leaves: dict[str, list[Element]] = {}
    for state in states:
        for one in state.iterfind("exit-transition"):
            leaves.setdefault(plain(one.get("transition_id")), []).append(state)
    for id, move in moves.items():
        _move(id, move, leaves.get(id, []), reading, known)
    _besides(root, reading)
    _let_rest(chart, plain(root.get("initial_state")))
    reading.charts.append(chart)
    if not states:
        reading.flaws.append(Flaw("no_process", chart.key, "0"))
    return reading


def _state(state: Element, moves: dict[str, Element], chart: Chart, reading: Reading, known: set[str]) -> None:
    id = plain(state.get("state_id"))
    reading.constructs += 1
    if not id or id in chart.nodes:
        reading.flaws.append(Flaw("duplicate_id" if id else "node_without_id", id, id or "state"))
        return
    exits = [plain(one.get("transition_id")) for one in state.iterfind("exit-transition")]
    reading.constructs += len(exits)
    for name in exits:
        if name and name not in moves:
            reading.flaws.append(Flaw("flow_to_nothing", id, name))
    leaving = [(name, moves[name]) for name in dict.fromkeys(exits) if name in moves]
    title = plain(state.get("title")) or id
    chart.nodes[id] = Node(id, Kind.TASK if leaving else Kind.END, title, "state", who=_who_works(state, leaving))
    _permissions(state, id, reading)
    if not leaving:
        return
    choice = f"{id} ways"
    chart.nodes[choice] = Node(choice, Kind.EXCLUSIVE, title)
    chart.flows.append(Flow(f"{id} to ways", id, choice))
    for name, move in leaving:
        target = plain(move.get("new_state")) or id
        if target in known:
            chart.flows.append(Flow(f"{id} {name}", choice, target, _title(move, name), who=_guarded(move, state)))


def _title(move: Element, name: str) -> str:
    action = move.find("action")
    return plain(move.get("title")) or plain(action.text if action is not None else "") or name


def _begin(root: Element, chart: Chart, reading: Reading, known: set[str]) -> None:
    first = plain(root.get("initial_state"))
    if first not in known:
        reading.flaws.append(Flaw("flow_to_nothing", chart.key, f"initial_state {first}"))
        return
    chart.nodes["start "] = Node("start ", Kind.START)
    chart.flows.append(Flow("start way", "start ", first))


def _let_rest(chart: Chart, first: str) -> None:
    """Where no end can be come to any more, as with published pages, cases rest; the first state is work."""
    before: dict[str, set[str]] = {id: set() for id in chart.nodes}
    for flow in chart.flows:
        before[flow.target].add(flow.source)
    ending = [node.id for node in chart.nodes.values() if node.kind is Kind.END]
    found = set(ending)
    while ending:
        fresh = before[ending.pop()] - found
        found |= fresh
        ending += fresh
    for id, node in chart.nodes.items():
        if node.kind is Kind.TASK and id not in found and id != first:
            chart.nodes[id] = replace(node, rests=True)


def _who_works(state: Element, leaving: list[tuple[str, Element]]) -> Json:
    """Give who has the task: those whom one of its moves names, else those who may change things there."""
    for _, move in leaving:
        if (who := _guarded(move, state)) is not None:
            return who
    allowed = _allowed(state, "modify")
    return _person(allowed[0]) if allowed else INITIATOR


def _allowed(state: Element, permission: str) -> list[str]:
    """Give the roles that have a permission in a state, without those that everybody or only administrators hold."""
    for entry in state.iterfind("permission-map"):
        if permission.lower() in plain(entry.get("name")).lower():
            names = [plain(one.text) for one in entry.iterfind("permission-role")]
            return [name for name in names if name and name.lower() not in (MANAGER, *EVERYBODY)]
    return []


def _person(name: str) -> Json:
    return INITIATOR if name.lower() == OWNER else role(name)


def _named(move: Element, state: Element) -> list[str]:
    """Give the roles and groups that may take a move: by name, else by the permission that the state gives them."""
    guard = move.find("guard")
    if guard is None:
        return []
    named = [plain(one.text) for tag in ("guard-role", "guard-group") for one in guard.iterfind(tag)]
    named = [name for name in named if name and name.lower() not in (MANAGER, *EVERYBODY)]
    return named or [name for one in guard.iterfind("guard-permission") for name in _allowed(state, plain(one.text))]


def _guarded(move: Element, state: Element) -> Json:
    """Give who may take a move: the first of them; None where the guard names nobody that can be said."""
    named = _named(move, state)
    return _person(named[0]) if named else None


def _move(id: str, move: Element, leaves: list[Element], reading: Reading, known: set[str]) -> None:
    """Count a transition and its guards, and say what of them is not taken over."""
    reading.constructs += 1
    target = plain(move.get("new_state"))
    if target and target not in known:
        reading.flaws.append(Flaw("flow_to_nothing", id, target))
    scripts = [plain(move.get(name)) for name in _BEHIND if plain(move.get(name))]
    if scripts:
        reading.gaps.append(Gap("transition", id, "script", ", ".join(scripts)))
    elif plain(move.get("trigger")) == "AUTOMATIC":
        reading.gaps.append(Gap("transition", id, "automatic_move"))
    guard = move.find("guard")
    is_said = all(len(_named(move, state)) == 1 for state in leaves)
    for number, one in enumerate(guard if guard is not None else ()):
        reading.constructs += 1
        if one.tag == "guard-expression" or not is_said:
            reading.gaps.append(Gap(str(one.tag), f"{id} {number + 1}", "guard", plain(one.text)))


def _permissions(state: Element, id: str, reading: Reading) -> None:
    for permission in state.iterfind("permission-map"):
        reading.constructs += 1
        name = plain(permission.get("name"))
        reading.gaps.append(Gap("permission-map", f"{id} {name}", "permission", name))
    for group in state.iterfind("group-map"):
        reading.constructs += 1
        reading.gaps.append(
            Gap("group-map", f"{id} {plain(group.get('name'))}", "permission", plain(group.get("name")))
        )


def _besides(root: Element, reading: Reading) -> None:
    """Count variables, worklists and scripts, which our language has in other ways."""
    for tag, name, why in (
        ("variable", "variable_id", "variable"),
        ("worklist", "worklist_id", "worklist"),
        ("script", "script_id", "script"),
    ):
        for element in root.iterfind(tag):
            id = plain(element.get(name))
            reading.constructs += 1
            if id not in KEPT:
                reading.gaps.append(Gap(tag, id, why, id))


KEPT = frozenset({"action", "actor", "comments", "review_history", "time"})
"""Variables that hold what our history records of every act: what, who, with which opinion, when."""
