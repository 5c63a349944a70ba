"""The case file as a ZIP: everything that is kept of a case, with digests, and a program that checks them."""

import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from adapters.documents import casefile_verifier
from adapters.documents.casefile_verifier import HISTORY, MANIFEST, OWN
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


def write_case_file(case: CaseFile, files: FileStorage, target: IO[bytes]) -> int:
    """Write the ZIP; gives the number of its files."""
    texts = {
        "case.json": json.dumps(case.data, ensure_ascii=False, indent=1, sort_keys=True).encode(),
        "definition.yaml": case.definition.encode(),
        HISTORY: "".join(f"{record}\n" for record in case.records).encode(),
        **{f"documents/{name}": content for name, content in case.papers.items()},
    }
    listed: list[dict[str, object]] = [
        {"path": path, "sha256": sha256(content).hexdigest(), "size": len(content)} for path, content in texts.items()
    ]
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for path, content in texts.items():
            archive.writestr(_entry(path), content)
        listed += _attach(archive, case.attachments, files)
        manifest = {
            **case.facts,
            "revision": len(case.records),
            "genesis": case.genesis,
            "last_hash": case.last_hash,
            "files": listed,
        }
        archive.writestr(_entry(MANIFEST), json.dumps(manifest, ensure_ascii=False, indent=1))
        archive.writestr(_entry(OWN), Path(casefile_verifier.__file__).read_bytes())
    return len(listed)


def _attach(archive: ZipFile, attachments: Iterable[Attachment], files: FileStorage) -> Iterable[dict[str, object]]:
    """Copy the attachments piece by piece."""
    for one in attachments:
        with files.open(one.digest) as source, archive.open(_entry(one.path), "w", force_zip64=True) as copy:
            shutil.copyfileobj(source, copy)
        size = archive.getinfo(one.path).file_size
        yield {"path": one.path, "sha256": one.digest, "size": size, "name": one.name, "by": one.by, "at": one.at}


def _entry(path: str) -> ZipInfo:
    entry = ZipInfo(path, UNCHANGING)
    entry.compress_type = ZIP_DEFLATED
    return entry
