"""What the rules read is let go of after the last of them: a quarter of a gigabyte that later tests have no use for."""

from collections.abc import Iterator

import pytest

from tests.tidy.sources import tree


@pytest.fixture(scope="package", autouse=True)
def forgotten() -> Iterator[None]:
    """Keep the syntax trees only as long as there are rules to judge them by."""
    yield
    tree.cache_clear()
