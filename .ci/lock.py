"""Writes requirements.lock and the constraints in pyproject.toml from the direct pins in pyproject.toml.

Run it after changing a pin: `python .ci/lock.py`; with `--upgrade` every transitive version also moves to its
newest. It needs `uv` on PATH. The lock carries hashes and no address.
"""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYPROJECT = ROOT / "pyproject.toml"
LOCK = ROOT / "requirements.lock"
CONSTRAINTS = re.compile(r"(?<=^constraint-dependencies = )\[[^\]]*\]", re.MULTILINE)
LOCKED = re.compile(r"^([a-z0-9-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)
NAME = re.compile(r"[A-Za-z0-9._-]+")


def direct_names(project: dict[str, dict[str, list[str]]]) -> set[str]:
    """The normalised names of what pyproject.toml asks for itself."""
    groups = project["dependency-groups"].values()
    asked = [*project["project"]["dependencies"], *(line for group in groups for line in group)]
    found = (NAME.match(line) for line in asked)
    return {re.sub(r"[-_.]+", "-", match[0]).lower() for match in found if match}


def compile_lock() -> None:
    """Asks uv for one resolution that holds on every system, and writes it with its hashes."""
    options = [
        "--universal",
        "--python-version",
        "3.11",
        "--group",
        "dev",
        "--generate-hashes",
        "--no-header",
    ]
    quiet = ["--no-emit-index-url", "--no-emit-find-links", "--quiet", "--no-annotate"]
    command = ["uv", "pip", "compile", *options, *quiet, PYPROJECT.name, "-o", LOCK.name]
    subprocess.run(command, cwd=ROOT, check=True)


def write_constraints(constraints: list[str]) -> None:
    """Puts these lines in place of the constraints that pyproject.toml has."""
    block = "".join(f'    "{line}",\n' for line in constraints)
    text = PYPROJECT.read_text("utf-8")
    PYPROJECT.write_text(CONSTRAINTS.sub(f"[\n{block}]" if block else "[]", text, count=1), "utf-8")


def main(*, upgrade: bool) -> None:
    """Compiles the lock, then says its transitive versions in pyproject.toml."""
    if upgrade:
        LOCK.unlink(missing_ok=True)
        write_constraints([])
    compile_lock()
    direct = direct_names(tomllib.loads(PYPROJECT.read_text("utf-8")))
    locked = LOCKED.findall(LOCK.read_text("utf-8"))
    write_constraints([f"{name}=={version}" for name, version in locked if name not in direct])
    print(f"{LOCK.name}: {len(locked)} packages, {len(direct)} of them direct")


if __name__ == "__main__":
    main(upgrade="--upgrade" in sys.argv[1:])
