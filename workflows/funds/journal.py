"""The journal of one ledger: its entries in order, chained by hash. Rows are only ever added (INV-02).

The chain is the ledger's own; the same entries also stand in the records of the cases that made them, chained there.
So a row that was changed, removed or put in is found twice over.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from workflows.funds.posting import Entry, entry_json

GENESIS = "0" * 64
"""What the chain of every ledger starts from."""


@dataclass(frozen=True, slots=True)
class Maker:
    """Where an entry comes from (INV-29): the case and its record, who decided, for whom, under which form version."""

    case: str
    seq: int
    actor: str
    at: datetime
    behalf_of: str = ""
    definition: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of one ledger as it is stored: `seq` counts from 1 within the ledger."""

    scope: str
    seq: int
    entry: Entry
    maker: Maker
    previous: str
    hash: str

    @property
    def name(self) -> str:
        """How other entries refer to it."""
        return f"{self.scope}#{self.seq}"


@dataclass(frozen=True, slots=True)
class Break:
    """The first row at which a chain does not hold, and why: `gap`, `link`, `content` or `head`."""

    name: str
    cause: str


def append(scope: str, seq: int, previous: str, entry: Entry, maker: Maker) -> Row:
    """Give the row of an entry that follows `seq` rows of which the last has the hash `previous`."""
    return Row(scope, seq + 1, entry, maker, previous, _hash(scope, seq + 1, previous, entry, maker))


def _hash(scope: str, seq: int, previous: str, entry: Entry, maker: Maker) -> str:
    origin = [maker.case, maker.seq, maker.actor, _moment(maker.at), maker.behalf_of, maker.definition]
    spelled = json.dumps([scope, seq, previous, entry_json(entry), origin], ensure_ascii=False, sort_keys=True)
    return sha256(spelled.encode()).hexdigest()


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def breaks(rows: Iterable[Row], head: str | None = None) -> Iterator[Break]:
    """Find where a ledger's chain does not hold, from genesis to the stored `head` (the hash of its last row)."""
    previous, expected = GENESIS, 1
    for row in rows:
        if row.seq != expected:
            yield Break(row.name, "gap")
            return
        if row.previous != previous:
            yield Break(row.name, "link")
            return
        if row.hash != _hash(row.scope, row.seq, row.previous, row.entry, row.maker):
            yield Break(row.name, "content")
            return
        previous, expected = row.hash, expected + 1
    if head is not None and head != previous:
        yield Break(f"#{expected}", "head")
