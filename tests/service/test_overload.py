"""More is asked than can be answered: what there is no room for is told when to come again, the rest is answered."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path
from threading import Event
from time import monotonic, sleep

import psutil
import pytest

from adapters.sql.bench.scenario import CLERK
from adapters.threads import Threads
from engine.refusal import Unavailable
from service.assembly import (
    ASKERS,
    ASKERS_WAITING_MAX,
    HASHERS,
    HASHERS_WAITING_MAX,
    READERS,
    READERS_WAITING_MAX,
    WORKERS,
    WORKERS_WAITING_MAX,
)
from service.bench.server import HOST, PASSWORD, prepare_office, served
from service.bench.visitors import Visitors
from tests.faults.test_http_races import sign_in
from tests.service.conftest import Desk

CONNECTIONS, SECONDS, RECOVERY_SECONDS_MAX, MEMORY_BYTES_MAX = 400, 20.0, 10.0, 150 << 20


@contextmanager
def no_room(threads: Threads, least: int) -> Iterator[list[Future[bool]]]:
    """Let as many wait in some threads as are taken in, until the end; at least so many are."""
    go_on, waiting = Event(), list[Future[bool]]()
    try:
        for _ in range(3):  # a thread may take one of them a little later, which makes room for another
            with suppress(Unavailable):
                while True:
                    waiting.append(threads.submit(go_on.wait, 30))
            sleep(0.05)
        assert len(waiting) >= least
        yield waiting
    finally:
        go_on.set()
        wait(waiting, 30)  # there is room when all of them have gone, not when they were let go


def test_a_read_that_finds_no_room_is_told_when_to_come_again(desk: Desk) -> None:
    """503 with Retry-After, to programs and to people; who waits already is answered, and the next one again."""
    ann = desk.sign_in("ann")
    with no_room(desk.assembly.threads, READERS + READERS_WAITING_MAX) as waiting:
        answer = ann.get("/tasks")
        assert (answer.status_code, answer.json()["type"]) == (503, "/schema/problems/service_unavailable")
        assert int(answer.headers["retry-after"]) >= 1
        page = desk.client.get("/", headers={"Accept": "text/html", "Authorization": f"Bearer {ann.token}"})
        assert page.status_code == 503
        assert int(page.headers["retry-after"]) >= 1
        assert desk.client.get("/health").status_code == 200
        assert not any(one.done() for one in waiting)
    assert all(one.result(30) for one in waiting)
    assert ann.get("/tasks").status_code == 200


def test_a_crowd_that_signs_in_is_told_when_to_come_again(desk: Desk) -> None:
    """Checking a password takes a third of a second: who would wait for long is told so at once, the rest reads on."""
    ann = desk.sign_in("ann")
    with no_room(desk.assembly.hashers, HASHERS + HASHERS_WAITING_MAX):
        answer = desk.client.post("/api/v1/session", json={"username": "bob", "password": PASSWORD})
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
        assert ann.get("/tasks").status_code == 200


def test_who_waits_for_a_silent_sign_in_service_keeps_nobody_from_documents(open_desk: Callable[..., Desk]) -> None:
    """Nor the other way round; who finds no room is told that the service is away, and may use a password."""
    desk = open_desk(oidc_issuer="http://127.0.0.1:9", oidc_client_id="shenpi")
    with no_room(desk.assembly.askers, ASKERS + ASKERS_WAITING_MAX) as waiting:
        answer = desk.client.get("/login/sso?next=/queue", headers={"Accept": "text/html"})
        assert answer.status_code == 502
        assert 'name="password"' in answer.text
        assert desk.assembly.slow_threads.submit(int).result(5) == 0
        assert not any(one.done() for one in waiting)
    with no_room(desk.assembly.slow_threads, WORKERS + WORKERS_WAITING_MAX):
        assert desk.client.get("/login/sso", headers={"Accept": "text/html"}).status_code == 502


def test_threads_that_end_take_nobody_in() -> None:
    """In words, and whoever waited is done."""
    threads = Threads(1, "test", 2)
    with no_room(threads, 3) as waiting, pytest.raises(Unavailable, match="wait already"):
        threads.submit(print)
    threads.shutdown()
    assert all(one.result(0) for one in waiting)
    for _ in range(3):
        with pytest.raises(Unavailable, match="stopped"):
            threads.submit(print)


def ask(port: int, token: str, until: float) -> Counter[int]:
    """Ask for the tasks again and again; gives how often each status was answered."""
    line, told = HTTPConnection(HOST, port, timeout=60), Counter[int]()
    while monotonic() < until:
        line.request("GET", "/api/v1/tasks", headers={"Authorization": f"Bearer {token}"})
        answer = line.getresponse()
        answer.read()
        told[answer.status] += 1
        if answer.status != 200:
            assert int(answer.headers["Retry-After"]) >= 1
            sleep(0.5)
    line.close()
    return told


@pytest.mark.long
@pytest.mark.timeout(300)
def test_four_hundred_connections_at_once(tmp_path: Path) -> None:
    """Answers or 503 with Retry-After, nothing else; the memory stays, and soon after all is as before."""
    url = f"sqlite:///{tmp_path / 'office.sqlite'}"
    cases = prepare_office(url, 200)
    with served(url, tmp_path) as port, Visitors(port, cases, 1) as visitors:
        token = sign_in(port, CLERK.id)[0].token
        visitors.act(cases[0])
        (process,) = [one for one in psutil.Process().children(recursive=True) if "serve" in one.cmdline()]
        before = process.memory_info().rss
        with ThreadPoolExecutor(CONNECTIONS) as callers:
            until = monotonic() + SECONDS
            told = sum(callers.map(lambda _: ask(port, token, until), range(CONNECTIONS)), Counter[int]())
        ended = monotonic()
        visitors.act(cases[0])
        back, grown = monotonic() - ended, process.memory_info().rss - before
    print(f"{dict(told)}, back after {back:.2f} s, {grown >> 20} MiB more")  # noqa: T201  # the figure
    assert set(told) <= {200, 503}
    assert told[200] > 0
    assert back < RECOVERY_SECONDS_MAX
    assert grown < MEMORY_BYTES_MAX
