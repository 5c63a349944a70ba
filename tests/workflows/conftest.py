"""One played demonstration for all tests of this folder that only look at it."""

from collections.abc import Iterator

import pytest

from tests.workflows.rehearsal import Rehearsal, rehearsal


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    """The demonstration as it stands on the day its stories are told for."""
    with rehearsal(tmp_path_factory.mktemp("demo")) as done:
        yield done
