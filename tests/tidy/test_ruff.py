"""Ruff finds nothing: every rule is on, each exception in pyproject.toml says why."""

import re
import subprocess
import sys

from tests.tidy.sources import ROOT, files_under, place, report

SILENCED = re.compile(r"#\s*(?:ruff:\s*)?noqa|#\s*type:\s*ignore|#\s*pyright")
ARGUED = re.compile(r"#\s*(?:noqa: [A-Z]+\d+(?:, ?[A-Z]+\d+)*|type: ignore\[[a-z0-9, -]+\])\s+(?:#|-) \S+")
FOLDERS = ("engine", "workflows", "adapters", "service", "tests", ".ci")


def ruff(*words: str) -> subprocess.CompletedProcess[str]:
    """Runs ruff on the whole project."""
    command = [sys.executable, "-m", "ruff", *words, "."]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_ruff_is_content() -> None:
    """All lint rules hold; see the place and the rule's code in the message."""
    result = ruff("check", "--output-format", "concise", "--no-fix")
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_formatter_has_been_run() -> None:
    """Layout is nobody's opinion: `ruff format` decides it."""
    result = ruff("format", "--check")
    assert result.returncode == 0, "run `ruff format .`\n" + result.stdout + result.stderr


def test_every_silenced_rule_says_which_and_why() -> None:
    """A `noqa` or `type: ignore` names its codes and, after a second `#`, the reason."""
    problems = [
        f"{place(path, number)}: name the code and add `  # why`: {line.strip()}"
        for path in files_under(*FOLDERS)
        if path.name != "test_ruff.py"
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if SILENCED.search(line) and not ARGUED.search(line)
    ]
    assert not problems, report(problems)
