"""The pages that take units, people and roles from a table: shown row by row, and nothing is kept before a yes."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler

from adapters.sql.office_log import By
from engine.refusal import Refused
from service.http.front import Front
from service.http.gate import AnyRequest, caller_of, in_thread
from service.importing_people import PEOPLE
from service.importing_roles import ROLES
from service.importing_units import UNITS
from service.office_tables import (
    FILE_BYTES_MAX,
    Fate,
    OfficeRow,
    OfficeTable,
    Reading,
    Taken,
    read_rows,
    take_rows,
    template,
)
from service.texts import Speech
from service.web.kept_file import carried, content_of, placed
from service.web.lists import Column, by_key
from service.web.pages import page, preferences_of, speech_of
from service.web.parts import Status, Tone
from service.web.reading import Look, look, wording_of

ROOT = "/admin/import"
FORM_BYTES_MAX = FILE_BYTES_MAX * 2
FINE, WRONG = 200, 422
TONES: Mapping[Fate, Tone] = {Fate.NEW: "good", Fate.CHANGED: "active", Fate.SAME: "plain", Fate.REFUSED: "bad"}
AnyTable = OfficeTable[Any]
BACK: Mapping[str, str] = {"units": "/admin/units", "people": "/admin/people", "roles": "/admin/people"}
"""Where each table's page belongs."""


async def _import(
    request: AnyRequest,
    front: Front,
    table: AnyTable,
    *,
    wrong: Sequence[str] = (),
    reading: Reading[Any] | None = None,
    content: bytes = b"",
    taken: Sequence[Taken[Any]] = (),
) -> Response[str]:
    t, wording = speech_of(request), wording_of(request, front)
    reading = reading or Reading(table, ())
    columns = [Column(name, t(f"office_import.column.{name}")) for name in ("row", "subject", "fate", "what")]
    counts = Counter(row.fate for row in reading.rows)
    words = await look(request, front, lambda found: _words(found, t))
    return page(
        request,
        "admin/office_import.html",
        title=t(f"office_import.title.{table.name}"),
        status=WRONG if wrong else FINE,
        url=f"{ROOT}/{table.name}",
        back=BACK[table.name],
        hint=t(f"office_import.hint.{table.name}"),
        wrong=wrong,
        rows=[
            (
                row.number,
                table.subject(row.value),
                Status(t(f"office_import.fate.{row.fate}"), TONES[row.fate]),
                _told(reading, row, words, t),
                placed(Refused(*row.reasons), wording),
            )
            for row in reading.rows
        ],
        counts=[(t(f"office_import.fate.{fate}"), counts[fate]) for fate in Fate if counts[fate]],
        takes=counts[Fate.NEW] + counts[Fate.CHANGED],
        refused=counts[Fate.REFUSED],
        content=carried(content),
        left_out=reading.left_out,
        digest=reading.digest,
        taken=[
            (table.subject(one.row.value), one.password, one.row.before, [*map(wording.sentence, one.reasons)])
            for one in taken
        ],
        columns=columns,
        column=by_key(columns),
    )


def _words(found: Look, t: Speech) -> Callable[[str, str], str]:
    """Give what says a cell in words: units, people, roles and kinds by name."""
    directory = found.facts.directory
    units = {unit.id: unit.name for unit in directory.units.values()}
    people = {one.id: one.name for one in directory.people.values()}

    def worded(column: str, value: str) -> str:
        match column:
            case "unit" | "parent" | "in":
                return units.get(value, value)
            case "head":
                return people.get(value, value)
            case "role":
                return found.reader.role(value)
            case "kind":
                return t(f"people.kind.{value}")
        return value

    return worded


def _told(
    reading: Reading[Any], row: OfficeRow[Any], words: Callable[[str, str], str], t: Speech
) -> list[tuple[str, str, str]]:
    """Say what a row brings: column, what is there, what comes."""
    if row.fate is Fate.NEW:
        brought = [(name, "", value) for name, value in reading.table.cells(row.value).items()]
        shown = ("", *reading.table.subject(row.value))
        brought = [one for one in brought if one[0] in reading.table.columns and one[2] not in shown]
    else:
        brought = reading.changes(row)
    said = ((name, *(words(name, value) if value else "" for value in pair)) for name, *pair in brought)
    return [(t(f"people.field.{name}"), before, after) for name, before, after in said]


def _handlers(table: AnyTable) -> list[HTTPRouteHandler]:
    """Give the two routes of a table."""
    path = f"{ROOT}/{table.name}"

    @get(path, include_in_schema=False, name=f"show_import_{table.name}")
    async def show_import(request: AnyRequest, front: NamedDependency[Front]) -> Response[Any]:
        """Ask for a table; with `?template=1` give an empty one."""
        if "template" not in request.query_params:
            return await _import(request, front, table)
        content = template(front.assembly, table, preferences_of(request).language)
        headers = {"Content-Disposition": f'attachment; filename="{table.name}.csv"', "Cache-Control": "no-store"}
        return Response(content, media_type="text/csv", headers=headers)

    @post(path, include_in_schema=False, request_max_body_size=FORM_BYTES_MAX, name=f"import_{table.name}")
    async def import_rows(request: AnyRequest, front: NamedDependency[Front]) -> Response[str]:
        """Show what a table would do; take it when it was seen and is still the same."""
        form, assembly, t = await request.form(), front.assembly, speech_of(request)
        content = await content_of(form)
        if not content:
            return await _import(request, front, table, wrong=[t("forms.no_file")])
        try:
            reading = await in_thread(assembly.slow_threads, lambda: read_rows(assembly, table, content))
        except Refused as refused:
            return await _import(request, front, table, wrong=placed(refused, wording_of(request, front)))
        if not reading.rows:
            return await _import(request, front, table, wrong=[t("office_import.nothing")])
        if form.get("intent") != "take":
            return await _import(request, front, table, reading=reading, content=content)
        if form.get("digest") != reading.digest:
            moved = [t("office_import.moved")]
            return await _import(request, front, table, wrong=moved, reading=reading, content=content)
        by = By(caller_of(request).actor.id, assembly.clock.now(), t("office_import.reason"))
        taken = await in_thread(assembly.slow_threads, lambda: take_rows(assembly, by, reading))
        return await _import(request, front, table, taken=taken)

    return [show_import, import_rows]


HANDLERS: list[HTTPRouteHandler] = [
    *_handlers(UNITS),
    *_handlers(PEOPLE),
    *_handlers(ROLES),
]
