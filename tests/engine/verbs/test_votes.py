"""Rounds of several seats with their own rules, vetoes, turns, and voters who are replaced."""

from engine.commands import Act, Assign, Claim, Undo
from engine.events import RoundClosed
from tests.engine.desk import Desk
from tests.engine.verbs.conftest import changed, in_joint

DATA = "data: {title: {zh: 数据, en: Data}, role: data, in: item.county}"
THREE = changed(DATA, DATA[:-1] + ', each: true, vote: {by: ratio, pass: "50%"}}')
VETO = changed(
    "object: {title: {zh: 不同意, en: Object}, vote: reject, comment: required}",
    "object: {title: {zh: 不同意, en: Object}, vote: reject, comment: required}\n"
    "      veto: {title: {zh: 否决, en: Veto}, vote: veto, seats: [law]}",
)


def test_a_seat_is_asked_no_more_when_its_voice_is_certain() -> None:
    """One of two data officers is half: the other's task is closed, the round waits for the other seats."""
    desk = in_joint(THREE)
    assert desk.holders == ["u:dan", "u:dora", "g:finance@county", "g:law@county"]
    desk.act("dora", "agree")
    assert desk.holders == ["g:finance@county", "g:law@county"]
    desk.act("fay", "agree")
    desk.act("lea", "agree")
    assert desk.state == "decide"


def test_the_round_fails_by_one_seat_under_its_own_rule() -> None:
    """Both data officers object; all seats must agree."""
    desk = in_joint(THREE)
    desk.act("dan", "object")
    assert desk.state == "joint"
    desk.act("dora", "object")
    assert desk.state == "refused"


def test_only_the_seat_that_has_a_veto_may_use_it() -> None:
    """The lawyer ends it; finance is told that it is not theirs."""
    desk = in_joint(VETO)
    assert desk.reasons("fay", Act, action="veto") == ["action.not_your_seat"]
    desk.act("dan", "agree")
    desk.act("lea", "veto")
    assert desk.state == "refused"


def test_voters_in_turn_wait_for_each_other() -> None:
    """Each sees their task when the one before has voted; undoing gives the turn back."""
    desk = in_joint(changed("vote: {by: all, ", "vote: {by: all, sequential: true, "))
    assert desk.holders == ["g:data@county"]
    assert desk.reasons("fay", Act, action="agree") == ["task.waits"]
    desk.act("dan", "agree")
    assert desk.holders == ["g:finance@county"]
    desk.do("dan", Undo)
    assert desk.holders == ["g:data@county"]
    for name in ("dan", "fay", "lea"):
        desk.act(name, "agree")
    assert desk.state == "decide"


def test_an_absent_voter_is_replaced() -> None:
    """By the administrator; the place, the seat and the votes cast stay."""
    desk = in_joint()
    desk.act("dan", "agree")
    desk.do("root", Assign, task=desk.task_of("fay").id, to="guest", comment="on leave")
    desk.act("guest", "agree")
    assert [ballot.seat for ballot in desk.case.ballots] == ["data", "finance"]


def test_a_replacement_does_not_vote_twice() -> None:
    """Who has voted, or has a task here, is no replacement; and the ladder gives nobody two voices."""
    desk = in_joint()
    desk.act("dan", "agree")
    assert desk.reasons("root", Assign, task=desk.task_of("fay").id, to="dan") == ["task.twice"]
    desk.fire()
    desk.fire()
    desk.fire()
    assert desk.holders.count("u:head") == 1
    assert len(desk.case.tasks) == 2


def test_one_person_has_one_voice_in_a_seat() -> None:
    """Although two tasks of the same seat reach them."""
    source = changed(DATA, "data: {title: {zh: 数据, en: Data}, field: panel}").replace(
        "  amount: {type", "  panel: {type: persons, title: {zh: 组, en: Panel}}\n  amount: {type"
    )
    source = source.replace("form: {edit: [amount], require: [amount]}", "form: {edit: [amount, panel]}")
    desk = Desk(source).start(panel=["dan", "dora"])
    desk.act("ann", "submit")
    desk.act("rob", "pass")
    desk.act("dan", "agree")
    assert desk.reasons("dan", Act, action="agree") == ["permission.not_yours"]


def test_the_closed_round_is_on_record(joint: Desk) -> None:
    """With how many voted and what came of it."""
    joint.do("lea", Claim, task=joint.task_of("lea").id)
    joint.act("lea", "object")
    (closed,) = [event for event in joint.store.history("case")[-1].events if isinstance(event, RoundClosed)]
    assert (closed.passed, closed.ballots) == (False, 1)
