"""A copy of a SQLite database while it is in use, by SQLite's own backup interface."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from adapters.sql.database import Unusable

PAGES_PER_STEP = 2_000
"""Pages copied before it is told how far that is."""

_LOOK = "SELECT count(*) FROM sqlite_schema"
BESIDE = ("-wal", "-shm", "-journal")
"""Files that SQLite keeps beside a database, and takes for its own wherever it finds them."""


def copy(
    source: Path,
    target: Path,
    progress: Callable[[int, int], object] = lambda _left, _all: None,
    examine: Callable[[Path], object] = lambda _copy: None,
    *,
    is_still: bool = False,
) -> None:
    """Copy a database to a path where nothing is yet, complete and synchronised; `Unusable` when that fails.

    `progress` is told how many pages are left of how many; `examine` sees the whole copy before it is put in place,
    and may still refuse it. `is_still` says that nobody writes to the source; it may be on a medium that nobody can
    write to.
    """
    _refuse_leftovers(target)
    unfinished = target.with_name(f"{target.name}.unfinished")
    try:
        _copy(_address(source, is_still=is_still), unfinished, progress)
        examine(unfinished)
        unfinished.replace(target)
        _synchronise(target.parent)
    except (sqlite3.Error, OSError) as error:
        raise Unusable(f"{source} can not be copied to {target}: {error}") from error
    finally:
        _remove(unfinished)


def _refuse_leftovers(target: Path) -> None:
    """Refuse a place where a database is, or where one was whose log would be taken for the new one's."""
    if target.exists():
        raise Unusable(f"{target} is there already: name another place")
    for path in _beside(target):
        if path.exists():
            raise Unusable(f"{path} is left of another database, and would be taken into the new one: move it away")


def _beside(path: Path) -> list[Path]:
    return [path.with_name(path.name + suffix) for suffix in BESIDE]


def _remove(unfinished: Path) -> None:
    for path in (unfinished, *_beside(unfinished)):
        path.unlink(missing_ok=True)


def _address(source: Path, *, is_still: bool) -> str:
    """Give SQLite's address of a file to read; one without a log beside it can be read without making one."""
    unchanging = is_still and not any(path.exists() for path in _beside(source))
    return f"{source.resolve().as_uri()}?mode=ro{'&immutable=1' if unchanging else ''}"


def _copy(source: str, unfinished: Path, progress: Callable[[int, int], object]) -> None:
    _remove(unfinished)
    with (
        closing(sqlite3.connect(source, uri=True)) as reading,
        closing(sqlite3.connect(unfinished)) as writing,
    ):
        reading.execute("BEGIN")
        reading.execute(_LOOK)  # one moment is copied while others write on: else each write would begin the copy anew
        reading.backup(writing, pages=PAGES_PER_STEP, progress=lambda _status, left, every: progress(left, every))
        (verdict,) = writing.execute("PRAGMA integrity_check").fetchone()
        if verdict != "ok":
            raise sqlite3.DatabaseError(f"the copy is damaged: {verdict}")
    with unfinished.open("rb") as written:
        os.fsync(written.fileno())


def _synchronise(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
