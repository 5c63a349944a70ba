"""All open work of one person: what has to go to somebody else when they leave."""

from msgspec import Struct
from sqlalchemy import bindparam, or_, select

from adapters.sql.statements import Connection
from adapters.sql.tables import TASK
from engine.places import user

_HELD = (
    select(TASK.c.id, TASK.c.case_id)
    .where(TASK.c.principal == bindparam("principal"), or_(TASK.c.status == "open", TASK.c.status == "waiting"))
    .order_by(TASK.c.id)
)


class Holding(Struct, frozen=True):
    """A task that is open, or waits for another."""

    task: str
    case_id: str


def held_by(connection: Connection, user_id: str) -> list[Holding]:
    """Give the open tasks that are a person's own."""
    return [Holding(*row) for row in connection.rows(_HELD, principal=user(user_id))]
