"""Pages of long lists: each begins after the last line of the one before, so page 500 costs what page 1 costs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, Protocol, TypeVar

from msgspec import Struct
from sqlalchemy import bindparam, tuple_
from sqlalchemy.sql.elements import ColumnElement

from adapters.sql.tables.columns import FOREVER, Key, Moment, moment_text
from engine.refusal import Refusal, Refused

PAGE_MAX = 200
"""Most lines of a page."""

COUNT_MAX = 1000
"""Counting stops here: `1000` means "at least that many"."""

T = TypeVar("T")


class Page(Struct, Generic[T], frozen=True):
    """Some lines, and where the next page begins (None: there is none)."""

    lines: tuple[T, ...]
    after: str | None


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a list that is sorted by a moment, then by an id."""

    at: datetime
    id: str

    def text(self) -> str:
        """Spell it, for an address."""
        return f"{moment_text(self.at)}~{self.id}"


def place(text: str | None, otherwise: Place) -> Place:
    """Read a place; `Refused` when the text was not made by `Place.text`."""
    if text is None:
        return otherwise
    at, _, id = text.partition("~")
    try:
        moment = datetime.fromisoformat(moment_text(datetime.fromisoformat(at)))
    except (ValueError, OverflowError) as error:
        raise Refused(Refusal("page.unknown", where="after")) from error
    if not id or not id.isascii() or not id.isprintable():
        raise Refused(Refusal("page.unknown", where="after"))
    return Place(moment, id)


BEGINNING = Place(datetime(1, 1, 1, tzinfo=UTC), "")
END = Place(FOREVER, "~")
"""Before the first and after the last line of any list; ids are ASCII, and `~` sorts after all their characters."""


def bound_place() -> ColumnElement[Any]:
    """Give a place as the parameters `after_at` and `after_id`, to compare with."""
    return tuple_(bindparam("after_at", type_=Moment), bindparam("after_id", type_=Key))


def page(rows: Sequence[Any], limit: int, make: Callable[[Any], T], where: Callable[[T], str]) -> Page[T]:
    """Make a page of rows that were asked for with one more than `limit`."""
    lines = tuple(make(row) for row in rows[:limit])
    return Page(lines, where(lines[-1]) if len(rows) > limit else None)


class OfCase(Protocol):
    """Something that is told of a case."""

    @property
    def case_id(self) -> str:
        """The case."""
        ...


def next_case(found: Sequence[OfCase], limit: int) -> str | None:
    """Say where the page after one begins that was asked for with exactly `limit`; None where it was not filled."""
    return found[-1].case_id if len(found) == limit else None


def bounded(limit: int) -> int:
    """Keep the length of a page within reason."""
    return max(1, min(limit, PAGE_MAX))
