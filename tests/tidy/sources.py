"""What the rules look at: the files of this project and the syntax trees of its Python."""

import ast
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = ("engine", "workflows", "adapters", "service")
CJK = re.compile(r"[\u2e80-\u2fdf\u3000-\u303f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef]")


@cache
def project_files() -> tuple[Path, ...]:
    """Every file that is committed or about to be (ignored ones are not), below ROOT, sorted."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout, so nobody is about to commit")
    listed = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    command = ["git", "-c", "safe.directory=*", *listed]
    listing = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    paths = (ROOT / name for name in sorted(set(listing.split("\0"))) if name)
    return tuple(path for path in paths if path.is_file())


def files_under(*folders: str, suffixes: tuple[str, ...] = (".py",)) -> list[Path]:
    """The project's files in these top-level folders whose name ends with one of the suffixes."""
    return [path for path in project_files() if path.relative_to(ROOT).parts[0] in folders and path.suffix in suffixes]


@cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of one Python file."""
    return ast.parse(path.read_text("utf-8"), filename=str(path))


def place(path: Path, line: int = 1) -> str:
    """A place as people and editors read it: `engine/case.py:12`."""
    return f"{path.relative_to(ROOT)}:{line}"


def report(problems: list[str]) -> str:
    """The problems as the message of a failing assertion, one a line."""
    return "\n" + "\n".join(problems)
