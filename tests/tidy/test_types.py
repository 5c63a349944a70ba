"""The product and its tests type-check under `mypy --strict`."""

import os

import pytest
from mypy import api

from tests.tidy.sources import ROOT


@pytest.mark.timeout(400)
def test_mypy_is_content(monkeypatch: pytest.MonkeyPatch) -> None:
    """One run of mypy over everything; its cache makes the next one quick."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setitem(os.environ, "MYPY_FORCE_COLOR", "0")
    found, complaint, code = api.run(["--config-file", "pyproject.toml"])
    assert code == 0, found + complaint
