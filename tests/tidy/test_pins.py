"""One set of versions, said three times: pyproject.toml, its constraints, and the hashed lock."""

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path

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


def test_the_bill_of_materials_holds_what_is_locked(tmp_path: Path) -> None:
    """Each package of both locks with its version and digests, and whether an installation takes it."""
    file = tmp_path / "sbom.json"
    subprocess.run([sys.executable, ROOT / ".ci" / "sbom.py", file], check=True)
    bill = json.loads(file.read_text("utf-8"))
    assert (bill["bomFormat"], bill["specVersion"], bill["version"]) == ("CycloneDX", "1.6", 1)
    found = {one["purl"]: one for one in bill["components"]}
    npm = json.loads((ROOT / "service" / "web" / "assets" / "package-lock.json").read_text("utf-8"))["packages"]
    locked = {f"pkg:pypi/{name}@{version}" for name, version in pins(LOCK.splitlines()).items()}
    locked |= {f"pkg:npm/{path.rpartition('node_modules/')[2]}@{one['version']}" for path, one in npm.items() if path}
    assert found.keys() == locked
    assert LOCK.count("--hash=sha256:") == sum(
        len(one["hashes"]) for address, one in found.items() if address.startswith("pkg:pypi/")
    )
    needed = {one["name"] for one in found.values() if one["scope"] == "required"}
    assert {"litestar", "multidict", "argon2-cffi", "psycopg-binary", "htmx.org"} <= needed
    assert needed.isdisjoint({"pytest", "mypy", "playwright", "schemathesis"})
