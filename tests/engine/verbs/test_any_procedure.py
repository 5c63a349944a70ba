"""Whatever a definition says and people try: nothing is lost, and history tells it all."""

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from adapters.memory.store import MemoryStore
from engine.assignment import System
from engine.case import Case
from engine.commands import Start, Undo
from engine.definition import Definition, StateKind
from engine.evolution import fold
from engine.guards import GuardBook
from engine.process import compile_process
from engine.refusal import Conflict, Refused
from engine.runtime import Runtime, Shelf
from engine.soundness import examine
from engine.timing import DEADLINE
from tests.engine.desk import Hands
from tests.engine.random_definitions import FACTS, PEOPLE, actor, procedures
from tests.engine.verbs.wishes import Try, tries


def walk(definition: Definition, wishes: Sequence[Try]) -> int:
    """Open a case, try everything in turn, check what must always hold; gives how many wishes were granted."""
    clock, store = Hands(), MemoryStore(FACTS)
    runtime = Runtime(store, Shelf(compile_process(definition, GuardBook())), clock)
    runtime.execute(Start(case_id="c", actor=actor("ann"), definition="random", code="1", unit="county"))
    granted = 0
    for wish in wishes:
        before = store.load("c")
        clock.at = wish.moment(before, clock.at)
        command = wish.command(definition, before)
        try:
            runtime.execute(command)
        except (Refused, Conflict):
            assert store.load("c") == before
            continue
        granted += 1
        case, history = store.load("c"), store.history("c")
        assert fold(history) == case
        check(definition, case)
        if isinstance(command, Undo):
            assert same_work(case, fold(history[:-2]))
    assert not is_stuck(runtime, store, definition)
    return granted


def is_stuck(runtime: Runtime, store: MemoryStore, definition: Definition) -> bool:
    """Say whether an open case of a sound definition waits for nobody: no action, no timer, no task that is lent."""
    case = store.load("c")
    is_waiting = bool(case.timers) or any(task.lender for task in case.tasks)
    if case.closed_at is not None or case.suspended_at is not None or is_waiting or not examine(definition).is_sound:
        return False
    offered = (runtime.options(case, actor(name), store.facts) for name in (*PEOPLE, "head"))
    return not any(option.allowed for options in offered for option in options)


def check(definition: Definition, case: Case) -> None:
    """Check what holds of every case between any two commands."""
    state = definition.states[case.state]
    ids = [task.id for task in case.tasks]
    assert len(set(ids)) == len(ids)
    assert all(task.state == case.state for task in case.tasks)
    assert all(task.after is None or task.after in ids for task in case.tasks)
    assert len(set(case.path)) == len(case.path)
    assert case.state not in case.path
    assert all(ballot.task not in ids for ballot in case.ballots)
    assert len({ballot.task for ballot in case.ballots}) == len(case.ballots)
    assert not case.ballots or state.vote is not None
    if state.kind is StateKind.END:
        assert case.closed_at is not None
    if case.closed_at is not None:
        assert (case.tasks, case.timers, case.clock) == ((), (), None)
        return
    if state.kind is StateKind.WORK and not isinstance(state.who, System):
        assert any(task.after is None for task in case.deciding), "nobody has work"
    if case.suspended_at is not None:
        assert case.timers == ()
    elif state.due is not None:
        assert case.clock is not None
        walking = [timer.rung for timer in case.timers if timer.name == DEADLINE]
        trying = [timer.rung for timer in case.timers if timer.name != DEADLINE]
        assert walking == list(range(len(state.escalate)))[case.clock.fired :][:1]
        assert len(set(trying)) == len(trying)
        assert all(state.escalate[rung].retry and rung < case.clock.fired for rung in trying)


def same_work(case: Case, earlier: Case) -> bool:
    """Say whether two cases are the same but for the numbers of tasks and timers, and for who acted last."""

    def plain(one: Case) -> Case:
        tasks = sorted(
            (replace(task, id="", beside=None, after="-" if task.after else None) for task in one.tasks), key=repr
        )
        timers = tuple(replace(timer, generation=0) for timer in one.timers)
        return replace(one, tasks=tuple(tasks), timers=timers, revision=0, last=None, task_count=0, timer_count=0)

    return plain(case) == plain(earlier)


@settings(max_examples=300, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(procedures(), st.lists(tries, min_size=10, max_size=30))
def test_any_procedure_keeps_its_work(definition: Definition, wishes: list[Try]) -> None:
    """Random procedures, random wishes."""
    walk(definition, wishes)


@pytest.mark.long
@pytest.mark.timeout(3_600)
@settings(max_examples=1_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(procedures(), st.lists(tries, min_size=60, max_size=100))
def test_any_procedure_keeps_its_work_for_long(definition: Definition, wishes: list[Try]) -> None:
    """The same, many and long."""
    walk(definition, wishes)
