"""Steps that are done again, and processes of the same file that are called: they stand in the definition."""

import pytest

from adapters.exchange.bpmn.nodes import CALLED_MAX
from adapters.exchange.languages import drafted, examined, read
from tests.adapters.exchange.models import document
from tests.adapters.exchange.test_drafts import made, told

LOOP = """<process id="p"><startEvent id="s"/><userTask id="a" name="Ask">
<standardLoopCharacteristics testBefore="{before}"{most}>{condition}</standardLoopCharacteristics></userTask>
<userTask id="b" name="Decide"/><endEvent id="e"/><sequenceFlow id="f1" sourceRef="s" targetRef="a"/>
<sequenceFlow id="f2" sourceRef="a" targetRef="b"/><sequenceFlow id="f3" sourceRef="b" targetRef="e"/></process>"""
CALLER = """<process id="p"><startEvent id="s"/><callActivity id="c" name="Call" calledElement="{called}"/>
<userTask id="z" name="After"/><endEvent id="e"/><sequenceFlow id="f1" sourceRef="s" targetRef="c"/>
<sequenceFlow id="f2" sourceRef="c" targetRef="z"/><sequenceFlow id="f3" sourceRef="z" targetRef="e"/></process>"""
CALLED = """<process id="q"><laneSet><lane name="Office"><flowNodeRef>x</flowNodeRef></lane></laneSet>
<startEvent id="i"/><userTask id="x" name="First"/><userTask id="y" name="Second"/>
<endEvent id="o"/><sequenceFlow id="g1" sourceRef="i" targetRef="x"/><sequenceFlow id="g2" sourceRef="x" targetRef="y"/>
<sequenceFlow id="g3" sourceRef="y" targetRef="o"/>{more}</process>"""


def loop(before: str = "false", most: str = "", condition: str = "") -> bytes:
    """Give a model with a step in a loop."""
    return document(LOOP.format(before=before, most=most, condition=condition)).encode()


def calls(called: str = "q", more: str = "") -> bytes:
    """Give a model that calls a process."""
    return document(CALLER.format(called=called) + CALLED.format(more=more)).encode()


def test_a_step_is_done_again_while_its_condition_holds() -> None:
    """Its completion leads back to it or on, as the condition says."""
    content = loop(condition="<loopCondition>${open}</loopCondition>")
    states = made(content).states
    assert told(states["ask"].actions["submit"].to) == [("ask", "item.open"), ("decide", "")]
    assert examined(content)[0] == []
    assert "loop" not in {gap.why for gap in drafted(read(content))[1]}


def test_a_loop_without_a_condition_is_somebody_s_choice() -> None:
    """Again, or on; how often at most is told as not taken over."""
    content = loop(most=' loopMaximum="3"')
    states = made(content).states
    assert {one.state for action in states["ask"].actions.values() for one in action.to} == {"ask", "decide"}
    assert [gap.found for gap in drafted(read(content))[1] if gap.why == "loop_most"] == ["3"]


def test_a_loop_that_asks_before_may_be_passed_by() -> None:
    """The case can start at the step after it."""
    states = made(loop(before="true", condition="<loopCondition>${open}</loopCondition>")).states
    assert told(states["start"].actions["submit"].to) == [("ask", "item.open"), ("decide", "")]


def test_a_called_process_of_the_file_stands_in_its_place() -> None:
    """With its lanes; it is no process to import besides, and every step is there once."""
    definition = made(calls())
    titles = [state.title.en for state in definition.states.values()]
    assert {"First", "Second", "After"} <= {*titles}
    assert "Call" not in titles
    whys = {gap.why for gap in drafted(read(calls()))[1]}
    assert not whys & {"called_process", "other_process"}
    assert examined(calls())[0] == []
    assert made(calls()).states["first"].who != made(calls()).states["second"].who


@pytest.mark.parametrize(
    ("called", "more"),
    [
        ("elsewhere", ""),
        ("p", ""),
        ("q", '<callActivity id="w" calledElement="q"/><sequenceFlow id="g4" sourceRef="y" targetRef="w"/>'),
    ],
)
def test_what_is_not_there_or_calls_itself_is_one_step(called: str, more: str) -> None:
    """And told."""
    assert "called_process" in {gap.why for gap in drafted(read(calls(called, more)))[1]}


def test_calls_upon_calls_do_not_grow_without_end() -> None:
    """Each process calls the next one twice: 2 to the power of 30 steps, if nobody counted."""
    several = "".join(
        f'<process id="p{n}"><startEvent id="s{n}"/><callActivity id="a{n}" calledElement="p{n + 1}"/>'
        f'<callActivity id="b{n}" calledElement="p{n + 1}"/><endEvent id="e{n}"/>'
        f'<sequenceFlow id="f{n}" sourceRef="s{n}" targetRef="a{n}"/>'
        f'<sequenceFlow id="g{n}" sourceRef="a{n}" targetRef="b{n}"/>'
        f'<sequenceFlow id="h{n}" sourceRef="b{n}" targetRef="e{n}"/></process>'
        for n in range(30)
    )
    flaws, reading = examined(document(several).encode())
    assert [flaw.code for flaw in flaws] == []
    assert sum(len(chart.nodes) for chart in reading.charts) < 2 * CALLED_MAX
