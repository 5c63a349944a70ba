"""What every store promises (`engine.ports.Store`): one transaction a command, each command once, nothing half done."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from engine.commands import Act, Remark
from engine.evolution import fold
from engine.ports import Decision, Receipt
from engine.refusal import Conflict, KeyReused, NotFound, Refused
from tests.contract.place import Place
from tests.engine.small import person


def remark(place: Place, text: str, case_id: str = "case", key: str | None = None, digest: str = "") -> Receipt:
    """Let Ann say something about a case, which never fails."""
    command = Remark(case_id=case_id, actor=person("ann"), comment=text, key=key, digest=digest)
    return place.runtime.execute(command)


def test_a_case_is_there_after_it_was_started(place: Place) -> None:
    """The receipt tells the truth, and the case can be loaded whole."""
    receipt = place.start(amount=700)
    case = place.store.load("case")
    assert (receipt.case_id, receipt.state, receipt.revision) == ("case", "draft", 1)
    assert receipt.tasks == case.tasks
    assert case.data == {"amount": 700}
    assert not receipt.replayed


def test_a_case_that_is_not_there_is_not_found(place: Place) -> None:
    """Neither loaded nor acted on; and it has no history."""
    with pytest.raises(NotFound):
        place.store.load("case")
    with pytest.raises(NotFound):
        place.act("ann", "submit")
    assert place.store.history("case") == ()


def test_the_history_folds_to_the_case(place: Place) -> None:
    """One record for each command that changed something, in order, and nothing else is in the case."""
    place.start()
    place.act("ann", "submit")
    place.act("rex", "return", comment="more detail")
    records = place.store.history("case")
    assert [(record.seq, record.command, record.actor) for record in records] == [
        (1, "Start", "ann"),
        (2, "Act", "ann"),
        (3, "Act", "rex"),
    ]
    assert fold(records) == place.store.load("case")


def test_a_refused_command_changes_nothing(place: Place) -> None:
    """Not the case, not its history."""
    place.start()
    before = place.store.load("case")
    with pytest.raises(Refused):
        place.act("rex", "submit")
    assert place.store.load("case") == before
    assert len(place.store.history("case")) == 1


def test_a_case_cannot_be_started_twice(place: Place) -> None:
    """The second start meets the first one's case."""
    place.start()
    with pytest.raises(Conflict):
        place.start()


def test_a_command_that_changes_nothing_leaves_no_record(place: Place) -> None:
    """Acting on a stale revision is a conflict that carries the present one."""
    place.start()
    place.act("ann", "submit")
    stale = Act(case_id="case", actor=person("rex"), action="pass", expected_revision=1)
    with pytest.raises(Conflict) as conflict:
        place.runtime.execute(stale)
    assert conflict.value.revision == 2


def test_the_same_request_gets_the_same_answer(place: Place) -> None:
    """A repeated key has no second effect, even when the case has moved on."""
    first = place.start(key="k1", digest="d1")
    place.act("ann", "submit")
    again = place.start(key="k1", digest="d1")
    assert again.replayed
    assert (again.state, again.revision, again.tasks) == (first.state, first.revision, first.tasks)
    assert len(place.store.history("case")) == 2


def test_a_key_belongs_to_one_request(place: Place) -> None:
    """The same key with another body is refused, and by another person is another key."""
    place.start()
    remark(place, "one", key="k1", digest="d1")
    with pytest.raises(KeyReused):
        remark(place, "two", key="k1", digest="d2")
    other = Remark(case_id="case", actor=person("rex"), comment="three", key="k1", digest="d3")
    assert not place.runtime.execute(other).replayed
    assert len(place.store.history("case")) == 3


def test_a_refusal_is_not_remembered(place: Place) -> None:
    """After the reason is gone the same key succeeds."""
    place.start()
    with pytest.raises(Refused):
        place.act("rex", "pass", key="k1")
    place.act("ann", "submit")
    assert not place.act("rex", "pass", key="k1").replayed


def test_an_empty_key_answers_only_itself(place: Place) -> None:
    """Requests without a key are never taken for repetitions."""
    place.start(key="")
    assert not remark(place, "one").replayed
    assert not remark(place, "two").replayed


def test_of_simultaneous_decisions_one_wins(place: Place) -> None:
    """Eight callers decide one task: one receipt, seven conflicts, one more record."""
    place.start()
    place.act("ann", "submit")
    (task,) = place.store.load("case").tasks
    command = Act(case_id="case", actor=person("rex"), action="pass", task=task.id)

    def decide(_: int) -> Receipt | Exception:
        try:
            return place.runtime.submit(command).result(30)
        except Conflict as conflict:
            return conflict

    with ThreadPoolExecutor(8) as callers:
        outcomes = list(callers.map(decide, range(8)))
    assert sum(isinstance(outcome, Receipt) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 7
    assert len(place.store.history("case")) == 3


def test_a_key_used_at_the_same_time_has_one_effect(place: Place) -> None:
    """Eight callers send the same request: all get the receipt of the one that did it."""
    place.start()
    with ThreadPoolExecutor(8) as callers:
        receipts = list(callers.map(lambda _: remark(place, "once", key="k", digest="d"), range(8)))
    assert {receipt.revision for receipt in receipts} == {2}
    assert sum(not receipt.replayed for receipt in receipts) == 1
    assert len(place.store.history("case")) == 2


def test_cases_do_not_stand_in_each_others_way(place: Place) -> None:
    """Sixteen callers on sixteen cases lose nothing."""
    for number in range(16):
        place.start(f"case{number}")

    def work(number: int) -> None:
        for turn in range(5):
            remark(place, f"turn {turn}", case_id=f"case{number}")

    with ThreadPoolExecutor(16) as callers:
        list(callers.map(work, range(16)))
    assert [place.store.load(f"case{number}").revision for number in range(16)] == [6] * 16


def test_a_failing_decider_leaves_nothing(place: Place) -> None:
    """An error of our own comes out as it is, and what the same batch did beside it stays."""
    place.start()

    def broken(*_: object) -> Decision:
        raise ZeroDivisionError("a bug")

    pending = place.store.submit(Remark(case_id="case", actor=person("ann"), comment="x"), broken)
    with pytest.raises(ZeroDivisionError):
        pending.result(30)
    assert remark(place, "still here").revision == 2
