"""Checks that take long and share nothing with the tests: begun with the run on an idle core, heard at its end."""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryFile

import psutil

ROOT = Path(__file__).resolve().parents[1]
LAST = 10
"""The niceness of a process that leaves a core to whoever is in a hurry: what is timed does not get slower."""


class Background:
    """A Python program at work in the project's folder, with all that it says."""

    def __init__(self, *words: str) -> None:
        """Start `python WORDS…`."""
        self._said = TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115  # `stop` closes it
        self._process = subprocess.Popen(
            [sys.executable, *words], cwd=ROOT, stdout=self._said, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL
        )
        psutil.Process(self._process.pid).nice(LAST)

    def answer(self) -> tuple[int, str]:
        """Wait for its end; gives the exit code and what it said."""
        code = self._process.wait()
        self._said.seek(0)
        return code, self._said.read()

    def stop(self) -> None:
        """End it, wherever it is."""
        self._process.kill()
        self._process.wait()
        self._said.close()
