"""A page of a queue costs the same with few open tasks and with many."""

from contextlib import closing

import pytest

from adapters.sql.bench.figures import Figure
from adapters.sql.bench.queues import FEW, MANY, MANY_SHORT, filled, plan, queue
from adapters.sql.bench.scratch import New
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
@pytest.mark.parametrize("by", ["age", "amount"])
def test_an_order_reads_only_what_the_reader_holds(request: pytest.FixtureRequest, kind: str, by: By) -> None:
    """The tasks are found by their principals in the index, none by looking through the table of all."""
    new: New = request.getfixturevalue(kind)
    sorting = Sorting(by, True, lambda _key, _version: "amount")
    with closing(filled(new(), FEW)) as database:
        steps = plan(database, lambda connection: sorted_tasks(connection, ["u:7"], sorting))
    assert [line for line in steps if "task_queue" in line], steps
    assert not [line for line in steps if line.startswith(("SCAN task", "SCAN case")) or "Seq Scan" in line], steps


@pytest.mark.long
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_page_costs_the_same_with_a_million_tasks(request: pytest.FixtureRequest, kind: str) -> None:
    """Growth from 10,000 to 1,000,000 open tasks."""
    figure = measured(request, kind, MANY)
    assert figure.is_met, figure
