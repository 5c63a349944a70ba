"""Column types that mean the same on both databases."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import DateTime, Dialect, String, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

FOREVER = datetime.max.replace(tzinfo=UTC)
"""The due moment of work without a deadline: it sorts last and needs no special case in paging."""


COMPACT = {"sqlite_with_rowid": False}
"""For tables of small rows: SQLite keeps them in the tree of their primary key, not in two trees."""


class Key(TypeDecorator[str]):
    """Text that is compared and sorted by its bytes, never by a language's alphabet: ids, codes, principals."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """PostgreSQL needs to be told; SQLite compares bytes anyway."""
        return dialect.type_descriptor(Text(collation="C") if dialect.name == "postgresql" else Text())


class Moment(TypeDecorator[datetime]):
    """An aware moment, to the microsecond: `timestamptz` on PostgreSQL, sortable ISO text in UTC on SQLite."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the database's own spelling."""
        return dialect.type_descriptor(DateTime(timezone=True) if dialect.name == "postgresql" else String(32))

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], str | None]:
        """Spell moments for both drivers; psycopg's own way takes four times as long."""
        del dialect
        return spelled

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None] | None:
        """Read SQLite's spelling; psycopg gives moments already."""
        del coltype
        return None if dialect.name == "postgresql" else _read


@lru_cache(256)  # a command spells the same few moments many times
def spelled(at: datetime | None) -> str | None:
    """Give the text that goes to a database."""
    return None if at is None else moment_text(at)


def moment_text(at: datetime) -> str:
    """Spell a moment: always 32 characters in UTC, so that text sorts as time. `ValueError` without a zone."""
    if at.tzinfo is None:
        raise ValueError(f"{at} has no time zone")
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _read(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
