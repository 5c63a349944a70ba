"""The floor: the same rows in the same tables with the same durability, by plain SQL on the driver."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import psycopg

from adapters.sql.bench import byhand
from adapters.sql.bench.byhand import FIRES, FOREVER, NOW, Rows

FIRST_RETURN = 3
"""The revision of a case when the clerk, who had no part in it before, sends it back for the first time."""


class Floor(Protocol):
    """Does the next thing to a case, durably."""

    def act(self, case_id: str) -> None:
        """Send it back, or submit it again."""
        ...

    def close(self) -> None:
        """Let go of the database."""
        ...


class SqliteFloor:
    """One connection, one transaction an action."""

    def __init__(self, path: Path) -> None:
        """Open a database that `scenario.prepare` made."""
        self._file = sqlite3.connect(path, isolation_level=None, cached_statements=256)
        self._file.execute("PRAGMA journal_mode = WAL")
        self._file.execute("PRAGMA synchronous = FULL")
        self._turns: dict[str, int] = {}

    def act(self, case_id: str) -> None:
        """Read, decide, write, commit."""
        self.act_on([case_id])

    def act_on(self, case_ids: Sequence[str]) -> None:
        """Do the next thing to some cases, in one transaction."""
        self._file.execute("BEGIN IMMEDIATE")
        for case_id in case_ids:
            self._act(case_id)
        self._file.execute("COMMIT")

    def _act(self, case_id: str) -> None:
        turn = self._turns.get(case_id, 0)
        self._turns[case_id] = turn + 1
        run = self._file.execute
        actor = "clerk" if turn % 2 == 0 else "applicant"
        key = f"{case_id}-{turn}"
        query = "SELECT digest, receipt FROM idempotency WHERE actor = ? AND key = ?"
        if run(query, (actor, key)).fetchone() is not None:
            raise LookupError(key)
        text, last_hash = run("SELECT body, last_hash FROM cases WHERE id = ?", (case_id,)).fetchone()
        _write(run, byhand.act(text, last_hash, turn))

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _write(run: Any, rows: Rows) -> None:  # noqa: ANN401  # the driver's `execute`
    body, task = rows.body, rows.task
    due, name = task["due_at"], body["data"]["name"]
    last = (rows.text, rows.hash, body["id"])
    run(
        "UPDATE cases SET version = ?, state = ?, phase = ?, revision = ?, unit = ?, unit_path = ?, title = ?,"
        " entered_at = ?, due_at = ?, closed_at = ?, body = ?, last_hash = ? WHERE id = ?",
        (1, task["state"], "all", body["revision"], "town", "county/town/", name, NOW, due, None, *last),
    )
    record = (body["id"], body["revision"], NOW, rows.actor, "Act", rows.payload, rows.hash)
    run("INSERT INTO record (case_id, seq, at, actor, command, payload, hash) VALUES (?, ?, ?, ?, ?, ?, ?)", record)
    run(
        "INSERT INTO task (id, case_id, state, seat, principal, weight, status, opened_at, due_at, action)"
        " VALUES (?, ?, ?, '', ?, 1, 'open', ?, ?, '')",
        (task["id"], body["id"], task["state"], task["principal"], NOW, due or FOREVER),
    )
    run(
        "UPDATE task SET status = 'done', closed_at = ?, closed_by = ?, action = ? WHERE id = ?",
        (NOW, rows.actor, rows.action, rows.closed),
    )
    if due is None:
        run("DELETE FROM timer WHERE case_id = ? AND name = 'deadline'", (body["id"],))
    else:
        run(
            "INSERT INTO timer (case_id, name, generation, fires_at, rung) VALUES (?, 'deadline', ?, ?, 0)"
            " ON CONFLICT (case_id, name) DO UPDATE SET generation = excluded.generation,"
            " fires_at = excluded.fires_at, rung = excluded.rung, claimed_until = NULL",
            (body["id"], body["timer_count"], FIRES),
        )
    run(
        "INSERT INTO outbox (id, kind, case_id, payload, attempts, next_at) VALUES (?, 'task.opened', ?, ?, 0, ?)",
        (f"{body['id']}.{body['revision']}.{rows.event}", body["id"], rows.notice, NOW),
    )
    _write_rest(run, rows)


def _write_rest(run: Any, rows: Rows) -> None:  # noqa: ANN401  # as above
    case_id = rows.body["id"]
    if rows.body["revision"] == FIRST_RETURN:
        run("INSERT INTO participant (user_id, case_id) VALUES (?, ?) ON CONFLICT DO NOTHING", (rows.actor, case_id))
    if rows.amount is not None:
        run(
            "INSERT INTO case_field (case_id, field, definition, value) VALUES (?, 'amount', 'bench', ?)"
            " ON CONFLICT (case_id, field) DO UPDATE SET value = excluded.value",
            (case_id, str(rows.amount)),
        )
    run(
        "INSERT INTO idempotency (actor, key, digest, receipt, at) VALUES (?, ?, ?, ?, ?)",
        (rows.actor, rows.key, rows.key, rows.receipt, NOW),
    )


class PostgresFloor:
    """One connection, two round trips an action."""

    def __init__(self, url: str) -> None:
        """Open a database that `scenario.prepare` made."""
        self._server = psycopg.connect(url, autocommit=True, prepare_threshold=0)
        self._turns: dict[str, int] = {}

    def act(self, case_id: str) -> None:
        """Read, decide, write."""
        turn = self._turns.get(case_id, 0)
        self._turns[case_id] = turn + 1
        actor = "clerk" if turn % 2 == 0 else "applicant"
        values = {"case_id": case_id, "actor": actor, "key": f"{case_id}-{turn}"}
        found = self._server.execute(_READ, values).fetchone()
        assert found is not None
        text, last_hash, digest = found
        if digest is not None:
            raise LookupError(case_id)
        rows = byhand.act(text, last_hash, turn)
        statement = _GIVE_BACK if rows.amount is None else _SUBMIT
        if self._server.execute(statement, _values(rows)).fetchone() != (1,):
            raise LookupError(case_id)

    def close(self) -> None:
        """Hang up."""
        self._server.close()


_READ = """
SELECT c.body, c.last_hash, i.digest FROM cases c
LEFT JOIN idempotency i ON i.actor = %(actor)s AND i.key = %(key)s WHERE c.id = %(case_id)s
"""
_SUBMIT = """
WITH w AS (UPDATE cases SET version = 1, state = %(state)s, phase = 'all', revision = %(revision)s, unit = 'town',
  unit_path = 'county/town/', title = %(title)s, entered_at = %(now)s, due_at = %(due)s, closed_at = NULL,
  body = %(body)s, last_hash = %(hash)s WHERE id = %(id)s AND revision = %(revision)s - 1 RETURNING id),
r AS (INSERT INTO record (case_id, seq, at, actor, command, payload, hash)
  SELECT id, %(revision)s, %(now)s, %(actor)s, 'Act', %(payload)s, %(hash)s FROM w),
a AS (INSERT INTO idempotency (actor, key, digest, receipt, at)
  SELECT %(actor)s, %(key)s, %(key)s, %(receipt)s, %(now)s FROM w),
o AS (INSERT INTO task (id, case_id, state, seat, principal, weight, status, opened_at, due_at, action)
  SELECT %(task)s, id, %(state)s, '', %(principal)s, 1, 'open', %(now)s, %(task_due)s, '' FROM w),
d AS (UPDATE task SET status = 'done', closed_at = %(now)s, closed_by = %(actor)s, action = %(action)s
  FROM w WHERE task.id = %(closed)s),
n AS (INSERT INTO outbox (id, kind, case_id, payload, attempts, next_at)
  SELECT %(message)s, 'task.opened', id, %(notice)s, 0, %(now)s FROM w),
t AS (INSERT INTO timer (case_id, name, generation, fires_at, rung)
  SELECT id, 'deadline', %(generation)s, %(fires)s, 0 FROM w ON CONFLICT (case_id, name) DO UPDATE
  SET generation = excluded.generation, fires_at = excluded.fires_at, rung = excluded.rung, claimed_until = NULL),
f AS (INSERT INTO case_field (case_id, field, definition, value) SELECT id, 'amount', 'bench', %(amount)s FROM w
  ON CONFLICT (case_id, field) DO UPDATE SET value = excluded.value)
SELECT count(*) FROM w
"""
_RETURNED = """
p AS (INSERT INTO participant (user_id, case_id) SELECT %(actor)s, id FROM w WHERE %(is_first)s ON CONFLICT DO NOTHING),
t AS (DELETE FROM timer USING w WHERE timer.case_id = w.id AND name = 'deadline')
SELECT count(*) FROM w
"""
_GIVE_BACK = _SUBMIT.partition("t AS (")[0] + _RETURNED


def _values(rows: Rows) -> dict[str, object]:
    body, task = rows.body, rows.task
    return {
        "id": body["id"],
        "state": task["state"],
        "revision": body["revision"],
        "title": body["data"]["name"],
        "now": NOW,
        "due": task["due_at"],
        "body": rows.text,
        "hash": rows.hash,
        "actor": rows.actor,
        "payload": rows.payload,
        "key": rows.key,
        "receipt": rows.receipt,
        "task": task["id"],
        "principal": task["principal"],
        "task_due": task["due_at"] or FOREVER,
        "action": rows.action,
        "closed": rows.closed,
        "message": f"{body['id']}.{body['revision']}.{rows.event}",
        "notice": rows.notice,
        "generation": body["timer_count"],
        "fires": FIRES,
        "amount": str(rows.amount),
        "is_first": body["revision"] == FIRST_RETURN,
    }
