"""The case file as a ZIP: everything that is kept of a case, with digests, and a program that checks them.

What an auditor takes along is sealed in the same way, with the office's log as its chain.
"""

import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from adapters.documents import casefile_verifier
from adapters.documents.casefile_verifier import HISTORY, MANIFEST, OWN, SIGNATURE, signature_file
from adapters.documents.signature import public_key, sign
from adapters.files.storage import FileStorage

UNCHANGING = (1980, 1, 1, 0, 0, 0)
"""The time of all entries: the same case gives the same file."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of the case: its place among them, what it is called (a clean name), and where its bytes are."""

    number: int
    name: str
    digest: str
    by: str
    at: str

    @property
    def path(self) -> str:
        """Where it lies in the case file, under its own name; a ZIP says that names are in UTF-8."""
        return f"attachments/{self.number:03} {self.name}"


@dataclass(frozen=True, slots=True)
class CaseFile:
    """All of a case. `records` are texts whose hashes chain from `genesis` to `last_hash`; `papers` by their path."""

    facts: Mapping[str, object]
    data: Mapping[str, object]
    genesis: str
    last_hash: str
    records: tuple[str, ...]
    definition: str
    papers: Mapping[str, bytes]
    attachments: tuple[Attachment, ...]


@dataclass(frozen=True, slots=True)
class Chain:
    """Records as texts, whose hashes chain from `genesis` to `last_hash` (hex)."""

    genesis: str
    last_hash: str
    records: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Seal:
    """What proves a sealed ZIP from outside: the digest of its manifest, and the key that signed it (both in hex)."""

    digest: str
    key: str
    files: int


def write_case_file(case: CaseFile, files: FileStorage, secret: bytes, target: IO[bytes]) -> Seal:
    """Write the ZIP, its manifest signed; `files` of the seal are those of the case."""
    texts = {
        "case.json": json.dumps(case.data, ensure_ascii=False, indent=1, sort_keys=True).encode(),
        "definition.yaml": case.definition.encode(),
        **case.papers,
    }
    chain = Chain(case.genesis, case.last_hash, case.records)
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        attached = _attach(archive, case.attachments, files)
        return _sealed(archive, case.facts, texts, chain, attached, secret)


def write_signed(
    facts: Mapping[str, object], texts: Mapping[str, bytes], chain: Chain, secret: bytes, target: IO[bytes]
) -> str:
    """Write some files and a chain of records in the same way, and sign the manifest, which names it all.

    Gives the digest of the manifest.
    """
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        return _sealed(archive, facts, texts, chain, (), secret).digest


def _sealed(
    archive: ZipFile,
    facts: Mapping[str, object],
    texts: Mapping[str, bytes],
    chain: Chain,
    attached: Iterable[dict[str, object]],
    secret: bytes,
) -> Seal:
    """Put in the files, the program that checks them, the manifest that names them all, and its signature."""
    key, history = public_key(secret).hex(), "".join(f"{record}\n" for record in chain.records)
    texts = {**texts, HISTORY: history.encode(), OWN: Path(casefile_verifier.__file__).read_bytes()}
    for path, content in texts.items():
        archive.writestr(_entry(path), content)
    listed: list[dict[str, object]] = [
        {"path": path, "sha256": sha256(content).hexdigest(), "size": len(content)} for path, content in texts.items()
    ]
    named = [*listed, *attached]
    manifest = {
        **facts,
        "signed_with": key,
        "revision": len(chain.records),
        "genesis": chain.genesis,
        "last_hash": chain.last_hash,
        "files": named,
    }
    sealed = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
    archive.writestr(_entry(MANIFEST), sealed)
    archive.writestr(_entry(SIGNATURE), signature_file(key, sign(secret, sealed).hex()))
    return Seal(sha256(sealed).hexdigest(), key, len(named))


def _attach(archive: ZipFile, attachments: Iterable[Attachment], files: FileStorage) -> list[dict[str, object]]:
    """Copy the attachments piece by piece."""
    return [_copied(archive, one, files) for one in attachments]


def _copied(archive: ZipFile, one: Attachment, files: FileStorage) -> dict[str, object]:
    with files.open(one.digest) as source, archive.open(_entry(one.path), "w", force_zip64=True) as copy:
        shutil.copyfileobj(source, copy)
    size = archive.getinfo(one.path).file_size
    return {"path": one.path, "sha256": one.digest, "size": size, "name": one.name, "by": one.by, "at": one.at}


def _entry(path: str) -> ZipInfo:
    entry = ZipInfo(path, UNCHANGING)
    entry.compress_type = ZIP_DEFLATED
    return entry
