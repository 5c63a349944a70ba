"""What this process has said already: a job that looks again and finds nothing new is at its end."""

from collections.abc import Iterable
from datetime import datetime

from adapters.sql.database import Database
from adapters.sql.jobs import Message, post


class Told:
    """Puts messages into the outbox, each once; what another process has put there stays as it is."""

    def __init__(self, database: Database) -> None:
        """Start with nothing said."""
        self._database = database
        self._ids: set[str] = set()

    def tell(self, messages: Iterable[Message], now: datetime) -> int:
        """Post those that this process has not posted; says how many that were. Without any, nothing is written."""
        fresh = [one for one in messages if one.id not in self._ids]
        if fresh:
            self._database.write(lambda connection: post(connection, fresh, now))
            self._ids.update(one.id for one in fresh)
        return len(fresh)
