"""What a ZIP container really holds, before anything else opens it.

Office documents, OFD and ZIP files are all ZIP archives, and every reader of them trusts what the archive says of
itself. Here nothing is trusted: the directory is bounded before it is read, every entry is unpacked in small pieces
to see that its size is the one it claims, and names that lead elsewhere are refused (ASVS 5.2.2, 5.2.3, 5.3.1).
"""

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from enum import StrEnum
from shutil import copyfileobj
from tempfile import SpooledTemporaryFile
from typing import IO

ENTRIES_MAX = 1_000
"""Most entries of an archive, those of archives inside it included."""

RATIO_MAX = 100
"""Most times an archive may grow when unpacked; counted only above ``SMALL_BYTES``, where it can harm."""

SMALL_BYTES = 1 << 20
"""An archive that unpacks to less than this is no bomb, however well it was packed."""

UNPACKED_BYTES_MAX = 500 << 20
"""Most bytes an archive may unpack to, archives inside it included."""

NESTED_BYTES_MAX = 50 << 20
"""Largest archive inside an archive that is looked into."""

DEPTH_MAX = 2
"""Deepest nesting: a ZIP of documents, each of which may embed a document (a chart's workbook)."""

_DIRECTORY_BYTES_MAX = 1 << 20
_UTF8_NAME = 0x800
_MEMORY_BYTES_MAX = 4 << 20
_PIECE_BYTES = 1 << 16
_END = b"PK\x05\x06"
_END_BYTES = 22
_END_COMMENT_MAX = 0xFFFF
_LOCATOR_64 = b"PK\x06\x07"
_LOCATOR_64_BYTES = 20
_ENTRY = b"PK\x03\x04"
_DOCUMENT_MARKS = {"[Content_Types].xml", "OFD.xml"}
_OFFICE = (".docx", ".xlsx", ".pptx", ".ofd")
_PACKED = (".zip", ".7z", ".rar", ".gz", ".tgz", ".bz2", ".xz", ".tar", ".zst", ".cab", ".iso", ".jar", ".apk", ".lzh")
_PACKED_STARTS = (
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!\x1a\x07",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ\x00",
    b"\x28\xb5\x2f\xfd",
    b"MSCF",
)
_PROGRAMS = (
    *(".exe", ".dll", ".com", ".scr", ".pif", ".cpl", ".msi", ".msp", ".bat", ".cmd", ".ps1", ".psm1", ".vbs", ".vbe"),
    *(".js", ".jse", ".wsf", ".wsh", ".hta", ".lnk", ".reg", ".chm", ".inf", ".sh", ".elf", ".dylib", ".so", ".class"),
)
_PROGRAM_STARTS = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"#!")


class Fault(StrEnum):
    """Why an archive is refused."""

    DAMAGED = "archive_damaged"
    ENCRYPTED = "archive_encrypted"
    BOMB = "archive_bomb"
    TOO_MANY_ENTRIES = "archive_entries"
    UNSAFE_NAME = "archive_unsafe_name"
    LINK = "archive_link"
    NESTED = "archive_nested"
    PROGRAM = "archive_program"


class ArchiveError(ValueError):
    """An archive that must not be opened; ``fault`` says why, ``detail`` where."""

    def __init__(self, fault: Fault, detail: str) -> None:
        super().__init__(f"{fault}: {detail}")
        self.fault = fault
        self.detail = detail


@dataclass(slots=True)
class _Spent:
    """What was unpacked so far, over all levels."""

    packed_bytes: int
    entries: int = 0
    unpacked_bytes: int = 0

    def take(self, size_bytes: int, name: str) -> None:
        self.unpacked_bytes += size_bytes
        grown = self.unpacked_bytes > SMALL_BYTES and self.unpacked_bytes > RATIO_MAX * self.packed_bytes
        if grown or self.unpacked_bytes > UNPACKED_BYTES_MAX:
            raise ArchiveError(Fault.BOMB, f"{_short(name)} unpacks to more than {self.unpacked_bytes} bytes")


def check_archive(file: IO[bytes]) -> None:
    """Refuse an archive that is damaged, hidden, a bomb, or holds what leads out of its folder.

    Raises:
        ArchiveError: with the first fault found.

    """
    _check(file, _Spent(_length(file)), 0)


@contextmanager
def opened(file: IO[bytes]) -> Iterator[zipfile.ZipFile]:
    """Open an archive whose directory is within bounds and fills the file from its first byte to its last.

    Raises:
        ArchiveError: it is not such an archive.

    """
    _check_frame(file)
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error) as error:
        raise ArchiveError(Fault.DAMAGED, str(error)) from error
    with archive:
        if len(archive.infolist()) > ENTRIES_MAX:
            raise ArchiveError(Fault.TOO_MANY_ENTRIES, f"{len(archive.infolist())} entries; {ENTRIES_MAX} are possible")
        yield archive


def content_types(archive: zipfile.ZipFile) -> bytes:
    """Return the list of content types of an Office document, empty when it has none."""
    try:
        with archive.open("[Content_Types].xml") as listing:
            return listing.read(SMALL_BYTES)
    except KeyError:
        return b""


def has_archive_end(tail: bytes) -> bool:
    """Say whether a file that ends like this could be opened as an archive, whatever its start."""
    place = tail.rfind(_END)
    return place >= 0 and len(tail) - place >= _END_BYTES


def _check(file: IO[bytes], spent: _Spent, depth: int) -> None:
    if depth > DEPTH_MAX:
        raise ArchiveError(Fault.NESTED, f"archives inside archives, more than {DEPTH_MAX} deep")
    with opened(file) as archive:
        entries = archive.infolist()
        spent.entries += len(entries)
        if spent.entries > ENTRIES_MAX:
            raise ArchiveError(Fault.TOO_MANY_ENTRIES, f"more than {ENTRIES_MAX} entries in all")
        _check_directory(entries, _length(file))
        office = bool({entry.filename for entry in entries} & _DOCUMENT_MARKS)
        for entry in entries:
            if entry.file_size or not entry.is_dir():
                _check_entry(archive, entry, spent, depth, office=office)


def _check_frame(file: IO[bytes]) -> None:
    """Check the archive's end record: it must lie at the very end and describe everything from the first byte."""
    length = _length(file)
    file.seek(max(0, length - _END_BYTES - _END_COMMENT_MAX - _LOCATOR_64_BYTES))
    tail = file.read()
    place = tail.rfind(_END)
    if place < 0 or len(tail) - place < _END_BYTES:
        raise ArchiveError(Fault.DAMAGED, "the end of the archive is missing")
    _, disk, _, _, entries, size, offset, comment = struct.unpack("<4s4H2LH", tail[place : place + _END_BYTES])
    if tail[max(0, place - _LOCATOR_64_BYTES) : place].startswith(_LOCATOR_64):
        raise ArchiveError(Fault.DAMAGED, "a 64-bit archive; pack it again as an ordinary one")
    if entries > ENTRIES_MAX or size > _DIRECTORY_BYTES_MAX:
        raise ArchiveError(Fault.TOO_MANY_ENTRIES, f"{entries} entries; {ENTRIES_MAX} are possible")
    end = length - len(tail) + place
    file.seek(0)
    first = file.read(len(_ENTRY))
    file.seek(0)
    whole = disk == 0 and offset + size == end and end + _END_BYTES + comment == length
    if not whole or (entries and first != _ENTRY):
        raise ArchiveError(Fault.DAMAGED, "there is something before, between or after the parts of the archive")


def _check_directory(entries: list[zipfile.ZipInfo], length: int) -> None:
    names: set[str] = set()
    for entry in entries:
        _check_name(entry)
        if entry.filename.lower() in names:
            raise ArchiveError(Fault.DAMAGED, f"{_short(entry.filename)} is there twice")
        names.add(entry.filename.lower())
        if entry.flag_bits & 0x1:
            raise ArchiveError(Fault.ENCRYPTED, f"{_short(entry.filename)} needs a password")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ArchiveError(Fault.DAMAGED, f"{_short(entry.filename)} is packed in an unusual way")
        kind = stat.S_IFMT(entry.external_attr >> 16)
        if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise ArchiveError(Fault.LINK, f"{_short(entry.filename)} is a link or a device, not a file")
    if sum(entry.compress_size for entry in entries) > length:
        raise ArchiveError(Fault.BOMB, "entries share their bytes")


def _check_name(entry: zipfile.ZipInfo) -> None:
    """Refuse names that leave the folder; the raw name counts, because unpackers differ in what they cut off."""
    name = _name(entry)
    parts = entry.orig_filename.replace("\\", "/").split("/")
    odd = "\\" in name or ":" in parts[0] or any(ord(letter) < ord(" ") for letter in name)
    if not name or not parts[0] or ".." in parts or odd:
        raise ArchiveError(Fault.UNSAFE_NAME, _short(name))


def _name(entry: zipfile.ZipInfo) -> str:
    """Return the name as Chinese Windows wrote it when it is not marked as UTF-8: GBK letters may hold a backslash."""
    if entry.flag_bits & _UTF8_NAME:
        return entry.orig_filename
    try:
        return entry.orig_filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return entry.orig_filename


def _check_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, spent: _Spent, depth: int, *, office: bool) -> None:
    name = entry.filename.lower()
    if name.endswith(_PROGRAMS):
        raise ArchiveError(Fault.PROGRAM, _short(entry.filename))
    spent.take(entry.file_size, entry.filename)
    start = _unpack(archive, entry)
    if start.startswith(_PROGRAM_STARTS) and not office:
        raise ArchiveError(Fault.PROGRAM, _short(entry.filename))
    if name.endswith(_PACKED) or start.startswith(_PACKED_STARTS):
        raise ArchiveError(Fault.NESTED, f"{_short(entry.filename)} is an archive; unpack it first")
    if start.startswith(_ENTRY) or name.endswith(_OFFICE):
        _check_nested(archive, entry, spent, depth)


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Unpack an entry in pieces, refuse it when it is not as long as it says, and return its first bytes."""
    longer = copy(entry)
    longer.file_size += 1
    start, size = b"", 0
    try:
        with archive.open(longer) as content:
            while piece := content.read(_PIECE_BYTES):
                start = start or piece[:64]
                size += len(piece)
                if size > entry.file_size:
                    raise ArchiveError(Fault.BOMB, f"{_short(entry.filename)} is longer than it says")
    except (zipfile.BadZipFile, EOFError, OSError, RuntimeError, UnicodeError, zlib.error) as error:
        raise ArchiveError(Fault.DAMAGED, f"{_short(entry.filename)}: {error}") from error
    if size < entry.file_size:
        raise ArchiveError(Fault.DAMAGED, f"{_short(entry.filename)} is shorter than it says")
    return start


def _check_nested(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, spent: _Spent, depth: int) -> None:
    if not entry.filename.lower().endswith(_OFFICE) or entry.file_size > NESTED_BYTES_MAX:
        raise ArchiveError(Fault.NESTED, f"{_short(entry.filename)} is an archive; unpack it first")
    with archive.open(entry) as content, SpooledTemporaryFile(_MEMORY_BYTES_MAX) as copied:
        copyfileobj(content, copied)
        _check(copied, spent, depth + 1)


def _length(file: IO[bytes]) -> int:
    length = file.seek(0, 2)
    file.seek(0)
    return length


def _short(name: str) -> str:
    return repr(name[:80])
