"""Documents to look at beside a decision: pages as pictures, Office files as text and tables.

Foreign files are opened only in ``preview_child``, a process of its own with limits; what it gave is kept for the next
look, up to a limit. A file that can not be read there is simply not shown: it can still be saved.
"""

import subprocess
import sys
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import BoundedSemaphore, Lock

import msgspec

from adapters.files.storage import FileStorage

KEPT_BYTES_MAX = 24 << 20
"""Most bytes of pictures and texts that are kept for the next look."""

ENTRY_BYTES = 256
"""What keeping something takes beside its content; of a document that can not be read, that is all there is."""

TOGETHER_MAX = 2
"""Documents that are looked into at the same time."""

WAITING_SECONDS_MAX, LOOKING_SECONDS_MAX = 20, 25
SHOWN_KINDS = frozenset({"pdf", "png", "jpg", "docx", "xlsx", "xls", "pptx", "ofd", "txt", "csv"})
"""Kinds of files that can be shown."""

_CHILD = Path(__file__).with_name("preview_child.py")
_PNG = b"\x89PNG"

Block = str | list[list[str]]


class UnreadableError(Exception):
    """The document can not be shown: damaged, too large, or too much at once just now."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a document is to look at: so many pages, or blocks of text and tables (`is_cut` when there is more)."""

    pages: int = 0
    blocks: Sequence[Block] = ()
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A page as a picture."""

    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What a picture looks like: 64 bits in hex, of which few differ between likenesses; and the day it was taken."""

    likeness: str
    taken_on: date | None


class Previews:
    """Looks into stored files."""

    def __init__(self, files: FileStorage, kept_bytes_max: int = KEPT_BYTES_MAX) -> None:
        """Start with nothing kept."""
        self._files = files
        self._kept_bytes_max = kept_bytes_max
        self._kept: OrderedDict[tuple[str, ...], bytes] = OrderedDict()
        self._kept_bytes = 0
        self._lock = Lock()
        self._together = BoundedSemaphore(TOGETHER_MAX)

    def describe(self, digest: str, kind: str) -> Preview:
        """Say what a stored file is to look at; `UnreadableError` when it can not be shown."""
        if kind not in SHOWN_KINDS:
            raise UnreadableError(kind)
        found = msgspec.msgpack.decode(self._looked(digest, kind, "describe", 0))
        if not isinstance(found, Mapping):
            raise UnreadableError(kind)
        return Preview(int(found.get("pages", 0)), tuple(found.get("blocks", ())), bool(found.get("cut", False)))

    def page(self, digest: str, kind: str, number: int) -> Picture:
        """Draw a page of a stored file, counted from 1; `UnreadableError` when there is none."""
        if not 1 <= number <= self.describe(digest, kind).pages:
            raise UnreadableError(f"{kind} page {number}")
        content = self._looked(digest, kind, "page", number)
        return Picture("image/png" if content.startswith(_PNG) else "image/jpeg", content)

    def fingerprint(self, digest: str, kind: str) -> Fingerprint:
        """Look at a picture (png, jpg); `UnreadableError` when it is none."""
        found = msgspec.msgpack.decode(_readable(self._run(digest, kind, "fingerprint", 0), kind))
        try:
            taken = date.fromisoformat(found["taken_on"]) if found["taken_on"] else None
        except ValueError:
            taken = None
        return Fingerprint(found["likeness"], taken)

    def _looked(self, digest: str, kind: str, verb: str, number: int) -> bytes:
        key = (digest, kind, verb, str(number))
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return _readable(self._kept[key], kind)
        content = self._run(digest, kind, verb, number)
        with self._lock:
            self._keep(key, content)
        return _readable(content, kind)

    def _run(self, digest: str, kind: str, verb: str, number: int) -> bytes:
        """Let the child look; nothing when it can not read the document, as at any later time."""
        if not self._together.acquire(timeout=WAITING_SECONDS_MAX):
            raise UnreadableError("busy")
        command = [sys.executable, "-I", str(_CHILD), verb, kind, str(number)]
        try:
            with self._files.open(digest) as source:
                done = subprocess.run(  # noqa: S603  # our own program, with fixed words
                    command, stdin=source, capture_output=True, timeout=LOOKING_SECONDS_MAX, check=False, env={}
                )
        except subprocess.TimeoutExpired as error:
            raise UnreadableError(kind) from error
        finally:
            self._together.release()
        return b"" if done.returncode else done.stdout

    def _keep(self, key: tuple[str, ...], content: bytes) -> None:
        """Keep what was found, and forget what was not looked at for the longest time."""
        before = self._kept.pop(key, None)
        self._kept_bytes += _size(content) - (0 if before is None else _size(before))
        self._kept[key] = content
        while self._kept_bytes > self._kept_bytes_max and self._kept:
            _, forgotten = self._kept.popitem(last=False)
            self._kept_bytes -= _size(forgotten)


def _size(content: bytes) -> int:
    return len(content) + ENTRY_BYTES


def _readable(content: bytes, kind: str) -> bytes:
    if not content:
        raise UnreadableError(kind)
    return content
