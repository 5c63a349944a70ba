"""Imports point inward, and each technology is known in one place only."""

import pytest
from importlinter import cli

from tests.tidy.sources import ROOT


def test_the_import_contracts_hold(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The contracts of `[tool.importlinter]` in pyproject.toml, judged on the real import graph."""
    monkeypatch.chdir(ROOT)
    code = cli.lint_imports(config_filename="pyproject.toml", no_logo=True)
    assert code == 0, capsys.readouterr().out
