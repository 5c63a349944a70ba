"""Cases in which several people are at work when a new version comes: who is still asked keeps tasks and votes."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from msgspec import structs

from adapters.memory.store import MemoryStore
from engine.assignment import Seat, Together
from engine.case import Case, Task
from engine.commands import SYSTEM, Command, Jump, Migrate, RollBack, Start
from engine.counting import Counting, VoteRule
from engine.definition import Definition, Rung, State, StateKind
from engine.duration import parse_duration, parse_moment
from engine.evolution import fold
from engine.guards import GuardBook
from engine.impact import effect, impact
from engine.process import Process, compile_process
from engine.refusal import Conflict, Refused
from engine.runtime import Runtime, Shelf
from tests.engine.desk import Hands
from tests.engine.random_definitions import FACTS, SIMPLE, actor, procedures
from tests.engine.small import text
from tests.engine.verbs.test_any_procedure import check, same_work
from tests.engine.verbs.wishes import Try, tries

CHECKS = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
PHASES = (Phase.explicit, Phase.generate)
COUNTINGS = (
    Counting(VoteRule.ALL),
    Counting(VoteRule.ANY),
    Counting(VoteRule.COUNT, 2, needs_all=True),
    Counting(VoteRule.RATIO, 67, 50),
)
LADDERS = ((), (Rung(parse_moment("50%"), mark="half"), Rung(parse_moment("due"), mark="late")))


def reseated(draw: st.DrawFn, state: State) -> State:
    """Give a state other people: one seat less, one more, other ones, or a group in the place of seats."""
    seats = state.who.seats if isinstance(state.who, Together) else (Seat("seat0", text("seat"), state.who),)
    more = Seat(f"seat{len(seats)}", text("seat"), draw(SIMPLE))
    weighty = tuple(replace(seat, weight=seat.weight + 1) for seat in seats)
    whos = [Together(seats[1:] or seats), Together((*seats, more)), Together(seats[::-1]), Together(weighty)]
    return replace(state, who=draw(st.sampled_from([*whos, more.who])))


@st.composite
def rewordings(draw: st.DrawFn) -> tuple[Definition, Definition]:
    """Give a procedure and its next version: each state is the same, or differs in people, counting or time."""
    old = draw(procedures())
    states: dict[str, State] = {}
    for name, state in old.states.items():
        new = state
        if state.kind is not StateKind.END and name != old.initial:
            if draw(st.booleans()):
                new = reseated(draw, new)
            if new.vote is not None and draw(st.booleans()):
                sequential, counting = draw(st.booleans()), draw(st.sampled_from(COUNTINGS))
                new = replace(new, vote=replace(new.vote, counting=counting, sequential=sequential))
            if draw(st.integers(0, 3)) == 0:
                due = parse_duration(draw(st.sampled_from(["2 days", "9 working days"])))
                new = replace(new, due=due, escalate=draw(st.sampled_from(LADDERS)))
        states[name] = new
    return old, replace(old, version=2, states=states)


class Office:
    """A case on its way through an old version, and then a new one."""

    def __init__(self, old: Process, new: Process) -> None:
        """Open it."""
        self.old, self.new = old, new
        self.clock, self.store = Hands(), MemoryStore(FACTS)
        self.runtime = Runtime(self.store, Shelf(old, new), self.clock)
        ann = actor("ann")
        self.try_it(Start(case_id="c", actor=ann, definition="random", code="1", unit="county", version=1))

    def try_it(self, command: Command) -> bool:
        """Do something; says whether it was let."""
        try:
            self.runtime.execute(command)
        except (Refused, Conflict):
            return False
        return True

    @property
    def case(self) -> Case:
        """The case as it is."""
        return self.store.load("c")

    def walk(self, definition: Definition, wishes: Sequence[Try]) -> None:
        """Let people try things; after each the history gives the case, and what always holds does."""
        for wish in wishes:
            before = self.case
            self.clock.at = wish.moment(before, self.clock.at)
            if self.try_it(wish.command(definition, before)):
                assert fold(self.store.history("c")) == self.case
                check(definition, self.case)

    def migrates(self) -> bool:
        """Put the case on the new version: the dry run has said just that; says whether it can go."""
        before = self.case
        said = impact(self.old.definition, self.new, before, FACTS, self.clock.now(), {})
        command = Migrate(case_id="c", actor=SYSTEM, version=2)
        if said.reasons:
            with pytest.raises(Refused) as refused:
                self.runtime.execute(command)
            assert refused.value.reasons == said.reasons
            assert self.case == before
            return False
        self.runtime.execute(command)
        assert effect(before, self.case) == said
        assert fold(self.store.history("c")) == self.case
        check(self.new.definition, self.case)
        return True


def is_in_turn(state: State) -> bool:
    """Say whether opinions are given there one after the other."""
    return state.vote is not None and state.vote.sequential


def plain(task: Task) -> Task:
    """Give a task without what another wording of time and turns changes."""
    return structs.replace(task, due_at=None, after=None)


def in_turn(case: Case) -> list[int]:
    """Give how many have their turn at once, first, then when these are done, and so on to the last."""
    ids = {task.id: task.root for task in case.deciding}
    waits = {task.root: ids[task.after] for task in case.deciding if task.after and ids[task.after] != task.root}
    found: list[set[str]] = []
    left = set(ids.values())
    while ready := {root for root in left if waits.get(root) not in left}:
        found.append(ready)
        left -= ready
    assert not left, "nobody of these ever has a turn"
    return [len(ready) for ready in found]


def kept(old: State, new: State, before: Case, after: Case) -> None:
    """Check what those who are still asked have kept, where the case has stayed where it was."""
    assert all(ballot in before.ballots for ballot in after.ballots)
    own = {task.root for task in after.deciding}
    mine = [task for task in after.deciding if task.beside is None and task.lender is None]
    sitting = [(task.seat, task.principal) for task in mine]
    assert old.who == new.who or len(set(sitting)) == len(sitting), "somebody is asked twice for one seat"
    voted = {(ballot.own_seat, f"u:{ballot.voter}") for ballot in after.ballots if ballot.behalf_of is None}
    assert not voted & set(sitting), "somebody is asked again whose vote stands"
    if old.who == new.who:
        assert after.ballots == before.ballots
        assert [plain(task) for task in after.tasks] == [plain(task) for task in before.tasks]
    if (old.who, is_in_turn(old)) != (new.who, is_in_turn(new)):
        assert in_turn(after) == ([1] * len(own) if is_in_turn(new) else [len(own)] * bool(own))
    if (old.due, old.escalate) == (new.due, new.escalate):
        assert after.clock == before.clock


def trial(pair: tuple[Definition, Definition], place: int, wishes: Sequence[Try], later: Sequence[Try]) -> bool:
    """Bring a case to where several people work, let some of them, migrate it; then back, or on under the new one.

    Says whether it stayed where it was.
    """
    old, new = pair
    many = [name for name, state in old.states.items() if state.vote is not None or isinstance(state.who, Together)]
    office = Office(*(compile_process(one, GuardBook()) for one in pair))
    if not many or not office.try_it(Jump(case_id="c", actor=actor("eve"), to=many[place % len(many)], comment="x")):
        return False
    office.walk(old, wishes)
    before = office.case
    if not office.migrates():
        return False
    after = office.case
    stayed = after.state == before.state and after.visits == before.visits
    if stayed:
        kept(old.states[before.state], new.states[after.state], before, after)
    if place % 2:
        office.runtime.execute(RollBack(case_id="c", actor=SYSTEM))
        assert same_work(office.case, before)
        office.walk(old, later)
    else:
        office.walk(new, later)
    return stayed


@settings(max_examples=200, deadline=None, derandomize=True, phases=PHASES, suppress_health_check=CHECKS)
@given(rewordings(), st.integers(0, 9), st.lists(tries, max_size=8), st.lists(tries, max_size=5))
def test_who_is_still_asked_keeps_tasks_and_votes(
    pair: tuple[Definition, Definition], place: int, wishes: list[Try], later: list[Try]
) -> None:
    """In CI's size."""
    trial(pair, place, wishes, later)


@pytest.mark.long
@pytest.mark.timeout(3600)
@settings(max_examples=10_000, deadline=None, phases=PHASES, suppress_health_check=CHECKS)
@given(rewordings(), st.integers(0, 9), st.lists(tries, max_size=15), st.lists(tries, max_size=10))
def test_who_is_still_asked_keeps_tasks_and_votes_in_ten_thousand(
    pair: tuple[Definition, Definition], place: int, wishes: list[Try], later: list[Try]
) -> None:
    """In full size."""
    trial(pair, place, wishes, later)
