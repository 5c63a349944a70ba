"""A bank of two projects and one invoice under many callers: at whatever moment one looks, every fen is somewhere."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from functools import partial
from random import Random
from threading import Event
from time import sleep
from typing import TypeVar

import pytest

from adapters.sql.reads.ledger import kept
from adapters.sql.verify import verify
from engine.commands import Act
from engine.refusal import Conflict, Refused, Unavailable
from tests.contract.place import Place, in_database
from tests.contract.purse import FACE, INVOICE, PROJECT, begin, bring
from tests.contract.test_ledger import agrees
from tests.contract.test_ledger import books as books_of
from tests.engine.small import person
from tests.faults.proxy import proxied
from tests.faults.test_broken_lines import faults_by_chance
from workflows.funds.books import Books
from workflows.funds.chart import BANK, OPEN, PROJECT_COST, USED

CALLERS = 8
TURNS, TURNS_LONG = 8, 100
PROJECTS = (PROJECT, "QH-2")
AMOUNT_MAX = 50
"""Fen of one movement: the invoice's 1,000 are used up half way, so that later payments are refused."""


@pytest.fixture(params=["sqlite", "postgresql", "broken lines"])
def bank(request: pytest.FixtureRequest, new_url: Callable[[str], str]) -> Iterator[Place]:
    """The office with the purse, over each database, and over PostgreSQL by lines that break at random."""
    with ExitStack() as stack:
        url = new_url("sqlite" if request.param == "sqlite" else "postgresql")
        proxy = None
        if request.param == "broken lines":
            proxy, url = stack.enter_context(proxied(url))
        place = in_database(url)
        bring(place)
        if proxy is not None:
            proxy.next_fault = faults_by_chance(seed=3)
        yield place
        place.store.close()


T = TypeVar("T")


def until_done(work: Callable[[], T]) -> T:
    """Do something again while the database is away."""
    while True:
        try:
            return work()
        except Unavailable:
            sleep(0.01)


def move(place: Place, case_id: str, action: str) -> bool:
    """Fill or spend, until it is answered; False when there was not enough."""
    command = Act(case_id=case_id, actor=person("ann"), action=action, key=case_id, digest=case_id)
    try:
        until_done(lambda: place.runtime.execute(command))
    except Refused:
        return False
    return True


def work(place: Place, caller: int, turns: int) -> Counter[tuple[str, str]]:
    """Fill and spend at random; gives the fen that were acknowledged, by project and action."""
    chance, done = Random(caller), Counter[tuple[str, str]]()
    for turn in range(turns):
        case_id, amount = f"move {caller} {turn}", chance.randint(1, AMOUNT_MAX)
        project, action = chance.choice(PROJECTS), chance.choice(["fill", "spend", "spend"])
        opened(place, case_id, amount, project)
        if move(place, case_id, action):
            done[project, action] += amount
    return done


def opened(place: Place, case_id: str, amount: int, project: str) -> None:
    """Open the case of a movement; when it is there already, its answer was lost."""
    with suppress(Conflict, Refused):
        until_done(lambda: begin(place, case_id, amount, project))
    until_done(lambda: place.store.load(case_id))


def look(place: Place, enough: Event) -> int:
    """Look at all books of one moment, again and again; gives how often."""
    looks = 0
    assert place.database is not None
    while not enough.is_set():
        with suppress(Unavailable), place.database.snapshot() as connection:
            check(*(Books(kept(connection, scope).totals) for scope in (*PROJECTS, INVOICE)))
            looks += 1
        sleep(0.005)
    return looks


def check(first: Books, second: Books, invoice: Books) -> None:
    """What the projects have paid is what was used of the invoice, and nothing is below zero."""
    spent = first.amount(PROJECT_COST) + second.amount(PROJECT_COST)
    assert spent == invoice.amount(USED)
    assert invoice.amount(OPEN) + spent in {0, FACE}
    for books in (first, second):
        assert books.amount(BANK) >= 0
        assert books.debited(BANK) - books.amount(BANK) == books.amount(PROJECT_COST)
    for books in (first, second, invoice):
        assert sum(debited - credited for debited, credited in books.totals.values()) == 0


def run(place: Place, turns: int) -> None:
    """Let eight callers move money while somebody looks; what was acknowledged is what the books say."""
    enough = Event()
    with ThreadPoolExecutor(CALLERS + 1) as threads:
        looking = threads.submit(look, place, enough)
        moved = sum(threads.map(lambda caller: work(place, caller, turns), range(CALLERS)), Counter[tuple[str, str]]())
        enough.set()
        assert looking.result() > 0
    for project in PROJECTS:
        books = until_done(partial(books_of, place, project))
        assert books.debited(BANK) == moved[project, "fill"]
        assert books.amount(PROJECT_COST) == moved[project, "spend"]
    assert until_done(lambda: agrees(place))
    assert place.database is not None
    database, library = place.database, place.library
    assert until_done(lambda: verify(database, library)).is_clean


@pytest.mark.timeout(120)
def test_every_fen_is_somewhere(bank: Place) -> None:
    """Eight callers, eight movements each."""
    run(bank, TURNS)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_every_fen_is_somewhere_for_long(bank: Place) -> None:
    """A hundred movements each."""
    run(bank, TURNS_LONG)
