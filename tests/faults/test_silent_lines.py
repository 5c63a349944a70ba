"""A line to PostgreSQL that falls silent, as with a pulled cable: nobody waits for it for a quarter of an hour."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from shutil import which
from time import monotonic, sleep

import pytest

from adapters.sql.postgres.database import PostgresDatabase
from engine.refusal import Unavailable
from tests.faults.proxy import proxied
from tests.service.test_cli import ROOT

HERE, THERE = "10.231.77.1", "10.231.77.2"
NAME = f"shenpi{os.getpid()}"
SILENCE_SECONDS_MAX, BACK_SECONDS_MAX = 25.0, 5.0
"""How long the end of a silent line may take to be noticed, and how long it takes after that until all is well."""

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(os.geteuid() != 0 or which("ip") is None, reason="a network of its own needs root and iproute2"),
]


def ip(*words: str) -> None:
    """Change a network of this machine."""
    subprocess.run(["ip", *words], check=True)


@contextmanager
def another_network() -> Iterator[None]:
    """Join a network of its own to this one by a line."""
    line, far = f"sh{os.getpid()}a", f"sh{os.getpid()}b"
    ip("netns", "add", NAME)
    try:
        ip("link", "add", line, "type", "veth", "peer", "name", far)
        ip("link", "set", far, "netns", NAME)
        ip("addr", "add", f"{HERE}/24", "dev", line)
        ip("link", "set", line, "up")
        ip("netns", "exec", NAME, "ip", "addr", "add", f"{THERE}/24", "dev", far)
        ip("netns", "exec", NAME, "ip", "link", "set", far, "up")
        yield
    finally:
        ip("netns", "del", NAME)


def use(url: str) -> None:
    """Use a database without end, and say each time how it went and how long it took."""
    database = PostgresDatabase(url)
    while True:
        begun, word = monotonic(), "answered"
        try:
            with database.read() as connection:
                connection.driver.execute("SELECT 1")
        except Unavailable:
            word = "refused"
        print(word, round(monotonic() - begun, 1), flush=True)  # noqa: T201  # read by the test
        sleep(0.2)


def wait_for(user: "subprocess.Popen[str]", word: str) -> float:
    """Read what a user says until it says a word; gives the seconds that its use took."""
    assert user.stdout is not None
    for line in user.stdout:
        said, seconds = line.split()
        if said == word:
            return float(seconds)
    raise AssertionError("it ended")


@pytest.mark.timeout(180)
def test_a_silent_line_is_given_up(new_url: Callable[[str], str]) -> None:
    """The network swallows everything: the command is refused after some twenty seconds, the next ones get through."""
    with another_network(), proxied(new_url("postgresql"), HERE) as (_, url):
        command = ["ip", "netns", "exec", NAME, sys.executable, "-m", __name__, url]
        user = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        try:
            wait_for(user, "answered")
            ip("route", "add", "blackhole", f"{THERE}/32")
            silent = wait_for(user, "refused")
            ip("route", "del", "blackhole", f"{THERE}/32")
            back_at = monotonic()
            wait_for(user, "answered")
            print(f"given up after {silent} s, back after {monotonic() - back_at:.1f} s")  # noqa: T201  # the figure
            assert silent < SILENCE_SECONDS_MAX
            assert monotonic() - back_at < BACK_SECONDS_MAX + 5  # one attempt may have begun before
        finally:
            user.kill()
            user.wait()
            with suppress(subprocess.CalledProcessError):
                ip("route", "del", "blackhole", f"{THERE}/32")


if __name__ == "__main__":
    use(sys.argv[1])
