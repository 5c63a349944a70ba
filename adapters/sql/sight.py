"""What a person may see: one look at an item, or at the item of a task or a file."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from sqlalchemy import Select, and_, bindparam, or_, select
from sqlalchemy.sql.elements import BindParameter, ColumnElement

from adapters.sql.statements import Connection
from adapters.sql.tables import CASES, FILE, PARTICIPANT, TASK


class Sight(Struct, frozen=True):
    """What a person sees items by: taking part (also for those they stand in for), and paths of units seen whole."""

    user_id: str
    principals: frozenset[str]
    stands_for: frozenset[str] = frozenset()
    below: tuple[str, ...] = ()

    @property
    def people(self) -> frozenset[str]:
        """The person and those they stand in for."""
        return self.stands_for | {self.user_id}


class Seen(Struct, frozen=True):
    """An item that a person may see, as last committed. `open_tasks` are the ids of its open tasks."""

    case_id: str
    revision: int
    definition: str
    version: int
    open_tasks: frozenset[str]


_NAMED: BindParameter[str] = bindparam("named")
_ITEMS: Mapping[str, ColumnElement[bool]] = {
    "item": CASES.c.id == _NAMED,
    "code": CASES.c.code == _NAMED,
    "task": CASES.c.id == select(TASK.c.case_id).where(TASK.c.id == _NAMED).scalar_subquery(),
    "file": CASES.c.id == select(FILE.c.case_id).where(FILE.c.id == _NAMED).scalar_subquery(),
}


_CASE_NAMED = select(CASES.c.id).where(or_(CASES.c.code == _NAMED, CASES.c.id == _NAMED))


def _look(named: ColumnElement[bool]) -> Select[Any]:
    open_task = TASK.alias("open_task")
    joined = CASES.outerjoin(open_task, and_(open_task.c.case_id == CASES.c.id, open_task.c.status == "open"))
    return (
        select(
            CASES.c.id,
            CASES.c.revision,
            CASES.c.definition,
            CASES.c.version,
            CASES.c.initiator,
            CASES.c.unit_path,
            open_task.c.id,
            open_task.c.principal,
            open_task.c.group_principal,
        )
        .select_from(joined)
        .where(named)
    )


_LOOKS: Mapping[str, Select[Any]] = {row: _look(named) for row, named in _ITEMS.items()}
_TAKES_PART = select(PARTICIPANT.c.case_id).where(
    PARTICIPANT.c.case_id == bindparam("case_id"), PARTICIPANT.c.user_id == bindparam("user_id")
)


def case_named(connection: Connection, item: str) -> str | None:
    """Give the id of the item with this number or id, whoever may see it: for who works on the server itself."""
    found = connection.one(_CASE_NAMED, named=item)
    return None if found is None else str(found[0])


def look(connection: Connection, sight: Sight, row: str, named: str) -> Seen | None:
    """Give the item that a row (`item`, `code`, `task`, `file`) of this name is or belongs to; None when not seen."""
    found = connection.rows(_LOOKS[row], named=named)
    if not found:
        return None
    case_id, revision, definition, version, initiator, unit_path = found[0][:6]
    tasks = [(task, principal, group) for *_, task, principal, group in found if task is not None]
    is_seen = (
        initiator in sight.people
        or unit_path.startswith(sight.below)
        or any(principal in sight.principals or group in sight.principals for _, principal, group in tasks)
        or any(connection.one(_TAKES_PART, case_id=case_id, user_id=person) for person in sorted(sight.people))
    )
    return Seen(case_id, revision, definition, version, frozenset(task for task, _, _ in tasks)) if is_seen else None
