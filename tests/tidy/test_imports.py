"""Imports point inward, and each technology is known in one place only."""

import shutil
import subprocess
import sys
from pathlib import Path

from tests.tidy.sources import PRODUCTION, ROOT

LINT = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
ALLOWED = {
    "engine/graph.py": "import transitions",
    "engine/expression.py": "import cel_expr_python",
    "workflows/rules.py": "import engine.graph",
    "adapters/sql/tables.py": "import sqlmodel\nimport sqlalchemy.orm\nimport workflows.rules",
    "service/app.py": "import litestar\nimport adapters.sql.tables",
    "service/http/routes.py": "from litestar import get",
    "service/jobs.py": "import apscheduler.schedulers.background",
}
BROKEN = {
    "engine/decide.py": "import time\nimport workflows.rules",
    "workflows/scoring.py": "import transitions\nimport cel_expr_python\nfrom sqlalchemy import select",
    "adapters/files.py": "import litestar\nfrom apscheduler.schedulers import background",
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Judges the contracts of the pyproject.toml in a folder on the packages beside it."""
    command = [sys.executable, "-c", LINT, "--no-logo", "--no-cache", "--config", "pyproject.toml"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def small_project(folder: Path, files: dict[str, str]) -> Path:
    """The four packages with these modules, under the contracts of the real project."""
    shutil.copy(ROOT / "pyproject.toml", folder)
    for name in [*PRODUCTION, "adapters/sql", "service/http"]:
        (folder / name).mkdir()
        (folder / name / "__init__.py").touch()
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    return folder


def test_the_import_contracts_hold() -> None:
    """The contracts of `[tool.importlinter]` in pyproject.toml, judged on the real import graph."""
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_contracts_let_each_technology_be_known_in_its_own_place(tmp_path: Path) -> None:
    """A project that obeys the architecture passes, so no contract forbids too much."""
    result = lint(small_project(tmp_path, ALLOWED))
    assert result.returncode == 0, result.stdout + result.stderr


def test_every_contract_can_be_broken(tmp_path: Path) -> None:
    """A project that disobeys it is told so, so no contract is written in vain."""
    result = lint(small_project(tmp_path, ALLOWED | BROKEN))
    assert "Contracts: 0 kept" in result.stdout, result.stdout + result.stderr
