"""A browser and a county for each file: its tests change the county."""

import shutil
from collections.abc import Iterator
from pathlib import Path

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
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the demonstration county in it, to copy."""
    folder = tmp_path_factory.mktemp("county")
    furnish(folder)
    return folder


@pytest.fixture(scope="module")
def county(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The demonstration county."""
    fetch()
    folder = tmp_path_factory.mktemp("served") / "county"
    shutil.copytree(furnished, folder)
    with serving(folder) as service:
        yield service
