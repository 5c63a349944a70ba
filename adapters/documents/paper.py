"""A printed document in plain values, as PDF (typst, with its own fonts) and as Word."""

import json
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path

from adapters.documents.columns import fit

LAYOUT = Path(__file__).with_name("paper.typ")
WORD_TEMPLATE = Path(__file__).with_name("paper.docx")
WORD_SIZES = ((9.0, 3.0), (7.5, 3.0), (6.5, 3.0))
"""Sizes of type and insets of a table's cells in Word, in points; the template has the insets."""
TO_THE_RIGHT = 2
"""`WD_ALIGN_PARAGRAPH.RIGHT`, whose module is heavy."""
EMU_OF_MM, EMU_OF_POINT = 36_000, 12_700
"""Word's unit of length (ECMA-376)."""
CELLS_MAX = 20_000
"""Most table cells of one document; what is beyond is left to the tables people can download."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of a document."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Opinion:
    """One line of the record of opinions."""

    step: str
    decision: str
    comment: str
    person: str
    unit: str
    at: str


@dataclass(frozen=True, slots=True)
class Seal:
    """Who signs and seals: a box of a form or the end of a letter; `person` is empty while nobody has decided there."""

    step: str
    person: str
    at: str


@dataclass(frozen=True, slots=True)
class Paper:
    """All that is printed. `digest` is the hash of the case's history at `revision`, to be compared at `verify_url`.

    A letter has a red head with who issues it, and ends with seal and day (GB/T 9704); a form ends with boxes to sign.
    `given_number` is the number that an office gave a letter by hand: its head has it in place of our own. A `title`
    that is too long for a line is broken where it has a line break. `heading` stands above the issuer, `opening` and
    `closing` before and after what is told, each line a paragraph.
    """

    number: str
    is_letter: bool
    title: str
    issuer: str
    language: str
    rows: tuple[tuple[str, str], ...]
    tables: tuple[Sheet, ...]
    opinions: tuple[Opinion, ...]
    seals: tuple[Seal, ...]
    words: dict[str, str]
    digest: str
    revision: int
    verify_url: str
    printed_at: str
    given_number: str = ""
    heading: str = ""
    opening: str = ""
    closing: str = ""
    footer: str = ""

    @property
    def name(self) -> str:
        """The title on one line."""
        return self.title.replace("\n", " " if self.language == "en" else "")


def pdf(paper: Paper) -> bytes:
    """Print a paper; only our own fonts are used, so that it looks the same everywhere."""
    tables = [{**asdict(one), **asdict(fit(one.columns, one.rows))} for one in paper.tables]
    data = {**asdict(paper), "tables": tables, "qr": qr(paper.verify_url)}
    return printed(LAYOUT, {"paper": json.dumps(data, ensure_ascii=False)})


def printed(layout: Path, inputs: dict[str, str]) -> bytes:
    """Print a layout of this folder with its texts; no font of the machine is used."""
    import pylopdf_fonts_zh_cn  # noqa: PLC0415  # heavy: loaded when something is printed
    import typst  # noqa: PLC0415  # as above

    fonts = str(Path(str(pylopdf_fonts_zh_cn.__file__)).parent)
    made = typst.compile(
        str(layout), root=str(layout.parent), font_paths=[fonts], ignore_system_fonts=True, sys_inputs=inputs
    )
    assert isinstance(made, bytes)
    return made


def word(paper: Paper) -> bytes:
    """Give a paper as a Word document that officials go on with; every text is escaped."""
    from docxtpl import DocxTemplate  # noqa: PLC0415  # heavy: loaded when something is written

    template = DocxTemplate(str(WORD_TEMPLATE))
    template.render(asdict(paper), autoescape=True)
    for table, sheet in zip(template.docx.tables[1:], paper.tables, strict=False):
        fitted = fit(sheet.columns, sheet.rows, sizes=WORD_SIZES)
        for column, width, is_number in zip(table.columns, fitted.widths, fitted.numeric, strict=True):
            column.width = round(width * EMU_OF_MM)
            for place, cell in enumerate(column.cells):
                cell.width = column.width
                for run in cell.paragraphs[0].runs:
                    run.font.size = round(fitted.size * EMU_OF_POINT)
                if is_number and place > 0:
                    cell.paragraphs[0].alignment = TO_THE_RIGHT
    made = BytesIO()
    template.save(made)
    return made.getvalue()


def qr(address: str) -> str:
    """Give the code of an address as a picture of any size."""
    import segno  # noqa: PLC0415  # loaded when something is printed

    made = BytesIO()
    segno.make(address, error="m").save(made, kind="svg", border=1, xmldecl=False, omitsize=True)
    return made.getvalue().decode()
