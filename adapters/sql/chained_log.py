"""A log as one chain: each entry's hash is over its text and the hash of the entry before, from the first one on."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Generic, Protocol, TypeVar

import msgspec
from msgspec import Struct
from sqlalchemy import ColumnElement, Insert, Select, Table, bindparam, insert, literal, select

from adapters.encoding import GENESIS, json_text, link
from adapters.sql.database import Database
from adapters.sql.reads.paging import Page, bounded, page
from adapters.sql.statements import Connection

BATCH = 1_000
"""Entries that are looked at in one go when the chain is verified."""

NUMBER_DIGITS_MAX = 18
"""Longest number of an entry in a place that comes from outside."""

OWN = frozenset({"payload", "hash"})
"""Columns that are not parts of an entry: its text, and its place in the chain."""


class Numbered(Protocol):
    """An entry of a log."""

    @property
    def number(self) -> int:
        """Its place, from one on."""
        ...


Entry = TypeVar("Entry", bound=Numbered)


class ChainVerdict(Struct, frozen=True):
    """How many entries were looked at, and the number of the first that is not as written (None: all are).

    `anchor` is the hash of the last one (hex): kept elsewhere, it shows later that nothing was cut off the end.
    """

    changes: int
    anchor: str
    broken_at: int | None = None


@dataclass(frozen=True)
class ChainedLog(Generic[Entry]):
    """A log in a table, whose columns are parts of the entries besides `payload` and `hash`."""

    table: Table
    kind: type[Entry]
    decoder: "msgspec.json.Decoder[Entry]" = field(init=False)

    def __post_init__(self) -> None:
        """Make what reads entries."""
        object.__setattr__(self, "decoder", msgspec.json.Decoder(self.kind))

    def alone(self, connection: Connection) -> None:
        """Let nobody else add anything until this transaction ends."""
        connection.alone(self.table.name)

    def add(self, connection: Connection, make: Callable[[int], Entry]) -> None:
        """Write an entry, made of its number, at the end of the chain."""
        self.alone(connection)
        last = connection.one(self._last)
        number, previous = (1, GENESIS) if last is None else (last[0] + 1, bytes.fromhex(last[1]))
        entry = make(number)
        payload = json_text(entry)
        parts = {name: getattr(entry, name) for name in self._parts}
        connection.run(self._add, {**parts, "payload": payload, "hash": link(previous, payload).hex()})

    def payloads(self, connection: Connection) -> tuple[list[str], str]:
        """Give the whole log as texts, from the first entry to the last, and the hash of the last (hex)."""
        every = list(self._every(connection))
        return [str(cells["payload"]) for cells in every], str(every[-1]["hash"]) if every else GENESIS.hex()

    def end_at(self, connection: Connection, at: datetime) -> str:
        """Give the hash of the last entry that there was at a moment (hex)."""
        found = connection.one(self._end, at=at)
        return GENESIS.hex() if found is None else str(found[0])

    def page(
        self, connection: Connection, wanted: Sequence[ColumnElement[bool]], after: str | None, limit: int
    ) -> Page[Entry]:
        """Give the entries that fit, the latest first; `after` is the number of the last one that was seen."""
        limit, number = bounded(limit), self.table.c.number
        query = select(self.table.c.payload).where(*wanted).order_by(number.desc())
        if after is not None and after.isdecimal() and len(after) <= NUMBER_DIGITS_MAX:
            query = query.where(number < int(after))
        rows = connection.rows_once(query.limit(limit + 1))
        return page(rows, limit, lambda row: self.decoder.decode(row[0]), lambda entry: str(entry.number))

    def between(self, from_at: datetime | None, until_at: datetime | None) -> list[ColumnElement[bool]]:
        """Say that an entry is of a span of time, both moments included; None is no bound."""
        at = self.table.c.at
        since = [] if from_at is None else [at >= literal(from_at, at.type)]
        return since if until_at is None else [*since, at <= literal(until_at, at.type)]

    def verify(self, database: Database) -> ChainVerdict:
        """Follow the chain from the first entry to the last."""
        number, last = 0, GENESIS
        with database.snapshot() as connection:
            for cells in self._every(connection):
                number += 1
                last = link(last, str(cells["payload"]))
                if cells["number"] != number or cells["hash"] != last.hex() or not self._is_told(cells):
                    return ChainVerdict(number, last.hex(), number)
        return ChainVerdict(number, last.hex())

    def _every(self, connection: Connection) -> Iterator[dict[str, object]]:
        names = tuple(column.name for column in self.table.c)
        after = 0
        while True:
            rows = connection.rows(self._next, after=after)
            for row in rows:
                yield dict(zip(names, row, strict=True))
            if len(rows) < BATCH:
                return
            after = rows[-1][0]

    def _is_told(self, cells: dict[str, object]) -> bool:
        """Say whether a row's columns are what its text says."""
        try:
            entry = self.decoder.decode(str(cells["payload"]))
        except msgspec.DecodeError:
            return False
        return all(getattr(entry, name) == cells[name] for name in self._parts)

    @cached_property
    def _parts(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.table.c if column.name not in OWN)

    @cached_property
    def _add(self) -> Insert:
        return insert(self.table)

    @cached_property
    def _last(self) -> Select[tuple[int, str]]:
        number = self.table.c.number
        return select(number, self.table.c.hash).order_by(number.desc()).limit(1)

    @cached_property
    def _next(self) -> Select[tuple[object, ...]]:
        number = self.table.c.number
        return select(self.table).where(number > bindparam("after")).order_by(number).limit(BATCH)

    @cached_property
    def _end(self) -> Select[tuple[str]]:
        at = bindparam("at", type_=self.table.c.at.type)
        number = self.table.c.number
        return select(self.table.c.hash).where(self.table.c.at <= at).order_by(number.desc()).limit(1)
