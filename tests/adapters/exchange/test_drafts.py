"""Models as people draw and store them: read, kept in the order of the file, asked for where something is decided."""

import json

import pytest

from adapters.exchange.chart import Flaw, Gap
from adapters.exchange.languages import drafted, examined, read
from engine.checking import check
from engine.definition import Definition, Target
from service.rules import GUARDS
from tests.adapters.exchange.models import MODEL, bpmn, document

WAYS = ("start > xor1 > A > xor2 > end", "xor1 > B > xor2", "xor1 > C > xor2")
"""Three steps to choose from: flows f1, f4 and f6 lead to them."""


def made(content: bytes) -> Definition:
    """Import a model; its definition has to pass our own checks."""
    draft, gaps = drafted(read(content))
    assert draft is not None, gaps
    checked = check(draft.text, file="made.yaml", book=GUARDS)
    assert checked.is_sound, (draft.text, checked.problems)
    assert checked.definition is not None
    return checked.definition


def conditional(text: str, **conditions: str) -> bytes:
    """Put conditions on flows of a model."""
    for flow, condition in conditions.items():
        start = text.index(f'<sequenceFlow id="{flow}"')
        end = text.index("/>", start)
        said = f"><conditionExpression>{condition}</conditionExpression></sequenceFlow>"
        text = text[:start] + text[start:end] + said + text[end + 2 :]
    return text.encode()


def told(targets: tuple[Target, ...]) -> list[tuple[str, str]]:
    """Give the targets of an action, each with its condition."""
    return [(one.state, one.when.source if one.when is not None else "") for one in targets]


def test_overlapping_conditions_keep_the_order_of_the_file() -> None:
    """The first that holds is taken, so another order would send large amounts the wrong way."""
    content = conditional(bpmn(*WAYS), f1="${amount &gt; 100}", f4="${amount &gt; 10}", f6="return amount &lt;= 10;")
    assert told(made(content).states["start"].actions["submit"].to) == [
        ("a", "item.amount > 100.0"),
        ("b", "item.amount > 10.0"),
        ("c", "item.amount <= 10.0"),
    ]


def test_what_the_first_gateway_decides_by_is_asked_when_sent_off() -> None:
    """Else no case could ever leave the beginning."""
    content = conditional(bpmn(*WAYS), f1="${fast}", f4="${amount &gt; 10}", f6="${amount &lt;= 10}")
    assert set(made(content).states["start"].form.require) == {"amount", "fast"}


def test_a_step_beside_others_asks_for_what_it_decides_by() -> None:
    """The initiator can not know at the start what a reviewer will find."""
    ways = ("start > R > and1 > A > xor1 > xor2 > and2 > E > end", "xor1 > D > xor2", "and1 > B > and2")
    states = made(conditional(bpmn(*ways), f4="${fine}", f8="${!fine}")).states
    asking = [action.form.require for action in states["a_and_b"].actions.values() if action.form.require]
    assert asking == [("fine",)]
    assert not states["r"].form.require


def test_ways_that_exclude_each_other_are_not_taken_together() -> None:
    """An inclusive gateway over one choice would otherwise give states that no case can come to."""
    ways = ("start > T > or1 > A > or2 > end", "or1 > B > or2", "or1 > C > or2")
    text = bpmn(*ways).replace('<inclusiveGateway id="or1"', '<inclusiveGateway default="f7" id="or1"')
    states = made(conditional(text, f2="${kind == 'a'}", f5="${kind == 'b'}")).states
    assert "a_and_b" not in states
    assert {"a", "b"} <= states.keys()


def test_a_wait_that_somebody_may_cut_short_has_somebody() -> None:
    """A signal that nobody may note would leave only the clock."""
    wait = (
        '<process id="p"><startEvent id="s"/><subProcess id="sub"><startEvent id="i"/><intermediateCatchEvent id="w">'
        "<timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition></intermediateCatchEvent>"
        '<endEvent id="o"/><sequenceFlow id="x" sourceRef="i" targetRef="w"/><sequenceFlow id="y" sourceRef="w"'
        ' targetRef="o"/></subProcess><boundaryEvent id="b" attachedToRef="sub"><signalEventDefinition/>'
        '</boundaryEvent><endEvent id="e"/><sequenceFlow id="f" sourceRef="s" targetRef="sub"/>'
        '<sequenceFlow id="g" sourceRef="sub" targetRef="e"/><sequenceFlow id="h" sourceRef="b" targetRef="e"/>'
        "</process>"
    )
    assert made(document(wait).encode()).states["w"].actions.keys() == {"b", "go_on"}


def test_flows_without_ids_are_numbered_and_told() -> None:
    """BPMN lets them be nameless, and most models for engines do: that is no flaw of the control flow."""
    text = bpmn(*WAYS)
    for number in range(10):
        text = text.replace(f'<sequenceFlow id="f{number}"', "<sequenceFlow")
    flaws, reading = examined(text.encode())
    assert flaws == []
    assert reading.notes == [Flaw("flow_without_id", "p", "8")]
    assert len(made(text.encode()).states) == 5


def test_a_step_that_leads_to_too_many_places_is_named() -> None:
    """Whoever drew it has to know which gateways to give conditions."""
    split = [f"and1 > xor{one} > A{one} > xor{one}e > and2" for one in range(1, 7)]
    split += [f"xor{one} > B{one} > xor{one}e" for one in range(1, 7)]
    draft, gaps = drafted(read(bpmn("start > T > and1", *split, "and2 > end").encode()))
    assert draft is None
    assert gaps[-1] == Gap("userTask", "T", "too_many_ways", "T: 64 > 40")


def test_a_file_without_a_process_says_so() -> None:
    """Not the last thing that was left out, but that there is nothing to make a definition of."""
    _, gaps = drafted(read(document('<collaboration id="c"><textAnnotation id="t"/></collaboration>').encode()))
    assert gaps[-1].why == "no_process"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gbk", "gb18030", "big5"])
def test_markup_is_read_in_the_encodings_of_chinese_programs(encoding: str) -> None:
    """A designer of ten years ago did not write UTF-8."""
    text = bpmn("start > A > end").replace('name="A"', 'name="審批"').replace("UTF-8", encoding.removesuffix("-sig"))
    titles = [state.title.zh for state in made(text.encode(encoding)).states.values()]
    assert "審批" in titles


def flowlong(**model: object) -> dict[str, object]:
    """Give a process in which the initiator's step is followed by a model."""
    return {"name": "请假", "nodeConfig": {"nodeName": "发起人", "type": 0, "childNode": model}}


def branch(name: str, mode: int, user: str, *conditions: tuple[str, str, str]) -> dict[str, object]:
    """Give a branch as older designers store it: a plain list of comparisons, people in a list of users."""
    listed = [{"label": f"{field}?", "field": field, "operator": sign, "value": to} for field, sign, to in conditions]
    step = {"nodeName": name, "type": 1, "setType": 1, "nodeUserList": [{"id": user, "name": name}]}
    return {"nodeName": name, "type": 3, "conditionMode": mode, "conditionList": listed, "childNode": step}


@pytest.mark.parametrize(("mode", "joined"), [(1, "&&"), (2, "||")])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_older_flowlong_models_mean_what_they_meant(mode: int, joined: str, encoding: str) -> None:
    """All comparisons of a plain list or any, as its mode says; the people of its own list; in any encoding."""
    nodes = [branch("长期", mode, "u1", ("day", ">", "7"), ("kind", "=", "事假")), branch("短期", 1, "u2")]
    stored = {"modelContent": json.dumps(flowlong(nodeName="路由", type=4, conditionNodes=nodes), ensure_ascii=False)}
    definition = made(json.dumps(stored, ensure_ascii=False).encode(encoding))
    first = next(iter(definition.states.values())).actions["submit"].to[0]
    assert first.when is not None
    assert f") {joined} (" in first.when.source or f" {joined} " in first.when.source
    assert definition.fields["day"].title.zh == "day?"
    assert str(definition.states[first.state].who).count("u1") == 1


@pytest.mark.parametrize("prefix", ["", "route:"])
def test_routes_lead_where_their_keys_say(prefix: str) -> None:
    """Some versions write `route:` before the key of a node, and name the way on."""
    condition = [[{"label": "day", "field": "day", "operator": ">", "value": "7"}]]
    step = {
        "nodeName": "主管",
        "nodeKey": "k2",
        "type": 1,
        "setType": 1,
        "nodeUserList": [{"id": "u1", "name": "主管"}],
    }
    routes = [
        {"nodeName": "回主管", "nodeKey": f"{prefix}k2", "conditionList": condition},
        *([{"nodeName": "默认", "nodeKey": "route:default", "conditionList": []}] if prefix else []),
    ]
    after = {
        "nodeName": "总监",
        "nodeKey": "k9",
        "type": 1,
        "setType": 1,
        "nodeUserList": [{"id": "u2", "name": "总监"}],
    }
    step["childNode"] = {"nodeName": "路由", "nodeKey": "r", "type": 23, "routeNodes": routes, "childNode": after}
    flaws, _ = examined(json.dumps(flowlong(**step), ensure_ascii=False).encode())
    assert flaws == []
    definition = made(json.dumps(flowlong(**step), ensure_ascii=False).encode())
    approved = next(one for one in definition.states.values() if one.title.zh == "主管").actions["complete"].to
    assert sorted(definition.states[way.state].title.zh for way in approved) == ["主管", "总监"]


def test_namespaces_may_be_written_in_any_way() -> None:
    """Prefixes are a designer's own choice."""
    text = bpmn("start > A > end").replace(f'xmlns="{MODEL}"', f'xmlns:semantic="{MODEL}"')
    for name in ("definitions", "process", "startEvent", "endEvent", "userTask", "sequenceFlow"):
        text = text.replace(f"<{name}", f"<semantic:{name}").replace(f"</{name}", f"</semantic:{name}")
    assert len(made(text.encode()).states) == 2


def test_amounts_that_exclude_each_other_make_no_state() -> None:
    """More than a hundred is more than ten as well: no case takes the first way without the second."""
    ways = ("start > T > or1 > A > or2 > end", "or1 > B > or2")
    text = bpmn(*ways)
    states = made(conditional(text, f2="${amount &gt; 100}", f5="${amount &gt; 10}")).states
    assert "a" not in states
    assert {"b", "a_and_b"} <= states.keys()


def test_a_step_of_a_system_gives_anew_what_its_loop_asks() -> None:
    """A script counts up; who does its work by hand enters the number, else the loop would never end."""
    text = bpmn("start > T > S > xor1 > end", "xor1 > S").replace('<userTask id="S"', '<scriptTask id="S"')
    states = made(conditional(text, f3="${count &gt; 3}", f4="${count &lt;= 3}")).states
    assert (states["t"].form.edit, states["s"].form.edit) == (("count",), ("count",))


def test_a_step_that_is_come_back_to_at_once_asks_anew() -> None:
    """A person counts up as well: with what was given at the start the case would come back for ever."""
    text = bpmn("start > T > S > xor1 > end", "xor1 > S")
    states = made(conditional(text, f3="${count &gt; 3}", f4="${count &lt;= 3}")).states
    assert states["s"].form.edit == ("count",)


def test_a_step_beside_others_that_is_come_back_to_asks_anew() -> None:
    """On the form of its own action; the step beside it asks for nothing."""
    text = bpmn("start > T > and1 > S > xor1 > and2 > end", "xor1 > S", "and1 > B > and2")
    states = made(conditional(text, f4="${count &gt; 3}", f6="${count &lt;= 3}")).states
    assert [action.form.edit for action in states["s_and_b"].actions.values()] == [("count",), ()]


@pytest.mark.parametrize(
    ("written", "due", "told"),
    [
        ("P5D", "5 days", []),
        ("P1DT12H", "36 hours", []),
        ("PT90M", "2 hours", [("timer_longer", "PT90M → 2 hours")]),
        ("PT10S", "1 hour", [("timer_longer", "PT10S → 1 hour")]),
        ("PT120M", "2 hours", []),
        ("P1MT1H", "", [("timer", "P1MT1H")]),
        ("R3/PT10H", "", [("timer", "R3/PT10H")]),
    ],
)
def test_timers_are_deadlines_in_whole_hours_days_or_months(
    written: str, due: str, told: list[tuple[str, str]]
) -> None:
    """A begun hour is made whole, and that is told; what can not be said is noted by hand, and told as well."""
    timer = f"<timerEventDefinition><timeDuration>{written}</timeDuration></timerEventDefinition>"
    edge = f'<boundaryEvent id="late" attachedToRef="A">{timer}</boundaryEvent>'
    text = bpmn("start > A > end", "L > end2", inside=f'{edge}<sequenceFlow id="x" sourceRef="late" targetRef="L"/>')
    _, gaps = drafted(read(text.encode()))
    assert [(gap.why, gap.found) for gap in gaps if gap.why.startswith("timer")] == told
    assert str(made(text.encode()).states["a"].due or "") == due


def test_an_event_at_the_edge_of_what_undoes_is_left_out_with_it() -> None:
    """It does hang on something: on a step that is not taken over."""
    undo = '<task id="undo" isForCompensation="true"/><boundaryEvent id="odd" attachedToRef="undo"/>'
    flaws, reading = examined(bpmn("start > A > end", inside=undo).encode())
    assert not flaws
    assert [gap.id for gap in reading.gaps if gap.why == "compensation"] == ["undo", "odd"]


EVENT_SCOPE = """
<subProcess id="late" triggeredByEvent="true">
  <startEvent id="told"><signalEventDefinition/></startEvent><userTask id="react"/><endEvent id="over"/>
  <sequenceFlow id="e1" sourceRef="told" targetRef="react"/><sequenceFlow id="e2" sourceRef="react" targetRef="over"/>
</subProcess>
"""


def test_an_event_sub_process_that_interrupts_can_begin_at_every_step() -> None:
    """Whoever has the step notes what happened; nothing of the step is left, and its own steps end the case."""
    states = made(bpmn("start > A > and1 > B > and2 > end", "and1 > C > and2", inside=EVENT_SCOPE).encode()).states
    led = {name: {action.to[0].state for action in state.actions.values()} for name, state in states.items()}
    assert led == {
        "a": {"b_and_c", "react"},
        "b_and_c": {"b", "c", "react"},
        "b": {"end", "react"},
        "c": {"end", "react"},
        "react": {"finished"},
        "end": set(),
        "finished": set(),
    }


def test_an_event_sub_process_that_does_not_interrupt_runs_beside() -> None:
    """It may begin again after it has ended, not while it runs; and the case waits for it."""
    beside = EVENT_SCOPE.replace('id="told"', 'id="told" isInterrupting="false"')
    states = made(bpmn("start > A > end", inside=beside).encode()).states
    led = {name: {action.to[0].state for action in state.actions.values()} for name, state in states.items()}
    assert led == {"a": {"end", "a_and_react"}, "a_and_react": {"a", "react"}, "react": {"finished"}} | {
        "end": set(),
        "finished": set(),
    }


def test_an_event_sub_process_that_undoes_is_left_out_and_named() -> None:
    """With each of its steps, none of which is in the definition."""
    undoing = EVENT_SCOPE.replace("signalEventDefinition", "compensateEventDefinition")
    draft, gaps = drafted(read(bpmn("start > A > end", inside=undoing).encode()))
    assert draft is not None
    assert [gap.id for gap in gaps if gap.why == "event_scope"] == ["late", "told", "react", "over"]
    assert "react" not in draft.text


def test_event_sub_processes_that_make_too_many_states_are_left_out_and_named() -> None:
    """Six steps side by side and two things that may happen beside them: the steps alone are one state."""
    beside = EVENT_SCOPE.replace('id="told"', 'id="told" isInterrupting="false"')
    more = beside
    for name in ("late", "told", "react", "over", "e1", "e2"):
        more = more.replace(f'"{name}"', f'"{name}_too"')
    ways = ["start > and1", "and2 > end", *(f"and1 > {letter} > and2" for letter in "ABCDEF")]
    draft, gaps = drafted(read(bpmn(*ways, inside=beside + more).encode()))
    assert draft is not None
    assert len([gap for gap in gaps if gap.why == "event_scope"]) == len(["late", "told", "react", "over"]) * 2
    assert "a_and_b_and_c_and_d_and_e_and_f" in draft.text


def test_what_vendors_add_is_named_wherever_it_stands() -> None:
    """On the process, on events, on gateways and on flows, not on steps alone."""
    camunda = 'xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
    listener = f"<extensionElements><camunda:executionListener {camunda}/></extensionElements>"
    text = bpmn("start > xor1 > A > end")
    for element in ('startEvent id="start" name="start"', 'exclusiveGateway id="xor1" name="xor1"'):
        text = text.replace(f"<{element}/>", f"<{element}>{listener}</{element.split()[0]}>")
    text = text.replace('<process id="p" name="Trial">', f'<process id="p" name="Trial">{listener}')
    flow = '<sequenceFlow id="f0" sourceRef="start" targetRef="xor1"'
    text = text.replace(f"{flow}/>", f"{flow}>{listener}</sequenceFlow>")
    gaps = read(text.encode()).gaps
    assert {gap.id for gap in gaps if gap.why == "extension"} == {"p", "start", "xor1", "f0"}


def test_people_named_by_the_data_of_a_step_are_read() -> None:
    """As jBPM writes them: GroupId is a role, ActorId a user; a variable is told as people that can not be read."""
    for name, value, who in (
        ("GroupId", "clerks", "clerks"),
        ("ActorId", "mary", "mary"),
        ("ActorId", "#{boss}", ""),
    ):
        inner = (
            f'<ioSpecification><dataInput id="i" name="{name}"/></ioSpecification><dataInputAssociation>'
            f"<targetRef>i</targetRef><assignment><from>{value}</from><to>i</to></assignment></dataInputAssociation>"
        )
        step = f'<userTask id="A" name="A">{inner}</userTask>'
        text = bpmn("start > A > end").replace('<userTask id="A" name="A"/>', step)
        draft, gaps = drafted(read(text.encode()))
        assert draft is not None
        told_of_people = [(gap.id, gap.found) for gap in gaps if gap.why == "people"]
        assert (who in draft.text, told_of_people) == (True, [] if who else [("A", value)])
