"""The program that reads the text of one document for ``text`` and ends: the file on standard input, UTF-8 out.

Started by path, with ``python -I``: it imports nothing of the project. A document that means harm ends only this
process, which has a limit on memory, processor time and what it writes.
"""

import os
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from io import BytesIO
from zipfile import ZipFile

MEMORY_BYTES_MAX = 1 << 30
PROCESSOR_SECONDS_MAX = 60
NICENESS = 10
PAGES_MAX = 500
"""Pages of a PDF that are read; what is further behind is not found."""

_PARTS = {
    "docx": re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml"),
    "pptx": re.compile(r"ppt/(slides|notesSlides)/[^/]+\.xml"),
    "ofd": re.compile(r".*Content\.xml"),
}
"""The parts of an archive that hold words."""

_BREAKS = {"p", "tr", "br", "TextObject"}
"""Elements after which a new line begins, by their local names."""


def limit() -> None:
    """Set the limits of this process, where the system knows them; what it does gives way to the service."""
    with suppress(ImportError):
        import resource  # noqa: PLC0415  # not on every system

        os.nice(NICENESS)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
        resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS_MAX, PROCESSOR_SECONDS_MAX))


def of_pdf(content: bytes) -> Iterator[str]:
    """Give the text of each page."""
    from pypdfium2 import PdfDocument  # noqa: PLC0415  # only the reader that is needed

    document = PdfDocument(content)
    for number in range(min(len(document), PAGES_MAX)):
        yield document[number].get_textpage().get_text_bounded()


def of_archive(content: bytes, kind: str) -> Iterator[str]:
    """Give the words of each part of an Office or OFD document."""
    from defusedxml.ElementTree import iterparse  # noqa: PLC0415  # only the reader that is needed

    with ZipFile(BytesIO(content)) as archive:
        for name in sorted(name for name in archive.namelist() if _PARTS[kind].fullmatch(name)):
            with archive.open(name) as part:
                for _, element in iterparse(part, forbid_dtd=True):
                    local = element.tag.rpartition("}")[2]
                    if local in {"t", "TextCode"}:
                        yield element.text or ""
                    elif local in _BREAKS:
                        yield "\n"
                    element.clear()


def of_workbook(content: bytes) -> Iterator[str]:
    """Give the words of each row of a workbook."""
    from python_calamine import CalamineWorkbook  # noqa: PLC0415  # only the reader that is needed

    workbook = CalamineWorkbook.from_filelike(BytesIO(content))
    for name in workbook.sheet_names:
        yield f"{name}\n"
        for row in workbook.get_sheet_by_name(name).iter_rows():
            yield " ".join(str(cell) for cell in row if cell != "") + "\n"


def of_plain(content: bytes) -> Iterator[str]:
    """Give the text, which is UTF-8 or what Chinese systems wrote before."""
    try:
        yield content.decode("utf-8-sig")
    except UnicodeDecodeError:
        yield content.decode("gb18030", errors="replace")


def pieces(content: bytes, kind: str) -> Iterable[str]:
    """Read by kind."""
    if kind == "pdf":
        return of_pdf(content)
    if kind in _PARTS:
        return of_archive(content, kind)
    return of_workbook(content) if kind in {"xlsx", "xls"} else of_plain(content)


def main(kind: str, length_max: int) -> None:
    """Write the text of the document on standard input, as much of it as is asked for."""
    limit()
    left = length_max
    for piece in pieces(sys.stdin.buffer.read(), kind):
        sys.stdout.buffer.write(piece[:left].encode("utf-8", errors="replace"))
        left -= len(piece)
        if left <= 0:
            break
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
