"""Writes a bill of materials (CycloneDX 1.6, JSON) of what is locked: `python .ci/sbom.py sbom.json`.

Python's packages come from requirements.lock, those of the browser from the npm lock, each with its version, the
digests of its archives and its package address (purl). `required` is what an installation takes on this system;
`excluded` only builds and tests it. The same locks give the same file.
"""

import json
import re
import sys
import tomllib
from base64 import b64decode
from collections.abc import Iterator
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
NPM_LOCK = ROOT / "service" / "web" / "assets" / "package-lock.json"
PINNED = re.compile(r"^([a-z0-9-]+)(?:\[[^\]]*\])?==([^\s;\\]+)((?:.*\\\n +--hash=sha256:[0-9a-f]{64})+)", re.MULTILINE)
HASH = re.compile(r"sha256:([0-9a-f]{64})")

Component = dict[str, Any]


def python_components() -> Iterator[Component]:
    """Give what requirements.lock holds."""
    needed = needed_packages()
    for name, version, hashes in PINNED.findall((ROOT / "requirements.lock").read_text("utf-8")):
        found = [{"alg": "SHA-256", "content": digest} for digest in HASH.findall(hashes)]
        yield component(f"pkg:pypi/{name}@{version}", name, version, found, needed=name in needed)


def needed_packages() -> set[str]:
    """Give the packages that an installation takes: those the project asks for, and those that these ask for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    waiting, found = [Requirement(line) for line in project["dependencies"]], set[str]()
    while waiting:
        asked = waiting.pop()
        name = canonicalize_name(asked.name)
        if name not in found:
            found.add(name)
            waiting += followed(asked)
    return found


def followed(asked: Requirement) -> list[Requirement]:
    """Give what a package asks for, with the extras it is asked for with; nothing when it is for other systems."""
    try:
        lines = requires(asked.name) or []
    except PackageNotFoundError:
        return []
    circumstances = [{"extra": extra} for extra in ("", *asked.extras)]
    every = [Requirement(line) for line in lines]
    return [one for one in every if one.marker is None or any(map(one.marker.evaluate, circumstances))]


def npm_components() -> Iterator[Component]:
    """Give what the npm lock holds; all of it is copied into the package, or builds what is."""
    lock = json.loads(NPM_LOCK.read_text("utf-8"))
    for place, entry in lock["packages"].items():
        if place:
            name = place.rpartition("node_modules/")[2]
            kind, _, digest = entry["integrity"].partition("-")
            hashes = [{"alg": kind.upper().replace("SHA", "SHA-"), "content": b64decode(digest).hex()}]
            address = f"pkg:npm/{quote(name, safe='/')}@{entry['version']}"
            yield component(address, name, entry["version"], hashes, needed=not entry.get("dev", False))


def component(address: str, name: str, version: str, hashes: list[dict[str, str]], *, needed: bool) -> Component:
    """Give one package as CycloneDX has it."""
    return {
        "type": "library",
        "bom-ref": address,
        "name": name,
        "version": version,
        "scope": "required" if needed else "excluded",
        "purl": address,
        "hashes": hashes,
    }


def bill() -> dict[str, Any]:
    """Give the whole bill."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    components = sorted([*python_components(), *npm_components()], key=lambda one: str(one["purl"]))
    digest = sha256(json.dumps(components).encode()).hexdigest()
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid5(NAMESPACE_URL, digest)}",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": project["name"], "version": project["version"]}},
        "components": components,
    }


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(bill(), indent=1) + "\n", "utf-8")
