"""Putting a running case on another version: what stays, what is asked again, and the dry run that says so before."""

from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from msgspec import structs

from adapters.memory.store import MemoryStore
from engine.case import Case
from engine.commands import SYSTEM, Claim, Migrate, RollBack, Suspend, Undo
from engine.decision import decide
from engine.events import Notified, Posted
from engine.evolution import fold
from engine.guards import GuardBook
from engine.impact import Fate, Impact, effect, impact
from engine.loading import load
from engine.process import Process, compile_process
from engine.refusal import Refused
from engine.runtime import Runtime, Shelf
from tests.engine.desk import Desk

SOURCE = Path(__file__).with_name("migrating.yaml").read_text("utf-8")
RENAMED = SOURCE.replace("  check:", "  review:").replace("to: check", "to: review")


@dataclass
class Move(Desk):
    """A desk with a second version on the shelf."""

    new: str = SOURCE
    second: Process = field(init=False)

    def __init__(self, new: str, old: str = SOURCE) -> None:
        """Open the case on the first version."""
        Desk.__init__(self, old)
        self.second = compile_process(load(new, file="new.yaml", book=GuardBook(), version=2), GuardBook())
        self.first = compile_process(load(old, file="old.yaml", book=GuardBook(), version=1), GuardBook())
        self.store = MemoryStore(self.store.facts)
        self.runtime = Runtime(self.store, Shelf(self.first), self.clock)
        self.start()
        self.runtime = Runtime(self.store, Shelf(self.first, self.second), self.clock)

    def dry(self, **states: str) -> Impact:
        """Say what would become of the case."""
        return impact(self.first.definition, self.second, self.case, self.store.facts, self.clock.now(), states)

    def move(self, **states: str) -> Impact:
        """Put the case on the second version; the dry run must have said so."""
        before, said = self.case, self.dry(**states)
        self.runtime.execute(Migrate(case_id="case", actor=SYSTEM, version=2, states=states))
        assert fold(self.store.history("case")) == self.case
        assert effect(before, self.case) == said
        return said


def at_check(new: str) -> Move:
    """Bring the case to the check."""
    move = Move(new)
    move.act("ann", "send")
    return move


def at_panel(new: str) -> Move:
    """Bring the case to the panel, with one of two votes cast."""
    move = at_check(new)
    move.act("rex", "pass")
    move.act("dan", "yes")
    return move


def plain(case: Case) -> tuple[object, ...]:
    """Give what must be as it was after a roll-back: all but numbers of tasks and who did the last thing."""
    tasks = [(task.state, task.seat, task.principal, task.group, task.due_at) for task in case.tasks]
    return case.version, case.state, case.data, case.clock, case.path, case.visits, case.hands, tasks, case.ballots


def test_what_the_new_version_does_not_change_stays() -> None:
    """A claimed task stays claimed, the clock runs on, the timer is the same."""
    move = at_check(SOURCE.replace("en: Pass", "en: Agree"))
    move.do("rex", Claim, task=move.task_of("rex").id)
    before = move.case
    assert move.move().fate is Fate.UNCHANGED
    assert (move.case.tasks, move.case.clock, move.case.timers) == (before.tasks, before.clock, before.timers)
    assert move.case.version == 2


def test_another_assignee_gets_the_task() -> None:
    """The old holder loses it, the new one has it, with the deadline that runs."""
    move = at_check(SOURCE.replace("role: checker", "role: law"))
    said = move.move()
    assert (said.fate, said.loses, said.gains) == (Fate.REASSIGNED, ("g:checker@county",), ("g:law@county",))
    assert move.case.tasks[0].due_at == said.due_at == said.new_due_at


def test_a_deadline_is_counted_from_the_same_start() -> None:
    """Five days become ten, for the task as well; the ladder is armed again."""
    move = at_check(SOURCE.replace("due: 5 working", "due: 10 working"))
    started = move.case.clock
    said = move.move()
    assert started is not None
    assert move.case.clock is not None
    assert said.fate is Fate.DEADLINE
    assert move.case.clock.started_at == started.started_at
    assert move.case.tasks[0].due_at == said.new_due_at
    assert [timer.fires_at for timer in move.case.timers] == [said.new_due_at]


def test_a_state_that_is_gone_needs_a_way_on() -> None:
    """Without one it cannot move; with one it goes on there, and what was done there is remembered."""
    move = at_check(RENAMED)
    assert [reason.code for reason in move.dry().reasons] == ["migrate.no_state"]
    with pytest.raises(Refused):
        move.runtime.execute(Migrate(case_id="case", actor=SYSTEM, version=2))
    move.act("rex", "back")
    move.act("ann", "send")
    said = move.move(check="review")
    assert (said.fate, said.target) == (Fate.MOVES, "review")
    assert move.case.visits == {"draft": 2, "review": 2}
    assert move.case.hands["review"] == ("rex",)
    assert move.case.times["review.back"] == 1


def test_votes_of_those_who_are_still_asked_stand() -> None:
    """A third seat is asked besides; a seat that is gone takes its vote along, and may leave the round decided."""
    third = SOURCE.replace(
        "money: {title: {zh: a, en: b}, role: finance",
        "law: {title: {zh: a, en: b}, role: law, in: item.county}, money: {title: {zh: a, en: b}, role: finance",
    )
    move = at_panel(third)
    assert move.move().gains == ("g:law@county",)
    assert [ballot.seat for ballot in move.case.ballots] == ["data"]
    alone = SOURCE.replace(", money: {title: {zh: a, en: b}, role: finance, in: item.county}", "")
    done = at_panel(alone)
    assert done.move().target == "done"
    assert done.case.closed_at is not None


def test_data_that_does_not_fit_keeps_a_case_where_it_is() -> None:
    """A field of another type refuses; a field that is gone is emptied and told."""
    move = at_check(SOURCE.replace("amount: {type: money", "amount: {type: date"))
    assert [reason.where for reason in move.dry().reasons] == ["amount"]
    gone = Move(SOURCE.replace("  note: {type: text, title: {zh: a, en: Note}}\n", "").replace(", note]", "]"))
    gone.act("ann", "send", form={"note": "x"})
    assert gone.move().dropped == ("note",)
    assert gone.case.data == {"amount": 100}


def test_a_rule_that_would_be_broken_keeps_a_case_where_it_is() -> None:
    """`panel only after check` and a case that came by another name."""
    move = at_check(SOURCE + "always: [check only after panel]\n")
    assert [reason.code for reason in move.dry().reasons] == ["always.precedence"]


def test_a_closed_or_suspended_case_is_left_alone() -> None:
    """Suspended ones must go on first."""
    move = at_check(SOURCE)
    move.do("root", Suspend, comment="wait")
    assert [reason.code for reason in move.dry().reasons] == ["item.suspended"]


@pytest.mark.parametrize(
    "new", [SOURCE.replace("role: checker", "role: law"), SOURCE.replace("due: 5", "due: 9"), SOURCE]
)
def test_a_migration_is_rolled_back_to_what_was(new: str) -> None:
    """All but the numbers of tasks; not when somebody has worked on the case since."""
    move = at_check(new)
    before = plain(move.case)
    move.move()
    move.do("system", RollBack)
    assert plain(move.case) == before
    move.move()
    move.do(
        next(name for name in ("rex", "lea") if move.person(name).principals & {move.holders[0]}),
        Claim,
        task=move.case.tasks[0].id,
    )
    assert move.reasons("system", RollBack) == ["migrate.worked_on"]


def test_a_case_that_the_new_version_has_ended_is_opened_again() -> None:
    """Else whoever maps a state to an end by mistake has closed every case in it for good."""
    move = at_check(RENAMED)
    before = plain(move.case)
    move.move(check="done")
    assert move.case.closed_at is not None
    assert move.reasons("rex", RollBack) == ["permission.not_admin"]
    move.do("system", RollBack)
    assert plain(move.case) == before
    move.act("rex", "pass")


def test_a_migration_that_moved_money_stays() -> None:
    """What stands in the books is put right by an entry of whoever keeps them, not by a change of versions."""
    move = at_check(RENAMED)
    move.move(check="done")
    *earlier, last = move.store.history("case")
    booked = structs.replace(last, events=(*last.events, Posted("spend", {"amount": 1_00})))
    facts = replace(move.store.facts, histories={"case": [*earlier, booked]})
    with pytest.raises(Refused) as told:
        decide(move.second, move.case, RollBack(case_id="case", actor=SYSTEM), facts, move.clock.now())
    assert [reason.code for reason in told.value.reasons] == ["migrate.posted"]


def test_whoever_waited_for_one_who_is_asked_no_more_has_their_turn() -> None:
    """Else the second of a sequence would wait for a task that nobody has any more, and the case be stuck for good."""
    old = SOURCE.replace("vote: {by: all,", "vote: {by: all, sequential: true,")
    move = Move(old.replace("b}, role: data,", "b}, role: law,"), old)
    move.act("ann", "send")
    move.act("rex", "pass")
    assert [bool(task.after) for task in move.case.deciding] == [False, True]
    move.move()
    assert {task.seat: bool(task.after) for task in move.case.deciding} == {"data": False, "money": True}
    move.act("lea", "yes")
    assert [task.after for task in move.case.deciding] == [None]
    move.act("fay", "yes")
    assert move.case.state == "done"


SEATS = [
    f"{name}: {{title: {{zh: a, en: b}}, role: {role}, in: item.county}}"
    for name, role in (("data", "data"), ("money", "finance"))
]
IN_TURN = SOURCE.replace("vote: {by: all,", "vote: {by: all, sequential: true,")


def test_another_order_of_turns_holds_from_now_on() -> None:
    """The second is asked first: nobody waits in a circle, and the one whose turn it becomes is told."""
    move = Move(IN_TURN.replace(", ".join(SEATS), ", ".join(reversed(SEATS))), IN_TURN)
    move.act("ann", "send")
    move.act("rex", "pass")
    move.move()
    assert {task.seat: bool(task.after) for task in move.case.deciding} == {"data": True, "money": False}
    told = [event for event in move.store.history("case")[-1].events if isinstance(event, Notified)]
    assert [event.audience for event in told] == [("g:finance@county",)]
    move.act("fay", "yes")
    move.act("dan", "yes")
    assert move.case.state == "done"


@pytest.mark.parametrize(("old", "new", "waiting"), [(SOURCE, IN_TURN, 1), (IN_TURN, SOURCE, 0)])
def test_turns_begin_or_end_with_the_version_that_says_so(old: str, new: str, waiting: int) -> None:
    """Those who are asked stay the same; only whether one waits for the other does not."""
    move = Move(new, old)
    move.act("ann", "send")
    move.act("rex", "pass")
    tasks = [task.id for task in move.case.tasks]
    move.move()
    assert [task.id for task in move.case.tasks] == tasks
    assert sum(task.after is not None for task in move.case.tasks) == waiting


def test_only_administrators_migrate() -> None:
    """Neither the holder of a task nor the initiator; and it is not undone like an act of one's own."""
    move = at_check(SOURCE)
    assert move.reasons("rex", Migrate, version=2) == ["permission.not_admin"]
    move.do("root", Migrate, version=2, comment="new rules")
    assert move.reasons("rex", RollBack) == ["permission.not_admin"]
    assert move.reasons("rex", Undo) == ["undo.not_last"]
