"""The reports R-01 to R-32 over the demonstration county: figures, who sees what, as of when, and the files."""

import io
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx
import pypdfium2
import pytest

from adapters import shipped
from adapters.documents.spreadsheet import read_tables
from adapters.identity.sessions import SessionKind
from engine.commands import Actor
from engine.texts import Text
from service.http.problems import Wording
from service.http.rendering import Rendering
from service.report_files import CELL_LENGTH_MAX, Writer
from service.reporting import Asked, Finished, catalogue
from service.texts import Language
from service.web.views.reader import Reader
from tests.service.web.county import TODAY, Service
from workflows.demo.places import fen
from workflows.reports.lines import Kind
from workflows.reports.making import Heading, Made

CODES = tuple(f"R-{number:02}" for number in range(1, 33))
PROJECTS = {told["id"]: told for told in shipped.demo()["projects"]}
EVIL = "=cmd|'/C calc'!A1"
HUGE = 9_999_999_999_999_99
"""Ten trillion yuan less a fen: the most that a field of money takes."""


class Asking:
    """Somebody who asks for reports."""

    def __init__(self, service: Service, person: str, language: Language = "zh") -> None:
        """Sign them in."""
        signing_in, now = service.assembly.signing_in, service.assembly.clock.now()
        token = signing_in.sessions.open(person, SessionKind.BEARER, now).token
        headers = {"authorization": f"Bearer {token}", "accept-language": language}
        self.client = httpx.Client(base_url=service.url, headers=headers, timeout=60)

    def get(self, path: str = "", **query: str) -> httpx.Response:
        """Call."""
        return self.client.get(f"/api/v1/reports{path}", params=query)

    def report(self, code: str, **query: str) -> dict[str, Any]:
        """Give a report; it must be there."""
        answer = self.get(f"/{code}", **query)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def column(self, code: str, name: str, sheet: int = 0, **query: str) -> list[Any]:
        """Give the cells of a column."""
        found = self.report(code, **query)["sheets"][sheet]
        place = [column["name"] for column in found["columns"]].index(name)
        return [row[place] for row in found["rows"]]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_report_is_there_in_every_format(county: Service, language: Language) -> None:
    """Thirty-two reports; each as values, as a workbook that opens, as PDF, and four as Word; in both languages."""
    asking = Asking(county, "audit", language)
    listed = {one["code"]: one for one in asking.get().json()["reports"]}
    assert tuple(listed) == CODES
    for code, one in listed.items():
        assert asking.report(code)["title"] == one["title"]
        for kind, address in one["files"].items():
            content = asking.client.get(address).content
            if kind == "xlsx":
                assert read_tables(io.BytesIO(content))
            elif kind == "pdf":
                text = pypdfium2.PdfDocument(content)[0].get_textpage().get_text_range()
                assert one["title"] in text, code
            else:
                assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None
    assert [code for code, one in listed.items() if "docx" in one["files"]] == ["R-21", "R-24", "R-30", "R-31"]


def test_the_project_ledger_is_the_countys(county: Service) -> None:
    """Forty projects, and the sum that their stories come to."""
    sheet = Asking(county, "cty-head").report("R-01")["sheets"][0]
    assert len(sheet["rows"]) == len(PROJECTS)
    place = [column["name"] for column in sheet["columns"]].index("field.amount")
    assert sheet["sums"][place] == sum(fen(told["amount"]) for told in PROJECTS.values())


def test_filters_narrow(county: Service) -> None:
    """A year, a township; a source that nobody has leaves nothing."""
    asking = Asking(county, "cty-head")
    assert len(asking.column("R-01", "case.code", year="2025")) == 8
    assert {code.split("-")[2] for code in asking.column("R-01", "case.code", township="T03")} == {"T03"}
    assert asking.column("R-01", "case.code", source="private-capital") == []
    assert asking.get("/R-01", township="nowhere").status_code == 404


def test_everybody_gets_what_they_see(county: Service) -> None:
    """A township has its own projects; an auditor all; a keeper of the log no projects, but the proof."""
    own = Asking(county, "t03-apply").column("R-01", "case.code")
    assert own
    assert {code.split("-")[2] for code in own} == {"T03"}
    keeper = Asking(county, "aud-admin")
    assert [one["code"] for one in keeper.get().json()["reports"]] == ["R-23"]
    assert keeper.get("/R-01").status_code == 404
    assert Asking(county, "t03-apply").get("/R-23").status_code == 404
    assert Asking(county, "admin").get("/R-01").status_code == 403


def test_a_report_of_the_past_is_as_it_was(county: Service) -> None:
    """As of a day in June only what had begun is there, in the step it was in; the future can not be asked for."""
    asking = Asking(county, "cty-head")
    then = dict(
        zip(
            asking.column("R-01", "case.code", as_of="2026-06-30T08:00:00Z"),
            asking.column("R-01", "case.state", as_of="2026-06-30T08:00:00Z"),
            strict=True,
        )
    )
    now = dict(zip(asking.column("R-01", "case.code"), asking.column("R-01", "case.state"), strict=True))
    opened = dict(zip(asking.column("R-01", "case.code"), asking.column("R-01", "case.opened"), strict=True))
    assert then.keys() == {code for code, on in opened.items() if on <= "2026-06-30"}
    assert 0 < len(then) < len(now)
    assert any(now[code] != state for code, state in then.items())
    refused = asking.get("/R-01", as_of="2030-01-01T00:00:00Z")
    assert refused.status_code == 422
    assert refused.json()["reasons"][0]["code"] == "report.future"


def test_the_digest_is_that_of_the_verified_ledgers(county: Service) -> None:
    """Whoever holds a report can compare it with the auditor's proof."""
    proof = Asking(county, "aud-admin").client.get("/api/v1/audit/verification").json()
    assert Asking(county, "cty-head").report("R-03")["ledger_digest"] == proof["ledgers_anchor"]


def test_pages_take_the_same_filters_as_files(county: Service) -> None:
    """What is looked at is what is taken along: the links of a page keep what was chosen."""
    name, token = county.cookie_of("cty-head")
    with httpx.Client(
        base_url=county.url, cookies={name: token}, headers={"accept": "text/html"}, timeout=60
    ) as client:
        page = client.get("/reports/R-01?year=2025&township=T03&as_of=2026-09-01").text
        assert "/reports/R-01/xlsx?year=2025&amp;township=T03&amp;as_of=2026-09-01" in page
        taken = client.get("/reports/R-01/xlsx?year=2025&township=T03")
        (sheet, _) = read_tables(io.BytesIO(taken.content))
        assert [row.cell(0) for row in sheet.rows][1:] == ["QH-2025-T03-0006", "合计"]
        assert client.get("/reports/R-01?year=never&township=&source=x&as_of=y").status_code == 200
        assert client.get("/reports/R-99").status_code == 404


def test_a_report_reads_as_officials_speak(county: Service) -> None:
    """Phases in the order of the procedure, items by words and never by codes; below each page what the county says."""
    asking = Asking(county, "audit")
    phases = asking.column("R-21", "case.phase")
    order = [str(one.title.zh) for one in county.assembly.library.get("township-project").definition.phases.values()]
    assert phases == [one for one in order if one in phases]
    assert len(phases) > 3
    titles = [*asking.column("R-17", "case.title", 1), *asking.column("R-13", "field.name")]
    assert titles
    assert not [one for one in titles if one.isascii() and not one.startswith("QH-")]
    said = " ".join(
        page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(asking.get("/R-17/pdf").content)
    )
    assert "演示数据" in said


def test_a_report_of_the_year_tells_what_changed(county: Service) -> None:
    """R-24 puts each year beside the one before."""
    sheets = Asking(county, "audit").report("R-24")["sheets"]
    compared = next(one for one in sheets if one["title"] == "与上年比较")
    assert {"figure.days_change", "figure.score_change"} <= {column["name"] for column in compared["columns"]}
    assert [row[0] for row in compared["rows"]] == [2025, 2026]


def test_payables_are_split_by_the_suppliers_size(county: Service) -> None:
    """The disclosure of what is owed to small firms: each size its line, together what the list below comes to."""
    split, listed = Asking(county, "fin-head").report("R-09")["sheets"]
    assert len(listed["rows"]) > 0
    assert {row[0] for row in split["rows"]} <= {"微型企业", "小型企业", "中型企业"}
    places = [column["name"] for column in listed["columns"]]
    owed, late = places.index("books.payable"), places.index("milestone.late")
    assert sum(row[1] for row in split["rows"]) == len(listed["rows"])
    assert sum(row[2] for row in split["rows"]) == sum(row[owed] for row in listed["rows"])
    assert sum(row[3] for row in split["rows"]) == sum(row[late] is not None for row in listed["rows"])


def reader_of(county: Service, language: Language = "zh") -> Reader:
    """Give a reader of files."""
    wording = Wording(county.assembly.catalogue, language)
    rendering = Rendering(wording, county.assembly.organisation.now(), Actor("audit", "audit", "county", frozenset()))
    return Reader(wording.catalogue.speak(language), rendering, TODAY)


def long_report(lines: int) -> Finished:
    """Give a report of many lines, with an evil text and the greatest amount in each."""
    report = catalogue().reports["R-01"]
    headings = (
        Heading("case.title", "名称", Kind.TEXT),
        Heading("field.amount", "金额", Kind.MONEY),
        Heading("case.days", "天数", Kind.NUMBER),
    )
    rows = tuple((f"{EVIL}{number}", HUGE, Decimal("1.5")) for number in range(lines))
    sheets = (Made("表", headings, rows, (None, HUGE * lines, None)),)
    return Finished(
        replace(report, title=Text("=1+1", "=1+1")), Asked("R-01"), datetime(2026, 1, 1, tzinfo=UTC), "0", sheets
    )


def test_five_thousand_lines_and_great_sums(county: Service) -> None:
    """All of them are in both files; amounts keep their fen; no text becomes a formula."""
    writer = Writer(long_report(5_000), reader_of(county))
    content = writer.file("xlsx").content
    sheet, about = read_tables(io.BytesIO(content))
    assert len(sheet.rows) == 5_002
    assert sheet.rows[1].cells[:2] == (f"{EVIL}0", Decimal("9999999999999.99"))
    assert sheet.rows[-1].cell(1) == "49999999999999950"
    assert about.rows[0].cells == ("=1+1", "R-01")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert not any(b"<f>" in archive.read(name) for name in archive.namelist() if "worksheets" in name)
    printed = pypdfium2.PdfDocument(writer.file("pdf").content)
    last = printed[len(printed) - 1].get_textpage().get_text_range()
    assert f"{EVIL}4999" in last.replace("\r\n", "")
    assert "49,999,999,999,999,950.00" in last


def test_a_report_that_is_cut_says_so(county: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """What does not fit on paper is in the workbook, and the paper tells."""
    monkeypatch.setattr("service.report_files.PRINTED_CELLS_MAX", 30)
    text = pypdfium2.PdfDocument(Writer(long_report(11), reader_of(county)).file("pdf").content)[0]
    assert "前 10 行，共 11 行" in text.get_textpage().get_text_range()
    assert CELL_LENGTH_MAX > 30
