"""The page for units: the tree of who belongs where, and who heads what."""

from collections.abc import Sequence
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect

from adapters.sql.directory import Directory
from engine.facts import Unit
from service.administering import NAME_LENGTH_MAX, keep_unit
from service.http.front import Front
from service.http.gate import AnyRequest
from service.texts import Speech
from service.web.desk import AnyPage
from service.web.fields import Choice, Field
from service.web.pages import address_of, page, speech_of
from service.web.reading import Look, look
from service.web.routes.people import FINE, WRONG, may, text_of, tried, unit_tree

UNITS = "/admin/units"
UNIT_KINDS = ("county", "township", "office", "department", "external")


@get(UNITS, include_in_schema=False)
async def show_units(request: AnyRequest, front: NamedDependency[Front]) -> Response[str]:
    """The tree of units, each with its head and its people."""
    return await _units_page(request, front)


async def _units_page(request: AnyRequest, front: Front, wrong: Sequence[str] = ()) -> Response[str]:
    address, t = address_of(request), speech_of(request)

    def work(found: Look) -> dict[str, Any]:
        directory = found.facts.directory
        count: dict[str, int] = {}
        for person in directory.people.values():
            count[person.unit] = count.get(person.unit, 0) + person.enabled
        rows = [
            (
                one,
                one.path.count("/"),
                count.get(one.id, 0),
                directory.people[one.head].name if one.head and one.head in directory.people else "",
            )
            for one in sorted(directory.units.values(), key=lambda one: one.path)
        ]
        chosen = directory.units.get(address.get("unit"))
        fields = _unit_fields(directory, chosen, t)
        return {"rows": rows, "fields": fields, "chosen": chosen, "may": may(found, f"POST {UNITS}")}

    shown = await look(request, front, work)
    return page(
        request,
        "admin/units.html",
        title=t("people.units"),
        status=WRONG if wrong else FINE,
        wrong=wrong,
        done="done" in request.query_params and not wrong,
        **shown,
    )


def _unit_fields(directory: Directory, chosen: Unit | None, t: Speech) -> list[Field]:
    people = [Choice(one.id, one.name) for one in directory.people.values() if one.enabled]
    kinds = [Choice(kind, t(f"people.kind.{kind}")) for kind in UNIT_KINDS]
    return [
        Field("id", t("people.field.id"), value=chosen.id if chosen else None, length_max=NAME_LENGTH_MAX),
        Field("name", t("people.field.unit_name"), value=chosen.name if chosen else None, length_max=NAME_LENGTH_MAX),
        Field("kind", t("people.field.kind"), "choice", chosen.kind if chosen else None, choices=kinds),
        Field(
            "parent",
            t("people.field.parent"),
            "choice",
            chosen.parent if chosen else None,
            choices=unit_tree(directory),
            required=False,
        ),
        Field(
            "head",
            t("people.field.head"),
            "choice",
            chosen.head if chosen else None,
            choices=people,
            required=False,
        ),
    ]


@post(UNITS, include_in_schema=False)
async def save_unit(request: AnyRequest, front: NamedDependency[Front]) -> AnyPage:
    """Add a unit, or change one; its place in the tree stays."""
    form, assembly = await request.form(), front.assembly
    id, name, kind, parent, head = (text_of(form, key) for key in ("id", "name", "kind", "parent", "head"))
    wrong = await tried(
        request, front, lambda by: keep_unit(assembly, by, id, name, kind or "office", parent or None, head or None), ""
    )
    return await _units_page(request, front, wrong) if wrong else Redirect(f"{UNITS}?done=1", status_code=303)


HANDLERS: list[HTTPRouteHandler] = [show_units, save_unit]
