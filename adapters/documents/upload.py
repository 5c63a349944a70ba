"""The gate every uploaded file passes: its name is cleaned, its bytes are counted, hashed and asked what they are."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import IO

from adapters.documents.archive import ArchiveError
from adapters.documents.file_kind import EXTENSIONS, MEDIA_TYPES, FileKind, MisfitError, check_kind
from adapters.documents.file_name import clean_name, extension_of
from engine.refusal import Refusal

FILE_BYTES_MAX = 50 << 20
"""Largest file that is taken."""

_PIECE_BYTES = 1 << 16

Scan = Callable[[IO[bytes]], str | None]
"""Looks a file over and returns the name of a threat, or None; the way to a virus scanner."""


class Reason(StrEnum):
    """Why a file is refused, besides ``archive.Fault`` and ``file_kind.Misfit``; ``texts.yaml`` has the sentences."""

    TOO_BIG = "file.too_big"
    EMPTY = "file.empty"
    UNKNOWN_KIND = "file.unknown_kind"
    NOT_ACCEPTED = "file.not_accepted"
    THREAT = "file.threat"


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file that may be stored: its clean name, what it is, its size and the hexadecimal SHA-256 of its bytes."""

    name: str
    kind: FileKind
    media_type: str
    size_bytes: int
    digest: str


def check_upload(
    file: IO[bytes], name: str, accept: Collection[str] | None = None, scan: Scan | None = None
) -> CheckedFile | Refusal:
    """Check an uploaded file (one that can be read from any place), and leave it at its start.

    ``accept`` are the kinds a form field takes (all kinds when it is None); ``scan`` looks for threats. The refusal's
    ``where`` is the clean name.
    """
    clean = clean_name(name)
    kind = EXTENSIONS.get(extension_of(clean))
    if kind is None:
        return Refusal(Reason.UNKNOWN_KIND, clean, {"kinds": ", ".join(sorted(accept or FileKind))})
    if accept is not None and kind not in accept:
        return Refusal(Reason.NOT_ACCEPTED, clean, {"kinds": ", ".join(sorted(accept))})
    counted = _counted(file)
    if counted is None:
        return Refusal(Reason.TOO_BIG, clean, {"megabytes_max": FILE_BYTES_MAX >> 20})
    size_bytes, digest = counted
    if size_bytes == 0:
        return Refusal(Reason.EMPTY, clean)
    refusal = _examined(file, kind, clean, scan)
    file.seek(0)
    return refusal or CheckedFile(clean, kind, MEDIA_TYPES[kind], size_bytes, digest)


def _counted(file: IO[bytes]) -> tuple[int, str] | None:
    """Return size and digest, or None as soon as the file is too big."""
    hashed, size_bytes = sha256(), 0
    file.seek(0)
    while piece := file.read(_PIECE_BYTES):
        size_bytes += len(piece)
        if size_bytes > FILE_BYTES_MAX:
            return None
        hashed.update(piece)
    return size_bytes, hashed.hexdigest()


def _examined(file: IO[bytes], kind: FileKind, name: str, scan: Scan | None) -> Refusal | None:
    try:
        check_kind(file, kind)
    except MisfitError as error:
        return Refusal(f"file.{error.misfit}", name, {"kind": kind.value})
    except ArchiveError as error:
        return Refusal(f"file.{error.fault}", name, {"detail": error.detail})
    if scan is not None:
        file.seek(0)
        if threat := scan(file):
            return Refusal(Reason.THREAT, name, {"threat": threat})
    return None
