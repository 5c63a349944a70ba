"""Every verb in every kind of state where several decide: opinions given stay, timers are as they were or anew."""

from collections.abc import Callable, Mapping

import pytest

from engine.commands import (
    AddSigner,
    Answer,
    Ask,
    Assign,
    Claim,
    Continue,
    Copy,
    Delegate,
    Jump,
    Place,
    Release,
    Remark,
    RemoveSigner,
    Reply,
    Revoke,
    Suspend,
    Terminate,
    Transfer,
    Undo,
    Urge,
    Withdraw,
)
from engine.events import Signed, Voted
from tests.engine.desk import Desk
from tests.engine.verbs.conftest import REVIEW, changed, in_joint

VOTE = "vote: {by: all, passed"
DATA = "data: {title: {zh: 数据, en: Data}, role: data, in: item.county}"


def _voted(source: str) -> Desk:
    """Give a joint review in which the data office has agreed, by whoever of it had to."""
    desk = in_joint(source)
    desk.act("dan", "agree")
    return desk


def _with_a_signer_beside() -> Desk:
    desk = in_joint()
    desk.do("fay", Claim, task=desk.task_of("fay").id)
    desk.do("fay", AddSigner, task=desk.task_of("fay").id, user="dora", place=Place.BESIDE)
    desk.act("dora", "agree")
    return desk


def _signed() -> Desk:
    """Give a state without a vote in which one of two signers before the holder has signed."""
    desk = Desk(REVIEW).start()
    desk.act("ann", "submit")
    desk.do("rex", Claim, task=desk.task_of("rex").id)
    desk.do("rex", AddSigner, task=desk.task_of("rex").id, user="fay", place=Place.BEFORE)
    desk.do("rex", AddSigner, task=desk.task_of("rex").id, user="rob", place=Place.BEFORE)
    first = desk.holders[0].removeprefix("u:")
    assert first == "fay"
    desk.act(first, "pass")
    return desk


SITUATIONS: Mapping[str, tuple[Callable[[], Desk], str]] = {
    "side by side": (lambda: _voted(REVIEW), "fay"),
    "one after the other": (lambda: _voted(changed(VOTE, "vote: {by: all, sequential: true, passed")), "fay"),
    "blind": (lambda: _voted(changed(VOTE, "vote: {by: all, blind: true, passed")), "fay"),
    "by weight": (lambda: _voted(changed(VOTE, "vote: {by: weight, pass: 3, passed")), "fay"),
    "by count": (lambda: _voted(changed(VOTE, "vote: {by: count, pass: 3, passed")), "fay"),
    "by share": (lambda: _voted(changed(VOTE, 'vote: {by: ratio, pass: "90%", passed')), "fay"),
    "a seat with a rule of its own": (
        lambda: _voted(changed(DATA, DATA[:-1] + ', each: true, vote: {by: ratio, pass: "50%"}}')),
        "fay",
    ),
    "an added signer in a vote": (_with_a_signer_beside, "fay"),
    "signers without a vote": (_signed, "rob"),
}
"""How a case with an earlier opinion is made, and who has an open task in it."""


def opinions(desk: Desk) -> tuple[object, ...]:
    """Give the opinions that count."""
    return desk.case.ballots, desk.case.signatures


def timers(desk: Desk) -> tuple[object, ...]:
    """Give the clock and what is armed, without the generations."""
    armed = [(timer.name, timer.rung, timer.fires_at) for timer in desk.case.timers]
    return desk.case.clock, sorted(armed)


def given(desk: Desk) -> list[str]:
    """Give who ever gave an opinion, from the history."""
    records = desk.store.history(desk.case_id)
    return [record.actor for record in records if any(isinstance(event, Voted | Signed) for event in record.events)]


def finished(desk: Desk) -> str:
    """Let everybody who still has work agree, until the state is left; gives the state that follows."""
    state, word = desk.state, "agree" if desk.state == "joint" else "pass"
    for _ in range(9):
        if desk.state != state:
            return desk.state
        principal = desk.holders[0]
        able = [name for name in desk.store.facts.homes if principal in desk.person(name).principals]
        desk.act(able[0], word)
    raise AssertionError("nobody comes to an end")


def handled(desk: Desk, name: str) -> str:
    """Give the id of somebody's task, claimed where it is a group's."""
    task = desk.task_of(name)
    if task.principal.startswith("g:"):
        desk.do(name, Claim, task=task.id)
    return desk.task_of(name).id


def claim(desk: Desk, name: str) -> None:
    """Claim and release where it is a group's."""
    task = desk.task_of(name)
    if task.principal.startswith("g:"):
        desk.do(name, Claim, task=task.id)
        desk.do(name, Release, task=task.id)


def transfer(desk: Desk, name: str) -> None:
    """Hand the task on for good."""
    desk.do(name, Transfer, task=handled(desk, name), to="guest", comment="x")


def delegate(desk: Desk, name: str) -> None:
    """Lend it and have it back."""
    task = handled(desk, name)
    desk.do(name, Delegate, task=task, to="guest", comment="x")
    desk.do("guest", Answer, task=task, comment="fine")


def recall(desk: Desk, name: str) -> None:
    """Lend it and call it back."""
    task = handled(desk, name)
    desk.do(name, Delegate, task=task, to="guest", comment="x")
    desk.do(name, Release, task=task)


def add(place: Place) -> Callable[[Desk, str], None]:
    """Add a signer and take them out again."""

    def work(desk: Desk, name: str) -> None:
        known = {task.id for task in desk.case.tasks}
        desk.do(name, AddSigner, task=handled(desk, name), user="guest", place=place)
        (added,) = [task.id for task in desk.case.tasks if task.id not in known]
        desk.do(name, RemoveSigner, task=added)

    return work


def ask(desk: Desk, name: str) -> None:
    """Ask somebody, who answers."""
    known = {task.id for task in desk.case.tasks}
    desk.do(name, Ask, task=handled(desk, name), to="guest", question="why?")
    (question,) = [task.id for task in desk.case.tasks if task.id not in known]
    desk.do("guest", Reply, task=question, comment="because")


def tell(desk: Desk, name: str) -> None:
    """Copy, urge and remark."""
    desk.do(name, Copy, to=("guest",))
    desk.do("ann", Urge)
    desk.do(name, Remark, comment="see the annex")


def assign(desk: Desk, name: str) -> None:
    """Let the administrator give the task to somebody else."""
    desk.do("root", Assign, task=desk.task_of(name).id, to="guest", comment="ill")


def suspend(desk: Desk, _name: str) -> None:
    """Suspend and continue within the second, so that no time was lost."""
    desk.do("root", Suspend, comment="x")
    assert desk.case.timers == ()
    assert desk.case.last is not None
    desk.clock.at = desk.case.last.at
    desk.do("root", Continue)


def agree_and_undo(desk: Desk, name: str) -> None:
    """Agree, and take it back."""
    desk.act(name, "agree" if desk.state == "joint" else "pass")
    desk.do(name, Undo)


def terminate_and_undo(desk: Desk, _name: str) -> None:
    """End it, and take that back."""
    desk.do("root", Terminate, comment="x")
    desk.do("root", Undo)


def jump_and_undo(desk: Desk, _name: str) -> None:
    """Put it elsewhere, and take that back."""
    desk.do("root", Jump, to="draft", comment="x")
    desk.do("root", Undo)


STAYING: Mapping[str, Callable[[Desk, str], None]] = {
    "claim, release": claim,
    "transfer": transfer,
    "delegate, answer": delegate,
    "delegate, recall": recall,
    "signer before": add(Place.BEFORE),
    "signer after": add(Place.AFTER),
    "signer beside": add(Place.BESIDE),
    "ask, reply": ask,
    "copy, urge, remark": tell,
    "assign": assign,
    "suspend, continue": suspend,
    "agree, undo": agree_and_undo,
    "terminate, undo": terminate_and_undo,
    "jump, undo": jump_and_undo,
}


@pytest.mark.parametrize("verb", STAYING)
@pytest.mark.parametrize("situation", SITUATIONS)
def test_a_verb_that_stays_keeps_opinions_and_timers(situation: str, verb: str) -> None:
    """Whatever is done with the tasks: the opinions given count on, the deadline runs on, the state can be finished."""
    make, name = SITUATIONS[situation]
    desk, untouched = make(), make()
    before, clock = opinions(desk), timers(desk)
    STAYING[verb](desk, name)
    assert opinions(desk) == before
    if verb != "suspend, continue":
        assert timers(desk) == clock
    assert [timer.rung for timer in desk.case.timers] == [0]
    assert finished(desk) == finished(untouched)


def return_straight(desk: Desk) -> None:
    """Send it back to come straight back, and submit again."""
    desk.act("fay", "straight", to="draft")
    assert (desk.case.timers, desk.case.ballots) == ((), ())
    desk.act("ann", "submit")


def return_to_walk(desk: Desk) -> None:
    """Send it back to walk the way again."""
    desk.act("fay", "again", to="draft")
    assert desk.case.timers == ()
    desk.act("ann", "submit")
    desk.act("rob", "pass")


def revoke(desk: Desk) -> None:
    """Let the initiator pull it back, and walk the way again."""
    desk.do("ann", Revoke)
    assert desk.case.timers == ()
    desk.act("ann", "submit")
    desk.act("rob", "pass")


def jump(desk: Desk) -> None:
    """Let the administrator put it elsewhere and back."""
    desk.do("root", Jump, to="draft", comment="x")
    assert desk.case.timers == ()
    desk.do("root", Jump, to="joint", comment="x")


LEAVING: Mapping[str, tuple[Callable[[Desk], None], bool]] = {
    "straight": (return_straight, True),
    "walk": (return_to_walk, False),
    "revoke": (revoke, False),
    "jump": (jump, False),
}
"""Verbs that leave the state and how it is come back to, and whether the opinions given then count on."""

JOINT = [name for name, (make, _) in SITUATIONS.items() if make is not _signed]


@pytest.mark.parametrize("verb", LEAVING)
@pytest.mark.parametrize("situation", JOINT)
def test_a_verb_that_leaves_and_comes_back(situation: str, verb: str) -> None:
    """Timers go and are armed anew; opinions stay on record, and count where the case comes straight back."""
    desk = SITUATIONS[situation][0]()
    before, voters = opinions(desk), given(desk)
    leave, counts_on = LEAVING[verb]
    leave(desk)
    assert desk.state == "joint"
    assert (opinions(desk) == before) is counts_on
    assert counts_on or opinions(desk) == ((), ())
    assert given(desk)[: len(voters)] == voters
    assert [ballot.voter for ballot in desk.case.rounds["joint"]] == [ballot.voter for ballot in before[0]]  # type: ignore[attr-defined]  # ballots first
    assert [(timer.name, timer.rung) for timer in desk.case.timers] == [("deadline", 0)]
    assert finished(desk) == "decide"


@pytest.mark.parametrize("situation", SITUATIONS)
def test_what_somebody_has_worked_on_is_not_withdrawn(situation: str) -> None:
    """Whoever sent it on may take it back only while nobody has given an opinion."""
    desk = SITUATIONS[situation][0]()
    sender = "ann" if desk.state == "check" else "rob"
    assert "withdraw.handled" in desk.reasons(sender, Withdraw)


def test_a_signer_s_opinion_stays_on_record_when_the_case_goes_back() -> None:
    """Walking the way again everybody is asked again, with the clock that was paused."""
    desk = _signed()
    assert desk.case.clock is not None
    voters, due_at = given(desk), desk.case.clock.due_at
    desk.act("rob", "back")
    assert (desk.case.timers, desk.case.signatures) == ((), ())
    desk.act("ann", "submit")
    assert given(desk) == voters
    assert desk.case.clock.due_at >= due_at
    assert [timer.rung for timer in desk.case.timers] == [0]
    assert desk.holders == ["g:checker@county"]
