"""The reports R-01 to R-32 over HTTP: which there are, each as values, as a workbook, as PDF."""

from datetime import UTC, datetime
from typing import Annotated, Literal
from urllib.parse import quote

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import ResponseSpec
from litestar.params import FromPath, PathParameter, QueryParameter

from engine.refusal import NotFound
from service.http.answers import problems
from service.http.audit import check_moments
from service.http.callers import Caller
from service.http.contract import ID_PATTERN
from service.http.evidence import verified
from service.http.files import MEDIA_TYPE
from service.http.front import Front
from service.http.gate import AnyRequest, caller_of, in_thread
from service.http.ledger import YEAR_MAX, YEAR_MIN
from service.http.lists import scope_of
from service.http.rendering import Rendering
from service.report_files import Format, Writer
from service.reporting import Asked, Desk, Finished, catalogue
from service.web.views.reader import Reader
from workflows.reports.declared import Report
from workflows.reports.lines import Raw
from workflows.reports.making import Made

Code = Annotated[str, PathParameter(pattern=r"^R-[0-9]{2}$", description="Such as `R-01`.")]
Way = Literal["", "grant", "private-capital", "policy-loan", "special-bond", "own-funds"]
AsOf = Annotated[
    datetime | None, QueryParameter(required=False, description="The moment the report is of; now if not named.")
]
OfYear = Annotated[
    int | None,
    QueryParameter(ge=YEAR_MIN, le=YEAR_MAX, required=False, description="Only what began in (or is of) this year."),
]
OfTownship = Annotated[
    str | None, QueryParameter(pattern=ID_PATTERN, required=False, description="Only of this unit and those below it.")
]
OfSource = Annotated[Way, QueryParameter(required=False, description="Only what has money of this way.")]
BEGINNING = datetime(YEAR_MIN, 1, 1, tzinfo=UTC)
"""Before that there was nothing; a moment before it is this one."""

USUAL = ("business", "auditors")
"""The groups of the policy that may have a report that does not name its roles."""


class ReportLine(msgspec.Struct):
    """A report. `files` are its addresses, by format."""

    code: str
    title: str
    files: dict[str, str]


class ReportList(msgspec.Struct):
    """The reports that the caller may have."""

    reports: list[ReportLine]


class ReportColumn(msgspec.Struct):
    """A column. Of the kind `money` are whole numbers of fen, of `day` days; numbers with a fraction are text."""

    name: str
    title: str
    kind: Literal["text", "number", "money", "day"]


class ReportSheet(msgspec.Struct):
    """One table of a report. `sums` is empty, or has a total under each column that is added up."""

    title: str
    columns: list[ReportColumn]
    rows: list[list[str | int | None]]
    sums: list[str | int | None]


class ReportShape(msgspec.Struct):
    """A report as of a moment. `ledger_digest` is the `ledgers_anchor` of a verification of that moment."""

    code: str
    title: str
    as_of: datetime
    ledger_digest: str
    sheets: list[ReportSheet]


def may_have(front: Front, caller: Caller, report: Report) -> bool:
    """Say whether somebody may have a report."""
    roles = frozenset(caller.roles)
    usual = frozenset[str]().union(*(front.policy.groups[name] for name in USUAL))
    return report.allows(roles) and (report.by is not None or not usual.isdisjoint(roles))


def finished(front: Front, caller: Caller, reader: Reader, asked: Asked) -> Finished:
    """Make a report for somebody; NotFound when they may not have it."""
    report = catalogue().reports.get(asked.code)
    if report is None or not may_have(front, caller, report):
        raise NotFound(asked.code)
    with front.assembly.database.snapshot() as connection:
        facts = {"verification": lambda: proof(front, reader)}
        return Desk(connection, front.assembly.library, reader, scope_of(caller), facts).make(asked)


def proof(front: Front, reader: Reader) -> list[dict[str, str | int]]:
    """Follow every chain, and say what was looked at and found, line by line."""
    certificate, t = verified(front, reader.id), reader.t
    faults = len(certificate.faults)
    log = 1 if certificate.changes_broken_at is not None else 0
    counted = (
        ("reports.proof.items", certificate.items, faults),
        ("reports.proof.records", certificate.records, faults),
        ("reports.proof.changes", certificate.changes, log),
    )
    lines: list[dict[str, str | int]] = [
        {"what": t(key), "number": number, "outcome": t("reports.proof.clean" if not wrong else "reports.proof.wrong")}
        for key, number, wrong in counted
    ]
    lines += [{"what": f"{one.item_id} #{one.seq}", "number": 1, "outcome": one.what} for one in certificate.faults]
    anchors = (("items", certificate.items_anchor), ("ledgers", certificate.ledgers_anchor))
    lines += [{"what": t(f"reports.proof.anchor_{name}"), "number": "", "outcome": value} for name, value in anchors]
    return lines


def reader_for(request: AnyRequest, front: Front) -> Reader:
    """Give who asks, in the language that the request asks for."""
    wording, caller = front.answering.wording(request), caller_of(request)
    rendering = Rendering(wording, caller.directory, caller.actor)
    return Reader(wording.catalogue.speak(wording.language), rendering, front.assembly.clock.now())


def as_answer(writer: Writer, kind: Format, media_type: str) -> Response[bytes]:
    """Give a report as a file to take."""
    file = writer.file(kind)
    return as_attachment(file.content, file.name, writer.title, media_type)


def as_attachment(content: bytes, name: str, title: str, media_type: str) -> Response[bytes]:
    """Give a file to take, under an ASCII name and, where the browser can, its title as well."""
    shown = quote(f"{title} {name}", safe="")
    headers = {
        "Content-Disposition": f"attachment; filename=\"{name}\"; filename*=UTF-8''{shown}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Response(content, media_type=media_type, headers=headers)


def offers(report: Report) -> tuple[Format, ...]:
    """Give the formats of a report."""
    return ("xlsx", "pdf", "docx") if report.word else ("xlsx", "pdf")


@get("/api/v1/reports", responses=problems(), tags=["reports"])
async def reports(request: AnyRequest, front: NamedDependency[Front]) -> ReportList:
    """List the reports (R-01 to R-32) that the caller may have."""
    caller, reader = caller_of(request), reader_for(request, front)
    return ReportList(
        [
            ReportLine(
                one.code, reader.says(one.title), {kind: f"/api/v1/reports/{one.code}/{kind}" for kind in offers(one)}
            )
            for one in catalogue().reports.values()
            if may_have(front, caller, one)
        ]
    )


@get("/api/v1/reports/{code:str}", responses=problems(404, 422), tags=["reports"])
async def report(
    request: AnyRequest,
    front: NamedDependency[Front],
    code: Code,
    as_of: AsOf = None,
    year: OfYear = None,
    township: OfTownship = None,
    source: OfSource = "",
) -> ReportShape:
    """Make a report of what the caller sees: its tables, and the digest of all ledgers as of that moment."""
    asked, caller, reader = _asked(code, as_of, year, township, source), caller_of(request), reader_for(request, front)
    done = await in_thread(front.assembly.slow_threads, lambda: finished(front, caller, reader, asked))
    return ReportShape(code, reader.says(done.report.title), done.as_of, done.digest, list(map(_sheet, done.sheets)))


@get(
    "/api/v1/reports/{code:str}/{kind:str}",
    media_type=MEDIA_TYPE,
    responses=problems(404, 422) | {200: ResponseSpec(bytes, description="The file.", media_type=MEDIA_TYPE)},
    tags=["reports"],
)
async def report_file(  # noqa: PLR0913, PLR0917  # each is a parameter of the address
    request: AnyRequest,
    front: NamedDependency[Front],
    code: Code,
    kind: FromPath[Format],
    as_of: AsOf = None,
    year: OfYear = None,
    township: OfTownship = None,
    source: OfSource = "",
) -> Response[bytes]:
    """Take a report along, as workbook, PDF or Word."""
    asked, caller, reader = _asked(code, as_of, year, township, source), caller_of(request), reader_for(request, front)
    return await in_thread(front.assembly.slow_threads, lambda: file_of(front, caller, reader, asked, kind, MEDIA_TYPE))


def file_of(
    front: Front, caller: Caller, reader: Reader, asked: Asked, kind: Format, media_type: str
) -> Response[bytes]:
    """Make a report and give it as a file; NotFound when it is not offered so."""
    done = finished(front, caller, reader, asked)
    if kind not in offers(done.report):
        raise NotFound(kind)
    return as_answer(Writer(done, reader), kind, media_type)


def _asked(code: str, as_of: datetime | None, year: int | None, township: str | None, source: str) -> Asked:
    check_moments(as_of)
    return Asked(code, max(as_of, BEGINNING) if as_of is not None else None, year, township, source)


def _sheet(made: Made) -> ReportSheet:
    return ReportSheet(
        made.title,
        [ReportColumn(one.name, one.title, one.kind.value) for one in made.headings],
        [list(map(_cell, row)) for row in made.rows],
        list(map(_cell, made.sums)),
    )


def _cell(value: Raw) -> str | int | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str | int) or value is None else str(value)


HANDLERS: list[HTTPRouteHandler] = [reports, report, report_file]
