"""A copy of a SQLite database while it is in use, by SQLite's own backup interface."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from adapters.sql.database import Unusable

PAGES_PER_STEP = 2_000
"""Pages copied before others may write again."""


def copy(source: Path, target: Path, progress: Callable[[int, int], object] = lambda _left, _all: None) -> None:
    """Copy a database to a path where nothing is yet, complete and synchronised; `Unusable` when that fails.

    `progress` is told how many pages are left of how many. The target appears only when it is whole.
    """
    if target.exists():
        raise Unusable(f"{target} is there already: name another place")
    unfinished = target.with_name(f"{target.name}.unfinished")
    try:
        _copy(source, unfinished, progress)
        unfinished.replace(target)
        _synchronise(target.parent)
    except (sqlite3.Error, OSError) as error:
        raise Unusable(f"{source} can not be copied to {target}: {error}") from error
    finally:
        unfinished.unlink(missing_ok=True)


def _copy(source: Path, unfinished: Path, progress: Callable[[int, int], object]) -> None:
    unfinished.unlink(missing_ok=True)
    with (
        closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as reading,
        closing(sqlite3.connect(unfinished)) as writing,
    ):
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
