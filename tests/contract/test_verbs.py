"""What people do beside the actions is kept like everything else: rows are what the history says."""

from adapters.sql.reads.queue import open_tasks
from adapters.sql.verify import verify
from engine.commands import AddSigner, Claim, Undo, Withdraw
from engine.commands import Place as Order
from engine.evolution import fold
from tests.contract.place import Place
from tests.engine.small import person


def clean(place: Place) -> bool:
    """Say whether the case is the fold of its history, and (over a database) its rows too."""
    folds = fold(place.store.history("case")) == place.store.load("case")
    return folds and (place.database is None or verify(place.database, place.library).is_clean)


def in_review(place: Place) -> None:
    """Bring a case to the reviewer, who claims it."""
    place.start()
    place.act("ann", "submit")
    (task,) = place.store.load("case").tasks
    place.runtime.execute(Claim(case_id="case", actor=person("rex"), task=task.id))


def test_an_undone_act_leaves_no_trace_but_its_records(place: Place) -> None:
    """The task is open again under a new number, its timer armed; both records stay."""
    in_review(place)
    before = place.store.load("case")
    place.act("rex", "pass")
    place.runtime.execute(Undo(case_id="case", actor=person("rex")))
    case = place.store.load("case")
    assert (case.state, case.data, case.clock) == (before.state, before.data, before.clock)
    assert [task.principal for task in case.tasks] == ["u:rex"]
    assert len(place.store.history("case")) == 5
    assert clean(place)


def test_what_was_sent_is_withdrawn(place: Place) -> None:
    """The sender has it back."""
    place.start()
    place.act("ann", "submit")
    place.runtime.execute(Withdraw(case_id="case", actor=person("ann")))
    assert place.store.load("case").state == "draft"
    assert clean(place)


def test_a_task_that_waits_for_another_is_in_no_queue(office: Place) -> None:
    """It comes back when the signer before it has signed."""
    in_review(office)
    (task,) = office.store.load("case").tasks
    add = AddSigner(case_id="case", actor=person("rex"), task=task.id, user="eva", place=Order.BEFORE)
    office.runtime.execute(add)
    assert waiting(office, "rex") == []
    assert waiting(office, "eva") == ["case-3"]
    office.act("eva", "pass")
    assert waiting(office, "rex") == ["case-2"]
    assert clean(office)


def waiting(office: Place, name: str) -> list[str]:
    """Give the tasks in somebody's queue."""
    assert office.database is not None
    with office.database.read() as connection:
        return [task.id for task in open_tasks(connection, [f"u:{name}"]).lines]
