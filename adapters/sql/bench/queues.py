"""A page of a person's queue, with few and with many open tasks around it, and the plan the database follows."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from time import perf_counter

from sqlalchemy import ClauseElement

from adapters.sql import schema
from adapters.sql.bench.figures import Figure
from adapters.sql.bench.measuring import compare
from adapters.sql.bench.scratch import New
from adapters.sql.database import Database
from adapters.sql.opening import open_database
from adapters.sql.reads.queue import open_tasks
from adapters.sql.statements import POSTGRESQL, Connection, Row, Statement

FEW, MANY, MANY_SHORT = 10_000, 1_000_000, 100_000
LINES = 20
READER = ("u:reader", "g:one", "g:two", "g:three")
"""Somebody with three groups. Each of the four holds a twentieth of all open tasks."""

GOAL = 1.5
ROUNDS, PAGES = 31, 20

_NUMBERS = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {tasks})",
    "postgresql": "WITH n(i) AS (SELECT generate_series(1, {tasks}))",
}
_DUE = {
    "sqlite": "strftime('%Y-%m-%dT%H:%M:%S.000000+00:00', '2026-01-01', (i * 7919 % 525600) || ' minutes')",
    "postgresql": "timestamptz '2026-01-01 00:00+00' + (i::bigint * 7919 % 525600) * interval '1 minute'",
}
_OPENED = "'2026-01-01T00:00:00.000000+00:00'"
_CASES = (
    "INSERT INTO cases (id, code, definition, version, state, phase, revision, last_hash, initiator, unit, unit_path,"
    " title, opened_at, entered_at, body) {numbers} SELECT 'case' || i, 'code' || i, 'bench', 1, 'desk', 'all', 2, '',"
    " 'applicant', 'town', 'county/town/', 'Project ' || i, {opened}, {opened}, '{{}}' FROM n"
)
_TASKS = (
    "INSERT INTO task (id, case_id, state, seat, principal, weight, status, opened_at, due_at, action) {numbers}"
    " SELECT 'case' || i || '-1', 'case' || i, 'desk', '', CASE i % 20 WHEN 0 THEN 'u:reader' WHEN 1 THEN 'g:one'"
    " WHEN 2 THEN 'g:two' WHEN 3 THEN 'g:three' ELSE 'u:' || (i % 997) END, 1, 'open',"
    " {opened}, {due}, '' FROM n"
)


def queue(new: New, database: str, many: int) -> Iterator[Figure]:
    """Measure the growth of a page's time from few open tasks to many; the note is the plan with many."""
    with ExitStack() as leaving:
        few_there, many_there = (leaving.enter_context(closing(filled(new(), tasks))) for tasks in (FEW, many))
        found = compare(_reading(many_there), _reading(few_there), ROUNDS)
        parts = {f"{many}_tasks_us": found.ours_median, f"{FEW}_tasks_us": found.floor_median}
        note = "\n".join(plan(many_there))
        yield Figure(
            f"queue page of {LINES}, {FEW} to {many} tasks", database, found.ratio, GOAL, parts=parts, note=note
        )


def filled(url: str, tasks: int) -> Database:
    """Make a database with so many open tasks."""
    schema.init(url)
    database = open_database(url)
    kind = database.language.name
    words = {"numbers": _NUMBERS[kind].format(tasks=tasks), "due": _DUE[kind], "opened": _OPENED}

    def fill(connection: Connection) -> None:
        for text in (_CASES, _TASKS):
            connection.driver.execute(text.format(**words))

    database.write(fill)
    if database.language is POSTGRESQL:
        with database.read() as connection:
            connection.driver.execute("VACUUM ANALYZE task, cases")  # as the server does by itself after a while
    return database


def _reading(database: Database) -> Callable[[], float]:
    """Give a round: the page is read some times; the time is of one, in microseconds."""

    def measure() -> float:
        begun = perf_counter()
        for _ in range(PAGES):
            with database.read() as connection:
                assert len(open_tasks(connection, READER, limit=LINES).lines) == LINES
        return (perf_counter() - begun) / PAGES * 1e6

    return measure


def _first_page(connection: Connection) -> object:
    return open_tasks(connection, READER, limit=LINES)


class _Watched(Connection):
    """Remembers the last query."""

    __slots__ = ("text", "values")

    def rows(self, clause: ClauseElement, **values: object) -> list[Row]:
        statement = self.language.statement(clause)
        self.text, self.values = statement.text, statement.values(values)
        return super().rows(clause, **values)

    def rows_once(self, clause: ClauseElement) -> list[Row]:
        statement = Statement(clause, self.language.dialect)
        if "principal" in statement.text.partition("WHERE")[2]:
            self.text, self.values = statement.text, statement.values({})
        return super().rows_once(clause)


def plan(database: Database, read: Callable[[Connection], object] = _first_page) -> list[str]:
    """Give the database's plan for the last query of what reads a page, a step a line."""
    with database.read() as connection:
        watched = _Watched(connection.driver, connection.language)
        read(watched)
        explain = "EXPLAIN (COSTS OFF)" if database.language is POSTGRESQL else "EXPLAIN QUERY PLAN"
        return [
            str(row[-1]) for row in connection.driver.execute(f"{explain} {watched.text}", watched.values).fetchall()
        ]
