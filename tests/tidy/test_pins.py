"""One set of versions, said three times: pyproject.toml, its constraints, and the hashed lock."""

import re
import tomllib
from collections.abc import Iterable

from tests.tidy.sources import ROOT, report

PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
LOCK = (ROOT / "requirements.lock").read_text("utf-8")
REMEDY = "pin it with == and run `python .ci/lock.py`"


def pins(lines: Iterable[str]) -> dict[str, str]:
    """Package name (normalised) to version, of the lines that are exact pins."""
    found = PIN.findall("\n".join(lines))
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in found}


def direct_requirements() -> list[str]:
    """What pyproject.toml asks for itself: to run and to develop."""
    groups = PROJECT["dependency-groups"].values()
    return [*PROJECT["project"]["dependencies"], *(line for group in groups for line in group)]


def test_every_requirement_is_pinned() -> None:
    """Direct, to build and transitive ones alike."""
    transitive = PROJECT["tool"]["uv"]["constraint-dependencies"]
    asked = [*direct_requirements(), *PROJECT["build-system"]["requires"], *transitive]
    problems = [f"{line}: {REMEDY}" for line in asked if not PIN.match(line)]
    assert not problems, report(problems)


def test_the_three_lists_are_equal() -> None:
    """The lock holds exactly the direct pins and the constraints, in the same versions."""
    direct = pins(direct_requirements())
    transitive = pins(PROJECT["tool"]["uv"]["constraint-dependencies"])
    assert not direct.keys() & transitive.keys(), "a direct pin needs no constraint"
    assert pins(LOCK.splitlines()) == direct | transitive, REMEDY


def test_every_locked_version_has_its_hash() -> None:
    """Each entry of the lock goes on with hashes; no address is recorded."""
    entries = re.split(r"\n(?=\w)", LOCK)
    problems = [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry]
    assert not problems, report(problems)
    assert "://" not in LOCK
