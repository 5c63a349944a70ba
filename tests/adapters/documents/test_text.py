"""The words of documents of every kind, made by the libraries that people's programs are made of; and of bad ones."""

from io import BytesIO
from tempfile import TemporaryFile
from zipfile import ZipFile

import pytest
import typst
import xlsxwriter
from docx import Document
from pylopdf_fonts_zh_cn import serif_path

from adapters.documents import text
from adapters.documents.text import UnreadableError, plain, read_words

CHINESE = "\u4e61\u9547\u653f\u52a1\u5e73\u53f0"  # the name of a project, in Chinese
SLIDE = f'<p:sld xmlns:p="p" xmlns:a="a"><a:p><a:t>{CHINESE}</a:t></a:p></p:sld>'
PAGE = f'<ofd:Page xmlns:ofd="o"><ofd:TextObject><ofd:TextCode>{CHINESE}</ofd:TextCode></ofd:TextObject></ofd:Page>'
BOMB = '<!DOCTYPE d [<!ENTITY a "x"><!ENTITY b "&a;&a;&a;&a;">]><w:t xmlns:w="w">&b;</w:t>'


def words_of(content: bytes, kind: str) -> str:
    """Read a document from memory."""
    with TemporaryFile() as file:
        file.write(content)
        file.seek(0)
        return read_words(file, kind)


def zipped(**parts: str) -> bytes:
    """An archive; a double underscore stands for a slash."""
    made = BytesIO()
    with ZipFile(made, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/") + ".xml", content)
    return made.getvalue()


def pdf() -> bytes:
    """Two pages, the words broken over a line's end."""
    source = f"#set page(width: 5cm)\n{CHINESE}\n#pagebreak()\nSecond page"
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[str(serif_path().parent)])
    made: bytes = typst.compile(source.encode(), format="pdf", font_paths=fonts)
    return made


def docx() -> bytes:
    """A paragraph, its name in two runs, and a table."""
    made, document = BytesIO(), Document()
    paragraph = document.add_paragraph(CHINESE[:3])
    paragraph.add_run(CHINESE[3:])
    document.add_table(1, 1).cell(0, 0).text = "in a cell"
    document.save(made)
    return made.getvalue()


def xlsx() -> bytes:
    """A sheet with words and a number."""
    made = BytesIO()
    workbook = xlsxwriter.Workbook(made)
    sheet = workbook.add_worksheet("Budget")
    sheet.write_row(0, 0, [CHINESE, 12])
    workbook.close()
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "kind", "also"),
    [
        (pdf(), "pdf", "Second page"),
        (docx(), "docx", "in a cell"),
        (xlsx(), "xlsx", "Budget"),
        (zipped(ppt__slides__slide1=SLIDE), "pptx", ""),
        (zipped(Doc_0__Pages__Page_0__Content=PAGE), "ofd", ""),
        (f"a {CHINESE}".encode(), "txt", "a "),
        (CHINESE.encode("gb18030"), "csv", ""),
    ],
)
def test_words_are_read(content: bytes, kind: str, also: str) -> None:
    """Whole, although a line of the page or a change of the letters' look breaks them."""
    found = words_of(content, kind)
    assert CHINESE in found
    assert also in found


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7 nothing", "pdf"),
        (b"PK\x03\x04", "docx"),
        (zipped(word__document="<w:t>"), "docx"),
        (zipped(word__document=BOMB), "docx"),
        (b"PK\x03\x04" * 9, "xlsx"),
    ],
)
def test_what_cannot_be_read_says_so(content: bytes, kind: str) -> None:
    """And ends only its own process."""
    with pytest.raises(UnreadableError):
        words_of(content, kind)


def test_only_so_much_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """A document of a thousand pages is found by its first ones."""
    monkeypatch.setattr(text, "TEXT_LENGTH_MAX", 10)
    assert words_of(b"0123456789" * 1_000, "txt") == "0123456789"


def test_spaces_are_made_plain() -> None:
    """One between words of letters, none inside of Chinese."""
    assert plain(f" a \n b\x00{CHINESE[:2]}\n{CHINESE[2:]} c ") == f"a b {CHINESE} c"
