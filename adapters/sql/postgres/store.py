"""The write path on PostgreSQL: one query, a decision, one statement guarded by the revision that was read."""

from concurrent.futures import Future
from functools import partial

from psycopg import OperationalError
from psycopg.errors import DeadlockDetected, SerializationFailure, UniqueViolation
from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert

from adapters.sql import histories, rows
from adapters.sql.directory import CaseFacts, DirectoryCache
from adapters.sql.postgres import append
from adapters.sql.postgres.database import PostgresDatabase
from adapters.sql.statements import Connection
from adapters.sql.tables import IDEMPOTENCY, RECORD
from engine.case import Case
from engine.commands import Command
from engine.events import Record
from engine.ports import Clock, Decider, Decision, Library, Receipt
from engine.refusal import Conflict, Refusal, Refused, Unavailable

RACES_MAX = 32
"""How often a command is decided again because another one changed its case, or a ledger it has read, in between.

Of those who race one always wins: as many payments of one project at once are all paid or refused, none is sent away.
"""

_CODE_TAKEN = "cases_code_key"
_REMEMBER = insert(IDEMPOTENCY).on_conflict_do_nothing()
_KEPT = select(RECORD.c.hash).where(RECORD.c.case_id == bindparam("case_id"), RECORD.c.seq == bindparam("seq"))


class PostgresStore:
    """`engine.ports.Store` over a PostgreSQL database."""

    def __init__(self, database: PostgresDatabase, library: Library, clock: Clock, directory: DirectoryCache) -> None:
        """Write through this database. The clock says on which day memberships hold."""
        self._database = database
        self._library = library
        self._clock = clock
        self._directory = directory

    def submit(self, command: Command, decide: Decider) -> Future[Receipt]:
        """Do the command in the background."""
        return self._database.background(partial(self.transact, command, decide))

    def transact(self, command: Command, decide: Decider) -> Receipt:
        """Do the command now; again, with what is there then, when another one was quicker."""
        for _ in range(RACES_MAX):
            receipt = self._attempt(command, decide)
            if receipt is not None:
                return receipt
        raise Conflict(self.load(command.case_id).revision)

    def load(self, case_id: str) -> Case:
        """Read a case as last committed."""
        with self._database.read() as connection:
            return histories.load(connection, case_id)

    def history(self, case_id: str) -> tuple[Record, ...]:
        """Read a case's records in order."""
        with self._database.read() as connection:
            return histories.history(connection, case_id)

    def close(self) -> None:
        """Finish what is queued and let go of the database."""
        self._database.close()

    def _attempt(self, command: Command, decide: Decider) -> Receipt | None:
        """Decide on the case as it is now and write; None when it was changed in between."""
        with self._database.read() as connection:
            found = histories.situation(connection, command)
            if found.answer is not None:
                return found.answer
            now = self._clock.now()
            facts = CaseFacts(self._directory.of_version(found.directory, connection, now), connection)
            decision = decide(command, found.case, facts)
            given = rows.receipt(decision)
            answer = rows.remembered(command, given, now)
            if decision.record is None:
                if answer is not None:
                    connection.run(_REMEMBER, answer)
                return given
            change = self._change(found, decision, decision.record, facts)
            try:
                return given if _write(connection, change, answer) else None
            except OperationalError as error:
                broken = error
        return self._outcome(change, given, broken)

    def _change(self, found: histories.Situation, decision: Decision, record: Record, facts: CaseFacts) -> rows.Change:
        definition = self._library.get(decision.case.definition, decision.case.version).definition
        return rows.change(found.case, decision.case, record, found.last_hash, definition, facts)

    def _outcome(self, change: rows.Change, given: Receipt, broken: OperationalError) -> Receipt:
        """Find out whether a statement was kept whose connection broke before the answer came."""
        with self._database.read() as connection:
            found = connection.one(_KEPT, case_id=change.record["case_id"], seq=change.record["seq"])
        if found == (change.record["hash"],):
            return given
        raise Unavailable("the connection broke while writing: look again, or repeat it with its key") from broken


def _write(connection: Connection, change: rows.Change, answer: rows.Cells | None) -> bool:
    """Write a change; False when somebody else wrote the case, or answered the same request, in between."""
    shape, parameters = append.rows_of(change, answer)
    try:
        found = connection.one(append.statement(shape), **parameters)
    except UniqueViolation as error:
        if error.diag.constraint_name == _CODE_TAKEN:
            raise Refused(Refusal("code.taken", where=change.case["code"])) from error
        return False
    except (SerializationFailure, DeadlockDetected):
        return False
    return found == (1,)
