"""The floor: the same rows in the same tables with the same durability, by plain SQL on the driver."""

import sqlite3
from pathlib import Path
from typing import Any, Protocol

from adapters.sql.bench import byhand
from adapters.sql.bench.byhand import FIRES, FOREVER, NOW, Rows


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
        turn = self._turns.get(case_id, 0)
        self._turns[case_id] = turn + 1
        run = self._file.execute
        run("BEGIN IMMEDIATE")
        actor = "clerk" if turn % 2 == 0 else "applicant"
        key = f"{case_id}-{turn}"
        query = "SELECT digest, receipt FROM idempotency WHERE actor = ? AND key = ?"
        if run(query, (actor, key)).fetchone() is not None:
            raise LookupError(key)
        text, last_hash = run("SELECT body, last_hash FROM cases WHERE id = ?", (case_id,)).fetchone()
        _write(run, byhand.act(text, last_hash, turn))
        run("COMMIT")

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
    for person in {rows.actor, "applicant"} if rows.task["due_at"] is None else {rows.actor}:
        run("INSERT INTO participant (user_id, case_id) VALUES (?, ?) ON CONFLICT DO NOTHING", (person, case_id))
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
