"""Two verbs after each other, whichever they are, whoever gives them: no task, opinion or timer is lost on the way."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from engine.case import Case, Task
from engine.commands import (
    Act,
    AddSigner,
    Answer,
    Assign,
    Claim,
    Command,
    Continue,
    Delegate,
    Expire,
    Jump,
    Place,
    Release,
    RemoveSigner,
    Revoke,
    Suspend,
    Terminate,
    Transfer,
    Undo,
    Withdraw,
)
from engine.decision import decide
from engine.definition import StateKind
from engine.events import Moved, Record, TaskClosed, Undone
from engine.evolution import fold
from engine.options import options
from engine.refusal import Conflict, Refused
from tests.engine.desk import Desk
from tests.engine.verbs.conftest import REVIEW, changed, in_joint
from tests.engine.verbs.test_any_procedure import check
from tests.engine.verbs.test_each_verb_everywhere import SITUATIONS

PEOPLE = ("ann", "rex", "rob", "dan", "dora", "fay", "lea", "chief", "root", "guest")
OTHERS = ("guest", "dora")
FREE = changed("vote: {by: all, passed: decide, failed: refused}\n", "\n").replace(
    """      agree: {title: {zh: 同意, en: Agree}, vote: pass}
      object: {title: {zh: 不同意, en: Object}, vote: reject, comment: required}
""",
    """      agree: {title: {zh: 同意, en: Agree}, to: decide}
      object: {title: {zh: 不同意, en: Object}, to: refused, kind: negative}
""",
)
"""The joint review as three tasks side by side of which the first that is done carries the case on."""


def _sent_on() -> Desk:
    desk = in_joint(FREE)
    desk.act("dan", "agree")
    return desk


BEGINNINGS: Mapping[str, Callable[[], Desk]] = {
    **{name: make for name, (make, _) in SITUATIONS.items()},
    "tasks without a vote": lambda: in_joint(FREE),
    "sent on from tasks without a vote": _sent_on,
    "sent for a check": lambda: _submitted(Desk(REVIEW).start()),
}


def _submitted(desk: Desk) -> Desk:
    desk.act("ann", "submit")
    return desk


@dataclass(frozen=True)
class Point:
    """A case with its history, at a moment."""

    case: Case
    history: tuple[Record, ...]
    now: datetime


def commands(desk: Desk, case: Case) -> Iterator[Command]:
    """Give everything anybody may try, but for what would be the same in another's name."""

    def say(name: str, kind: type[Command], **arguments: Any) -> Command:  # noqa: ANN401  # whatever the command takes
        return kind(case_id=case.id, actor=desk.person(name), **arguments)

    earlier = case.path[0] if case.path else None
    for task in case.tasks:
        for name in PEOPLE:
            if task.principal in desk.person(name).principals or name in {task.lender, task.added_by}:
                yield from (say(name, kind, task=task.id) for kind in (Claim, Release, RemoveSigner))
                yield say(name, Answer, task=task.id, comment="x")
                for other in OTHERS:
                    yield from (say(name, kind, task=task.id, to=other, comment="x") for kind in (Transfer, Delegate))
                    yield from (say(name, AddSigner, task=task.id, user=other, place=place) for place in Place)
                for action in desk.process.definition.states[case.state].actions:
                    yield say(name, Act, action=action, task=task.id, comment="x", to=earlier)
        yield say("root", Assign, task=task.id, to="guest", comment="x")
    yield from (say(name, Withdraw, comment="x") for name in PEOPLE)
    yield from (say(name, Undo) for name in PEOPLE)
    yield from (say("root", kind, comment="x") for kind in (Suspend, Continue, Terminate))
    yield from (say("root", Jump, to=to, comment="x") for to in ("draft", "joint", "decide"))
    yield say("ann", Revoke, comment="x")
    for timer in case.timers:
        yield say("system", Expire, timer=timer.name, generation=timer.generation)


def after(desk: Desk, point: Point, command: Command) -> Point | None:
    """Give the case after a command; None when it is refused, or changes nothing."""
    timer = next((one for one in point.case.timers if isinstance(command, Expire) and one.name == command.timer), None)
    now = point.now + timedelta(seconds=1) if timer is None else max(point.now, timer.fires_at)
    facts = replace(desk.store.facts, histories={point.case.id: list(point.history)})
    try:
        decision = decide(desk.process, point.case, command, facts, now)
    except (Refused, Conflict):
        return None
    return None if decision.record is None else Point(decision.case, (*point.history, decision.record), now)


def judge(desk: Desk, before: Point, here: Point, command: Command) -> None:
    """Check what a command may do to the work there was."""
    record, case = here.history[-1], here.case
    assert fold(here.history) == case
    check(desk.process.definition, case)
    closed = {event.task for event in record.events if isinstance(event, TaskClosed)}
    assert {task.id for task in before.case.tasks} - {task.id for task in case.tasks} <= closed
    if not any(isinstance(event, Moved | Undone) for event in record.events):
        assert set(map(repr, before.case.ballots)) <= set(map(repr, case.ballots))
        assert set(map(repr, before.case.signatures)) <= set(map(repr, case.signatures))
    assert all(task.principal != f"u:{task.lender}" for task in case.tasks)
    if isinstance(command, Withdraw):
        assert work(case) == work(_before_it_was_sent(before))
    assert is_alive(desk, here)


def work(case: Case) -> list[tuple[str, str]]:
    """Give the tasks that decide, by seat and by whose they are at the bottom."""

    def whose(task: Task) -> str:
        return task.group or task.principal

    return sorted((task.seat, whose(task)) for task in case.deciding)


def _before_it_was_sent(point: Point) -> Case:
    assert point.case.sent is not None
    at = point.case.sent.at
    return fold([record for record in point.history if record.at < at])


def is_alive(desk: Desk, point: Point) -> bool:
    """Say whether an open case waits for the clock, an opinion or an administrator, or somebody may do something."""
    case = point.case
    kind = desk.process.definition.states[case.state].kind
    is_waiting = case.suspended_at is not None or bool(case.timers) or any(task.lender for task in case.tasks)
    if case.closed_at is not None or is_waiting or kind is not StateKind.WORK:
        return True
    facts = replace(desk.store.facts, histories={case.id: list(point.history)})
    people = (*PEOPLE, "head")
    found = (options(desk.process, case, desk.person(name), facts, point.now) for name in people)
    return any(option.allowed for each in found for option in each)


def granted(desk: Desk, here: Point, depth: int) -> int:
    """Give one command after another, and judge each; gives how many rows of so many were granted."""
    if depth == 0:
        return 1
    found = 0
    for command in commands(desk, here.case):
        there = after(desk, here, command)
        if there is not None:
            judge(desk, here, there, command)
            found += granted(desk, there, depth - 1)
    return found


def begun(name: str) -> tuple[Desk, Point]:
    """Give a beginning."""
    desk = BEGINNINGS[name]()
    return desk, Point(desk.case, desk.store.history(desk.case_id), desk.clock.at)


@pytest.mark.parametrize("name", BEGINNINGS)
def test_any_two_verbs_lose_nothing(name: str) -> None:
    """Every pair there is."""
    assert granted(*begun(name), depth=2) > 100


@pytest.mark.long
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("name", BEGINNINGS)
def test_any_three_verbs_lose_nothing(name: str) -> None:
    """Every three there are."""
    assert granted(*begun(name), depth=3) > 1_000


def test_a_withdrawal_brings_back_the_work_of_all() -> None:
    """Three had a task, one of them sent the case on: it is withdrawn to all three, the sender's in their own hands."""
    desk = _sent_on()
    desk.do("dan", Withdraw)
    assert [(task.seat, task.principal) for task in desk.case.tasks] == [
        ("data", "u:dan"),
        ("finance", "g:finance@county"),
        ("law", "g:law@county"),
    ]


def test_a_suspension_is_no_work() -> None:
    """Whoever sent a case may still withdraw it after it was suspended and went on; its deadline has moved."""
    desk = _sent_on()
    (before,) = desk.case.tasks
    desk.do("root", Suspend, comment="x")
    desk.later(days=2)
    desk.do("root", Continue, comment="x")
    (after_,) = desk.case.tasks
    assert before.due_at is not None
    assert after_.due_at is not None
    assert after_.due_at > before.due_at
    desk.do("dan", Withdraw)
    assert desk.state == "joint"
