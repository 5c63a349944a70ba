"""A process that ends before each single statement of a command, or after the last: repeated, it has happened once.

Whatever the moment, what is in the tables afterwards is to the letter what it is without the end.
"""

import os
import sqlite3
from collections.abc import Callable, Mapping
from functools import partial
from itertools import count
from typing import Any, NoReturn

import psycopg
import pytest
from msgspec.structs import replace
from sqlalchemy import select

from adapters.sql.tables import METADATA
from adapters.sql.verify import verify
from engine.commands import SYSTEM, Act, Claim, Command, Delegate, Expire, Remark, Start, Suspend, Terminate, Undo
from tests.contract.place import DEFINITION, Place, in_database
from tests.contract.purse import PROJECT, bring
from tests.engine.small import person
from tests.faults.work import processes

ENDED = 137
"""Exit code of a process that was ended, as after a kill -9."""

STATEMENTS_MIN = 2
"""A command has so many at least: PostgreSQL's query, and its statement that writes."""


def start(case_id: str, definition: str, **data: Any) -> Start:  # noqa: ANN401  # values of fields
    """Ann opens a case."""
    return Start(case_id=case_id, actor=person("ann"), definition=definition, code=case_id, unit="town", data=data)


def act(name: str, action: str, case_id: str = "case", comment: str = "") -> Act:
    """Somebody takes an action."""
    return Act(case_id=case_id, actor=person(name), action=action, comment=comment)


OPENED = start("case", DEFINITION.key, amount=5)
SENT = (OPENED, act("ann", "submit"))
RETURNED = (*SENT, act("rex", "return", comment="more"))
FILLED = (start("fill", "purse", amount=100, project=PROJECT), act("ann", "fill", "fill"))
SPENDING = start("spend", "purse", amount=60, project=PROJECT)
SCENES: Mapping[str, tuple[Command, ...]] = {
    "start": (OPENED,),
    "submit": SENT,
    "return": RETURNED,
    "resubmit": (*RETURNED, act("ann", "resubmit")),
    "pass": (*SENT, act("rex", "pass")),
    "claim": (*SENT, Claim(case_id="case", actor=person("rex"), task="case-2")),
    "remark": (*SENT, Remark(case_id="case", actor=person("ann"), comment="soon")),
    "undo": (*SENT, Undo(case_id="case", actor=person("ann"))),
    "expire": (*SENT, Expire(case_id="case", actor=SYSTEM, timer="deadline", generation=1)),
    "suspend": (*SENT, Suspend(case_id="case", actor=SYSTEM, comment="wait")),
    "terminate": (*SENT, Terminate(case_id="case", actor=SYSTEM, comment="enough")),
    "delegate": (OPENED, Delegate(case_id="case", actor=person("ann"), task="case-1", to="eva", comment="look")),
    "fill": FILLED,
    "spend": (*FILLED, SPENDING, act("ann", "spend", "spend")),
}
"""Commands, of which the last one meets the end: with tasks, timers, messages, and money."""


class Ending:
    """Ends this process before one of the statements that it runs."""

    def __init__(self, at: int | None) -> None:
        """Count from 0; None: not at all."""
        self._numbers, self._at = count(), at

    def run(self, statement: Callable[..., Any], *values: Any, **named: Any) -> Any:  # noqa: ANN401  # passed on
        """Run a statement, unless it is the one."""
        if self._at is not None and next(self._numbers) == self._at:
            os._exit(ENDED)
        return statement(*values, **named)


def opened(url: str) -> Place:
    """The office with the purse."""
    place = in_database(url)
    bring(place)
    return place


def keyed(scene: str) -> Command:
    """The command that meets the end, with its key."""
    return replace(SCENES[scene][-1], key="k", digest="d")


def end_at(url: str, scene: str, at: int) -> NoReturn:
    """Do a command in this process, which ends before a statement; exit code 0 when there are not so many."""
    ending = Ending(None)

    class Counted(sqlite3.Connection):
        def execute(self, *values: Any) -> sqlite3.Cursor:  # noqa: ANN401  # passed on
            """Run a statement, or end."""
            found: sqlite3.Cursor = ending.run(super().execute, *values)
            return found

    connect, run = sqlite3.connect, psycopg.Connection.execute
    setattr(sqlite3, "connect", partial(connect, factory=Counted))  # noqa: B010  # in this process, which ends
    setattr(psycopg.Connection, "execute", lambda *values, **named: ending.run(run, *values, **named))  # noqa: B010  # as above
    place = opened(url)
    ending = Ending(at)
    place.runtime.execute(keyed(scene))
    os._exit(0)


def exit_code(url: str, scene: str, at: int) -> int | None:
    """Let another process do it."""
    process = processes.Process(target=end_at, args=(url, scene, at), daemon=True)
    process.start()
    process.join(60)
    return process.exitcode


def content(place: Place) -> dict[str, list[str]]:
    """Give all rows of all tables."""
    assert place.database is not None
    with place.database.read() as connection:
        return {name: sorted(map(repr, connection.rows(select(table)))) for name, table in METADATA.tables.items()}


def prepared(url: str, scene: str) -> None:
    """Do all commands of a scene but the last."""
    place = opened(url)
    for command in SCENES[scene][:-1]:
        place.runtime.execute(command)
    place.store.close()


def end_everywhere(new_url: Callable[[str], str], kind: str, scene: str) -> int:
    """End a command at each of its statements, each in a database of its own; gives how many ends there were."""
    whole = new_url(kind)
    prepared(whole, scene)
    place = opened(whole)
    place.runtime.execute(keyed(scene))
    expected = content(place)
    place.store.close()
    for at in count():
        url = new_url(kind)
        prepared(url, scene)
        code = exit_code(url, scene, at)
        assert code in {ENDED, 0}, (scene, at)
        place = opened(url)
        assert place.database is not None
        assert verify(place.database, place.library).is_clean, (scene, at)
        assert place.runtime.execute(keyed(scene)).replayed is (code == 0)
        assert content(place) == expected, (scene, at)
        place.store.close()
        if code == 0:
            return at
    raise AssertionError


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize("scene", SCENES)
def test_a_command_that_ends_anywhere_happens_once(new_url: Callable[[str], str], kind: str, scene: str) -> None:
    """Ended before each of its statements, and before its answer; prints how many ends there were."""
    ends = end_everywhere(new_url, kind, scene)
    print(f"{scene} on {kind}: {ends} ends")  # noqa: T201  # the figure
    assert ends >= STATEMENTS_MIN
