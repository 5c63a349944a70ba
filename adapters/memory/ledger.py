"""The ledger in memory: journals and books by scope. Same contract as the databases'."""

from collections.abc import Mapping

from msgspec import Struct, field

from workflows.funds.books import Books
from workflows.funds.journal import GENESIS, Maker, Row, append
from workflows.funds.posting import Entry


class MemoryLedger(Struct):
    """Rows are only ever added; the books are kept with them."""

    journals: dict[str, tuple[Row, ...]] = field(default_factory=dict)
    books: dict[str, Books] = field(default_factory=dict)

    def post(self, entry: Entry, maker: Maker) -> tuple[Row, ...]:
        """Write an entry into every ledger it concerns; gives the rows."""
        return tuple(self._append(scope, part, maker) for scope, part in entry.by_scope().items())

    def _append(self, scope: str, entry: Entry, maker: Maker) -> Row:
        rows = self.journals.get(scope, ())
        row = append(scope, len(rows), rows[-1].hash if rows else GENESIS, entry, maker)
        self.journals[scope] = (*rows, row)
        self.books[scope] = self.of(scope).after(entry.postings)
        return row

    def of(self, scope: str) -> Books:
        """Give the books of one ledger; empty when nothing was ever posted to it."""
        return self.books.get(scope) or Books()

    def totals(self, scope: str) -> Mapping[str, tuple[int, int]]:
        """Give the books of one ledger as stores keep them."""
        return self.of(scope).totals

    @property
    def heads(self) -> dict[str, str]:
        """The hash of the last row of each ledger."""
        return {scope: rows[-1].hash for scope, rows in self.journals.items()}
