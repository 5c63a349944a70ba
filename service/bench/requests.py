"""Actions over HTTP beside the floor's rate."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from adapters.sql.bench.actions import CALLERS, Size, faster, floor_of
from adapters.sql.bench.figures import Figure
from adapters.sql.bench.measuring import compare, one_at_a_time, side_by_side
from adapters.sql.bench.scenario import prepare
from adapters.sql.bench.scratch import New
from service.bench.server import prepare_office, served
from service.bench.visitors import Visitors

GOAL = 0.7


def requests(new: New, database: str, size: Size) -> Iterator[Figure]:
    """Measure a server process, with as many connections as there are callers elsewhere."""
    url, floor_url = new(), new()
    cases, floor_cases = prepare_office(url, size.cases), prepare(floor_url, size.cases)
    with (
        TemporaryDirectory(prefix="shenpi-bench-") as folder,
        served(url, Path(folder)) as port,
        Visitors(port, cases, CALLERS) as visitors,
        closing(floor_of(floor_url)) as floor,
    ):
        asking = side_by_side(visitors.act, cases, CALLERS)
        found = compare(asking, one_at_a_time(floor.act, floor_cases), size.rounds)
        yield faster(f"HTTP, {CALLERS} connections", database, found, GOAL)
