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
from adapters.documents.casefile_verifier import HISTORY, MANIFEST, OWN, SIGNATURE
from adapters.documents.signature import public_key, sign
from adapters.files.storage import FileStorage

UNCHANGING = (1980, 1, 1, 0, 0, 0)
"""The time of all entries: the same case gives the same file."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of the case: where its bytes are, and what it is called."""

    id: str
    name: str
    kind: str
    digest: str
    by: str
    at: str

    @property
    def path(self) -> str:
        """Where it lies in the case file; its own name stands in the manifest."""
        return f"attachments/{self.id}.{self.kind}"


@dataclass(frozen=True, slots=True)
class CaseFile:
    """All of a case. `records` are texts whose hashes chain from `genesis` to `last_hash`; `papers` by file name."""

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


def write_case_file(case: CaseFile, files: FileStorage, target: IO[bytes]) -> int:
    """Write the ZIP; gives the number of its files."""
    texts = {
        "case.json": json.dumps(case.data, ensure_ascii=False, indent=1, sort_keys=True).encode(),
        "definition.yaml": case.definition.encode(),
        **{f"documents/{name}": content for name, content in case.papers.items()},
    }
    chain = Chain(case.genesis, case.last_hash, case.records)
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        attached = _attach(archive, case.attachments, files)
        _sealed(archive, case.facts, texts, chain, attached)
        return len(archive.namelist()) - len((MANIFEST, OWN))


def write_signed(
    facts: Mapping[str, object], texts: Mapping[str, bytes], chain: Chain, secret: bytes, target: IO[bytes]
) -> str:
    """Write some files and a chain of records in the same way, and sign the manifest, which names it all.

    Gives the digest of the manifest.
    """
    key = public_key(secret).hex()
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        sealed = _sealed(archive, {**facts, "signed_with": key}, texts, chain, ())
        signed = {"algorithm": "Ed25519", "public_key": key, "signature": sign(secret, sealed).hex()}
        archive.writestr(_entry(SIGNATURE), json.dumps(signed, indent=1).encode())
    return sha256(sealed).hexdigest()


def _sealed(
    archive: ZipFile,
    facts: Mapping[str, object],
    texts: Mapping[str, bytes],
    chain: Chain,
    attached: Iterable[dict[str, object]],
) -> bytes:
    """Put the files in, then the manifest that names them, and the program that checks it; gives the manifest."""
    texts = {**texts, HISTORY: "".join(f"{record}\n" for record in chain.records).encode()}
    for path, content in texts.items():
        archive.writestr(_entry(path), content)
    listed = [
        {"path": path, "sha256": sha256(content).hexdigest(), "size": len(content)} for path, content in texts.items()
    ]
    manifest = {
        **facts,
        "revision": len(chain.records),
        "genesis": chain.genesis,
        "last_hash": chain.last_hash,
        "files": [*listed, *attached],
    }
    sealed = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
    archive.writestr(_entry(MANIFEST), sealed)
    archive.writestr(_entry(OWN), Path(casefile_verifier.__file__).read_bytes())
    return sealed


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
