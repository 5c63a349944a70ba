"""Files in a folder of this machine: ``ab/cd/abcd…`` by the digest of their bytes.

A file is first written under ``incoming``, made durable, and then moved to its place in one step: at its place
there is the whole file or none, also after a power cut. What a killed process leaves in ``incoming`` is swept.
"""

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

from adapters.files.storage import (
    FILE_BYTES_MAX,
    DamagedFileError,
    FileTooBigError,
    MissingFileError,
    StoredFile,
)

_PIECE_BYTES = 1 << 18
_DIGEST = re.compile(r"[0-9a-f]{64}")
_READ_ONLY = 0o440


class LocalFiles:
    """A ``FileStorage`` in one folder, which it makes when it is missing."""

    def __init__(self, folder: Path, *, durable: bool = True, is_read_only: bool = False) -> None:
        """Keep files in a folder; without `durable` a power failure may lose what was put last.

        One that `is_read_only` is left as it is: it may be on a medium that nobody can write to.
        """
        self._folder = folder
        self._durable = durable
        self._incoming = folder / "incoming"
        if not is_read_only:
            self._incoming.mkdir(parents=True, exist_ok=True)

    def put(self, source: IO[bytes]) -> StoredFile:
        """Keep a stream and return by what it is found; see ``FileStorage.put``."""
        with NamedTemporaryFile(dir=self._incoming, delete=False) as incoming:
            written = Path(incoming.name)
            try:
                stored = _copied(source, incoming)
                incoming.flush()
                if self._durable:
                    os.fsync(incoming.fileno())
                written.chmod(_READ_ONLY)
                self._move(written, self._place(stored.digest))
            finally:
                written.unlink(missing_ok=True)
        return stored

    def open(self, digest: str) -> IO[bytes]:
        """Open a stored file for reading; ``MissingFileError`` when there is none."""
        try:
            return self._place(digest).open("rb")
        except FileNotFoundError:
            raise MissingFileError(f"there is no file {digest}") from None

    def check(self, digest: str) -> StoredFile:
        """Read a stored file through; ``DamagedFileError`` when its bytes have changed."""
        hashed, size_bytes = sha256(), 0
        with self.open(digest) as file:
            while piece := file.read(_PIECE_BYTES):
                hashed.update(piece)
                size_bytes += len(piece)
        if hashed.hexdigest() != digest:
            raise DamagedFileError(f"the file {digest} has changed: restore it from a backup")
        return StoredFile(digest, size_bytes)

    def digests(self) -> Iterator[str]:
        """Give the digests of all stored files, in order."""
        for path in sorted(self._folder.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*")):
            if _DIGEST.fullmatch(path.name):
                yield path.name

    def sweep(self, before: datetime) -> int:
        """Remove what was left in ``incoming`` before a moment; return how many files that were."""
        removed = 0
        for path in self._incoming.iterdir():
            with suppress(FileNotFoundError):
                if datetime.fromtimestamp(path.stat().st_mtime, UTC) < before:
                    path.unlink()
                    removed += 1
        return removed

    def _place(self, digest: str) -> Path:
        if not _DIGEST.fullmatch(digest):
            raise MissingFileError(f"{digest[:80]!r} is not a digest of a file")
        return self._folder / digest[:2] / digest[2:4] / digest

    def _move(self, written: Path, place: Path) -> None:
        """Move a finished file to its place; one that is there already has the same bytes and stays."""
        if place.exists():
            return
        for folder in (place.parent.parent, place.parent):
            if not folder.exists():
                folder.mkdir(exist_ok=True)
                self._sync(folder.parent)
        written.rename(place)
        self._sync(place.parent)

    def _sync(self, folder: Path) -> None:
        """Make the names in a folder durable, on systems that can."""
        if self._durable and os.name == "posix":
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


def _copied(source: IO[bytes], target: IO[bytes]) -> StoredFile:
    hashed, size_bytes = sha256(), 0
    while piece := source.read(_PIECE_BYTES):
        size_bytes += len(piece)
        if size_bytes > FILE_BYTES_MAX:
            raise FileTooBigError(f"the file has more than {FILE_BYTES_MAX >> 20} MB")
        hashed.update(piece)
        target.write(piece)
    return StoredFile(hashed.hexdigest(), size_bytes)
