"""A database, whichever it is: readers beside one another, and writers one transaction each."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol, TypeVar

from adapters.sql.statements import Connection, Language

T = TypeVar("T")


class Unusable(Exception):
    """The database cannot be used as it is: away, of another version, not ours, or owned by another process.

    The message is one line that says what and what to do.
    """


class Database(Protocol):
    """What everything under `adapters/sql` stands on."""

    @property
    def language(self) -> Language:
        """Its SQL."""
        ...

    def read(self) -> AbstractContextManager[Connection]:
        """Lend a connection to read with; what was committed before is seen."""
        ...

    def snapshot(self) -> AbstractContextManager[Connection]:
        """Lend a connection on which all queries see the same moment."""
        ...

    def write(self, work: Callable[[Connection], T]) -> T:
        """Do some work in a transaction of its own and give its result once it is durable.

        What the work raises undoes it and is raised here. Raises `Unavailable` when the database did not commit.
        """
        ...

    def close(self) -> None:
        """Finish what was begun and let go."""
        ...
