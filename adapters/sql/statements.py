"""Statements compiled once, and a connection that runs them straight on the driver.

A clause is written with SQLAlchemy Core from our tables. The first time it runs it is compiled to the driver's SQL
with the converters of its column types; after that it costs a dictionary look-up. There is no ORM session and no
SQLAlchemy connection on the way: those measured 2 to 6 times the floor.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any, Protocol

from sqlalchemy import ClauseElement, ColumnElement, Dialect, Table, bindparam
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.dialects.postgresql.psycopg import dialect as postgresql_dialect
from sqlalchemy.dialects.sqlite import dialect as sqlite_dialect
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.selectable import ReturnsRows
from sqlalchemy.types import TypeEngine

STATEMENTS_KEPT_MAX = 1024
"""Compiled statements kept for each database; clauses made on the fly push out the oldest."""

Values = Mapping[str, object]
Row = tuple[Any, ...]


class Cursor(Protocol):
    """What both drivers give back."""

    @property
    def rowcount(self) -> int:
        """How many rows were written."""
        ...

    def fetchall(self) -> list[Any]:
        """Give all rows."""
        ...

    def fetchone(self) -> Any:  # noqa: ANN401  # a row, or None
        """Give the next row."""
        ...


class Driver(Protocol):
    """What `sqlite3` and `psycopg` connections have in common."""

    def execute(self, text: Any, values: Any = ..., /) -> Cursor:  # noqa: ANN401  # each driver has its own types
        """Run one statement."""
        ...


class Statement:
    """A clause in one database's SQL. `text` has numbered parameters; `values` and `row` convert in and out."""

    __slots__ = ("_constants", "_inward", "_outward", "_pick", "text")

    def __init__(self, clause: ClauseElement, dialect: Dialect) -> None:
        """Compile it."""
        compiled = clause.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
        assert isinstance(compiled, SQLCompiler)
        self.text = str(compiled)
        given = {name: bind for bind, name in compiled.bind_names.items() if name in compiled.params}
        wanted = {name for name, bind in given.items() if bind.required}
        self._constants = {name: value for name, value in compiled.params.items() if name not in wanted}
        spell = ((name, _own(bind.type, dialect).bind_processor(dialect)) for name, bind in given.items())
        spells = {name: convert for name, convert in spell if convert is not None}
        names = compiled.positiontup or ()
        self._pick: Callable[[Values], Any] = itemgetter(*names) if len(names) > 1 else _picking(names)
        self._inward = tuple((index, spells[name]) for index, name in enumerate(names) if name in spells)
        columns = clause.exported_columns if isinstance(clause, ReturnsRows) else ()
        results = (_own(column.type, dialect).result_processor(dialect, None) for column in columns)
        self._outward = tuple((index, convert) for index, convert in enumerate(results) if convert is not None)

    def values(self, given: Values) -> list[object]:
        """Give the parameters in order, as the driver takes them; `KeyError` when one is missing."""
        cells = list(self._pick({**self._constants, **given} if self._constants else given))
        for index, convert in self._inward:
            cells[index] = convert(cells[index])
        return cells

    def rows(self, found: Sequence[Row]) -> list[Row]:
        """Give the driver's rows as our types."""
        return [self.row(row) for row in found] if self._outward else list(found)

    def row(self, found: Row) -> Row:
        """Give one of the driver's rows as our types."""
        if not self._outward:
            return found
        cells = list(found)
        for index, convert in self._outward:
            cells[index] = convert(cells[index])
        return tuple(cells)


def _picking(names: Sequence[str]) -> Callable[[Values], list[object]]:
    """Give what picks no value, or only one."""
    return lambda given: [given[name] for name in names]


def _own(kind: TypeEngine[Any], dialect: Dialect) -> TypeEngine[Any]:
    """Give a column type as this database has it."""
    return kind.dialect_impl(dialect)


class Language:
    """One database's SQL, with what has been compiled to it."""

    def __init__(self, dialect: Dialect) -> None:
        """Start with nothing compiled."""
        self.name = dialect.name
        self.dialect = dialect
        self.statement = lru_cache(STATEMENTS_KEPT_MAX)(lambda clause: Statement(clause, dialect))


def upsert(
    table: Table,
    keys: Sequence[str],
    cells: Sequence[str],
    once: Sequence[str] = (),
    only_if: ColumnElement[bool] | None = None,
) -> Insert:
    """Write a row, or these cells of it where a row with these keys exists; `once` cells stay as they were then.

    What exists is changed only if it is as `only_if` says.
    PostgreSQL's construct, which SQLite's compiler spells as well.
    """
    adding = insert(table).values({name: bindparam(name) for name in (*keys, *cells, *once)})
    return adding.on_conflict_do_update(
        index_elements=keys, set_={name: adding.excluded[name] for name in cells}, where=only_if
    )


def add_up(table: Table, keys: Sequence[str], cells: Sequence[str]) -> Insert:
    """Add amounts to a row, or write it where there is none with these keys."""
    adding = insert(table).values({name: bindparam(name) for name in (*keys, *cells)})
    sums = {name: table.c[name] + adding.excluded[name] for name in cells}
    return adding.on_conflict_do_update(index_elements=keys, set_=sums)


SQLITE = Language(sqlite_dialect(paramstyle="qmark"))
POSTGRESQL = Language(postgresql_dialect(paramstyle="numeric_dollar"))  # type: ignore[no-untyped-call]  # SQLAlchemy left it untyped


class Connection:
    """A driver's connection that runs our clauses. Not shared between threads at the same time."""

    __slots__ = ("driver", "language")

    def __init__(self, driver: Driver, language: Language) -> None:
        """Run on this driver connection."""
        self.driver = driver
        self.language = language

    def rows(self, clause: ClauseElement, **values: object) -> list[Row]:
        """Run a query and give all rows."""
        statement = self.language.statement(clause)
        return statement.rows(self.driver.execute(statement.text, statement.values(values)).fetchall())

    def rows_once(self, clause: ClauseElement) -> list[Row]:
        """Run a query that was put together for this one time, values and all, and give its rows."""
        statement = Statement(clause, self.language.dialect)
        return statement.rows(self.driver.execute(statement.text, statement.values({})).fetchall())

    def one(self, clause: ClauseElement, **values: object) -> Row | None:
        """Run a query and give its first row, or None."""
        statement = self.language.statement(clause)
        found = self.driver.execute(statement.text, statement.values(values)).fetchone()
        return None if found is None else statement.row(found)

    def run(self, clause: ClauseElement, values: Values) -> int:
        """Run an instruction and say how many rows it touched."""
        statement = self.language.statement(clause)
        return self.driver.execute(statement.text, statement.values(values)).rowcount

    def alone(self, name: str) -> None:
        """Keep others who ask for the same name waiting until this transaction ends (SQLite has one writer anyway)."""
        if self.language is POSTGRESQL:
            self.driver.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", (name,))

    def each(self, clause: ClauseElement, rows: Iterable[Values]) -> None:
        """Run an instruction for each of some rows."""
        statement = self.language.statement(clause)
        for row in rows:
            self.driver.execute(statement.text, statement.values(row))
