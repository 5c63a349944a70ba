"""The service in a process of its own, over a database that was prepared for measuring."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

from adapters.clock import SystemClock
from adapters.identity.passwords import hash_password
from adapters.sql.access import Access
from adapters.sql.bench.scenario import APPLICANT, CLERK, prepare
from adapters.sql.database import Unusable
from adapters.sql.opening import open_database

PASSWORD = "Qinghe-2026!"  # noqa: S105  # of two made-up people in a scratch database
HOST = "127.0.0.1"
READY_SECONDS_MAX = 30
_ENVIRONMENT = {"SHENPI_HEARTBEAT": "no", "SHENPI_REQUESTS_PER_MINUTE_MAX": "10000000"}
"""Timers must not change what is measured, nor a limit that is meant for one person."""


def prepare_office(url: str, cases: int) -> list[str]:
    """Make a database with cases on the desk, and with the passwords of both people; gives the cases' ids."""
    clock = SystemClock()
    made = prepare(url, cases, clock)
    database = open_database(url)
    hashed = hash_password(PASSWORD)
    for person in (APPLICANT, CLERK):
        Access(database).set_password(person.id, hashed, clock.now(), must_change=False)
    database.close()
    return made


@contextmanager
def served(url: str, folder: Path) -> Iterator[int]:
    """Serve a database until the end; gives the port. What the service says is written into the folder."""
    port = _free_port()
    program = [sys.executable, "-m", "service.cli", "serve", "--database", url, "--port", str(port)]
    environment = {**os.environ, **_ENVIRONMENT, "SHENPI_FILES_FOLDER": str(folder / "files")}
    with (folder / "service.log").open("wb") as log:
        process = subprocess.Popen(program, env=environment, cwd=_ROOT, stdout=log, stderr=log)  # noqa: S603  # ourselves
        try:
            _wait(process, port, Path(log.name))
            yield port
        finally:
            process.terminate()
            process.wait(READY_SECONDS_MAX)


_ROOT = Path(__file__).resolve().parents[2]


def _free_port() -> int:
    with socket.create_server((HOST, 0)) as listening:
        return int(listening.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    end = monotonic() + READY_SECONDS_MAX
    while monotonic() < end and process.poll() is None:
        try:
            socket.create_connection((HOST, port), timeout=1).close()
        except OSError:
            sleep(0.05)
        else:
            return
    raise Unusable(f"the service did not start: {log.read_text('utf-8').strip().rpartition(chr(10))[2]}")
