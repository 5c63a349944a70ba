"""Reading one case: as it is, and how it came about."""

from msgspec import Struct
from sqlalchemy import and_, bindparam, literal, literal_column, select

from adapters.encoding import read_case, read_receipt, read_record
from adapters.sql.statements import Connection
from adapters.sql.tables import CASES, IDEMPOTENCY, RECORD, VERSION
from adapters.sql.versions import DIRECTORY
from engine.case import Case
from engine.commands import Command
from engine.events import Record
from engine.ports import Receipt
from engine.refusal import KeyReused, NotFound

_CASE = select(CASES.c.body).where(CASES.c.id == bindparam("case_id"))
_HISTORY = select(RECORD.c.payload).where(RECORD.c.case_id == bindparam("case_id")).order_by(RECORD.c.seq)
_HASH = select(RECORD.c.hash).where(RECORD.c.case_id == bindparam("case_id"), RECORD.c.seq == bindparam("seq"))
_ONE = select(literal(1)).subquery("one")
_SITUATION = select(
    VERSION.c.number, CASES.c.body, CASES.c.last_hash, IDEMPOTENCY.c.digest, IDEMPOTENCY.c.receipt
).select_from(
    _ONE.outerjoin(VERSION, VERSION.c.topic == literal_column(f"'{DIRECTORY}'"))
    .outerjoin(CASES, CASES.c.id == bindparam("case_id"))
    .outerjoin(IDEMPOTENCY, and_(IDEMPOTENCY.c.actor == bindparam("actor"), IDEMPOTENCY.c.key == bindparam("key")))
)


def load(connection: Connection, case_id: str) -> Case:
    """Read a case; `NotFound` when there is none."""
    found = connection.one(_CASE, case_id=case_id)
    if found is None:
        raise NotFound(case_id)
    return read_case(found[0])


def is_there(connection: Connection, case_id: str) -> bool:
    """Say whether there is a case of an id."""
    return connection.one(_CASE, case_id=case_id) is not None


def history(connection: Connection, case_id: str) -> tuple[Record, ...]:
    """Read a case's records in order; none for a case that does not exist."""
    return tuple(read_record(payload) for payload in payloads(connection, case_id))


def payloads(connection: Connection, case_id: str) -> tuple[str, ...]:
    """Read the texts of a case's records as they are kept, in order: what the hashes are taken of."""
    return tuple(payload for (payload,) in connection.rows(_HISTORY, case_id=case_id))


def digest_at(connection: Connection, case_id: str, revision: int) -> str | None:
    """Give the hash that a case's history had at a revision; None where there is no such record."""
    found = connection.one(_HASH, case_id=case_id, seq=revision)
    return None if found is None else str(found[0])


class Situation(Struct, frozen=True):
    """All that is needed to decide a command. `answer` is what was answered to the same request before."""

    directory: int
    case: Case | None
    last_hash: str
    answer: Receipt | None


def situation(connection: Connection, command: Command) -> Situation:
    """Read it in one query; `KeyReused` when the command's key belongs to another request."""
    values = {"case_id": command.case_id, "actor": command.actor.id, "key": command.key}
    found = connection.one(_SITUATION, **values)
    assert found is not None
    directory, body, last_hash, digest, receipt = found
    return Situation(
        directory=directory or 0,
        case=None if body is None else read_case(body),
        last_hash=last_hash or "",
        answer=None if digest is None else _again(command, digest, receipt),
    )


def _again(command: Command, digest: str, receipt: str) -> Receipt:
    """Give the stored receipt as a repetition; `KeyReused` when it belongs to another request."""
    if digest != command.digest:
        raise KeyReused(f"the key {command.key} was used before, with another request")
    stored = read_receipt(receipt)
    return Receipt(stored.case_id, stored.code, stored.state, stored.revision, stored.tasks, replayed=True)
