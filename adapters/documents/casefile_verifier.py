"""Checks the case file, or what an auditor took along, that this script lies in.

Run `python verify.py` beside manifest.json, or give its ZIP or folder.

It needs nothing but Python. Every file must be there with the digest that the manifest names, no other file may lie
beside them, and the records of the history must chain, each by the hash of the one before, to the last one.
Exit code 0: whole and unchanged; 1: something is not as it must be, named one a line; 2: this is no case file.
"""

import hashlib
import json
import sys
import zipfile
from pathlib import Path

MANIFEST, OWN, HISTORY = "manifest.json", "verify.py", "history.jsonl"


def contents(place: Path) -> dict[str, bytes]:
    """Read all files of a ZIP or a folder by their names."""
    if place.is_file():
        with zipfile.ZipFile(place) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    return {path.relative_to(place).as_posix(): path.read_bytes() for path in place.rglob("*") if path.is_file()}


def faults(files: dict[str, bytes]) -> list[str]:
    """Give what is wrong, one sentence each."""
    manifest = json.loads(files[MANIFEST])
    listed = {entry["path"]: entry["sha256"] for entry in manifest["files"]}
    found = [f"{path}: is missing" for path in sorted(listed.keys() - files.keys())]
    found += [f"{path}: is not in the manifest" for path in sorted(files.keys() - listed.keys() - {MANIFEST, OWN})]
    for path in sorted(listed.keys() & files.keys()):
        if hashlib.sha256(files[path]).hexdigest() != listed[path]:
            found.append(f"{path}: has been changed")
    last = bytes.fromhex(manifest["genesis"])
    records = files.get(HISTORY, b"").decode().splitlines()
    for record in records:
        last = hashlib.sha256(last + record.encode()).digest()
    if len(records) != manifest["revision"] or last.hex() != manifest["last_hash"]:
        found.append(f"{HISTORY}: the records do not chain to the last hash, {manifest['last_hash']}")
    return found


def main(words: list[str]) -> int:
    """Check the place that is named, or the one this script lies in."""
    place = Path(words[0]) if words else Path(__file__).resolve().parent
    try:
        files = contents(place)
        found = faults(files)
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
        sys.stderr.write(f"{place}: this is no case file ({error})\n")
        return 2
    for fault in found:
        sys.stdout.write(f"{fault}\n")
    if not found:
        seal = hashlib.sha256(files[MANIFEST]).hexdigest()
        sys.stdout.write(f"{place}: {len(files)} files, whole and unchanged; seal {seal}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
