"""The views of the queue that a person keeps under a name, and which of them it opens with."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from msgspec import Struct

from adapters.sql.database import Database
from adapters.sql.drafts import prefer, preferences
from adapters.sql.statements import Connection
from engine.values import Json
from service.web.lists import Address

SETTING = "queue.views"
KEPT = ("view", "due", "words", "kind", "sort")
"""What of an address a view keeps: which tasks, narrowed by what, in which order; not the page."""

NAME_LENGTH_MAX, VIEWS_MAX, VALUE_LENGTH_MAX = 30, 12, 80


class SavedView(Struct, frozen=True):
    """A view: its name, the parameters it stands for, and whether the queue opens with it."""

    name: str
    query: tuple[tuple[str, str], ...]
    is_first: bool = False

    @property
    def url(self) -> str:
        """Where it is seen."""
        return f"/queue?{urlencode(self.query)}"


def query_of(address: Address) -> tuple[tuple[str, str], ...]:
    """Give what a view of an address keeps; which tasks it shows is always said."""
    view = ("view", address.get("view", "mine"))
    others = ((name, address.get(name)[:VALUE_LENGTH_MAX]) for name in KEPT[1:])
    return (view, *((name, value) for name, value in others if value))


def saved_views(connection: Connection, user_id: str) -> list[SavedView]:
    """Give a person's views, in the order in which they were kept."""
    return _read(preferences(connection, user_id))


def _read(settings: Mapping[str, Json]) -> list[SavedView]:
    kept = settings.get(SETTING)
    rows = [row for row in kept if isinstance(row, dict)] if isinstance(kept, list) else []
    return [_view(row) for row in rows]


def _view(row: Mapping[str, Json]) -> SavedView:
    query = row.get("query")
    values = query if isinstance(query, dict) else {}
    pairs = tuple((name, str(values[name])) for name in KEPT if name in values)
    return SavedView(str(row.get("name")), pairs, bool(row.get("first")))


def change_views(database: Database, user_id: str, verb: str, name: str, address: Address) -> None:
    """Keep the view of an address under a name, drop the one of that name, or let the queue open with it or with none.

    A name that is there already is given to the new view; beyond `VIEWS_MAX` nothing more is kept.
    """
    with database.read() as connection:
        before = saved_views(connection, user_id)
    after = _changed(before, verb, name.strip()[:NAME_LENGTH_MAX], address)
    if after != before:
        rows: list[Json] = [{"name": one.name, "query": dict(one.query), "first": one.is_first} for one in after]
        prefer(database, user_id, SETTING, rows)


def _changed(before: Sequence[SavedView], verb: str, name: str, address: Address) -> list[SavedView]:
    others = [one for one in before if one.name != name]
    if verb == "drop":
        return others
    if verb == "first":
        return [SavedView(one.name, one.query, one.name == name and not one.is_first) for one in before]
    if verb == "keep" and name and len(others) < VIEWS_MAX:
        return [*others, SavedView(name, query_of(address))]
    return list(before)
