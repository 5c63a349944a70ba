"""PostgreSQL goes away under load and comes back: callers are told, nothing is lost or doubled, nobody lends a hand."""

import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from functools import partial
from itertools import repeat
from queue import SimpleQueue
from threading import Event
from time import monotonic, sleep

import pytest

from adapters.sql.postgres import pool, silence
from adapters.sql.postgres.database import PostgresDatabase
from adapters.sql.verify import verify
from engine.refusal import Unavailable
from tests.contract.place import Place, furnish, in_database
from tests.faults.work import CASES, prepare, said, token_command
from tests.postgres import PostgresServer, running_server

CRASHES, CRASHES_LONG = 5, 200
BACK_SECONDS_MAX = 5.0
STILL_SECONDS_MAX = 30.0
"""Room for a busy machine: the silence is noticed after some three seconds here, and some twenty in earnest."""


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    """A server of its own, to be crashed."""
    with running_server() as running:
        yield running


def insist(place: Place, case_id: str, token: str, refused: Counter[str]) -> float:
    """Do a command with its key until it is answered; anything but `Unavailable` is a fault.

    Gives the seconds from the first refusal to the answer, 0 when there was none.
    """
    first_refused: float | None = None
    while True:
        try:
            place.runtime.execute(token_command(case_id, token))
        except Unavailable as error:
            refused[str(error).partition("(")[0]] += 1
            first_refused = first_refused or monotonic()
            sleep(0.02)
        else:
            return 0.0 if first_refused is None else monotonic() - first_refused


def crash_under_load(server: PostgresServer, crashes: int) -> list[float]:
    """Crash it so many times while four callers insist on their commands; gives for how long each refused one was."""
    url = server.new_database()
    furnish(url)
    place = in_database(url)
    prepare(place)
    enough, refused, waits = Event(), Counter[str](), list[float]()

    def work(index: int) -> list[str]:
        tokens: list[str] = []
        while not enough.is_set():
            tokens.append(f"{index} {len(tokens)}")
            waits.append(insist(place, f"case{index}", tokens[-1], refused))
        return tokens

    with ThreadPoolExecutor(CASES) as callers:
        futures = [callers.submit(work, index) for index in range(CASES)]
        for _ in range(crashes):
            sleep(0.5)
            server.crash()
            sleep(0.2)
            server.start_again()
        sleep(0.5)
        enough.set()
        tokens = [token for future in futures for token in future.result(60)]
    assert Counter(said(place)) == Counter(tokens)
    assert refused.total() >= crashes
    assert place.database is not None
    assert verify(place.database, place.library).is_clean
    place.store.close()
    return sorted(wait for wait in waits if wait > 0)


@pytest.mark.timeout(300)
def test_crashes_under_load_lose_and_double_nothing(server: PostgresServer) -> None:
    """Five crashes while four callers work; each command that was insisted on took effect exactly once."""
    crash_under_load(server, CRASHES)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_two_hundred_crashes_lose_and_double_nothing(server: PostgresServer) -> None:
    """The same at length; prints how long those waited who were refused."""
    waits = crash_under_load(server, CRASHES_LONG)
    middle, late = waits[len(waits) // 2], waits[len(waits) * 99 // 100]
    told = f"{len(waits)} commands refused, for {middle:.2f} s (median), {late:.2f} s (p99)"
    print(f"{CRASHES_LONG} crashes, {told}")  # noqa: T201  # the figure
    assert late < BACK_SECONDS_MAX


@pytest.mark.timeout(120)
def test_the_service_goes_on_by_itself(server: PostgresServer) -> None:
    """While the database is away each command is refused in words; soon after it is back, commands succeed."""
    url = server.new_database()
    furnish(url)
    place = in_database(url)
    place.start("case0")
    server.crash()
    with pytest.raises(Unavailable, match="try again"):
        place.runtime.execute(token_command("case0", "lost"))
    with pytest.raises(Unavailable):
        place.store.load("case0")
    server.start_again()
    begun = monotonic()
    insist(place, "case0", "back", Counter())
    assert monotonic() - begun < BACK_SECONDS_MAX
    assert said_in(place) == ["back"]
    place.store.close()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a server's silence be noticed sooner than in earnest."""
    monkeypatch.setattr(silence, "SILENCE_SECONDS_MAX", 0.5)
    monkeypatch.setattr(silence, "LOOK_SECONDS", 0.2)
    monkeypatch.setitem(pool._SETTINGS, "connect_timeout", 2)  # noqa: SLF001  # the shortest there is


@pytest.mark.timeout(120)
@pytest.mark.usefixtures("impatient")
def test_a_server_that_stands_still_is_not_waited_for(server: PostgresServer) -> None:
    """Its lines stay open, also new ones, and it says nothing: whoever waits is told. When it goes on, so do we."""
    url = server.new_database()
    furnish(url)
    place = in_database(url)
    place.start("case0")
    with server.stopped(), ThreadPoolExecutor(CASES) as callers:
        begun = monotonic()
        load, lost = partial(place.store.load, "case0"), partial(place.runtime.execute, token_command("case0", "lost"))
        asked: list[Callable[[], object]] = [*repeat(load, CASES), lost]
        for one in [callers.submit(ask) for ask in asked]:
            with pytest.raises(Unavailable, match="try again"):
                one.result(STILL_SECONDS_MAX)
        assert monotonic() - begun < STILL_SECONDS_MAX
    begun = monotonic()
    insist(place, "case0", "lost", Counter())
    insist(place, "case0", "back", Counter())
    assert monotonic() - begun < BACK_SECONDS_MAX
    assert Counter(said(place)) == {"lost": 1, "back": 1}
    place.store.close()


@pytest.mark.timeout(120)
@pytest.mark.usefixtures("impatient")
def test_long_work_of_a_server_that_answers_is_waited_for(server: PostgresServer) -> None:
    """What takes longer than a silence may is not taken for one: the server answers others."""
    with closing(PostgresDatabase(server.new_database())) as database, database.read() as connection:
        assert connection.driver.execute("SELECT pg_sleep(2), 7").fetchone() == ("", 7)


@contextmanager
def stood_still(pid: int) -> Iterator[None]:
    """Stop one process of a server and let it go on."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def ask_what_stands_still(database: PostgresDatabase) -> None:
    """Stop the process behind a connection, and ask it something."""
    with database.read() as connection:
        ((pid,),) = connection.driver.execute("SELECT pg_backend_pid()").fetchall()
        with stood_still(pid):
            connection.driver.execute("SELECT 1")


@pytest.mark.timeout(120)
@pytest.mark.usefixtures("impatient")
def test_one_process_that_stands_still_is_not_waited_for(server: PostgresServer) -> None:
    """The server answers others, and one process of it says nothing: whoever asked it is told, and all goes on."""
    with closing(PostgresDatabase(server.new_database())) as database:
        begun = monotonic()
        with pytest.raises(Unavailable, match="try again"):
            ask_what_stands_still(database)
        assert monotonic() - begun < STILL_SECONDS_MAX
        with database.read() as connection:
            assert connection.driver.execute("SELECT 7").fetchone() == (7,)


@pytest.mark.timeout(120)
@pytest.mark.usefixtures("impatient")
def test_a_process_that_stands_still_in_its_work_is_given_up(
    server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It looks like long work, so it is waited for as long as no statement takes."""
    monkeypatch.setattr(silence, "STATEMENT_SECONDS_MAX", 3.0)
    with closing(PostgresDatabase(server.new_database())) as database, ThreadPoolExecutor(1) as callers:

        def work() -> None:
            with database.read() as connection:
                pids.put(connection.driver.execute("SELECT pg_backend_pid()").fetchone()[0])
                connection.driver.execute("SELECT pg_sleep(100)")

        pids: SimpleQueue[int] = SimpleQueue()
        working, begun = callers.submit(work), monotonic()
        pid = pids.get()
        sleep(0.5)
        with stood_still(pid), pytest.raises(Unavailable, match="try again"):
            working.result(STILL_SECONDS_MAX)
        assert monotonic() - begun > silence.STATEMENT_SECONDS_MAX


def said_in(place: Place) -> list[str]:
    """What was said in the one case."""
    return [event.comment for event in place.store.history("case0")[-1].events if hasattr(event, "comment")]
