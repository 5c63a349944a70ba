"""Printed documents: every kind from live data as PDF and Word, and the page that proves a paper genuine."""

import io
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx
import pypdfium2
import pytest
from docxtpl import DocxTemplate
from msgspec.structs import replace as change

from adapters.documents.paper import Opinion, Paper, Seal, Sheet, pdf, word
from adapters.sql.histories import load
from adapters.sql.reads.cases import Filter, list_cases
from engine.case import Case, Mark
from engine.commands import Actor
from engine.definition import Definition, Field, FieldType
from service.http.problems import Wording
from service.http.rendering import Rendering
from service.printed_money import money_sheets
from service.printing import WORDS, Printer, kinds
from service.texts import Language
from service.web.views.reader import Reader
from tests.service.web.county import EVERYWHERE, Service
from tests.workflows.money.desk import CODE, Desk
from tests.workflows.money.spending import Ready, accept

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
EVIL = '#panic("x") $x$ <b>&amp; {{ 7 * 7 }} *'
SAMPLES: dict[FieldType, Any] = {
    FieldType.INTEGER: 3,
    FieldType.DECIMAL: "2.5",
    FieldType.MONEY: 123_456_00,
    FieldType.DATE: "2026-12-05",
    FieldType.TEXT: EVIL,
    FieldType.LONG_TEXT: EVIL,
    FieldType.PERSONS: ["e01", "e02"],
    FieldType.BOOLEAN: True,
    FieldType.FILE: {"id": "f", "name": "可研报告.pdf", "kind": "pdf", "size": 1, "digest": "0" * 64},
}
SAMPLES[FieldType.FILES] = [SAMPLES[FieldType.FILE]]


def text_of(content: bytes) -> str:
    """Give the words of all pages."""
    document = pypdfium2.PdfDocument(content)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def words_of(content: bytes) -> str:
    """Give the words of a Word document, tables too."""
    document = DocxTemplate(io.BytesIO(content)).get_docx()
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def sample(field: Field) -> Any:  # noqa: ANN401  # whatever a field holds
    """Give a value of a field."""
    if field.type is FieldType.TABLE:
        return [{column.name: sample(column) for column in field.columns}] * 2
    if field.of:
        names = [one.name for one in field.of]
        return names if field.type is FieldType.CHOICES else names[0]
    return SAMPLES.get(field.type, "e01")


def case_of(definition: Definition) -> Case:
    """Give a case that has been everywhere, with every field filled."""
    data = {name: sample(field) for name, field in definition.fields.items()}
    states = definition.states
    return Case(
        id="none",
        code="2026-000001",
        definition=definition.key,
        version=definition.version,
        state=definition.initial,
        initiator="e01",
        unit="none",
        revision=1,
        opened_at=NOW,
        entered_at=NOW,
        data=data,
        visits=dict.fromkeys(states, 1),
        actors={name: Mark("e01", NOW) for name in states},
    )


@pytest.mark.parametrize("code", sorted(kinds()))
def test_every_kind_is_printed(county: Service, code: str) -> None:
    """From filled fields, without a text being read as markup; title, number, fields, seals and proof are on it."""
    kind = kinds()[code]
    definition = county.assembly.library.get(kind.of).definition
    language: Language = "en" if code.endswith("a") else "zh"
    printer = Printer(case_of(definition), definition, reader_of(county, language), "https://county.example")
    with county.assembly.database.read() as connection:
        paper = printer.paper(connection, kind)
    content = pdf(paper)
    assert content.startswith(b"%PDF")
    said = unbroken(text_of(content))
    assert unbroken(printer.reader.t("papers.unnumbered")) in said
    assert unbroken(paper.title) in said
    written = len(kind.in_words) if language == "zh" else 0
    assert len(paper.rows) + len(paper.tables) == (2 if kind.is_letter else 3) + len(kind.fields) + written
    for label, value in paper.rows:
        assert unbroken(label) in said
        assert "{{7*7}}" in said if EVIL in value else True
    assert len(paper.seals) == (1 if kind.is_letter else len(kind.seals))


def unbroken(text: str) -> str:
    """Give a text without what may stand between two lines of it: spaces and hyphens, also those put in."""
    return re.sub("[\\s\u00ad\u200b\u2010\ufffe\x02-]", "", text)


def reader_of(county: Service, language: Language) -> Reader:
    """Give somebody who reads papers."""
    assembly = county.assembly
    wording = Wording(assembly.catalogue, language)
    rendering = Rendering(wording, assembly.organisation.now(), Actor("nobody", "", "", frozenset()))
    return Reader(assembly.catalogue.speak(language), rendering, NOW)


def paper_of(count: int, *, is_letter: bool = False) -> Paper:
    """Give a paper with so many opinions."""
    opinions = tuple(Opinion(f"S{n}", "agree", EVIL, "Li", "Bureau", "2026-11-29") for n in range(count))
    return Paper(
        number="N-1",
        is_letter=is_letter,
        title="Trial\nof a title",
        issuer="County",
        language="en",
        rows=(("Name", EVIL),),
        tables=(Sheet("Lines", ("A", "B"), (("1", EVIL),)),),
        opinions=opinions,
        seals=(Seal("Head", "Li", "2026-11-29"), Seal("Mayor", "", "")),
        words={name: name.upper() for name in WORDS},
        digest="ab" * 32,
        revision=7,
        verify_url="https://county.example/verify/x",
        printed_at="2026-11-29 10:00",
        heading="Secret",
        opening="First {{ 1 }}\nSecond",
        closing="So be it",
        footer="Foot",
    )


def test_a_long_record_goes_over_pages_with_its_head() -> None:
    """Page by page, each with the head of the table and its number; in Word the same words, escaped."""
    paper = paper_of(60)
    opinions = paper.opinions
    document = pypdfium2.PdfDocument(pdf(paper))
    assert len(document) > 2
    for number, page in enumerate(document, 1):
        said = page.get_textpage().get_text_range()
        assert f"{number} / {len(document)}" in said
        assert "Foot" in said
        if "agree" in said:
            assert "OPINION" in said
    whole = unbroken(text_of(pdf(paper)))
    assert whole.index("Secret") < whole.index("First{{1}}Second") < whole.index("Sobeit") < whole.index("Mayor")
    written = words_of(word(paper))
    assert written.index("Secret") < written.index("First {{ 1 }}") < written.index("So be it") < written.index("Mayor")
    assert written.count(EVIL) >= len(opinions)


def test_boxes_to_sign_never_stand_alone() -> None:
    """However many opinions there are, the page with the boxes has the last of them; and proof is on every page."""
    for count in range(4, 16):
        paper = replace(paper_of(count), closing="", digest="ab" * 32)
        pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf(paper))]
        (signed,) = [said for said in pages if "Mayor" in said]
        assert f"S{count - 1}" in signed, count
        assert all("ab" * 32 in unbroken(said) for said in pages)


def test_a_letter_has_a_red_head_and_ends_before_its_record() -> None:
    """Who issues it above its number, which an office may have given by hand; seal and day; the record is an annex."""
    said = unbroken(text_of(pdf(replace(paper_of(3, is_letter=True), given_number="Gov 7"))))
    places = [said.index(one) for one in ("County", "Gov7", "Trialofatitle", "Sobeit", "Mayor", "RECORD", "S2")]
    assert places == sorted(places)
    assert "County" not in unbroken(text_of(pdf(paper_of(3))))


def test_tables_in_word_have_their_columns() -> None:
    """Officials go on with cells, not with lines of text."""
    tables = DocxTemplate(io.BytesIO(word(paper_of(2)))).get_docx().tables
    assert [[cell.text for cell in row.cells] for row in tables[1].rows] == [["A", "B"], ["1", EVIL]]
    assert [cell.text for cell in tables[2].rows[2].cells][:2] == ["S1", f"agree\n{EVIL}"]


def test_a_letter_names_the_office_that_decided_and_the_day(county: Service) -> None:
    """GB/T 9704: the signer's office issues it, the day has no noughts; who is to decide stands in until then."""
    definition = county.assembly.library.get("township-project").definition
    case = case_of(definition)
    people = county.assembly.organisation.now().people
    head = people[reviewer(county)]
    marks = {"prelim_review": Mark(head.id, datetime(2026, 3, 5, 2, 0, tzinfo=UTC))}
    kind, reader = kinds()["D03"], reader_of(county, "zh")
    signed = Printer(change(case, actors=marks), definition, reader, "https://county.example")
    unsigned = Printer(change(case, actors={}), definition, reader, "https://county.example")
    with county.assembly.database.read() as connection:
        paper, blank = signed.paper(connection, kind), unsigned.paper(connection, kind)
    assert paper.issuer == reader.unit(head.unit)
    assert (paper.seals[0].person, paper.seals[0].at) == ("", "2026年3月5日")
    assert paper.opening.startswith(f"{reader.unit(case.unit)}：\n")
    assert "2026" not in blank.seals[0].at


@pytest.fixture
def visitor(county: Service) -> httpx.Client:
    """The head of the county's reviewers, who sees every project."""
    name, token = county.cookie_of(reviewer(county))
    return httpx.Client(base_url=county.url, cookies={name: token}, headers={"Accept-Language": "en"})


def reviewer(county: Service) -> str:
    """Give who holds the role that oversees the county."""
    holders = county.assembly.organisation.now().holders
    return next(min(users) for (role, _), users in sorted(holders.items()) if role == "cty_head" and users)


def approved(county: Service) -> Case:
    """Give a project that has been through joint review."""
    with county.assembly.database.read() as connection:
        lines = list_cases(connection, EVERYWHERE, Filter(definition="township-project")).lines
        cases = [load(connection, line.id) for line in lines]
    return next(case for case in cases if "approval_decide" in case.visits)


def test_a_project_is_printed_and_the_paper_proved(county: Service, visitor: httpx.Client) -> None:
    """The approval form with everybody's opinion; its code leads to a page that shows hash and status only."""
    case = approved(county)
    listed = visitor.get(f"/api/v1/items/{case.id}/documents").json()["documents"]
    form = next(one for one in listed if one["kind"] == "D12")
    answer = visitor.get(form["files"]["pdf"])
    listed = visitor.get(f"/api/v1/items/{case.id}/documents").json()["documents"]
    form = next(one for one in listed if one["kind"] == "D12")
    assert re.fullmatch(r"QHZW-D12-2026-\d{4}", form["number"])
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert form["number"] in answer.headers["content-disposition"]
    said = re.sub(r"\s", "", text_of(answer.content))
    (token,) = set(re.findall(rf"/verify/({case.id}[.]D12[.]\d+[.][0-9a-f]{{32}})", said))  # below every page
    proof = httpx.get(f"{county.url}/verify/{token}", headers={"Accept-Language": "en"})
    assert proof.status_code == 200
    assert form["number"] in proof.text
    assert str(case.data["name"]) not in proof.text
    forged = token[:-1] + ("0" if token[-1] != "0" else "1")
    assert httpx.get(f"{county.url}/verify/{forged}").status_code == 404
    assert httpx.get(f"{county.url}/verify/nothing").status_code == 400
    written = visitor.get(form["files"]["docx"])
    assert form["number"] in words_of(written.content)
    assert visitor.get(f"/api/v1/items/{case.id}/documents/D18.pdf").status_code == 404
    page = visitor.get(f"/items/{case.code}/documents")
    assert page.status_code == 200
    assert "D12.pdf" in page.text
    assert f'href="/items/{case.code}/documents"' in visitor.get(f"/items/{case.code}").text
    assert visitor.get(f"/items/{case.code}/documents/D12.pdf").content.startswith(b"%PDF")


def test_documents_tell_money_from_cases_and_the_ledger(county: Service) -> None:
    """Sources, contracts, payments and accounts with their sums; a project without any has no such table."""
    ready = Ready()
    accept(ready.desk, ready.contract, "M1")
    ready.paid("M1", 20_000_00, "1")
    ready.paid("M1", 10_000_00, "2")
    names = ("sources", "accounts", "contracts", "payments")
    facts, reader = ready.desk.store.facts, reader_of(county, "zh")
    told = {one.title: one.rows for one in money_sheets(names, ready.desk.case(CODE), facts, reader)}
    assert [row[-2:] for row in told["资金来源（已落实）"]] == [("100,000.00 元", "100,000.00 元")]
    spent = ("100,000.00 元", "100,000.00 元", "30,000.00 元", "2,250.00 元", "0.00 元")
    assert told["资金收支（依据台账）"] == ((ready.source, *spent),)
    assert told["合同"][0][3:] == ("90,000.00 元", "30,000.00 元", "2,250.00 元")
    assert [row[0] for row in told["已支付"]][-1] == "合计"
    assert told["已支付"][-1][-1] == "30,000.00 元"
    assert list(money_sheets(names, Desk().case(CODE), Desk().store.facts, reader)) == []
