"""Lists of records: addresses that hold the state of a page, columns that sort, pages by key."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qsl, quote, urlencode

from msgspec import Struct

Sorted = Literal["", "ascending", "descending"]
PAGING = ("after", "before")


@dataclass(frozen=True, slots=True)
class Address:
    """A path and its query; `with_` gives the link to a neighbouring state of the same page."""

    path: str
    query: tuple[tuple[str, str], ...] = ()

    @classmethod
    def parse(cls, url: str) -> "Address":
        """An address from a path with its query."""
        path, _, query = url.partition("?")
        return cls(path, tuple(parse_qsl(query, keep_blank_values=True)))

    def get(self, name: str, default: str = "") -> str:
        """The first value of a query parameter."""
        return next((value for key, value in self.query if key == name), default)

    def with_(self, **changes: str | None) -> str:
        """The address with parameters replaced; None takes one out."""
        kept = [(key, value) for key, value in self.query if key not in changes]
        added = [(key, value) for key, value in changes.items() if value is not None]
        query = urlencode([*kept, *added])
        return quote(self.path, safe="/%:@-._~!$&'()*+,;=") + (f"?{query}" if query else "")


class Column(Struct, frozen=True):
    """A column of a table; with `sort_url` its head is a link."""

    key: str
    label: str
    numeric: bool = False
    narrow: bool = False
    sort_url: str = ""
    sorted: Sorted = ""


@dataclass(frozen=True, slots=True)
class Order:
    """The order a list is in: from `?sort=due` or `?sort=-due`, only over keys that are allowed."""

    address: Address
    key: str
    descending: bool

    @classmethod
    def read(cls, address: Address, allowed: Iterable[str], default: str) -> "Order":
        """The order the address asks for, else the default such as `due` or `-amount`."""
        asked = address.get("sort", default)
        if asked.removeprefix("-") not in set(allowed):
            asked = default
        return cls(address, asked.removeprefix("-"), asked.startswith("-"))

    def column(self, key: str, label: str, *, numeric: bool = False, narrow: bool = False) -> Column:
        """A sortable column: its link turns the order round when the list is already sorted by it."""
        is_mine = key == self.key
        turned = f"-{key}" if is_mine and not self.descending else key
        state: Sorted = ("descending" if self.descending else "ascending") if is_mine else ""
        url = self.address.with_(sort=turned, **dict.fromkeys(PAGING))
        return Column(key, label, numeric, narrow, url, state)


class Pager(Struct, frozen=True):
    """Links of a list paged by key; `total` is a capped count, `None` when it was not counted."""

    shown: int
    first_url: str = ""
    previous_url: str = ""
    next_url: str = ""
    total: int | None = None
    total_capped: bool = False


def pager(
    address: Address,
    shown: int,
    *,
    next_key: str | None = None,
    previous_key: str | None = None,
    total: int | None = None,
    total_capped: bool = False,
) -> Pager:
    """A pager from the keys of the last and first row where there is more in that direction."""
    return Pager(
        shown=shown,
        first_url=address.with_(after=None, before=None) if any(map(address.get, PAGING)) else "",
        previous_url=address.with_(after=None, before=previous_key) if previous_key else "",
        next_url=address.with_(after=next_key, before=None) if next_key else "",
        total=total,
        total_capped=total_capped,
    )


def by_key(columns: Sequence[Column]) -> dict[str, Column]:
    """Columns by key, so that a template names the column of a cell: `columns["due"]`."""
    return {column.key: column for column in columns}
