"""A service that is started and stopped again and again leaves nothing behind: no thread, no file, no connection."""

import threading
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from litestar.testing import TestClient

from service.app import build
from service.settings import Settings

TURNS = 10
WARMING = 3
"""Turns after which what the libraries keep once for all is there."""


def alive() -> tuple[set[str], int]:
    """Give the names of threads, and how many files and connections are open."""
    process = psutil.Process()
    return {thread.name for thread in threading.enumerate()}, process.num_fds()


@pytest.mark.timeout(600)
def test_starting_and_stopping_leaves_nothing(database_url: str, tmp_path: Path) -> None:
    """Application, heartbeat with all its jobs, readers and writer: after each stop there is no more than before."""
    settings = replace(Settings(database=database_url, files_folder=tmp_path / "files"), heartbeat=True)
    for turn in range(TURNS):
        if turn == WARMING:
            threads, files = alive()
        with TestClient(build(settings)) as client:
            assert client.get("/ready").json()["status"] == "ready"
    after_threads, after_files = alive()
    assert after_threads - threads == set()
    assert after_files <= files
