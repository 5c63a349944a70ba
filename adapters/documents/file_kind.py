"""What a file is by its bytes, for the kinds people may upload.

The extension says what a file wants to be; here its bytes are asked whether it is that, and nothing else besides.
"""

import codecs
from collections.abc import Iterator
from enum import StrEnum
from typing import IO

from adapters.documents.archive import check_archive, content_types, has_archive_end, opened


class FileKind(StrEnum):
    """The kinds that may be uploaded, each named by its usual extension."""

    PDF = "pdf"
    OFD = "ofd"
    DOCX = "docx"
    XLSX = "xlsx"
    PPTX = "pptx"
    DOC = "doc"
    XLS = "xls"
    JPG = "jpg"
    PNG = "png"
    ZIP = "zip"
    TEXT = "txt"
    CSV = "csv"


EXTENSIONS = {**{kind.value: kind for kind in FileKind}, "jpeg": FileKind.JPG}
"""Which kind an extension means."""

_OFFICE = "application/vnd.openxmlformats-officedocument."
MEDIA_TYPES = {
    FileKind.PDF: "application/pdf",
    FileKind.OFD: "application/ofd",
    FileKind.DOCX: _OFFICE + "wordprocessingml.document",
    FileKind.XLSX: _OFFICE + "spreadsheetml.sheet",
    FileKind.PPTX: _OFFICE + "presentationml.presentation",
    FileKind.DOC: "application/msword",
    FileKind.XLS: "application/vnd.ms-excel",
    FileKind.JPG: "image/jpeg",
    FileKind.PNG: "image/png",
    FileKind.ZIP: "application/zip",
    FileKind.TEXT: "text/plain",
    FileKind.CSV: "text/csv",
}
"""What each kind is called in HTTP."""


class Misfit(StrEnum):
    """Why the bytes are not a good file of the kind."""

    OTHER_KIND = "kind_mismatch"
    HIDDEN = "hidden_content"
    ENCRYPTED = "encrypted"
    MACROS = "macros"


class MisfitError(ValueError):
    """The bytes are not a good file of the kind; ``misfit`` says why."""

    def __init__(self, misfit: Misfit) -> None:
        super().__init__(misfit)
        self.misfit = misfit


_PIECE_BYTES = 1 << 16
_TAIL_BYTES = (1 << 16) + 22
_PDF_END_BYTES = 1 << 11
_PNG_START = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
_PNG_END = b"\x00\x00\x00\x00IEND\xaeB`\x82"
_OLE_START = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP_START = b"PK\x03\x04"
_MAIN_PARTS = {
    FileKind.DOCX: b"wordprocessingml.document.main+xml",
    FileKind.XLSX: b"spreadsheetml.sheet.main+xml",
    FileKind.PPTX: b"presentationml.presentation.main+xml",
}
_STREAMS = {FileKind.DOC: ("WordDocument",), FileKind.XLS: ("Workbook", "Book")}
_PROGRAM_TEXTS = (
    *("<!doctype", "<html", "<head", "<body", "<script", "<svg", "<?xml", "<?php", "<iframe", "<object", "<embed"),
    *("#!", "{\\rtf", "%pdf", "%!ps", "@echo", "mime-version:", "<%", "<hta", "<img", "<math", "<style"),
)
_TEXT_CONTROLS = frozenset(map(chr, range(32))) - set("\t\n\r\f") | {"\x7f"}


def check_kind(file: IO[bytes], kind: FileKind) -> None:
    """Refuse a file that is not, or not only, what its extension says.

    Raises:
        MisfitError: it is something else, hides something, is encrypted, or holds macros.
        ArchiveError: it is an archive that must not be opened.

    """
    match kind:
        case FileKind.DOCX | FileKind.XLSX | FileKind.PPTX:
            _check_office(file, _MAIN_PARTS[kind])
        case FileKind.OFD | FileKind.ZIP:
            _check_container(file, kind)
        case FileKind.DOC | FileKind.XLS:
            _check_old_office(file, _STREAMS[kind])
        case FileKind.TEXT | FileKind.CSV:
            _check_text(file)
        case FileKind.PDF | FileKind.JPG | FileKind.PNG:
            _check_picture_or_page(file, kind)


def _check_office(file: IO[bytes], main_part: bytes) -> None:
    start = _start(file, len(_OLE_START))
    if start == _OLE_START:
        raise MisfitError(Misfit.ENCRYPTED if _find(file, ["EncryptedPackage"]) else Misfit.OTHER_KIND)
    if not start.startswith(_ZIP_START):
        raise MisfitError(Misfit.OTHER_KIND)
    check_archive(file)
    with opened(file) as archive:
        kinds = content_types(archive)
        names = [name.lower() for name in archive.namelist()]
    if b"macroEnabled" in kinds or any(name.endswith("vbaproject.bin") for name in names):
        raise MisfitError(Misfit.MACROS)
    if main_part not in kinds:
        raise MisfitError(Misfit.OTHER_KIND)


def _check_container(file: IO[bytes], kind: FileKind) -> None:
    if not _start(file, len(_ZIP_START)).startswith(_ZIP_START):
        raise MisfitError(Misfit.OTHER_KIND)
    check_archive(file)
    with opened(file) as archive:
        names = set(archive.namelist())
    document = "[Content_Types].xml" in names
    if document or ("OFD.xml" in names) is not (kind is FileKind.OFD):
        raise MisfitError(Misfit.OTHER_KIND)


def _check_old_office(file: IO[bytes], streams: tuple[str, ...]) -> None:
    if _start(file, len(_OLE_START)) != _OLE_START:
        raise MisfitError(Misfit.OTHER_KIND)
    if _find(file, ["EncryptedPackage", "EncryptionInfo"]):
        raise MisfitError(Misfit.ENCRYPTED)
    if _find(file, ["_VBA_PROJECT"]):
        raise MisfitError(Misfit.MACROS)
    if not _find(file, streams):
        raise MisfitError(Misfit.OTHER_KIND)
    _check_nothing_behind(file)


def _check_picture_or_page(file: IO[bytes], kind: FileKind) -> None:
    start, tail = _start(file, 64), _tail(file, _TAIL_BYTES)
    match kind:
        case FileKind.PDF:
            good = start.startswith((b"%PDF-1.", b"%PDF-2.")) and b"%%EOF" in tail[-_PDF_END_BYTES:]
        case FileKind.PNG:
            good = start.startswith(_PNG_START)
            if good and not tail.endswith(_PNG_END):
                raise MisfitError(Misfit.HIDDEN)
        case _:
            good = start.startswith(b"\xff\xd8\xff")
    if not good:
        raise MisfitError(Misfit.OTHER_KIND)
    _check_nothing_behind(file)


def _check_nothing_behind(file: IO[bytes]) -> None:
    """Refuse a file that is an archive when read from its end."""
    if has_archive_end(_tail(file, _TAIL_BYTES)):
        raise MisfitError(Misfit.HIDDEN)


def _check_text(file: IO[bytes]) -> None:
    """Accept text in UTF-8, GB 18030 or marked UTF-16 that no program runs and that holds no control characters."""
    start = _start(file, 4)
    marked = start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            first = _checked_text(file, encoding)
        except UnicodeDecodeError:
            continue
        if first.lstrip().lower().startswith(_PROGRAM_TEXTS):
            raise MisfitError(Misfit.OTHER_KIND)
        _check_nothing_behind(file)
        return
    raise MisfitError(Misfit.OTHER_KIND)


def _checked_text(file: IO[bytes], encoding: str) -> str:
    """Decode the whole file in pieces and return its first ones."""
    decoder = codecs.getincrementaldecoder(encoding)()
    first = ""
    for piece in _pieces(file):
        text = decoder.decode(piece)
        if not _TEXT_CONTROLS.isdisjoint(text):
            raise MisfitError(Misfit.OTHER_KIND)
        first = first if first.strip() else text
    decoder.decode(b"", final=True)
    return first


def _find(file: IO[bytes], names: tuple[str, ...] | list[str]) -> bool:
    """Say whether one of the names of parts, as old Office files write them, is anywhere in the file."""
    sought = [name.encode("utf-16-le") for name in names]
    before = b""
    for piece in _pieces(file):
        window = before + piece
        if any(name in window for name in sought):
            return True
        before = window[-64:]
    return False


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while piece := file.read(_PIECE_BYTES):
        yield piece


def _start(file: IO[bytes], count: int) -> bytes:
    file.seek(0)
    return file.read(count)


def _tail(file: IO[bytes], count: int) -> bytes:
    file.seek(max(0, file.seek(0, 2) - count))
    return file.read()
