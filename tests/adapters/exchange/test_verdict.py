"""The verdict on control flows: each kind of flaw is found, with the shortest way to it, and nothing else is blamed."""

import random
from collections import Counter, deque
from collections.abc import Iterator

import pytest

from adapters.exchange.bpmn.reading import read_bpmn
from adapters.exchange.chart import Chart, Flow, Kind
from adapters.exchange.languages import examined
from adapters.exchange.net.normal import normal
from adapters.exchange.net.places import compiled
from adapters.exchange.net.reduction import reduced
from adapters.exchange.net.verdict import judge
from adapters.exchange.net.walk import walk
from tests.adapters.exchange.models import bpmn, document, random_block, random_chart

Marking = frozenset[tuple[str, int]]
SOUND = (
    ("start > A > end",),
    ("start > A > xor1 > B > xor2 > end", "xor1 > C > xor2"),
    ("start > and1 > A > and2 > end", "and1 > B > C > and2"),
    ("start > or1 > A > or2 > end", "or1 > B > or2", "or1 > C > or2"),
    ("start > xor1 > A > xor2 > end", "xor2 > B > xor1"),
    ("start > and1 > A > end1", "and1 > B > end2"),
    ("start > A > B > end", "A > C > and1 > end1", "A > D > and1"),
    ("start1 > A > end", "start2 > A"),
)
UNSOUND = (
    ("deadlock", "and1", ("start > xor1 > A > and1 > end", "xor1 > B > and1")),
    ("not_synchronised", "xor1", ("start > and1 > A > xor1 > C > end", "and1 > B > xor1")),
    ("ends_twice", "end", ("start > and1 > A > end", "and1 > B > end")),
    ("livelock", "xor1", ("start > xor1 > A > B > xor1",)),
    ("unreachable", "B", ("start > A > end", "B > end")),
    ("deadlock", "and1", ("start1 > A > and1 > end", "start2 > B > and1")),
    ("deadlock", "and2", ("start > and1 > A > and2 > end", "and1 > xor1 > B > and2", "xor1 > C > end2")),
    ("not_synchronised", "or1", ("start > or1 > A > xor1 > C > end", "or1 > B > xor1")),
)


def codes(text: str) -> list[tuple[str, str]]:
    """Give the flaws of a file as code and place."""
    flaws, _ = examined(text.encode())
    return [(flaw.code, flaw.where) for flaw in flaws]


@pytest.mark.parametrize("ways", SOUND)
def test_what_is_sound_is_called_sound(ways: tuple[str, ...]) -> None:
    """Else nobody would believe the tool when it complains."""
    assert codes(bpmn(*ways)) == []


@pytest.mark.parametrize(("code", "where", "ways"), UNSOUND)
def test_each_kind_of_flaw_is_found_where_it_is(code: str, where: str, ways: tuple[str, ...]) -> None:
    """Else a model that gets stuck would be published; the flaw names the node and a way that shows it."""
    flaws, _ = examined(bpmn(*ways).encode())
    found = {flaw.code: flaw for flaw in flaws}
    assert code in found, flaws
    if code != "not_synchronised":
        assert found[code].where == where
    if code != "unreachable":
        assert found[code].trace


def test_the_trace_is_a_shortest_way() -> None:
    """A long detour would not help whoever has to mend the model."""
    ways = ("start > A > xor0 > B > xor1 > C > and1 > end", "xor1 > D > and1", "xor0 > L > A")
    flaws, _ = examined(bpmn(*ways).encode())
    assert flaws[0].trace[:5] == ("start", "A", "xor0", "B", "xor1")
    assert "L" not in flaws[0].trace


@pytest.mark.parametrize(
    ("inside", "code", "where"),
    [
        ('<sequenceFlow id="f" sourceRef="start"/>', "flow_without_end", "f"),
        ('<sequenceFlow id="f" sourceRef="start" targetRef="nothing"/>', "flow_to_nothing", "f"),
        ('<sequenceFlow id="f" sourceRef="start" targetRef="far"/>', "flow_leaves_pool", "f"),
        ('<sequenceFlow id="f" sourceRef="end" targetRef="start"/>', "into_start", "start"),
        ('<task id="start"/>', "duplicate_id", "start"),
        ("<task/>", "node_without_id", "task 3"),
        ('<task id="t"><incoming>gone</incoming></task>', "missing_flow", "t"),
        ('<exclusiveGateway id="g" default="gone"/>', "default_elsewhere", "g"),
        ('<boundaryEvent id="b" attachedToRef="gone"/>', "attached_to_nothing", "b"),
        (
            '<subProcess id="s"><task id="t"/></subProcess><sequenceFlow id="f" sourceRef="start" targetRef="t"/>',
            "flow_crosses",
            "f",
        ),
        (
            '<intermediateThrowEvent id="l"><linkEventDefinition name="x"/></intermediateThrowEvent>',
            "link_without_end",
            "l",
        ),
    ],
)
def test_what_is_not_whole_is_named(inside: str, code: str, where: str) -> None:
    """Missing ids and targets would otherwise be dropped in silence."""
    far = '<process id="q"><task id="far"/></process>'
    text = document(f'{far}<process id="p"><startEvent id="start"/><endEvent id="end"/>{inside}</process>')
    assert (code, where) in codes(text)


EDGES = """<process id="p"><startEvent id="start"/><subProcess id="sub"><startEvent id="s"/><task id="T"/>
<endEvent id="e"/><sequenceFlow id="a" sourceRef="s" targetRef="T"/>
<sequenceFlow id="b" sourceRef="T" targetRef="e"/></subProcess>
<boundaryEvent id="late" attachedToRef="sub" {how}><timerEventDefinition/></boundaryEvent><task id="L"/>{end}
<parallelGateway id="join"/><endEvent id="end"/>
<sequenceFlow id="f1" sourceRef="start" targetRef="sub"/><sequenceFlow id="f2" sourceRef="sub" targetRef="join"/>
<sequenceFlow id="f3" sourceRef="late" targetRef="L"/><sequenceFlow id="f4" sourceRef="L" targetRef="{to}"/>
<sequenceFlow id="f5" sourceRef="join" targetRef="end"/></process>"""


def test_events_at_the_edge_of_a_sub_process_take_its_tokens_away() -> None:
    """An interrupting one that leads to a join with the normal way deadlocks; one with an end of its own does not."""
    own = '<endEvent id="end2"/>'
    assert codes(document(EDGES.format(how="", end=own, to="end2"))) == []
    stuck = codes(document(EDGES.format(how="", end="", to="join")))
    assert ("deadlock", "join") in stuck


def test_a_terminating_end_takes_all_tokens_away() -> None:
    """Parallel steps do not keep a terminated process open, and no second end is come to."""
    terminate = '<endEvent id="end2"><terminateEventDefinition/></endEvent>'
    terminate += '<sequenceFlow id="x" sourceRef="B" targetRef="end2"/>'
    assert codes(bpmn("start > and1 > A > and2 > end", "and1 > xor1 > C > and2", "xor1 > B", inside=terminate)) == []


def plain_verdict(chart: Chart) -> tuple[set[str], set[str]]:
    """Judge a chart of steps, exclusive and parallel gateways by playing tokens, without any tricks."""
    moves = _moves(chart, chart.incoming(), chart.outgoing())
    alive: set[str] = set()
    leads: dict[Marking, list[Marking | None]] = {}
    waiting = deque([frozenset({("begin", 1)})])
    while waiting:
        marking = waiting.popleft()
        if marking not in leads:
            leads[marking] = []
            for node, take, put in moves:
                if take <= {flow for flow, _ in marking}:
                    alive.add(node)
                    leads[marking].append(_moved(marking, take, put))
            waiting += [after for after in leads[marking] if after is not None]
    return set(_faults(leads)), {name for name in chart.nodes if name not in alive}


def _moved(marking: Marking, take: set[str], put: list[str]) -> Marking | None:
    """Move tokens; None where one is doubled."""
    tokens = Counter(dict(marking))
    tokens.subtract(take)
    tokens.update(put)
    return None if max(tokens.values(), default=0) > 1 else frozenset((+tokens).items())


def _faults(leads: dict[Marking, list[Marking | None]]) -> Iterator[str]:
    if any(None in after for after in leads.values()):
        yield "doubled"
    if any(not after and any(flow != "ended" for flow, _ in marking) for marking, after in leads.items()):
        yield "deadlock"
    ending = {marking for marking, after in leads.items() if not after or None in after}
    while more := {marking for marking in leads.keys() - ending if ending.intersection(leads[marking])}:
        ending |= more
    if leads.keys() - ending:
        yield "livelock"


def _moves(
    chart: Chart, into: dict[str, list[Flow]], out: dict[str, list[Flow]]
) -> list[tuple[str, set[str], list[str]]]:
    """Give what each node can take and put."""
    moves: list[tuple[str, set[str], list[str]]] = []
    for node in chart.nodes.values():
        takes, puts = [flow.id for flow in into[node.id]], [flow.id for flow in out[node.id]]
        match node.kind:
            case Kind.START:
                moves.append((node.id, {"begin"}, puts))
            case Kind.END:
                moves += [(node.id, {take}, ["ended"]) for take in takes]
            case Kind.PARALLEL:
                moves += [(node.id, {*takes}, puts)] if takes else []
            case Kind.EXCLUSIVE:
                moves += [(node.id, {take}, chosen) for take in takes for chosen in [[put] for put in puts] or [[]]]
            case _ if len(takes) > 1:  # a step with several ways in merges them first
                moves += [(node.id, {take}, [f"into {node.id}"]) for take in takes]
                moves.append((node.id, {f"into {node.id}"}, puts))
            case _:
                moves += [(node.id, {take}, puts) for take in takes]
    return moves


def assert_same(chart: Chart) -> None:
    """Compare the verdict with the one that plays tokens."""
    wanted, dead = plain_verdict(chart)
    flaws = judge(chart)
    found = {"doubled" if flaw.code in ("not_synchronised", "ends_twice") else flaw.code for flaw in flaws}
    if "doubled" in wanted:  # what follows a doubled token is not looked at, by either
        assert "doubled" in found, (chart, flaws)
        return
    assert found - {"unreachable"} == wanted, (chart, flaws)
    assert {flaw.where for flaw in flaws if flaw.code == "unreachable"} == dead, (chart, flaws)


def test_the_verdict_is_that_of_playing_tokens() -> None:
    """Making a chart smaller, and walking markings as bits, must not change a verdict: random charts, both ways."""
    for seed in range(300):
        assert_same(random_chart(seed, nodes=7))


@pytest.mark.long
@pytest.mark.timeout(600)
def test_the_verdict_is_that_of_playing_tokens_on_many() -> None:
    """The same on six thousand."""
    for seed in range(6_000):
        assert_same(random_chart(seed, nodes=8))


def test_blocks_in_blocks_are_sound() -> None:
    """Whatever is built of well-nested blocks is sound; a gateway turned into another kind mostly is not."""
    chance = random.Random(7)
    for _ in range(60):
        assert codes(bpmn(*random_block(chance))) == []


def test_a_flood_of_markings_is_undecided_not_endless() -> None:
    """Ways side by side that cross each other and can not be folded have a million markings: told as not decided."""
    ways = [f"and1 > and{n}x > xor{n}a > A{n} > xor{n}b > and{n}y > and2" for n in range(20)]
    crossing = [f"and{n}x > X{n} > and{n + 1}y" for n in range(19)]
    flaws, _ = examined(bpmn("start > and1", "and2 > end", *ways, *crossing).encode())
    assert [flaw.code for flaw in flaws] == ["undecided"]


def test_making_smaller_makes_it_smaller() -> None:
    """Well-nested blocks fold away altogether, so that their number of markings does not matter."""
    ways = ("start > and1", "and2 > end", *(f"and1 > A{n} > xor{n}a > B{n} > xor{n}b > and2" for n in range(30)))
    (chart,) = read_bpmn(bpmn(*ways, *(f"xor{n}a > C{n} > xor{n}b" for n in range(30))).encode()).charts
    smaller, _ = reduced(normal(chart))
    assert len(smaller.nodes) <= 2
    assert len(walk(compiled(smaller)).came_by) <= 3
