"""A printed document in plain values, as PDF (typst, with its own fonts) and as Word."""

import json
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path

from adapters.documents.columns import fit

LAYOUT = Path(__file__).with_name("paper.typ")
WORD_TEMPLATE = Path(__file__).with_name("paper.docx")
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
    """A box that is signed and sealed; `person` is empty while nobody has decided there."""

    step: str
    person: str
    at: str


@dataclass(frozen=True, slots=True)
class Paper:
    """All that is printed. `digest` is the hash of the case's history at `revision`, to be compared at `verify_url`.

    `heading` stands above the issuer, `opening` and `closing` before and after what is told, each line a paragraph.
    """

    number: str
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
    heading: str = ""
    opening: str = ""
    closing: str = ""
    footer: str = ""


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
    made = BytesIO()
    template.save(made)
    return made.getvalue()


def qr(address: str) -> str:
    """Give the code of an address as a picture of any size."""
    import segno  # noqa: PLC0415  # loaded when something is printed

    made = BytesIO()
    segno.make(address, error="m").save(made, kind="svg", border=1, xmldecl=False, omitsize=True)
    return made.getvalue().decode()
