"""How often the disk is synchronised for one acknowledged command: counted, not assumed.

For SQLite the operating system's calls are traced while a process of its own works. PostgreSQL counts by itself, but
tells the counts of a connection only after it has ended, so it is asked then.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from shutil import which
from tempfile import NamedTemporaryFile
from time import sleep

import psycopg

from adapters.sql.bench.scenario import Work
from adapters.sql.database import Unusable
from adapters.sql.opening import open_database

CALLS = ("fsync", "fdatasync")
BEGIN, END = "shenpi-bench: begin", "shenpi-bench: end"
_STRACE_SECONDS_MAX = 120
SETTLING_SECONDS = 0.5
_COUNTED = (
    (18, "SELECT sum(fsyncs) FROM pg_stat_io WHERE object = 'wal'"),
    (14, "SELECT wal_sync FROM pg_stat_wal"),
)
"""From which version on PostgreSQL tells the synchronisations of its log where."""


def work(url: str, cases: list[str], callers: int) -> None:
    """Act on each case once, between two marks that the trace shows."""
    database = open_database(url)
    doing = Work(database, cases)
    with ThreadPoolExecutor(callers) as pool:
        _mark(BEGIN)
        list(pool.map(doing.act, cases))
        _mark(END)
    database.close()


def _mark(text: str) -> None:
    os.write(sys.stdout.fileno(), f"{text}\n".encode())


def sqlite_syncs(url: str, cases: list[str], callers: int) -> float:
    """Give the synchronisations a command on a SQLite file; `Unusable` where they can not be traced."""
    if which("strace") is None:
        raise Unusable("strace is not installed")
    program = [sys.executable, "-m", "adapters.sql.bench.syncs", url, str(callers), *cases]
    with NamedTemporaryFile("r", prefix="shenpi-bench-") as trace:
        tracing = ["strace", "-f", "-qq", "-e", f"trace=write,{','.join(CALLS)}", "-o", trace.name]
        done = subprocess.run(  # noqa: S603  # our own program under a tool found by name
            [*tracing, *program], cwd=_ROOT, capture_output=True, text=True, check=False, timeout=_STRACE_SECONDS_MAX
        )
        if done.returncode:
            raise Unusable(f"strace does not work here: {done.stderr.strip().rpartition(chr(10))[2]}")
        return sum(1 for _ in _calls(trace.read().splitlines())) / len(cases)


_ROOT = Path(__file__).resolve().parents[3]


def _calls(lines: list[str]) -> Iterator[str]:
    """Give the traced calls between the two marks; one that was interrupted is there twice, and counts once."""
    counting = False
    for line in lines:
        if BEGIN in line:
            counting = True
        elif END in line:
            counting = False
        elif counting and any(f" {call}(" in line for call in CALLS):
            yield line


def postgres_syncs(url: str, cases: list[str], callers: int) -> float:
    """Give the synchronisations a command on PostgreSQL; `Unusable` where the server does not count them."""
    before = _counted(url)
    database = open_database(url)
    doing = Work(database, cases)
    with ThreadPoolExecutor(callers) as pool:
        list(pool.map(doing.act, cases))
    database.close()
    return (_counted(url) - before) / len(cases)


def _counted(url: str) -> int:
    """Give what the server counted so far, once those who have hung up told it."""
    sleep(SETTLING_SECONDS)
    with psycopg.connect(url, autocommit=True) as connection:
        major = connection.info.server_version // 10_000
        queries = [query for since, query in _COUNTED if major >= since]
        if not queries:
            raise Unusable(f"PostgreSQL {major} does not count them")
        found = connection.execute(queries[0]).fetchone()
    return int(found[0]) if found is not None else 0


if __name__ == "__main__":
    work(sys.argv[1], sys.argv[3:], int(sys.argv[2]))
