"""The page that takes people from a table: what each row would do is shown first, and nothing is kept before a yes."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler

from adapters.sql.office_log import By
from engine.refusal import Refused
from service.http.front import Front
from service.http.gate import AnyRequest, caller_of, in_thread
from service.importing_people import FILE_BYTES_MAX, Fate, PeopleReading, Taken, read_people, take_people, template
from service.web.kept_file import carried, content_of, placed
from service.web.lists import Column, by_key
from service.web.pages import page, preferences_of, speech_of
from service.web.parts import Status, Tone
from service.web.reading import look, wording_of

ROOT = "/admin/import/people"
FORM_BYTES_MAX = FILE_BYTES_MAX * 2
FINE, WRONG = 200, 422
TONES: Mapping[Fate, Tone] = {Fate.NEW: "good", Fate.CHANGED: "active", Fate.SAME: "plain", Fate.REFUSED: "bad"}


@get(ROOT, include_in_schema=False)
async def show_import(request: AnyRequest, front: NamedDependency[Front]) -> Response[Any]:
    """Ask for a table; with `?template=1` give an empty one."""
    if "template" not in request.query_params:
        return await _import(request, front)
    language, name = preferences_of(request).language, "people.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(template(front.assembly, language), media_type="text/csv", headers=headers)


async def _import(  # what the page may show
    request: AnyRequest,
    front: Front,
    wrong: Sequence[str] = (),
    reading: PeopleReading | None = None,
    content: bytes = b"",
    taken: Sequence[Taken] = (),
) -> Response[str]:
    def work(found: Any) -> dict[str, str]:  # noqa: ANN401  # a Look
        return {unit.id: unit.name for unit in found.facts.directory.units.values()}

    units, t, wording = await look(request, front, work), speech_of(request), wording_of(request, front)
    rows = [] if reading is None else reading.rows
    counts = Counter(row.fate for row in rows)
    columns = [Column(name, t(f"people_import.column.{name}")) for name in ("row", "person", "unit", "fate", "what")]
    return page(
        request,
        "admin/people_import.html",
        title=t("people_import.title"),
        status=WRONG if wrong else FINE,
        url=ROOT,
        wrong=wrong,
        rows=[
            (
                row,
                units.get(row.person.unit, row.person.unit),
                Status(t(f"people_import.fate.{row.fate}"), TONES[row.fate]),
                [(t(f"people.field.{name}"), *(units.get(one, one) for one in pair)) for name, *pair in row.changes],
                placed(Refused(*row.reasons), wording),
            )
            for row in rows
        ],
        counts=[(t(f"people_import.fate.{fate}"), counts[fate]) for fate in Fate if counts[fate]],
        takes=counts[Fate.NEW] + counts[Fate.CHANGED],
        refused=counts[Fate.REFUSED],
        content=carried(content),
        left_out=() if reading is None else reading.left_out,
        digest="" if reading is None else reading.digest,
        taken=[(one, list(map(wording.sentence, one.reasons))) for one in taken],
        columns=columns,
        column=by_key(columns),
    )


@post(ROOT, include_in_schema=False, request_max_body_size=FORM_BYTES_MAX)
async def import_people(request: AnyRequest, front: NamedDependency[Front]) -> Response[str]:
    """Show what a table would do; take it when it was seen and is still the same."""
    form, assembly, t = await request.form(), front.assembly, speech_of(request)
    content = await content_of(form)
    if not content:
        return await _import(request, front, [t("forms.no_file")])
    try:
        reading = await in_thread(assembly.slow_threads, lambda: read_people(assembly, content))
    except Refused as refused:
        return await _import(request, front, placed(refused, wording_of(request, front)))
    if not reading.rows:
        return await _import(request, front, [t("people_import.nothing")])
    if form.get("intent") != "take":
        return await _import(request, front, reading=reading, content=content)
    if form.get("digest") != reading.digest:
        return await _import(request, front, [t("people_import.moved")], reading, content)
    by = By(caller_of(request).actor.id, assembly.clock.now(), t("people_import.reason"))
    taken = await in_thread(assembly.slow_threads, lambda: take_people(assembly, by, reading))
    return await _import(request, front, taken=taken)


HANDLERS: list[HTTPRouteHandler] = [show_import, import_people]
