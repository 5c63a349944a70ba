"""A page of a queue costs the same with few open tasks and with many."""

from collections.abc import Mapping
from contextlib import closing

import pytest

from adapters.sql.bench.figures import Figure
from adapters.sql.bench.queues import FEW, MANY, MANY_SHORT, READER, filled, plan, queue
from adapters.sql.bench.scratch import New
from adapters.sql.database import Database
from adapters.sql.reads.sorted_queue import By, Sorting, sorted_tasks

GROWTH_MAX = 2.0
"""The goal is 1.5; a busy machine adds to a short run. Reading all would make it 10."""


def measured(request: pytest.FixtureRequest, kind: str, many: int) -> Figure:
    """The figure of a database of this kind."""
    new: New = request.getfixturevalue(kind)
    (figure,) = queue(new, kind, many)
    return figure


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_page_costs_the_same_with_ten_times_the_tasks(request: pytest.FixtureRequest, kind: str) -> None:
    """And each of the four principals' tasks is read from the index, none by looking through the table."""
    figure = measured(request, kind, MANY_SHORT)
    assert figure.value < GROWTH_MAX, figure
    lines = [line for line in figure.note.splitlines() if "task" in line and "task_queue" in line]
    assert len(lines) == 4, figure.note
    assert "SCAN task" not in figure.note
    assert "Seq Scan" not in figure.note


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_an_order_reads_only_what_the_reader_holds(request: pytest.FixtureRequest, kind: str) -> None:
    """By money, too, the tasks are found by their principals in the index, none by looking through the table of all."""
    new: New = request.getfixturevalue(kind)
    sorting = Sorting("amount", True, lambda _key, _version: "amount")
    with closing(filled(new(), FEW)) as database:
        steps = plan(database, lambda connection: sorted_tasks(connection, ["u:7"], sorting))
    assert [line for line in steps if "task_queue" in line or "task_age" in line], steps
    assert not [line for line in steps if line.startswith(("SCAN task", "SCAN case")) or "Seq Scan" in line], steps


ORDERS: tuple[tuple[By, bool], ...] = (("age", True), ("age", False), ("due", True))
INDEX: Mapping[By, str] = {"age": "task_age", "due": "task_queue"}


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_an_order_by_a_moment_stops_where_its_page_ends(request: pytest.FixtureRequest, kind: str) -> None:
    """From either end: each principal's part comes from the index in order, and is cut before anything is sorted."""
    new: New = request.getfixturevalue(kind)
    with closing(filled(new(), FEW)) as database:
        for by, descending in ORDERS:
            steps = _steps(database, Sorting(by, descending, lambda _key, _version: None))
            assert sum(INDEX[by] in line for line in steps) == len(READER), (by, steps)
            _assert_read_in_order(kind, steps)


def _steps(database: Database, sorting: Sorting) -> list[str]:
    return plan(database, lambda connection: sorted_tasks(connection, READER, sorting))


def _assert_read_in_order(kind: str, steps: list[str]) -> None:
    """What is put in order is only what was cut: PostgreSQL has a limit above each index, SQLite no heap below it."""
    read = [at for at, line in enumerate(steps) if "task_" in line]
    if kind == "sqlite":
        assert not [at for at in read if "TEMP B-TREE" in steps[at + 1]], steps
    else:
        assert all("Limit" in steps[at - 1] for at in read), steps


@pytest.mark.long
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_page_costs_the_same_with_a_million_tasks(request: pytest.FixtureRequest, kind: str) -> None:
    """Growth from 10,000 to 1,000,000 open tasks."""
    figure = measured(request, kind, MANY)
    assert figure.is_met, figure
