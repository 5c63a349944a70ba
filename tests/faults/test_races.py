"""Eight callers decide one task at the same moment: exactly one of them does."""

from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor, wait
from threading import Barrier

import pytest

from adapters.sql.verify import verify
from engine.commands import Act, Claim, Command
from engine.ports import Receipt
from engine.refusal import Conflict
from tests.contract.place import Place
from tests.engine.small import person

CALLERS = 8
RACES, RACES_LONG = 2_000, 10_000


def outcome(place: Place, start: Barrier, command: Command) -> str:
    """Do a command together with the others; give how it ended."""
    start.wait()
    try:
        receipt = place.runtime.execute(command)
    except Conflict:
        return "conflict"
    assert isinstance(receipt, Receipt)
    return "won"


def race(place: Place, callers: ThreadPoolExecutor, commands: list[Command]) -> Counter[str]:
    """Let all commands be done at once."""
    start = Barrier(len(commands))
    futures: list[Future[str]] = [callers.submit(outcome, place, start, command) for command in commands]
    wait(futures)
    return Counter(future.result() for future in futures)


def decisions(place: Place) -> list[Command]:
    """The next decision about the case, by everybody at once, each through the task they see."""
    case = place.store.load("case")
    (task,) = case.tasks
    if case.state == "review":
        return [Act(case_id="case", actor=person("rex"), action="return", task=task.id, comment=str(number))
                for number in range(CALLERS)]  # fmt: skip
    return [Act(case_id="case", actor=person("ann"), action="resubmit", task=task.id) for _ in range(CALLERS)]


def run_races(place: Place, races: int) -> None:
    """Race after race over one case, going to and fro."""
    place.start()
    place.act("ann", "submit")
    with ThreadPoolExecutor(CALLERS) as callers:
        for number in range(races):
            assert race(place, callers, decisions(place)) == {"won": 1, "conflict": CALLERS - 1}, number
    assert place.store.load("case").revision == 2 + races
    assert place.database is not None
    assert verify(place.database, place.library).is_clean


@pytest.mark.timeout(600)
def test_of_eight_callers_one_wins(office: Place) -> None:
    """2,000 races, over both databases together; all others are told of the conflict, none gets an error."""
    run_races(office, RACES // 2)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_of_eight_callers_one_wins_for_long(office: Place) -> None:
    """The same at length."""
    run_races(office, RACES_LONG)


@pytest.mark.timeout(300)
def test_a_group_task_is_claimed_by_one(office: Place) -> None:
    """And whoever decides at the same moment as the claim either decides before it or meets it."""
    office.start()
    office.act("ann", "submit")
    with ThreadPoolExecutor(CALLERS) as callers:
        for _ in range(100):
            (task,) = office.store.load("case").tasks
            claims: list[Command] = [Claim(case_id="case", actor=person("rex"), task=task.id) for _ in range(CALLERS)]
            assert race(office, callers, claims) == {"won": 1, "conflict": CALLERS - 1}
            office.act("rex", "return", comment="more")
            office.act("ann", "resubmit")
