"""Reading and writing tables: values, addresses, encodings, limits, and files that mean harm."""

import re
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.documents.formula import is_dangerous, neutralised, original
from adapters.documents.spreadsheet import (
    COLUMNS_MAX,
    FILE_BYTES_MAX,
    ROWS_MAX,
    Cell,
    Problem,
    Row,
    Sheet,
    SpreadsheetError,
    column_letters,
    read_tables,
)
from adapters.documents.workbook import Column, HelpPage, Kind, Table, csv_file, workbook

ZONE = ZoneInfo("Asia/Shanghai")
TWO = (Column("名称"), Column("金额(元)", Kind.MONEY))
WORKSHEET = (
    '<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    "<sheetData>{}</sheetData></worksheet>"
)


def read(content: bytes) -> tuple[Sheet, ...]:
    """Read a file given as bytes."""
    return read_tables(BytesIO(content))


def table(*rows: tuple[Cell, ...], columns: tuple[Column, ...] = TWO, name: str = "项目") -> Table:
    """Return a table with the two usual columns."""
    return Table(name, columns, rows)


def problem_of(content: bytes) -> SpreadsheetError:
    """Return the error that reading gives."""
    with pytest.raises(SpreadsheetError) as caught:
        read(content)
    return caught.value


def changed(path: str, content: str) -> bytes:
    """Return a good workbook in which one part was replaced."""
    good, out = BytesIO(workbook([table(("甲", 1))], ZONE)), BytesIO()
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, content if name == path else source.read(name))
    return out.getvalue()


def test_a_workbook_keeps_types_and_addresses() -> None:
    """Texts, whole and exact numbers, days, moments and truth values come back as themselves."""
    kinds = tuple(Column(str(kind), kind) for kind in (Kind.TEXT, Kind.NUMBER, Kind.NUMBER, Kind.DAY, Kind.MOMENT))
    columns = (*kinds, Column("ok", Kind.NUMBER), Column("钱", Kind.MONEY))
    moment = datetime(2026, 11, 23, 4, 30, tzinfo=UTC)
    values = ("甲\n乙", 3, Decimal("0.1"), date(2026, 2, 28), moment, True, 123_456_78)
    (sheet,) = read(workbook([table(values, columns=columns)], ZONE))
    row = sheet.rows[1]
    local = datetime(2026, 11, 23, 12, 30)  # noqa: DTZ001  # a workbook knows no zone
    assert row == Row("项目", 2, ("甲\n乙", 3, Decimal("0.1"), date(2026, 2, 28), local, True, Decimal("123456.78")))
    assert row.address(2) == "项目!C2"
    assert row.cell(6) == Decimal("123456.78")
    assert row.cell(7) is None


def test_csv_keeps_texts_and_addresses() -> None:
    """A CSV file gives texts, with money in yuan and the number of each row."""
    (sheet,) = read(csv_file(table(("甲,乙", 150), ("", None), ("丙", -5)), ZONE))
    assert [row.cells for row in sheet.rows] == [("名称", "金额(元)"), ("甲,乙", "1.50"), ("丙", "-0.05")]
    assert [row.number for row in sheet.rows] == [1, 2, 4]
    assert sheet.rows[2].address(1) == "B4"


def test_a_table_that_does_not_start_at_a1_keeps_its_addresses() -> None:
    """Empty rows above and empty columns to the left still count in the address."""
    row = '<row r="5"><c r="D5"><v>7</v></c></row>'
    (sheet,) = read(changed("xl/worksheets/sheet1.xml", WORKSHEET.format(row)))
    assert sheet.rows == (Row("项目", 5, (None, None, None, 7)),)
    assert sheet.rows[0].address(3) == "项目!D5"


def test_hidden_sheets_are_not_read() -> None:
    """The list of choices, which nobody sees, is not taken for data; the help page is a sheet like others."""
    columns = (Column("类别", choices=("平台", "网络")),)
    content = workbook([table(("平台",), columns=columns)], ZONE, HelpPage("说明", (("类别", "选一个"),)))
    assert [sheet.name for sheet in read(content)] == ["项目", "说明"]


def test_the_template_offers_choices_and_notes() -> None:
    """A column's choices are a validation list, its note an input message, the heading stays in view."""
    columns = (Column("类别", choices=("平台, 甲", "网络" * 200), note="从列表中选择"),)
    with zipfile.ZipFile(BytesIO(workbook([Table("项目", columns)], ZONE))) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert 'type="list"' in sheet
    assert "<formula1>_choices!$A$1:$A$2</formula1>" in sheet
    assert 'prompt="从列表中选择"' in sheet
    assert 'state="frozen"' in sheet


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_csv_files_of_any_program_are_read(encoding: str, delimiter: str) -> None:
    """Encoding and delimiter are found from the content."""
    rows = [("名称", "金额"), ("一体化平台", "12.50"), ("网络; 安全, 数据" if delimiter == "|" else "网络安全", "7")]
    text = "\r\n".join(delimiter.join(row) for row in rows)
    (sheet,) = read(text.encode(encoding))
    assert [row.cells for row in sheet.rows] == rows


def test_quoted_csv_with_line_ends_inside() -> None:
    """A quoted value may hold delimiters, quotes and line ends; rows are counted as a spreadsheet does."""
    (sheet,) = read('名称,说明\n甲,"一\n二 ""三"", 四"\n乙,五\n'.encode())
    assert [row.cells for row in sheet.rows][1:] == [("甲", '一\n二 "三", 四'), ("乙", "五")]
    assert sheet.rows[2].number == 3


def test_an_empty_file_is_an_empty_table() -> None:
    """No rows, no error."""
    assert read(b"") == (Sheet("", ()),)
    assert read(b"\r\n\r\n") == (Sheet("", ()),)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), Problem.OLD_FORMAT),
        (b"PK\x03\x04 this is no archive", Problem.DAMAGED),
        (b"%PDF-1.7\x00\x01", Problem.NOT_A_TABLE),
        (b"\xff\xfe\x00", Problem.ENCODING),
        (b"a,b\n\xff\xff\xff,1\n", Problem.ENCODING),
        (b'a,b\n"x"y,1\n', Problem.QUOTES),
        (b'a,b\n"x,1\n', Problem.QUOTES),
        (b'a,b\n"' + b"x" * 200_000 + b'",1\n', Problem.TOO_LONG),
        (b"<html><table><tr><td>a</td></tr></table></html>", Problem.NOT_A_TABLE),
        (b"\xef\xbb\xbf<?xml version='1.0'?><Workbook/>", Problem.NOT_A_TABLE),
        (b"\x1f\x8b\x08\x00a,b\n", Problem.NOT_A_TABLE),
        ("a,b\n甲,1\n".encode("utf-16-le"), Problem.ENCODING),
        (("," * COLUMNS_MAX + "\n").encode(), Problem.TOO_MANY_COLUMNS),
        (b"a,b\n" * (ROWS_MAX + 1), Problem.TOO_MANY_ROWS),
        ((b"," * 150 + b"\n") * 20_000, Problem.TOO_MANY_CELLS),
    ],
)
def test_other_files_are_refused_by_name(content: bytes, problem: Problem) -> None:
    """Each kind of wrong file has its own reason."""
    assert problem_of(content).refusal.code == problem


def test_the_place_of_an_unknown_letter_is_named() -> None:
    """A file in another encoding says in which row it starts to be unreadable."""
    assert problem_of("name,cost\nbridge,1\nroad,\xa33\n".encode("latin-1")).refusal.where == "A3"
    assert problem_of('name;cost\n"old\nbridge";1\n"new\nroad";\xa33\n'.encode("latin-1")).refusal.where == "A3"
    assert problem_of(b'name,cost\n\n"old\nbridge",1\nro\0ad,3\n').refusal.where == "A4"
    assert problem_of(b'name,cost\n\nbridge,1\n"road"x,3\n').refusal.where == "A4"


def test_the_mark_that_old_programs_write_behind_the_last_row_is_no_row() -> None:
    """Ctrl-Z ended a file under DOS."""
    assert [row.cells for row in read(b"a,b\r\n1,2\r\n\x1a")[0].rows] == [("a", "b"), ("1", "2")]


def test_an_encoding_that_cannot_be_seen_is_told() -> None:
    """Western programs write pounds and curved quotes in an encoding of their own; a guess would go wrong."""
    content = "name,cost\nQueen’s bridge,£3\n"
    (sheet,) = read_tables(BytesIO(content.encode("windows-1252")), "windows-1252")
    assert sheet.rows[1].cells == ("Queen’s bridge", "£3")
    with pytest.raises(SpreadsheetError):
        read_tables(BytesIO(content.encode("windows-1252")), "utf-8")
    assert problem_of("name,cost\nAndrés,3\n".encode("latin-1")).refusal.code == Problem.ENCODING


def test_portfolios_of_a_government_are_read(shared_data: Path) -> None:
    """Projects of four years, whose texts run over many lines; one file holds a byte that no encoding knows."""
    found = {}
    for path in sorted((shared_data / "projects-uk-gmpp").glob("*.csv")):
        with path.open("rb") as file:
            try:
                (sheet,) = read_tables(file, "windows-1252")
            except SpreadsheetError as error:
                found[path.stem] = str(error.refusal.where)
            else:
                found[path.stem] = str(len(sheet.rows))
    assert found == {"uk_2018": "134", "uk_2019": "134", "uk_2020": "A120", "uk_2021": "185"}


def test_real_projects_are_read(shared_data: Path) -> None:
    """445 public capital projects and their heading, 14 columns each."""
    path = shared_data / "projects-melbourne-water" / "Capital_Delivery_Project_deidentified.csv"
    with path.open("rb") as file:
        (sheet,) = read_tables(file)
    assert len(sheet.rows) == 446
    assert {len(row.cells) for row in sheet.rows} == {14}


def test_a_huge_file_is_refused_before_it_is_read() -> None:
    """More than 50 MB is refused by size alone."""
    assert problem_of(bytes(FILE_BYTES_MAX + 1)).refusal.params == {"megabytes": 50, "megabytes_max": 50}


FAR = '<row r="1"><c r="A1"><v>1</v></c></row><row r="{0}"><c r="{1}{0}"><v>1</v></c></row>'
SHARED = '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" uniqueCount="{0}" count="{0}"></sst>'


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("xl/worksheets/sheet1.xml", WORKSHEET.format(FAR.format(1_048_576, "XFD"))),
        ("xl/worksheets/sheet1.xml", WORKSHEET.format(FAR.format(4_000_000_000, "ZZZZ"))),
        ("xl/worksheets/sheet1.xml", WORKSHEET.format('<row r="x"><c r="!!"><v>1</v></c></row>')),
        ("xl/worksheets/sheet1.xml", WORKSHEET.format('<row r="1"><c r="A1" t="s"><v>99999</v></c></row>')),
        ("xl/worksheets/sheet1.xml", WORKSHEET.format("<row></c>")),
        ("xl/worksheets/sheet1.xml", WORKSHEET.format('<row r="1"><c r="A1"><v>inf</v></c></row>')),
        ("xl/sharedStrings.xml", SHARED.format(99_999_999_999)),
        ("xl/workbook.xml", "<workbook/>"),
        ("xl/workbook.xml", ""),
        ("xl/worksheets/sheet1.xml", WORKSHEET.format(" " * 200_000_000)),
        ("[Content_Types].xml", "<Types/>"),
    ],
)
def test_workbooks_that_mean_harm_only_fail(path: str, content: str) -> None:
    """Cells at the far corner, false counts, broken XML and bombs: an error, never a dead process."""
    try:
        sheets = read(changed(path, content))
    except SpreadsheetError as error:
        assert error.refusal.code in {Problem.DAMAGED, Problem.NOT_A_TABLE, Problem.TOO_MANY_ROWS}  # noqa: PT017  # or none
    else:
        assert not any(sheet.rows for sheet in sheets)


def test_a_stray_cell_far_below_or_right_is_named() -> None:
    """A forgotten cell in row 200,000 or column 300 is a limit with figures, not a crash."""
    below = problem_of(changed("xl/worksheets/sheet1.xml", WORKSHEET.format(FAR.format(200_000, "A"))))
    assert below.refusal.code == Problem.TOO_MANY_ROWS
    assert below.refusal.where == "项目"
    right = problem_of(changed("xl/worksheets/sheet1.xml", WORKSHEET.format(FAR.format(3, "KN"))))
    assert right.refusal.params == {"columns": 300, "columns_max": COLUMNS_MAX}


@settings(max_examples=1000)
@given(
    text=st.text(max_size=30)
    | st.builds(str.__add__, st.sampled_from([*"=+-@\t\r\n'", "＝", "＋", "－", "＠", " =", "'="]), st.text(max_size=9))
)
def test_no_text_becomes_a_formula_in_csv(text: str) -> None:
    """What is written never starts like a formula, and reads back as it was."""
    written = neutralised(text)
    assert original(written) == text
    assert written == text or written == "'" + text
    bare = written.lstrip(" \u3000\ufeff")
    assert not bare.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))


visible = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufffe\uffff"), min_size=1, max_size=20
)
hostile = st.sampled_from(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "'=1", "''=1", "=cmd|' /C calc'!A0"])


@settings(max_examples=150, deadline=None)
@given(texts=st.lists(visible | hostile, min_size=1, max_size=5))
def test_csv_gives_back_every_text(texts: list[str]) -> None:
    """Whatever the texts hold (delimiters, quotes, line ends, formulas), they survive the round trip."""
    rows = [(text,) for text in texts]
    (sheet,) = read(csv_file(table(*rows, columns=(Column("说明"),)), ZONE))
    assert [row.cells for row in sheet.rows][1:] == rows


@settings(max_examples=12, deadline=None)
@given(texts=st.lists(visible | hostile, min_size=1, max_size=200))
def test_a_workbook_gives_back_every_text_and_holds_no_formula(texts: list[str]) -> None:
    """Every text is a typed string: it reads back as it was, and no cell has a formula or a link."""
    content = workbook([table(*[(text,) for text in texts], columns=(Column("说明"),))], ZONE)
    (sheet,) = read(content)
    assert {row.number: row.cells[0] for row in sheet.rows[1:]} == dict(enumerate(texts, 2))
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert not re.search(rb"<f[ >]|<hyperlink", archive.read("xl/worksheets/sheet1.xml"))


def test_a_text_that_looks_like_a_formula_stays_one_after_editing() -> None:
    """Such a cell carries the quote prefix, so that pressing Enter in it does not run it."""
    assert is_dangerous("=1")
    with zipfile.ZipFile(BytesIO(workbook([table(("=1+1", None))], ZONE))) as archive:
        assert b'quotePrefix="1"' in archive.read("xl/styles.xml")


@pytest.mark.parametrize(
    ("value", "kind", "shown"),
    [
        (10**17, Kind.NUMBER, "1" + "0" * 17),
        (1, Kind.MONEY, "0.01"),
        (-123_456_789_012_345, Kind.MONEY, "-1234567890123.45"),
        (99_999_999_999_999_999_99, Kind.MONEY, "99999999999999999.99"),
        (Decimal("1E-10"), Kind.NUMBER, "0.0000000001"),
    ],
)
def test_numbers_keep_every_digit(value: Cell, kind: Kind, shown: str) -> None:
    """A number that Excel would round is written as text; CSV shows all digits."""
    columns = (Column("x", kind),)
    (sheet,) = read(workbook([table((value,), columns=columns)], ZONE))
    assert Decimal(str(sheet.rows[1].cells[0])) == Decimal(shown)
    (sheet,) = read(csv_file(table((value,), columns=columns), ZONE))
    assert sheet.rows[1].cells[0] == shown


def test_what_does_not_fit_is_refused_with_its_address() -> None:
    """A long text, a number that is none, a time without zone and a wrong sheet name."""
    with pytest.raises(SpreadsheetError) as caught:
        workbook([table(("甲", 1), ("x" * 40_000, 2))], ZONE)
    assert (caught.value.refusal.code, caught.value.refusal.where) == (Problem.TOO_LONG, "项目!A3")
    with pytest.raises(SpreadsheetError) as caught:
        csv_file(table(("甲", Decimal("NaN"))), ZONE)
    assert (caught.value.refusal.code, caught.value.refusal.where) == (Problem.NUMBER, "B2")
    with pytest.raises(ValueError, match="no time zone"):
        workbook([table((datetime(2026, 1, 1), 1))], ZONE)  # noqa: DTZ001  # the mistake under test
    for name in ("", "a/b", "x" * 32, "_choices"):
        with pytest.raises(SpreadsheetError, match="sheet_name"):
            workbook([table(name=name)], ZONE)


def test_too_long_tables_are_refused() -> None:
    """More rows or columns than can be read back are not written."""
    with pytest.raises(SpreadsheetError, match="too_many_rows"):
        csv_file(Table("x", TWO, [("甲", 1)] * ROWS_MAX), ZONE)
    with pytest.raises(SpreadsheetError, match="too_many_columns"):
        csv_file(Table("x", TWO * 150), ZONE)


def test_letters_of_columns() -> None:
    """The letters are those of Excel, also beyond Z."""
    assert [column_letters(column) for column in (0, 25, 26, 51, 52, 701, 702)] == [
        "A",
        "Z",
        "AA",
        "AZ",
        "BA",
        "ZZ",
        "AAA",
    ]


def test_every_problem_has_its_sentences() -> None:
    """Each reason can be shown in both languages."""
    texts = yaml.safe_load((Path(__file__).parents[3] / "adapters/documents/texts.yaml").read_text("utf-8"))
    assert {str(problem) for problem in Problem} <= texts.keys()
