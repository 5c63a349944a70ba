"""The program that looks into one document for ``preview`` and ends: standard input in, msgpack or a picture out.

Whatever reads foreign PDF, pictures and Office files may be made to crash, to hang or to ask for memory without end. So
the reading happens here, in a process of its own with limits on memory, processor time and output, and nothing of the
service in reach. Started by path, with ``python -I``: it imports nothing of the project.

``describe KIND`` writes ``{"pages": N}``, or ``{"blocks": [...], "cut": bool}`` where a block is a text or a list of
rows. ``page KIND NUMBER`` writes a PNG or JPEG. ``fingerprint KIND 0`` writes
``{"likeness": HEX, "taken_on": DAY}``. A document that can not be read ends the program with status 1.
"""

import csv
import os
import sys
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO, StringIO
from itertools import islice
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from PIL.Image import Image

MEMORY_BYTES_MAX = 1 << 30
PROCESSOR_SECONDS_MAX = 20
OUTPUT_BYTES_MAX = 16 << 20
NICENESS = 10
PAGES_MAX = 300
WIDTH_MAX, PIXELS_MAX = 1240, 8_000_000
PICTURE_PIXELS_MAX = 60_000_000
COLOURS = 64
SPOTS = 8
BLOCKS_MAX, ROWS_MAX, COLUMNS_MAX, CHARACTERS_MAX = 600, 200, 30, 2_000
PART_BYTES_MAX = 20 << 20
PICTURE_QUALITY = 82

Block = str | list[list[str]]


def limit() -> None:
    """Set the limits of this process, where the system knows them; what it does gives way to the service."""
    with suppress(ImportError):
        import resource  # noqa: PLC0415  # not on every system

        os.nice(NICENESS)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
        resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS_MAX, PROCESSOR_SECONDS_MAX))
        resource.setrlimit(resource.RLIMIT_FSIZE, (OUTPUT_BYTES_MAX, OUTPUT_BYTES_MAX))


def pdf_page(data: bytes, number: int) -> bytes:
    """Draw a page of a PDF, counted from 1."""
    import pypdfium2  # noqa: PLC0415  # heavy

    page = pypdfium2.PdfDocument(data)[number - 1]
    width, height = page.get_size()
    scale = min(WIDTH_MAX / max(width, 1), (PIXELS_MAX / max(width * height, 1)) ** 0.5)
    return png(page.render(scale=scale).to_pil())


def picture(data: bytes) -> bytes:
    """Draw a picture upright and no larger than a page."""
    from PIL import Image, ImageOps  # noqa: PLC0415  # heavy

    with Image.open(BytesIO(data), formats=["PNG", "JPEG"]) as source:
        if source.width * source.height > PICTURE_PIXELS_MAX:
            raise ValueError("too many pixels")
        source.draft("RGB", (WIDTH_MAX * 2, WIDTH_MAX * 2))
        shown = ImageOps.exif_transpose(source)
        shown.thumbnail((WIDTH_MAX, WIDTH_MAX * 2))
        if source.format == "PNG":
            return png(shown)
        out = BytesIO()
        shown.convert("RGB").save(out, "JPEG", quality=PICTURE_QUALITY)
        return out.getvalue()


def fingerprint(data: bytes) -> dict[str, str]:
    """Say what a picture looks like: whether each of 8 x 8 spots is lighter than the next; and when it was taken."""
    from PIL import ExifTags, Image, ImageOps  # noqa: PLC0415  # heavy

    with Image.open(BytesIO(data), formats=["PNG", "JPEG"]) as source:
        if source.width * source.height > PICTURE_PIXELS_MAX:
            raise ValueError("too many pixels")
        exif = source.getexif()
        told = exif.get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal) or exif.get(ExifTags.Base.DateTime)
        small = ImageOps.exif_transpose(source).convert("L").resize((SPOTS + 1, SPOTS), Image.Resampling.LANCZOS)
    spots = list(small.getdata())
    bits = "".join(
        str(int(spots[row * (SPOTS + 1) + column] > spots[row * (SPOTS + 1) + column + 1]))
        for row in range(SPOTS)
        for column in range(SPOTS)
    )
    return {"likeness": f"{int(bits, 2):016x}", "taken_on": str(told or "")[:10].replace(":", "-")}


def png(drawn: "Image") -> bytes:
    """Write a picture with few colours: pages of text are a third of the size, and look the same."""
    out = BytesIO()
    drawn.convert("RGB").quantize(COLOURS).save(out, "PNG")
    return out.getvalue()


def part(archive: zipfile.ZipFile, name: str) -> Any:  # noqa: ANN401  # an element of a library without types
    """Parse one part of an Office document or OFD."""
    from defusedxml.ElementTree import fromstring  # noqa: PLC0415  # only archives need it

    if archive.getinfo(name).file_size > PART_BYTES_MAX:
        raise ValueError("part too big")
    return fromstring(archive.read(name), forbid_dtd=True)


def local(element: Any) -> str:  # noqa: ANN401  # as above
    """Name an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def words(element: Any, leaf: str) -> str:  # noqa: ANN401  # as above
    """Join the text of all leaves below an element."""
    return "".join(one.text or "" for one in element.iter() if local(one) == leaf)


def docx(archive: zipfile.ZipFile) -> Iterator[Block]:
    """Give paragraphs and tables in their order."""
    for element in next(iter(part(archive, "word/document.xml"))):
        if local(element) == "p":
            yield words(element, "t")
        elif local(element) == "tbl":
            rows = (row for row in element if local(row) == "tr")
            yield [[words(cell, "t") for cell in row if local(cell) == "tc"] for row in rows]


def numbered(archive: zipfile.ZipFile, folder: str, leaf: str) -> Iterator[Block]:
    """Give the text of the numbered parts of a folder, part by part: slides, or pages of an OFD."""
    names = [name for name in archive.namelist() if folder in name and name.endswith(".xml") and "_rels" not in name]
    for name in sorted(names, key=lambda one: (len(one), one)):
        yield " ".join(filter(None, (one.text for one in part(archive, name).iter() if local(one) == leaf)))


def workbook(data: bytes) -> Iterator[Block]:
    """Give each sheet as its name and a table."""
    from python_calamine import CalamineWorkbook  # noqa: PLC0415  # only workbooks need it

    book = CalamineWorkbook.from_filelike(BytesIO(data))
    for name in book.sheet_names:
        rows = islice(book.get_sheet_by_name(name).iter_rows(), ROWS_MAX + 1)
        yield name
        yield [[str(value) for value in row] for row in rows]


def plain(data: bytes, *, is_table: bool) -> Iterator[Block]:
    """Give the lines of a text, or the rows of a CSV."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030", "replace")
    if is_table:
        yield list(islice(csv.reader(StringIO(text)), ROWS_MAX + 1))
    else:
        yield from text.splitlines()


def blocks(kind: str, data: bytes) -> Iterator[Block]:
    """Give the blocks of a document that is shown as text and tables."""
    match kind:
        case "docx":
            yield from docx(zipfile.ZipFile(BytesIO(data)))
        case "pptx":
            yield from numbered(zipfile.ZipFile(BytesIO(data)), "ppt/slides/", "t")
        case "ofd":
            yield from numbered(zipfile.ZipFile(BytesIO(data)), "/Pages/", "TextCode")
        case "xlsx" | "xls":
            yield from workbook(data)
        case "txt" | "csv":
            yield from plain(data, is_table=kind == "csv")
        case _:
            raise ValueError(kind)


def bounded(found: Iterator[Block]) -> dict[str, object]:
    """Cut blocks to what a page may hold, and say whether anything was cut."""
    kept: list[Block] = []
    cut = False
    for block in found:
        if len(kept) == BLOCKS_MAX:
            cut = True
            break
        if isinstance(block, str):
            cut |= len(block) > CHARACTERS_MAX
            if block.strip():
                kept.append(block[:CHARACTERS_MAX])
        else:
            cut |= len(block) > ROWS_MAX or any(len(row) > COLUMNS_MAX for row in block)
            kept.append([[cell[:CHARACTERS_MAX] for cell in row[:COLUMNS_MAX]] for row in block[:ROWS_MAX]])
    return {"blocks": kept, "cut": cut}


def describe(kind: str, data: bytes) -> dict[str, object]:
    """Say of how many pages a document is, or give its text."""
    if kind == "pdf":
        import pypdfium2  # noqa: PLC0415  # heavy

        return {"pages": min(len(pypdfium2.PdfDocument(data)), PAGES_MAX)}
    if kind in {"png", "jpg"}:
        return {"pages": 1}
    return bounded(blocks(kind, data))


def main(verb: str, kind: str, number: int) -> None:
    """Look into the document on standard input."""
    limit()
    data = sys.stdin.buffer.read()
    if verb == "describe":
        sys.stdout.buffer.write(msgspec.msgpack.encode(describe(kind, data)))
    elif verb == "fingerprint":
        sys.stdout.buffer.write(msgspec.msgpack.encode(fingerprint(data)))
    else:
        sys.stdout.buffer.write(pdf_page(data, number) if kind == "pdf" else picture(data))
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
