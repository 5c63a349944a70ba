"""Reading one case: as it is, and how it came about."""

from sqlalchemy import bindparam, select

from adapters.encoding import read_case, read_receipt, read_record
from adapters.sql.statements import Connection
from adapters.sql.tables import CASES, IDEMPOTENCY, RECORD
from engine.case import Case
from engine.commands import Command
from engine.events import Record
from engine.ports import Receipt
from engine.refusal import KeyReused, NotFound

CASE = select(CASES.c.body, CASES.c.last_hash).where(CASES.c.id == bindparam("case_id"))
_HISTORY = select(RECORD.c.payload).where(RECORD.c.case_id == bindparam("case_id")).order_by(RECORD.c.seq)
_ANSWER = select(IDEMPOTENCY.c.digest, IDEMPOTENCY.c.receipt).where(
    IDEMPOTENCY.c.actor == bindparam("actor"), IDEMPOTENCY.c.key == bindparam("key")
)


def load(connection: Connection, case_id: str) -> Case:
    """Read a case; `NotFound` when there is none."""
    found = connection.one(CASE, case_id=case_id)
    if found is None:
        raise NotFound(case_id)
    return read_case(found[0])


def history(connection: Connection, case_id: str) -> tuple[Record, ...]:
    """Read a case's records in order; none for a case that does not exist."""
    return tuple(read_record(payload) for (payload,) in connection.rows(_HISTORY, case_id=case_id))


def answered(connection: Connection, command: Command) -> Receipt | None:
    """Give what was answered to this request before, if it was; `KeyReused` when it was another request."""
    if command.key is None:
        return None
    found = connection.one(_ANSWER, actor=command.actor.id, key=command.key)
    return None if found is None else again(command, *found)


def again(command: Command, digest: str, receipt: str) -> Receipt:
    """Give the stored receipt as a repetition; `KeyReused` when it belongs to another request."""
    if digest != command.digest:
        raise KeyReused(f"the key {command.key} was used before, with another request")
    stored = read_receipt(receipt)
    return Receipt(stored.case_id, stored.code, stored.state, stored.revision, stored.tasks, replayed=True)
