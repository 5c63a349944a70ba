"""How many open tasks people have: one query for up to `PEOPLE_MAX` of them, by the queue's own index."""

from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, func, select

from adapters.sql.statements import Connection
from adapters.sql.tables import TASK
from adapters.sql.tables.cases import OPEN
from engine.places import user

PEOPLE_MAX = 64
"""Most people that one query asks about; more take more queries."""


def open_tasks(connection: Connection, users: Collection[str]) -> dict[str, int]:
    """Count the open tasks that are these people's own; who has none is left out."""
    found: dict[str, int] = {}
    people = sorted(users)
    for start in range(0, len(people), PEOPLE_MAX):
        part = people[start : start + PEOPLE_MAX]
        size = 1 << (len(part) - 1).bit_length()
        asked = dict(_named([*part, *[part[-1]] * (size - len(part))]))
        found |= {name.removeprefix("u:"): count for name, count in connection.rows(_counting(size), **asked)}
    return found


def _named(users: list[str]) -> Iterator[tuple[str, str]]:
    return ((f"who{index}", user(name)) for index, name in enumerate(users))


@lru_cache
def _counting(size: int) -> Select[tuple[str, int]]:
    names: list[BindParameter[Any]] = [bindparam(f"who{index}") for index in range(size)]
    return select(TASK.c.principal, func.count()).where(TASK.c.principal.in_(names), OPEN).group_by(TASK.c.principal)
