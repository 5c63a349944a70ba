"""The write path on SQLite: load, decide and append inside the writer's transaction."""

import sqlite3
from concurrent.futures import Future
from functools import partial

from sqlalchemy import bindparam, delete, update
from sqlalchemy.dialects.postgresql import insert  # whose upserts SQLite's compiler spells as well

from adapters.sql import histories, rows
from adapters.sql.directory import CaseFacts, DirectoryCache
from adapters.sql.sqlite.database import SqliteDatabase
from adapters.sql.statements import Connection, add_up, upsert
from adapters.sql.tables import (
    CASE_FIELD,
    CASES,
    IDEMPOTENCY,
    LEDGER_BALANCE,
    LEDGER_ENTRY,
    LEDGER_HEAD,
    LEDGER_POSTING,
    LEDGER_YEAR,
    OUTBOX,
    PARTICIPANT,
    PICKED,
    RECORD,
    TASK,
    TIMER,
)
from engine.case import Case
from engine.commands import Command
from engine.events import Record
from engine.ports import Clock, Decider, Decision, Library, Receipt
from engine.refusal import Refusal, Refused

_CODE_TAKEN = "cases.code"

_ADD_CASE = insert(CASES)
_CHANGE_CASE = (
    update(CASES).where(CASES.c.id == bindparam("id")).values({name: bindparam(name) for name in rows.CASE_CELLS})
)
_ADD_RECORD = insert(RECORD)
_ADD_TASK = insert(TASK)
_CHANGE_TASK = (
    update(TASK).where(TASK.c.id == bindparam("id")).values({name: bindparam(name) for name in rows.TASK_CELLS})
)
_ARM = upsert(TIMER, ("case_id", "name"), rows.TIMER_CELLS)
_DISARM = delete(TIMER).where(TIMER.c.case_id == bindparam("case_id"), TIMER.c.name == bindparam("name"))
_POST = insert(OUTBOX)
_JOIN = insert(PARTICIPANT).values(case_id=bindparam("case_id"), user_id=bindparam("user_id")).on_conflict_do_nothing()
_FILE_UNDER = upsert(CASE_FIELD, ("case_id", "field"), ("definition", "value"))
_PICK = upsert(PICKED, ("definition", "state", "user_id"), ("picked_at",))
_END = upsert(LEDGER_HEAD, ("scope",), ("seq", "hash"))
_ADD_ENTRY = insert(LEDGER_ENTRY)
_ADD_POSTING = insert(LEDGER_POSTING)
_BALANCE = upsert(LEDGER_BALANCE, ("scope", "name"), ("side", "debited", "credited"))
_ADD_UP = add_up(LEDGER_YEAR, ("year", "project", "source", "account"), ("debited", "credited"))
_REMEMBER = insert(IDEMPOTENCY)


class SqliteStore:
    """`engine.ports.Store` over one SQLite file."""

    def __init__(self, database: SqliteDatabase, library: Library, clock: Clock, directory: DirectoryCache) -> None:
        """Write through this database. The clock says on which day memberships hold."""
        self._database = database
        self._library = library
        self._clock = clock
        self._directory = directory

    def submit(self, command: Command, decide: Decider) -> Future[Receipt]:
        """Queue the command for the next transaction."""
        return self._database.submit(partial(self._execute, command, decide))

    def transact(self, command: Command, decide: Decider) -> Receipt:
        """Do the command and wait until it is durable."""
        return self._database.write(partial(self._execute, command, decide))

    def load(self, case_id: str) -> Case:
        """Read a case as last committed."""
        with self._database.read() as connection:
            return histories.load(connection, case_id)

    def history(self, case_id: str) -> tuple[Record, ...]:
        """Read a case's records in order."""
        with self._database.read() as connection:
            return histories.history(connection, case_id)

    def close(self) -> None:
        """Finish what is queued and let go of the file."""
        self._database.close()

    def _execute(self, command: Command, decide: Decider, connection: Connection) -> Receipt:
        found = histories.situation(connection, command)
        if found.answer is not None:
            return found.answer
        now = self._clock.now()
        facts = CaseFacts(self._directory.of_version(found.directory, connection, now), connection)
        decision = decide(command, found.case, facts)
        if decision.record is not None:
            self._append(connection, found, decision, decision.record, facts)
        given = rows.receipt(decision)
        answer = rows.remembered(command, given, now)
        if answer is not None:
            connection.run(_REMEMBER, answer)
        return given

    def _append(
        self,
        connection: Connection,
        found: histories.Situation,
        decision: Decision,
        record: Record,
        facts: CaseFacts,
    ) -> None:
        case = decision.case
        definition = self._library.get(case.definition, case.version).definition
        change = rows.change(found.case, case, record, found.last_hash, definition, facts)
        if found.case is None:
            _open_case(connection, change.case)
        else:
            connection.run(_CHANGE_CASE, change.case)
        connection.run(_ADD_RECORD, change.record)
        for clause, cells in (
            (_ADD_TASK, change.opened),
            (_CHANGE_TASK, change.changed),
            (_DISARM, change.disarmed),
            (_ARM, change.armed),
            (_POST, change.outbox),
            (_JOIN, change.participants),
            (_FILE_UNDER, change.fields),
            (_PICK, change.picks),
            (_END, change.ledger.heads),
            (_ADD_ENTRY, change.ledger.entries),
            (_ADD_POSTING, change.ledger.postings),
            (_BALANCE, change.ledger.balances),
            (_ADD_UP, change.ledger.years),
        ):
            if cells:
                connection.each(clause, cells)


def _open_case(connection: Connection, cells: rows.Cells) -> None:
    try:
        connection.run(_ADD_CASE, cells)
    except sqlite3.IntegrityError as error:
        if _CODE_TAKEN in str(error):
            raise Refused(Refusal("code.taken", where=cells["code"])) from error
        raise
