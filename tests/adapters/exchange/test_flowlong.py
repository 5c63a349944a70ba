"""What FlowLong's numbers mean: refusals beside other steps, and who of a role or department acts."""

import json

import pytest

from adapters.exchange.chart import Gap
from adapters.exchange.languages import drafted, read
from engine.assignment import Assignment, RoleIn, Together
from engine.definition import ActionKind, Back, State
from tests.adapters.exchange.test_drafts import flowlong, made


def step(name: str, **more: object) -> dict[str, object]:
    """Give an approval by one person, unless said otherwise."""
    people = [{"id": name.lower(), "name": name}]
    return {"nodeName": name, "nodeKey": name, "type": 1, "setType": 1, "nodeAssigneeList": people, **more}


def beside(*steps: dict[str, object]) -> bytes:
    """Give a process of branches side by side."""
    branches = [{"nodeName": "并行", "type": 3, "priorityLevel": 1, "childNode": one} for one in steps]
    return json.dumps(flowlong(nodeName="并行", nodeKey="g", type=8, parallelNodes=branches)).encode()


def refusals(state: State) -> dict[str, tuple[ActionKind, Back | None, str]]:
    """Give where the refusals of a state lead, by the seat that may."""
    return {
        action.seats[0]: (action.kind, action.back, action.to[0].state)
        for action in state.actions.values()
        if action.title.zh.startswith("驳回")
    }


def test_who_sits_beside_others_may_refuse_too() -> None:
    """Each where the model says: to the end, to the initiator, to the step before; what it can not say is told."""
    content = beside(step("A", rejectStrategy=4), step("B", rejectStrategy=1), step("C", rejectStrategy=2))
    states = made(content).states
    found = refusals(states["a_and_b_and_c"])
    first = next(name for name, state in states.items() if state.title.zh == "发起人")
    assert found["a"] == (ActionKind.NEGATIVE, None, "refused")
    assert found["b"] == (ActionKind.RETURN, None, first)
    assert found["c"][:2] == (ActionKind.RETURN, Back.PREVIOUS)
    _, gaps = drafted(read(content))
    assert [gap for gap in gaps if gap.why == "refusal_beside"] == [Gap("approval", "C", "refusal_beside")]


@pytest.mark.parametrize(
    ("strategy", "mode", "each", "votes"),
    [(1, 3, True, True), (0, 2, False, False), (None, 2, True, True), (None, 3, False, False), (0, 1, False, False)],
)
def test_one_of_a_role_claims_or_all_take_part(strategy: int | None, mode: int, *, each: bool, votes: bool) -> None:
    """Newer versions say which; without a word, all take part where all have to agree."""
    said = {} if strategy is None else {"groupStrategy": strategy}
    model = step("A", setType=3, nodeAssigneeList=[{"id": "clerk", "name": "文员"}], examineMode=mode, **said)
    state = made(json.dumps(flowlong(**model)).encode()).states["a"]
    assert (state.who, state.vote is not None) == (RoleIn("clerk", "item.unit", each), votes)


def test_all_of_several_roles_take_part() -> None:
    """A seat a role, and in it a task for every member."""
    roles = [{"id": "clerk", "name": "x"}, {"id": "head", "name": "y"}]
    model = step("A", setType=3, nodeAssigneeList=roles, examineMode=3, groupStrategy=1)
    state = made(json.dumps(flowlong(**model)).encode()).states["a"]
    assert isinstance(state.who, Together)
    assert [seat.who.each for seat in state.who.seats if isinstance(seat.who, RoleIn)] == [True, True]
    assert state.vote is not None


@pytest.mark.parametrize("strategy", [0, 1])
def test_a_department_is_whoever_belongs_to_it(strategy: int) -> None:
    """Not its head: FlowLong's departments have no head."""
    model = step("A", setType=7, nodeAssigneeList=[{"id": "d1", "name": "x"}], examineMode=2, groupStrategy=strategy)
    state = made(json.dumps(flowlong(**model)).encode()).states["a"]
    assert unit_of(state.who) == ("unit:d1", strategy == 1)
    assert (state.vote is not None) == (strategy == 1)


def unit_of(who: Assignment | None) -> tuple[str, bool]:
    """Give the unit whose people are asked, and whether all of them are."""
    assert isinstance(who, RoleIn)
    return str(who.scope), who.each
