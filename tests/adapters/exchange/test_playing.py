"""State machines found in logs become definitions; models are played by their tokens."""

import json

import pytest

from adapters.exchange.chart import Flaw, Unreadable
from adapters.exchange.languages import chosen_chart, drafted, examined, read
from adapters.exchange.net.playing import Player
from engine.checking import check
from engine.definition import StateKind
from service.rules import GUARDS
from tests.adapters.exchange.models import bpmn

MACHINE = {
    "log": "许可",
    "start": ["收件"],
    "end": ["发证", "审核"],
    "edges": [["收件", "审核"], ["审核", "补正"], ["补正", "审核"], ["审核", "发证"]],
}


def test_a_mined_machine_becomes_a_definition() -> None:
    """A state for the activity done last, an action for each that may follow, rest where a case may end and go on."""
    draft, gaps = drafted(read(json.dumps(MACHINE).encode()))
    assert draft is not None
    assert gaps == []
    checked = check(draft.text, file="mined.yaml", book=GUARDS)
    assert checked.is_sound, checked.problems
    assert checked.definition is not None
    found = {
        state.title.zh: (state.kind, {action.title.zh for action in state.actions.values()})
        for state in checked.definition.states.values()
    }
    assert found == {
        "begin": (StateKind.WORK, {"收件"}),
        "收件": (StateKind.WORK, {"审核"}),
        "审核": (StateKind.REST, {"补正", "发证"}),
        "补正": (StateKind.WORK, {"审核"}),
        "发证": (StateKind.END, set()),
    }


def test_an_activity_after_which_nothing_follows_is_named() -> None:
    """The end that a definition needs there is not the log's, so it is said."""
    machine = MACHINE | {"edges": [*MACHINE["edges"], ["收件", "退件"]]}
    flaws, _ = examined(json.dumps(machine).encode())
    assert flaws == [Flaw("dead_end", "退件", "退件")]
    _, gaps = drafted(read(json.dumps(machine).encode()))
    assert [(gap.why, gap.id) for gap in gaps] == [("dead_end", "退件")]


@pytest.mark.parametrize(
    ("wrong", "where"), [({"edges": [["a"]]}, "edges[0]"), ({"start": "a"}, "start"), ({"end": [1]}, "end")]
)
def test_a_machine_that_is_none_is_refused_with_its_place(wrong: dict[str, object], where: str) -> None:
    """Half a machine would judge a log wrongly."""
    with pytest.raises(Unreadable) as error:
        read(json.dumps(MACHINE | wrong).encode())
    assert (error.value.flaw.code, error.value.flaw.found) == ("not_mined", where)


PARALLEL = ("start > A > and1 > B > and2 > xor1 > D > end", "and1 > C > and2", "xor1 > A")
EITHER = ("start > or1 > B > or2 > D > end", "or1 > C > or2")


@pytest.mark.parametrize(
    ("ways", "log", "bad"),
    [
        (PARALLEL, "A B C D", None),
        (PARALLEL, "A C B A B C D", None),
        (PARALLEL, "A B D", 2),
        (PARALLEL, "A B C", 3),
        (PARALLEL, "A B C X", 3),
        (PARALLEL, "", 0),
        (EITHER, "B D", None),
        (EITHER, "C B D", None),
        (EITHER, "B D C", 2),
    ],
)
def test_a_model_fits_what_its_tokens_could_do(ways: tuple[str, ...], log: str, bad: int | None) -> None:
    """Steps side by side in any order, ways round again, some of several; the first that can not be is named."""
    chart = chosen_chart(read(bpmn(*ways).encode()))
    assert chart is not None
    assert Player(chart).first_bad_step(log.split()) == bad


def test_gateways_that_go_on_by_themselves_are_not_tried_in_every_order() -> None:
    """Thirty splits side by side would have a billion orders."""
    split = [f"and1 > xor{one} > A{one} > xor{one}e > and2" for one in range(1, 31)]
    split += [f"xor{one} > B{one} > xor{one}e" for one in range(1, 31)]
    chart = chosen_chart(read(bpmn("start > and1", *split[:8], *split[30:38], "and2 > end").encode()))
    assert chart is not None
    assert Player(chart).first_bad_step([f"A{one}" for one in range(1, 9)]) is None
