"""Good files of every kind, and files that mean harm, made here so that none has to be kept."""

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from io import BytesIO
from zoneinfo import ZoneInfo

from adapters.documents.workbook import Column, Table, workbook

Entry = tuple[str | zipfile.ZipInfo, bytes]
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def packed(entries: Iterable[Entry], method: int = zipfile.ZIP_DEFLATED, comment: bytes = b"") -> bytes:
    """Return a ZIP archive."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in entries:
            archive.writestr(name, content)
        archive.comment = comment
    return out.getvalue()


def types_part(main: str, macro: str = "") -> Entry:
    """Return the list of content types of an Office document."""
    kind = f"application/vnd.openxmlformats-officedocument.{main}.main+xml{macro}"
    return "[Content_Types].xml", f'<Types><Override PartName="/main.xml" ContentType="{kind}"/></Types>'.encode()


def docx(*more: Entry) -> bytes:
    """Return a small Word document with further parts."""
    return packed([types_part("wordprocessingml.document"), ("word/document.xml", b"<w:document/>"), *more])


def old_office(*names: str) -> bytes:
    """Return a file as old Office writes it, with these parts."""
    return OLE + bytes(504) + b"".join(name.encode("utf-16-le").ljust(128, b"\0") for name in names) + bytes(512)


def chunk(kind: bytes, data: bytes) -> bytes:
    """Return a chunk of a PNG picture."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


PNG = (
    b"\x89PNG\r\n\x1a\n"
    + chunk(b"IHDR", struct.pack(">2I5B", 1, 1, 8, 2, 0, 0, 0))
    + chunk(b"IDAT", zlib.compress(b"\0\xff\0\0"))
    + chunk(b"IEND", b"")
)
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
JPG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00" + bytes(60) + b"\xff\xd9"
ZIP = packed([("材料/说明.txt", "说明".encode()), ("材料/图.png", PNG)])

GOOD: dict[str, bytes] = {
    "pdf": PDF,
    "jpg": JPG,
    "png": PNG,
    "zip": ZIP,
    "docx": docx(),
    "xlsx": workbook([Table("项目", (Column("名称"),), [("甲",)])], ZoneInfo("Asia/Shanghai")),
    "pptx": packed([types_part("presentationml.presentation"), ("ppt/presentation.xml", b"<p/>")]),
    "ofd": packed([("OFD.xml", b"<ofd:OFD/>"), ("Doc_0/Document.xml", b"<ofd:Document/>")]),
    "doc": old_office("Root Entry", "WordDocument", "1Table"),
    "xls": old_office("Root Entry", "Workbook"),
    "txt": "一体化平台升级项目说明\r\n第二行\t制表\n".encode(),
    "csv": "名称,金额\n平台,12.50\n".encode("gb18030"),
}

PROGRAMS: dict[str, bytes] = {
    "windows program": b"MZ\x90\x00\x03" + bytes(200) + b"This program cannot be run in DOS mode",
    "linux program": b"\x7fELF\x02\x01\x01" + bytes(200),
    "web page": b"<!DOCTYPE html><script>alert(1)</script>",
    "web page after blanks": b"\n \t <HTML><body onload=alert(1)>",
    "marked web page": b"\xef\xbb\xbf<html><script>alert(1)</script>",
    "drawing": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "markup": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]><x>&y;</x>',
    "server script": b"<?php system($_GET['c']); ?>",
    "shell script": b"#!/bin/sh\nrm -rf /\n",
    "rich text": b"{\\rtf1\\object\\objocx}",
    "mail page": b"MIME-Version: 1.0\nContent-Type: multipart/related",
    "7z": b"7z\xbc\xaf\x27\x1c" + bytes(64),
    "rar": b"Rar!\x1a\x07\x01\x00" + bytes(64),
    "nothing but zeros": bytes(4096),
    "random bytes": bytes((number * 197 + 13) % 256 for number in range(4096)),
}


def link(name: str, kind: int) -> zipfile.ZipInfo:
    """Return an entry of another kind than a file."""
    entry = zipfile.ZipInfo(name)
    entry.create_system = 3
    entry.external_attr = (kind | 0o777) << 16
    return entry


def with_sizes(content: bytes, size: int) -> bytes:
    """Return an archive whose first entry claims to be of another size."""
    changed = bytearray(content)
    central = content.index(b"PK\x01\x02")
    changed[22:26] = changed[central + 24 : central + 28] = struct.pack("<I", size)
    return bytes(changed)


def with_flag(content: bytes) -> bytes:
    """Return an archive whose first entry claims to be encrypted."""
    changed = bytearray(content)
    changed[6] |= 1
    changed[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(changed)


def renamed(content: bytes, old: bytes, new: bytes) -> bytes:
    """Return an archive in which a name was replaced by one of the same length, unseen by the packer."""
    assert len(old) == len(new)
    return content.replace(old, new)


def overlapping() -> bytes:
    """Return an archive of 200 directory entries that all share the bytes of one file."""
    one = packed([("a.txt", bytes(900_000))])
    central, end = one.index(b"PK\x01\x02"), one.index(b"PK\x05\x06")
    entries = b"".join(one[central:end].replace(b"a.txt", b"%05d" % number) for number in range(200))
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 200, 200, len(entries), central, 0)
    return one[:central] + entries + tail


def archives() -> Iterator[tuple[str, bytes]]:
    """Give archives that mean harm, with what they try."""
    note: Entry = ("note.txt", b"note")
    yield "bomb", packed([("zeros.txt", bytes(60_000_000))])
    yield "bomb of many", packed([(f"{number}.txt", bytes(1_000_000)) for number in range(60)])
    yield "too many entries", packed([(f"{number}.txt", b"") for number in range(1_001)])
    yield "shared bytes", overlapping()
    yield "archive inside", packed([("inner.zip", ZIP)])
    yield "archive inside under another name", packed([("inner.txt", ZIP)])
    yield "bomb inside", packed([("inner.docx", docx(("word/media/a.txt", bytes(60_000_000))))], zipfile.ZIP_STORED)
    deep = docx(("word/embeddings/a.docx", docx(("word/embeddings/b.docx", docx()))))
    yield "too deep", packed([("a.docx", deep)])
    for name in ("7z", "rar", "gz", "tar", "jar"):
        yield f"{name} inside", packed([(f"a.{name}", b"x"), note])
    yield "gzip inside under another name", packed([("a.txt", b"\x1f\x8b\x08" + bytes(20))])
    for name in ("../a.txt", "a/../../b.txt", "/etc/passwd", "C:/a.txt", "..", "a/..", "//host/share/a.txt", "~/../x"):
        yield f"name {name}", packed([(name, b"x")])
    for old, new in (
        (b"a_b.txt", b"a\\b.txt"),
        (b"a_b.txt", b"a\x00b.txt"),
        (b"a_b.txt", b"a\rb.txt"),
        (b"a_b", b"..\\"),
    ):
        yield f"name {new!r}", renamed(packed([("a_b.txt", b"x")]), old, new)
    for what, kind in (
        ("link", stat.S_IFLNK),
        ("device", stat.S_IFCHR),
        ("pipe", stat.S_IFIFO),
        ("socket", stat.S_IFSOCK),
    ):
        yield what, packed([(link("a.txt", kind), b"/etc/passwd")])
    for name in ("a.exe", "a.js", "a.lnk", "a.BAT", "b/a.ps1", "a.hta", "a.scr", "说明.txt.vbs"):
        yield f"program {name}", packed([(name, b"x")])
    yield "program under another name", packed([("a.txt", PROGRAMS["windows program"])])
    yield "script under another name", packed([("a.txt", PROGRAMS["shell script"])])
    yield from damaged_archives(note)


def damaged_archives(note: Entry) -> Iterator[tuple[str, bytes]]:
    """Give archives that say one thing and are another, or are whole only for some readers."""
    yield "encrypted", with_flag(ZIP)
    yield "longer than it says", with_sizes(packed([("a.txt", b"x" * 5_000)]), 10)
    yield "shorter than it says", with_sizes(packed([("a.txt", b"x" * 5_000)]), 6_000)
    yield "no length at all", with_sizes(packed([("a.txt", b"x" * 5_000)]), 0)
    yield "packed in an unusual way", packed([note], zipfile.ZIP_LZMA)
    yield "cut off", ZIP[:-30]
    yield "cut in the middle", ZIP[: len(ZIP) // 2]
    yield "something behind", ZIP + b"<script>alert(1)</script>"
    yield "something before", b"PK\x03\x04" + bytes(20) + ZIP
    yield "two archives", ZIP + packed([note])
    yield "an archive in the comment", packed([note], comment=packed([("b.txt", b"x")]))
    yield "twice the same name", packed_twice()
    yield "64-bit end", ZIP[:-22] + b"PK\x06\x07" + bytes(16) + ZIP[-22:]
    yield "false count of entries", ZIP[:-12] + b"\xff\xff" + ZIP[-10:]
    yield "only a start", b"PK\x03\x04"
    yield "damaged bytes", ZIP[:45] + b"\xff\xff\xff\xff" + ZIP[49:]


def packed_twice() -> bytes:
    """Return an archive with one name twice (readers differ in which one they take)."""
    return renamed(packed([("a.txt", b"good"), ("b.txt", b"evil")]), b"b.txt", b"a.txt")


def documents() -> Iterator[tuple[str, str, bytes]]:
    """Give documents and pictures that mean harm: the extension, what they try, the bytes."""
    yield "docx", "macros", packed([types_part("wordprocessingml.document"), ("word/vbaProject.bin", b"x")])
    macro = "application/vnd.ms-word.document.macroEnabled.main+xml"
    types: Entry = ("[Content_Types].xml", f'<Types><Override ContentType="{macro}"/></Types>'.encode())
    yield "docx", "macros under another name", packed([types, ("word/document.xml", b"x")])
    yield "docx", "password", old_office("Root Entry", "EncryptionInfo", "EncryptedPackage")
    yield "doc", "password", old_office("WordDocument", "EncryptedPackage")
    yield "doc", "macros", old_office("WordDocument", "Macros", "_VBA_PROJECT")
    yield "xls", "macros", old_office("Workbook", "_VBA_PROJECT_CUR", "_VBA_PROJECT")
    yield "doc", "no document", old_office("Root Entry")
    yield "docx", "bomb", docx(("word/media/a.xml", bytes(60_000_000)))
    yield "docx", "no parts", packed([("a.txt", b"x")])
    yield "ofd", "no parts", packed([("a.txt", b"x")])
    yield "ofd", "bomb", packed([("OFD.xml", bytes(60_000_000))])
    yield "docx", "leads out", docx(("../../evil.xml", b"x"))
    yield "docx", "program", docx(("word/a.exe", b"MZ"))
    yield "xlsx", "bomb", packed([types_part("spreadsheetml.sheet"), ("xl/worksheets/sheet1.xml", bytes(60_000_000))])
    for kind in ("pdf", "png", "jpg", "doc", "txt"):
        yield kind, "an archive behind", GOOD[kind] + ZIP
    yield "png", "a page behind", PNG + b"<script>alert(1)</script>"
    yield "pdf", "a page before", b"<script>alert(1)</script>" + PDF
    yield "pdf", "no end", PDF[:-7]
    yield "pdf", "only a start", b"%PDF-1.7"
    yield "png", "only a start", PNG[:8]
    yield "txt", "zeros inside", b"a\x00b"
    yield "txt", "controls inside", b"a\x1b[31mb"
    yield "csv", "no known encoding", b"a,b\n\xff\xff\xff,1\n"
    yield "txt", "half a letter at the end", b"a\xe5"


def hostile() -> Iterator[tuple[str, str, bytes]]:
    """Give every file that must be refused: its name, what it tries, its bytes."""
    for kind, content in GOOD.items():
        for other in GOOD:
            if other != kind and {kind, other} != {"txt", "csv"}:
                yield f"a.{other}", f"{kind} as {other}", content
    for what, content in PROGRAMS.items():
        for kind in ("pdf", "docx", "jpg", "zip", "txt"):
            yield f"a.{kind}", f"{what} as {kind}", content
    for what, content in archives():
        yield "a.zip", what, content
    for kind, what, content in documents():
        yield f"a.{kind}", what, content
