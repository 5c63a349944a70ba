"""Column types that mean the same on both databases."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, String, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

FOREVER = datetime.max.replace(tzinfo=UTC)
"""The due moment of work without a deadline: it sorts last and needs no special case in paging."""


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

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:  # noqa: ANN401  # the driver's
        """Refuse moments without a zone: nobody can say when they are."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        return value if dialect.name == "postgresql" else moment_text(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ANN401, ARG002  # as above
        """Give it back in UTC."""
        return datetime.fromisoformat(value) if isinstance(value, str) else value


def moment_text(at: datetime) -> str:
    """Spell a moment for SQLite: always 32 characters, so that text sorts as time."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
