"""State machines that process mining finds in a log: activities that may begin, may follow each other, and may end.

    {"log": "title", "start": [activity, …], "end": [activity, …], "edges": [[before, after], …]}

A state is the activity done last, a move the one that follows; where a case may both end and go on, it rests.
"""

from collections.abc import Mapping

from adapters.exchange.chart import NODES_MAX, Chart, Flaw, Flow, Gap, Kind, Node, Reading, Unreadable
from adapters.exchange.markup import plain

MACHINE = frozenset({"start", "end", "edges"})
"""The keys by which such a document is known."""
BEGIN = "begin"
START = "start "
"""No activity is called so: names have no space at their end."""


def read_mined(content: Mapping[str, object]) -> Reading:
    """Read a machine; raises Unreadable where a list does not hold activities."""
    starts, ends = _activities(content, "start"), _activities(content, "end")
    following: dict[str, list[str]] = {}
    for before, after in _edges(content):
        following.setdefault(before, []).append(after)
    activities = sorted({*starts, *ends, *following, *(name for names in following.values() for name in names)})
    if len(activities) + sum(map(len, following.values())) > NODES_MAX:
        raise Unreadable("too_large", f"{NODES_MAX} activities")
    title = plain(str(content.get("log") or ""))
    chart = Chart(title or "mined", title, acts_are_moves=True)
    reading = Reading([chart], constructs=len(activities) + sum(map(len, following.values())))
    chart.nodes[START] = Node(START, Kind.START)
    chart.flows.append(Flow("start way", START, f"{BEGIN} "))
    _state(chart, f"{BEGIN} ", BEGIN, starts, may_end=False)
    for activity in activities:
        _state(chart, activity, activity, following.get(activity, []), may_end=activity in ends)
        if activity not in ends and activity not in following:
            reading.flaws.append(Flaw("dead_end", activity, activity))
            reading.gaps.append(Gap("activity", activity, "dead_end", activity))
    if not starts:
        reading.flaws.append(Flaw("no_process", chart.key, "0"))
    return reading


def _state(chart: Chart, id: str, title: str, following: list[str], *, may_end: bool) -> None:
    """Add a state with a move for each activity that may follow."""
    kind = Kind.TASK if following or not may_end else Kind.END
    chart.nodes[id] = Node(id, kind, title, "activity", rests=may_end and bool(following))
    if following:
        choice = f"{id} ways"
        chart.nodes[choice] = Node(choice, Kind.EXCLUSIVE, title)
        chart.flows.append(Flow(f"{id} to ways", id, choice))
        chart.flows += [Flow(f"{id} → {after}", choice, after, after) for after in dict.fromkeys(following)]


def _activities(content: Mapping[str, object], key: str) -> list[str]:
    listed = content[key]
    names = [plain(one) for one in listed if isinstance(one, str)] if isinstance(listed, list) else []
    if not isinstance(listed, list) or len(names) != len(listed) or "" in names:
        raise Unreadable("not_mined", key)
    return names


def _edges(content: Mapping[str, object]) -> list[tuple[str, str]]:
    listed = content["edges"]
    if not isinstance(listed, list):
        raise Unreadable("not_mined", "edges")
    found: list[tuple[str, str]] = []
    for number, edge in enumerate(listed):
        match edge:
            case [str(before), str(after)] if plain(before) and plain(after):
                found.append((plain(before), plain(after)))
            case _:
                raise Unreadable("not_mined", f"edges[{number}]")
    return found
