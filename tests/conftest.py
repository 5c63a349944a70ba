"""What every folder of tests may ask for."""

import gc
import os
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.background import Background
from tests.postgres import PostgresServer, running_server

ROOT = Path(__file__).resolve().parents[1]

FIRST_WORKER = "gw0"

settings.register_profile("ours", deadline=None)
settings.load_profile("ours")
"""An example may take as long as a busy machine lets it: time is measured where time is the point."""


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data: SHENPI_SHARED_DATA, else `../shared/data` beside the checkout; else skips."""
    folder = Path(os.environ.get("SHENPI_SHARED_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"no real data at {folder}: set SHENPI_SHARED_DATA")
    return folder


def pytest_collection_finish() -> None:
    """Leave the modules and the tests themselves out of every later search for garbage: they stay to the end."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A browser test that skips itself is a failure in CI, where Chromium is always installed."""
    report = yield
    if report.skipped and item.get_closest_marker("browser") and os.environ.get("CI"):
        report.outcome = "failed"
        report.longrepr = f"skipped in CI, where a browser must be found: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL server for the whole run."""
    with running_server() as server:
        yield server


@pytest.fixture(scope="session")
def mypy() -> Iterator[Background]:
    """A run of mypy over everything."""
    checks = Background("-m", "mypy", "--no-color-output", "--config-file", "pyproject.toml")
    yield checks
    checks.stop()


@pytest.fixture(scope="session", autouse=True)
def begun(request: pytest.FixtureRequest) -> None:
    """Begin what is asked for at the end and takes long before the first test, in one of the run's processes."""
    is_first = os.environ.get("PYTEST_XDIST_WORKER", FIRST_WORKER) == FIRST_WORKER
    if is_first and any("mypy" in getattr(item, "fixturenames", ()) for item in request.session.items):
        request.getfixturevalue("mypy")
