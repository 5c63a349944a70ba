"""The views of a list that a person keeps under a name, and which of them the list opens with."""

from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urlencode

from msgspec import Struct
from msgspec.structs import replace

from adapters.sql.database import Database
from adapters.sql.drafts import prefer, preferences
from adapters.sql.statements import Connection
from engine.values import Json
from service.web.lists import Address
from workflows.guards.reading import lines_in

NAME_LENGTH_MAX, VIEWS_MAX, VALUE_LENGTH_MAX = 30, 12, 100


class Shelf(Struct, frozen=True):
    """A list whose views are kept: its name and address, its usual `view`, and what else of an address a view keeps.

    That is what the list is narrowed by and its order; not the page.
    """

    name: str
    path: str
    usual: str
    narrowings: tuple[str, ...]

    @property
    def setting(self) -> str:
        """Where the views are kept among a person's settings."""
        return f"{self.name}.views"

    def query_of(self, address: Address) -> tuple[tuple[str, str], ...]:
        """Give what a view of an address keeps; which `view` of the list it is, is always said."""
        others = ((name, address.get(name)[:VALUE_LENGTH_MAX]) for name in self.narrowings)
        return (("view", address.get("view", self.usual)), *((name, value) for name, value in others if value))


QUEUE = Shelf("queue", "/queue", "mine", ("due", "words", "kind", "sort"))
AUDIT = Shelf("audit", "/audit", "office", ("actor", "what", "subject", "from", "until"))
SHELVES = {one.name: one for one in (QUEUE, AUDIT)}


class SavedView(Struct, frozen=True):
    """A view: its name, where it is seen, the parameters it stands for, and whether the list opens with it."""

    name: str
    path: str
    query: tuple[tuple[str, str], ...]
    is_first: bool = False

    @property
    def url(self) -> str:
        """Where it is seen."""
        return f"{self.path}?{urlencode(self.query)}"


def saved_views(connection: Connection, user_id: str, shelf: Shelf) -> list[SavedView]:
    """Give a person's views of a list, in the order in which they were kept."""
    return [_view(shelf, row) for row in lines_in(preferences(connection, user_id).get(shelf.setting))]


def opening(views: Iterable[SavedView], address: Address) -> SavedView | None:
    """Give the view that a list opens with when its address says nothing."""
    return None if address.query else next((one for one in views if one.is_first), None)


def _view(shelf: Shelf, row: Mapping[str, Json]) -> SavedView:
    query = row.get("query")
    values = query if isinstance(query, dict) else {}
    pairs = tuple((name, str(values[name])) for name in ("view", *shelf.narrowings) if name in values)
    return SavedView(str(row.get("name")), shelf.path, pairs, bool(row.get("first")))


def change_views(database: Database, user_id: str, shelf: Shelf, verb: str, name: str, address: Address) -> None:
    """Keep the view of an address under a name, drop the one of that name, or let the list open with it or with none.

    A name that is there already is given to the new view; beyond `VIEWS_MAX` nothing more is kept.
    """
    with database.read() as connection:
        before = saved_views(connection, user_id, shelf)
    new = SavedView(name.strip()[:NAME_LENGTH_MAX], shelf.path, shelf.query_of(address))
    after = _changed(before, verb, new)
    if after != before:
        rows: list[Json] = [{"name": one.name, "query": dict(one.query), "first": one.is_first} for one in after]
        prefer(database, user_id, shelf.setting, rows)


def _changed(before: Sequence[SavedView], verb: str, new: SavedView) -> list[SavedView]:
    name = new.name
    others = [one for one in before if one.name != name]
    if verb == "drop":
        return others
    if verb == "first":
        return [replace(one, is_first=one.name == name and not one.is_first) for one in before]
    if verb == "keep" and name and len(others) < VIEWS_MAX:
        return [*others, new]
    return list(before)
