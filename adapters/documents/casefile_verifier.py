"""Checks the case file, or what an auditor took along, that this script lies in.

Run `python verify.py` beside manifest.json, or give its ZIP or folder. `--key=HEX` is the public key that its signature
must be of; it stands on the certificate of the office.

It needs nothing but Python. Every file must be there with the digest that the manifest names, no other file may lie
beside them, and the records of the history must chain, each by the hash of the one before, to the last one. The
signature (Ed25519, RFC 8032) is of the manifest, which names all the rest, this program too: whoever doubts it takes
the `verify.py` of another case file and gives it this ZIP.
Exit code 0: whole and unchanged; 1: something is not as it must be, named one a line; 2: this is no case file.
"""

import hashlib
import io
import json
import sys
import zipfile
import zlib
from pathlib import Path

MANIFEST, OWN, HISTORY, SIGNATURE = "manifest.json", "verify.py", "history.jsonl", "manifest.sig"

FIELD = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
CURVE = -121665 * pow(121666, FIELD - 2, FIELD) % FIELD
ROOT = pow(2, (FIELD - 1) // 4, FIELD)
HALF = 32
"""Bytes of a key, and of each half of a signature."""

BROKEN = (zipfile.BadZipFile, zlib.error)
"""What a ZIP says whose bytes are wrong."""

Point = tuple[int, int, int, int]


def number_of(text: bytes) -> int:
    """Read a number, the lowest byte first."""
    return int.from_bytes(text, "little")


def added(one: Point, other: Point) -> Point:
    """Add two points of the curve."""
    a, b = (one[1] - one[0]) * (other[1] - other[0]), (one[1] + one[0]) * (other[1] + other[0])
    c, d = 2 * one[3] * other[3] * CURVE, 2 * one[2] * other[2]
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % FIELD, g * h % FIELD, f * g % FIELD, e * h % FIELD)


def multiplied(times: int, point: Point) -> Point:
    """Add a point to itself so many times."""
    total = (0, 1, 1, 0)
    while times:
        if times & 1:
            total = added(total, point)
        point, times = added(point, point), times >> 1
    return total


def packed(point: Point) -> bytes:
    """Spell a point: its height, and the side it is on."""
    scale = pow(point[2], FIELD - 2, FIELD)
    across, height = point[0] * scale % FIELD, point[1] * scale % FIELD
    return (height | (across & 1) << 255).to_bytes(HALF, "little")


def unpacked(text: bytes) -> Point:
    """Read a point; ValueError when it is not on the curve."""
    number = number_of(text)
    side, height = number >> 255, number & (1 << 255) - 1
    square = (height * height - 1) * pow(CURVE * height * height + 1, FIELD - 2, FIELD) % FIELD
    across = pow(square, (FIELD + 3) // 8, FIELD)
    if (across * across - square) % FIELD:
        across = across * ROOT % FIELD
    if len(text) != HALF or height >= FIELD or (across * across - square) % FIELD or (not across and side):
        raise ValueError("this is no point of the curve")
    across = FIELD - across if across & 1 != side else across
    return (across, height, 1, across * height % FIELD)


BASE = unpacked(bytes([88]) + bytes([102]) * 31)


def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether a signature of a message is of a public key."""
    try:
        key, point = unpacked(public), unpacked(signature[:HALF])
    except ValueError:
        return False
    scalar = number_of(signature[HALF:])
    if len(signature) != 2 * HALF or scalar >= ORDER:
        return False
    challenge = number_of(hashlib.sha512(signature[:HALF] + public + message).digest()) % ORDER
    return packed(multiplied(scalar, BASE)) == packed(added(point, multiplied(challenge, key)))


def contents(place: Path) -> dict[str, bytes]:
    """Read all files of a ZIP or a folder by their names."""
    if place.is_file():
        with zipfile.ZipFile(place) as archive:
            names = archive.namelist()
            twice = sorted({name for name in names if names.count(name) > 1})
            if twice:
                raise ValueError(f"{twice[0]} is in it twice")
            return {name: archive.read(name) for name in names}
    return {path.relative_to(place).as_posix(): path.read_bytes() for path in place.rglob("*") if path.is_file()}


def signature_file(key: str, signature: str) -> bytes:
    """Spell a signature with its key, both in hex."""
    return json.dumps({"algorithm": "Ed25519", "public_key": key, "signature": signature}, indent=1).encode()


def signer(files: dict[str, bytes], wanted: str) -> tuple[str, list[str]]:
    """Give the key that signed the manifest, and what is wrong with that; `wanted` is the key it must be."""
    if SIGNATURE not in files:
        return "", [f"{SIGNATURE}: is missing"]
    named, sealed = str(json.loads(files[MANIFEST]).get("signed_with", "")), json.loads(files[SIGNATURE])
    key, signature = str(sealed["public_key"]), bytes.fromhex(sealed["signature"])
    found = [] if is_signed(bytes.fromhex(key), files[MANIFEST], signature) else [f"{SIGNATURE}: is not of {MANIFEST}"]
    if files[SIGNATURE] != signature_file(key, signature.hex()):
        found.append(f"{SIGNATURE}: has been changed")
    if key != named or key != (wanted or key):
        found.append(f"{SIGNATURE}: is of another key, {key}")
    return key, found


def faults(files: dict[str, bytes]) -> list[str]:
    """Give what is wrong, one sentence each."""
    manifest = json.loads(files[MANIFEST])
    listed = {entry["path"]: entry["sha256"] for entry in manifest["files"]}
    found = [f"{path}: is missing" for path in sorted(listed.keys() - files.keys())]
    found += [
        f"{path}: is not in the manifest" for path in sorted(files.keys() - listed.keys() - {MANIFEST, OWN, SIGNATURE})
    ]
    for path in sorted(listed.keys() & files.keys()):
        if hashlib.sha256(files[path]).hexdigest() != listed[path]:
            found.append(f"{path}: has been changed")
    last = bytes.fromhex(manifest["genesis"])
    records = files.get(HISTORY, b"").decode().split("\n")[:-1]  # in texts other signs may break lines
    for record in records:
        last = hashlib.sha256(last + record.encode()).digest()
    if len(records) != manifest["revision"] or last.hex() != manifest["last_hash"]:
        found.append(f"{HISTORY}: the records do not chain to the last hash, {manifest['last_hash']}")
    return found


def main(words: list[str]) -> int:
    """Check the place that is named, or the one this script lies in."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a console may not know the signs of a name
    wanted = next((word.partition("=")[2].strip().lower() for word in words if word.startswith("--key=")), "")
    places = [word for word in words if not word.startswith("--key=")]
    place = Path(places[0]) if places else Path(__file__).resolve().parent
    try:
        files = contents(place)
        found = faults(files)
        key, unsigned = signer(files, wanted)
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RuntimeError, EOFError, *BROKEN) as error:
        sys.stderr.write(f"{place}: this is no case file ({error})\n")
        return 2
    found += unsigned
    for fault in found:
        sys.stdout.write(f"{fault}\n")
    if not found:
        seal = hashlib.sha256(files[MANIFEST]).hexdigest()
        sys.stdout.write(f"{place}: {len(files)} files, whole and unchanged; seal {seal}\n")
        sys.stdout.write(f"signed with the key {key}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
