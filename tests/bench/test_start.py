"""From the command to the first answer: little work, little memory, and nothing heavy before it is needed."""

import json
import os
import resource
import socket
import subprocess
import sys
from pathlib import Path
from time import perf_counter, sleep

import httpx
import psutil
import pytest

from adapters.sql import schema
from tests.service.test_cli import ROOT

START_SECONDS_MAX = 1.5
"""Of one processor, on a machine that is not slower than the one this was written on."""

MEMORY_BYTES_MAX = 150_000_000
TRIES = 3
LIBRARIES = "import litestar, msgspec, transitions, sqlalchemy, sqlmodel, apscheduler, structlog"
LIBRARIES_SECONDS = 0.6
"""How long these take to be imported on that machine when nothing else runs on it."""

WAIT_SECONDS_MAX = 60
HEAVY = [
    *("PIL", "alembic", "docx", "docxtpl", "lxml", "openpyxl", "playwright", "pylopdf_fonts_zh_cn"),
    *("pypdfium2", "python_calamine", "rich", "segno", "typst", "xlsxwriter"),
]


def libraries(folder: Path) -> float:
    """Processor seconds to import the libraries alone: the same kind of work, which no change of ours makes longer."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", LIBRARIES], env=environment(folder), check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def environment(folder: Path) -> dict[str, str]:
    """What a started program finds: as on any installation, Python keeps what it has compiled."""
    own = {"SHENPI_FILES_FOLDER": str(folder / "files"), "SHENPI_HEARTBEAT": "no"}
    return {**os.environ, **own, "PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(folder / "compiled")}


def first_answer(url: str, folder: Path) -> tuple[float, int]:
    """Start the service, get a page from it; gives the processor seconds and the memory that took."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    words = [sys.executable, "-m", "service.cli", "serve", "--database", url, "--port", str(port)]
    with subprocess.Popen(words, cwd=ROOT, env=environment(folder), stdout=subprocess.DEVNULL) as process:
        try:
            ask(f"http://127.0.0.1:{port}/login")
            seen = psutil.Process(process.pid)
            spent = seen.cpu_times()
            return spent.user + spent.system, seen.memory_info().rss
        finally:
            process.terminate()


def ask(url: str) -> None:
    """Ask until there is an answer."""
    end = perf_counter() + WAIT_SECONDS_MAX
    while perf_counter() < end:
        try:
            assert httpx.get(url).status_code == 200
        except httpx.TransportError:
            sleep(0.02)
        else:
            return
    pytest.fail("no answer")


def test_the_first_answer_comes_soon(tmp_path: Path) -> None:
    """The start takes longer than it may, each time against the libraries alone just before it.

    Both are processor time, so that a slow or busy machine makes both longer and only a longer start counts; a moment
    that was busy for one of the two alone does not.
    """
    url = f"sqlite:///{tmp_path}/office.sqlite"
    schema.init(url)
    first_answer(url, tmp_path)
    found = [(libraries(tmp_path), *first_answer(url, tmp_path)) for _ in range(TRIES)]
    share = min(seconds / max(alone, LIBRARIES_SECONDS) for alone, seconds, _ in found)
    assert share <= START_SECONDS_MAX / LIBRARIES_SECONDS, found
    assert min(memory for *_, memory in found) <= MEMORY_BYTES_MAX, found


def test_nothing_heavy_is_loaded_before_it_is_needed() -> None:
    """Documents, spreadsheets, fonts, pictures and migrations come with the first use."""
    program = f"import json, sys, service.app; print(json.dumps([name for name in {HEAVY!r} if name in sys.modules]))"
    answer = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert json.loads(answer.stdout) == []
