"""What the product needs of a place for files: put a stream, get it back by its digest, never change it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Protocol

FILE_BYTES_MAX = 1 << 30
"""Largest file that is stored; uploads are limited further before they come here."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A stored file: the hexadecimal SHA-256 of its bytes, by which it is found, and its size."""

    digest: str
    size_bytes: int


class MissingFileError(LookupError):
    """There is no file with this digest."""


class DamagedFileError(Exception):
    """The stored bytes no longer have the digest they are found by; restore the file from a backup."""


class FileTooBigError(ValueError):
    """The stream is longer than ``FILE_BYTES_MAX``; nothing was kept."""


class FileStorage(Protocol):
    """Content-addressed files. A digest names the same bytes for ever; equal bytes are kept once."""

    def put(self, source: IO[bytes]) -> StoredFile:
        """Keep a stream, durably when this returns.

        Raises:
            FileTooBigError: the stream is too long.
            OSError: the place is full or away; nothing was kept.

        """
        ...

    def open(self, digest: str) -> IO[bytes]:
        """Open a stored file for reading; ``MissingFileError`` when there is none."""
        ...

    def check(self, digest: str) -> StoredFile:
        """Read a stored file through; ``DamagedFileError`` when its bytes have changed."""
        ...

    def digests(self) -> Iterator[str]:
        """Give the digests of all stored files, in order."""
        ...
