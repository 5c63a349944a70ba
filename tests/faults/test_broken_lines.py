"""Lines to PostgreSQL that break at any message: nothing is lost or doubled, and nobody lends a hand."""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from random import Random
from threading import Lock
from time import monotonic

import pytest

from adapters.sql.postgres.database import PostgresDatabase
from adapters.sql.statements import Connection
from adapters.sql.verify import verify
from engine.refusal import Unavailable
from tests.contract.place import Place, in_database
from tests.contract.test_schema import execute
from tests.faults.proxy import Fault, Proxy, proxied
from tests.faults.test_lost_database import BACK_SECONDS_MAX, insist
from tests.faults.work import CASES, prepare, said, token_command

FAULTS, FAULTS_LONG = 60, 2_000
ONE_FAULT_IN = 8
"""Of so many messages of a client one meets a fault: each command has two, a new line some more."""


@pytest.fixture
def line(new_url: Callable[[str], str]) -> Iterator[tuple[Proxy, str]]:
    """A line to a PostgreSQL database with the small office in it, and its address."""
    with proxied(new_url("postgresql")) as made:
        yield made


def faults_by_chance(seed: int) -> Callable[[], Fault | None]:
    """Give what picks the fault of the next message, the same for the same seed."""
    chance, lock = Random(seed), Lock()

    def pick() -> Fault | None:
        with lock:
            return chance.choice(list(Fault)) if chance.randrange(ONE_FAULT_IN) == 0 else None

    return pick


def run_faults(proxy: Proxy, url: str, faults: int, seed: int) -> None:
    """Let four callers work over the line until so many faults have happened; each command took effect once."""
    place, refused = in_database(url), Counter[str]()
    prepare(place)
    proxy.next_fault = faults_by_chance(seed)

    def work(index: int) -> list[str]:
        tokens: list[str] = []
        while proxy.done.total() < faults:
            tokens.append(f"{index} {len(tokens)}")
            insist(place, f"case{index}", tokens[-1], refused)
        return tokens

    with ThreadPoolExecutor(CASES) as callers:
        tokens = [token for done in callers.map(work, range(CASES)) for token in done]
    proxy.next_fault = lambda: None
    assert set(proxy.done) == set(Fault)
    assert Counter(said(place)) == Counter(tokens)
    assert place.database is not None
    assert verify(place.database, place.library).is_clean
    place.store.close()


@pytest.mark.timeout(300)
def test_lines_that_break_lose_and_double_nothing(line: tuple[Proxy, str]) -> None:
    """Sixty faults: cut before a message arrives, in its middle, after it arrived and before its answer; and delays."""
    run_faults(*line, FAULTS, seed=int(os.environ.get("SHENPI_SEED", "1")))


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_lines_that_break_for_long(line: tuple[Proxy, str]) -> None:
    """2,000 faults."""
    run_faults(*line, FAULTS_LONG, seed=2)


def test_a_write_whose_answer_is_lost_was_done(line: tuple[Proxy, str]) -> None:
    """The statement arrived, its answer did not: the command is found to be kept, without its key, and told as done."""
    proxy, url = line
    place = in_database(url)
    place.start("case0")
    place.runtime.execute(token_command("case0", "first"))  # so that both statements are prepared
    messages = iter([None, Fault.UNANSWERED])  # the query, the statement that writes
    proxy.next_fault = lambda: next(messages, None)
    receipt = place.runtime.execute(token_command("case0", "once"))
    assert proxy.done == {Fault.UNANSWERED: 1}
    assert (receipt.revision, said_in(place)) == (3, ["once"])
    place.store.close()


def said_in(place: Place) -> list[str]:
    """What was said in the one case."""
    return [event.comment for event in place.store.history("case0")[-1].events if hasattr(event, "comment")]


def test_a_cut_line_is_made_anew(line: tuple[Proxy, str]) -> None:
    """All lines are cut at once, nobody gets through for a while: refused in words, and back without hands."""
    proxy, url = line
    place = in_database(url)
    for index in range(CASES):
        place.start(f"case{index}")
    proxy.cut()
    with ThreadPoolExecutor(CASES) as callers:
        refused = [callers.submit(place.runtime.execute, token_command(f"case{i}", "lost")) for i in range(CASES)]
    for one in refused:
        with pytest.raises(Unavailable, match=r"try again|look again"):
            one.result()
    proxy.mend()
    begun = monotonic()
    for index in range(CASES):
        insist(place, f"case{index}", f"back {index}", Counter())
    assert monotonic() - begun < BACK_SECONDS_MAX
    assert said(place) == [f"back {index}" for index in range(CASES)]
    place.store.close()


def test_one_broken_line_ends_the_idle_ones(line: tuple[Proxy, str]) -> None:
    """They lead to the same server: else each of them would keep somebody waiting until its silence is noticed."""
    proxy, url = line
    database = PostgresDatabase(url)
    with ThreadPoolExecutor(CASES) as callers:
        list(callers.map(lambda _: database.write(lambda lent: lent.driver.execute("SELECT pg_sleep(0.2)")), range(4)))
    proxy.next_fault = lambda: Fault.LOST
    with pytest.raises(Unavailable), database.read() as connection:
        connection.driver.execute("SELECT 1")
    proxy.next_fault = lambda: None
    before = len(proxy.lines)
    with database.read() as connection:
        connection.driver.execute("SELECT 1")
    assert len(proxy.lines) == before + 1
    database.close()


def test_a_server_that_only_lends_to_readers_is_left(new_url: Callable[[str], str]) -> None:
    """As one is that another has replaced: writes are refused in words, and go to the new one once it is there."""
    url = new_url("postgresql")
    place = in_database(url)
    place.start("case0")
    name = url.partition("?")[0].rpartition("/")[2]
    other = url.replace(f"/{name}?", "/postgres?")
    execute(other, f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    execute(other, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
    for _ in range(3):
        with pytest.raises(Unavailable, match="try again"):
            place.runtime.execute(token_command("case0", "lost"))
    assert place.store.load("case0").revision == 1
    with pytest.raises(Unavailable):
        place.database.write(lambda lent: lent.driver.execute("UPDATE unit SET name = name"))
    execute(other, f"ALTER DATABASE {name} RESET default_transaction_read_only")
    place.runtime.execute(token_command("case0", "back"))
    assert said_in(place) == ["back"]
    place.store.close()


def test_of_two_writers_in_each_others_way_both_get_through(new_url: Callable[[str], str]) -> None:
    """Each has a row that the other wants: PostgreSQL undoes one of them, and it is done again by itself."""
    database = PostgresDatabase(new_url("postgresql"))
    attempts, halfway = Counter[str](), {name: Lock() for name in ("county", "town")}
    for lock in halfway.values():
        lock.acquire()

    def write(first: str, second: str) -> Callable[[Connection], None]:
        def work(connection: Connection) -> None:
            attempts[first] += 1
            connection.driver.execute("UPDATE unit SET name = name WHERE id = $1", (first,))
            if attempts[first] == 1:
                halfway[first].release()
                halfway[second].acquire()
            connection.driver.execute("UPDATE unit SET name = name WHERE id = $1", (second,))

        return work

    ways = (("county", "town"), ("town", "county"))
    with ThreadPoolExecutor(2) as callers:
        for done in [callers.submit(database.write, write(*way)) for way in ways]:
            done.result(60)
    assert attempts.total() > len(ways)
    database.close()
