"""A browser and a county for each file: its tests change the county."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from service.web.assets.fetch import fetch
from tests.browser import running_chromium
from tests.service.web.county import Service, furnish, serving


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser for this file."""
    fetch()
    with running_chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The demonstration county."""
    fetch()
    folder = tmp_path_factory.mktemp("county")
    furnish(folder)
    with serving(folder) as service:
        yield service
