"""Several processes of the service: on PostgreSQL they share the work, on one SQLite file there is only one."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from time import monotonic, sleep

import httpx
import psutil
import pytest

from adapters.clock import ManualClock, SystemClock
from adapters.sql import schema
from adapters.sql.bench.scenario import prepare
from adapters.sql.histories import history
from adapters.sql.opening import open_database
from adapters.sql.publishing import Publishing
from adapters.sql.statements import Connection
from adapters.sql.verify import verify
from engine.events import TimerFired
from engine.guards import GuardBook
from tests.postgres import PostgresServer
from tests.service.test_cli import ROOT

SECONDS_MAX = 60
WORKERS = 2
REQUESTS = 12
HEALTH_COUNTED = 'shenpi_request_seconds_count{method="GET",path="/health",status="200"}'
TOLD = "SELECT case_id, kind, count(*) FROM notice GROUP BY case_id, kind"
EACH_CASE = {"task.opened": 1, "deadline.reminder": 2, "deadline.copy": 1}
"""What one person, who is the desk and its supervisor, is told of a case whose two rungs have passed."""


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


@contextmanager
def serving(url: str, folder: Path, *words: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A running `shenpi serve`: its address and its process."""
    port = free_port()
    command = [sys.executable, "-m", "service.cli", "serve", "--database", url, "--port", str(port), *words]
    environment = {**os.environ, "SHENPI_FILES_FOLDER": str(folder / "files"), "SHENPI_LOG_LEVEL": "warning"}
    with subprocess.Popen(command, cwd=ROOT, env=environment, text=True, stderr=subprocess.DEVNULL) as process:
        try:
            wait_for(lambda: answers(f"http://127.0.0.1:{port}/ready"))
            yield f"http://127.0.0.1:{port}", process
        finally:
            family = psutil.Process(process.pid).children(recursive=True)
            process.send_signal(signal.SIGTERM)
            try:
                process.communicate(timeout=SECONDS_MAX)
            finally:
                for one in (process, *family):
                    with suppress(psutil.NoSuchProcess):
                        one.kill()


def answers(url: str) -> bool:
    """Whether something says there that it is well."""
    try:
        return httpx.get(url, timeout=5).status_code == 200
    except httpx.TransportError:
        return False


def wait_for(condition: Callable[[], bool]) -> None:
    """Look again until it holds."""
    end = monotonic() + SECONDS_MAX
    while not condition():
        assert monotonic() < end, "it never came about"
        sleep(0.1)


def processes_of(process: subprocess.Popen[str]) -> set[int]:
    """Those that answer for a `serve`."""
    return {child.pid for child in psutil.Process(process.pid).children() if child.status() != psutil.STATUS_ZOMBIE}


def refused(url: str, *words: str) -> str:
    """What a `serve` says that does not start: one line."""
    command = [sys.executable, "-m", "service.cli", "serve", "--database", url, "--port", str(free_port()), *words]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=SECONDS_MAX)
    assert answer.returncode == 2
    (line,) = answer.stderr.splitlines()
    return line


def test_one_service_owns_a_sqlite_file(tmp_path: Path) -> None:
    """A second one, and one with several processes, are refused in a line that points to PostgreSQL."""
    url = f"sqlite:///{tmp_path}/office.sqlite"
    schema.init(url)
    assert "need PostgreSQL" in refused(url, "--workers", "3")
    with serving(url, tmp_path) as (address, _):
        line = refused(url)
        assert "is served by another process" in line
        assert "PostgreSQL" in line
        assert answers(f"{address}/ready")


def test_as_many_processes_as_asked_for_answer(postgres_server: PostgresServer, tmp_path: Path) -> None:
    """Each is a process of its own; one that is killed is started again while the others answer."""
    url = postgres_server.new_database()
    schema.init(url)
    with serving(url, tmp_path, "--workers", str(WORKERS)) as (address, process):
        wait_for(lambda: len(processes_of(process)) == WORKERS)
        before = processes_of(process)
        killed = min(before)
        os.kill(killed, signal.SIGKILL)
        wait_for(lambda: len(processes_of(process) - {killed}) == WORKERS)
        wait_for(lambda: answers(f"{address}/ready"))
    assert not [pid for pid in before if psutil.pid_exists(pid)]


def test_processes_count_together(postgres_server: PostgresServer, tmp_path: Path) -> None:
    """Whichever process is asked tells of the requests all have answered, also of those by one that was killed."""
    url = postgres_server.new_database()
    schema.init(url)
    with serving(url, tmp_path, "--workers", str(WORKERS)) as (address, process):
        wait_for(lambda: len(processes_of(process)) == WORKERS)
        for _ in range(REQUESTS):
            assert answers(f"{address}/health")
        assert [requests_counted(address) for _ in range(REQUESTS)] == [REQUESTS] * REQUESTS
        killed = min(processes_of(process))
        os.kill(killed, signal.SIGKILL)
        wait_for(lambda: len(processes_of(process) - {killed}) == WORKERS)
        wait_for(lambda: answers(f"{address}/ready"))
        assert [requests_counted(address) for _ in range(REQUESTS)] == [REQUESTS] * REQUESTS


def requests_counted(address: str) -> int:
    """Answers to `/health`, as the figures of whichever process takes the call tell them."""
    figures = httpx.get(f"{address}/metrics", timeout=5).text
    (line,) = (line for line in figures.splitlines() if line.startswith(HEALTH_COUNTED))
    return int(float(line.rsplit(" ", 1)[1]))


@pytest.mark.timeout(SECONDS_MAX * 3)
def test_two_services_never_act_twice(postgres_server: PostgresServer, tmp_path: Path) -> None:
    """Four processes of two services over one database fire each due timer once and tell each person once."""
    url, cases = postgres_server.new_database(), 40
    ids = prepare(url, cases, ManualClock(SystemClock().now() - timedelta(days=60)))
    with ExitStack() as leaving, closing(open_database(url)) as database:

        def left() -> int:
            with database.read() as connection:
                query = "SELECT (SELECT count(*) FROM timer) + (SELECT count(*) FROM outbox WHERE done_at IS NULL)"
                return int(connection.driver.execute(query).fetchone()[0])

        for number in range(2):
            leaving.enter_context(serving(url, tmp_path / str(number), "--workers", str(WORKERS)))
        wait_for(lambda: left() == 0)
        with database.read() as connection:
            fired = [rungs_fired(connection, case_id) for case_id in ids]
            told = connection.driver.execute(TOLD).fetchall()
        assert fired == [[0, 1]] * cases
        assert sorted(told) == sorted((case_id, kind, times) for case_id in ids for kind, times in EACH_CASE.items())
        assert verify(database, Publishing(database, GuardBook(), SystemClock())).is_clean


def rungs_fired(connection: Connection, case_id: str) -> list[int]:
    """The rungs of a case's ladder that were fired, in order."""
    events = (event for record in history(connection, case_id) for event in record.events)
    return [event.rung for event in events if isinstance(event, TimerFired)]
