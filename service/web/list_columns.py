"""Which columns of a list a person looks at: kept with the person, and the same in the list's file."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from adapters.sql.database import Database
from adapters.sql.drafts import prefer, preferences
from adapters.sql.statements import Connection
from engine.values import Json
from service.texts import Speech
from service.web.lists import PAGING, Address

FILE = "file"
"""The parameter of an address that asks for the list as a file."""

KINDS = ("csv", "xlsx")
ITEM_COLUMNS = ("code", "title", "state", "unit", "amount", "holder", "due")
QUEUE_COLUMNS = ("code", "title", "unit", "state", "due", "done", "amount", "age")
FUND_FIGURES = ("promised", "received", "approved", "committed", "spent", "on_account")


class Table(Struct, frozen=True):
    """A list: its name, its columns, and the one without which a row says nothing."""

    name: str
    columns: tuple[str, ...]
    always: str = "title"

    @property
    def setting(self) -> str:
        """Where the hidden columns are kept among a person's settings."""
        return f"{self.name}.hidden"


QUEUE = Table("queue", QUEUE_COLUMNS)
ITEMS = Table("items", ITEM_COLUMNS)
MINE = Table("mine", ITEM_COLUMNS)
RETURNED = Table("returned", (*ITEM_COLUMNS, "note"))
PAYMENTS = Table("payments", (*ITEM_COLUMNS, "note"))
FUNDS = Table("funds", ("source", "project", *FUND_FIGURES), "source")
PLACES = frozenset({"/queue", "/items", "/mine", "/returned", "/disbursements", "/funds"})
"""The pages that lists stand on."""

TABLES: Mapping[str, Table] = {one.name: one for one in (QUEUE, ITEMS, MINE, RETURNED, PAYMENTS, FUNDS)}


class Offer(Struct, frozen=True):
    """A column that may be shown or hidden."""

    key: str
    label: str
    is_shown: bool


class Chooser(Struct, frozen=True):
    """What the list's page offers: its columns, where to come back to, and its files by kind."""

    table: Table
    offers: Sequence[Offer]
    back: str
    files: Mapping[str, str]

    @property
    def shown(self) -> frozenset[str]:
        """The columns that are shown, with the one that always is."""
        return frozenset({self.table.always, *(one.key for one in self.offers if one.is_shown)})


def item_labels(t: Speech) -> dict[str, str]:
    """Name the columns of a list of items."""
    return {key: t(f"lists.column.{key}") for key in ITEM_COLUMNS}


def noted_labels(t: Speech) -> dict[str, str]:
    """The same where a note stands beside each."""
    return {**item_labels(t), "note": t("lists.column.note")}


def hidden(connection: Connection, user_id: str, table: Table) -> frozenset[str]:
    """Give the columns that a person hides."""
    kept = preferences(connection, user_id).get(table.setting)
    return frozenset(str(one) for one in kept if one in table.columns) if isinstance(kept, list) else frozenset()


def chooser(connection: Connection, user_id: str, table: Table, address: Address, labels: Mapping[str, str]) -> Chooser:
    """Offer the columns of a list that have labels; files are of the whole list, from its beginning."""
    away = hidden(connection, user_id, table)
    offers = [Offer(key, label, key not in away) for key, label in labels.items() if key != table.always]
    return Chooser(table, offers, address.with_(**{FILE: None}), file_urls(address))


def file_urls(address: Address) -> dict[str, str]:
    """Give where a list is had as a file, by kind: the whole of it, from its beginning."""
    return {kind: address.with_(**dict.fromkeys(PAGING), **{FILE: kind}) for kind in KINDS}


def choose(database: Database, user_id: str, table: Table, offered: Iterable[str], ticked: Iterable[str]) -> None:
    """Keep which columns a person hides: of those offered the ones not ticked; what was not offered stays as it was."""
    with database.read() as connection:
        before = hidden(connection, user_id, table)
    asked = frozenset(offered) & frozenset(table.columns) - {table.always}
    after = (before - asked) | (asked - frozenset(ticked))
    if after != before:
        prefer(database, user_id, table.setting, list[Json](sorted(after)))


def way_back(url: str) -> str:
    """Give where a page was that a person chose columns on; the start page for what is none of ours."""
    address = Address.parse(url)
    return address.with_() if address.path in PLACES else "/"


def file_asked(address: Address) -> str:
    """Say as which kind of file the list is asked for; empty for the page."""
    return address.get(FILE) if address.get(FILE) in KINDS else ""
