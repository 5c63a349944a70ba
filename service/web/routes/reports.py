"""The reports of the county: which there are, each with its figures to look at, to print and to take along."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from service.http.front import Front
from service.http.gate import AnyRequest, caller_of, in_thread
from service.http.ledger import YEAR_MAX, YEAR_MIN
from service.http.rendering import Rendering
from service.http.reports import Code, file_of, finished, may_have, offers
from service.report_files import MEDIA_TYPES, Format, Writer
from service.reporting import SOURCE_KEYS, Asked, catalogue, townships
from service.telling import ZONE
from service.web.fields import Choice
from service.web.lists import Address, Column
from service.web.pages import address_of, page, speech_of
from service.web.reading import Look, look, wording_of
from service.web.views.figures import behind_url
from service.web.views.reader import Reader
from workflows.reports.declared import Report
from workflows.reports.making import Made

ROOT, WEIGHTS = "/reports", "/dashboard/weights"
LINES_MAX = 100
"""Most lines of a sheet on a page; the files have all of them."""

YEARS_BACK = 6
FILTERS = ("year", "township", "source", "as_of")


@get(ROOT, include_in_schema=False)
async def show_reports(request: AnyRequest, front: NamedDependency[Front]) -> Response[str]:
    """Every report one may have, narrowed to a year, a township, a way to money, as of a day."""
    address = address_of(request)

    def work(found: Look) -> dict[str, Any]:
        mine = [one for one in catalogue().reports.values() if may_have(front, found.caller, one)]
        learned = front.policy.rules["GET", "/evaluations"].allows(found.caller.roles)
        weighs = front.policy.rules["GET", WEIGHTS].allows(found.caller.roles)
        rows = [links_of(found.reader, one, address) for one in mine]
        return {"rows": rows, "filters": filters_of(found, address), "learned": learned, "weighs": weighs}

    context = await look(request, front, work)
    return page(request, "reports.html", title=speech_of(request)("reports.title"), **context)


@get(f"{ROOT}/{{code:str}}", include_in_schema=False)
async def show_report(request: AnyRequest, code: Code, front: NamedDependency[Front]) -> Response[str]:
    """One report: its first lines, its sums, of when it is and the digest of the ledgers."""
    address, caller, reader = address_of(request), caller_of(request), reader_of(request, front)
    asked = _asked(code, address, reader.now)
    done = await in_thread(front.assembly.slow_threads, lambda: finished(front, caller, reader, asked))
    filters = await look(request, front, lambda found: filters_of(found, address))
    writer = Writer(done, reader)
    return page(
        request,
        "report.html",
        title=f"{code} {writer.title}",
        sheets=[_sheet(writer, one, number) for number, one in enumerate(done.sheets, 1)],
        lines_max=LINES_MAX,
        as_of=done.as_of,
        digest=done.digest,
        narrowed=writer.filters(),
        filters=filters,
        links=links_of(reader, done.report, address),
        back_url=replace(address, path=ROOT).with_(),
    )


@get(f"{ROOT}/{{code:str}}/{{kind:str}}", include_in_schema=False)
async def take_report(
    request: AnyRequest, code: Code, kind: FromPath[Format], front: NamedDependency[Front]
) -> Response[bytes]:
    """A report as a file."""
    caller, reader = caller_of(request), reader_of(request, front)
    asked = _asked(code, address_of(request), reader.now)
    return await in_thread(
        front.assembly.slow_threads, lambda: file_of(front, caller, reader, asked, kind, MEDIA_TYPES[kind])
    )


def reader_of(request: AnyRequest, front: Front) -> Reader:
    """Give who asks, in the page's language."""
    wording, caller = wording_of(request, front), caller_of(request)
    rendering = Rendering(wording, caller.directory, caller.actor)
    return Reader(wording.catalogue.speak(wording.language), rendering, front.assembly.clock.now())


def _asked(code: str, address: Address, now: datetime) -> Asked:
    """Read the filters of an address; what can not be read narrows nothing."""
    year, source = address.get("year"), address.get("source")
    number = int(year) if year.isascii() and year.isdecimal() else 0
    return Asked(
        code,
        _moment(address.get("as_of"), now),
        number if YEAR_MIN <= number <= YEAR_MAX else None,
        address.get("township") or None,
        source if source in SOURCE_KEYS else "",
    )


def _moment(text: str, now: datetime) -> datetime | None:
    """Give the end of a day that has passed; None for today, for one to come, and for what is no day."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    end = datetime.combine(day, time.min, ZONE) + timedelta(days=1, microseconds=-1)
    return end if end < now else None


def filters_of(found: Look, address: Address, names: Sequence[str] = FILTERS) -> dict[str, Any]:
    """Give what a page of reports may be narrowed by, and what was chosen."""
    this = found.reader.now.astimezone(ZONE).year
    units = townships(found.facts.directory.units.values(), found.caller.sight.below)
    return {
        "years": [str(year) for year in range(this, this - YEARS_BACK, -1)],
        "townships": [Choice(unit.id, unit.name) for unit in units],
        "sources": [Choice(key, found.t(f"reports.way.{key}")) for key in SOURCE_KEYS],
        "chosen": {name: address.get(name) for name in names},
        "names": names,
        "path": address.path,
    }


def links_of(reader: Reader, report: Report, address: Address) -> dict[str, Any]:
    """Give where a report is and its files are, narrowed as an address is."""
    kept = Address(f"{ROOT}/{report.code}", tuple(pair for pair in address.query if pair[0] in FILTERS))
    files = {kind: replace(kept, path=f"{kept.path}/{kind}").with_() for kind in offers(report)}
    return {"code": report.code, "title": reader.says(report.title), "url": kept.with_(), "files": files}


def _sheet(writer: Writer, made: Made, number: int) -> dict[str, Any]:
    kinds = [one.kind for one in made.headings]
    columns = [Column(one.name, writer.heading(one), numeric=one.kind in ("money", "number")) for one in made.headings]
    rows = [[writer.cell(value, kind) for value, kind in zip(row, kinds, strict=True)] for row in made.rows[:LINES_MAX]]
    asked = writer.finished.asked
    is_linked = made.counted and asked.at is None
    names = [one.name.removeprefix("figure.") for one in made.headings]
    return {
        "title": made.title,
        "columns": columns,
        "rows": rows,
        "total": len(made.rows),
        "urls": [
            [behind_url(asked, number, key, name) if made.behind(key, name) else "" for name in names]
            for key in (made.keys if is_linked else ())
        ],
        "sums": writer.sums(made) if rows else (),
    }


HANDLERS: list[HTTPRouteHandler] = [show_reports, show_report, take_report]
