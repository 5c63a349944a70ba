"""Pages for units: the tree, a new one, and what may be changed of one."""

from collections.abc import Sequence
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect

from adapters.sql.directory import Directory
from adapters.sql.office_log import By
from engine.facts import Unit
from engine.refusal import Refusal, Refused
from service.administering import NAME_LENGTH_MAX, UNIT_KINDS, keep_unit
from service.http.front import Front
from service.http.gate import AnyRequest, caller_of, in_thread
from service.texts import Speech
from service.web.desk import AnyPage
from service.web.fields import Choice, Field, Problem
from service.web.form_input import FormInput, read_form
from service.web.pages import address_of, form_values, page, speech_of
from service.web.reading import Look, look, wording_of
from service.web.refilling import refilled
from service.web.views.people_choices import unit_tree

UNITS = "/admin/units"
FINE, WRONG = 200, 422


@get(UNITS, include_in_schema=False)
async def show_units(request: AnyRequest, front: NamedDependency[Front]) -> Response[str]:
    """The tree of units, each with its head and its people."""
    return await _units_page(request, front)


async def _units_page(
    request: AnyRequest, front: Front, form: FormInput | None = None, problems: Sequence[Problem] = ()
) -> Response[str]:
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
        fields = _fields(directory, chosen, t) if form is None else form.fields
        return {
            "rows": rows,
            "fields": fields,
            "chosen": chosen,
            "may": found.front.policy.rules["POST", UNITS].allows(found.caller.roles),
        }

    shown = await look(request, front, work)
    return page(
        request,
        "admin/units.html",
        title=t("people.units"),
        status=FINE if form is None else WRONG,
        problems=problems,
        done="done" in request.query_params and form is None,
        **shown,
    )


def _fields(directory: Directory, chosen: Unit | None, t: Speech) -> list[Field]:
    people = [Choice(one.id, one.name) for one in directory.people.values() if one.enabled]
    kinds = [Choice(kind, t(f"people.kind.{kind}")) for kind in UNIT_KINDS]
    return [
        *([] if chosen else [Field("id", t("people.field.id"), length_max=NAME_LENGTH_MAX)]),
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
    """Add a unit, or change the one that the address names; its code and its place in the tree stay."""
    assembly, t = front.assembly, speech_of(request)
    directory = assembly.organisation.now()
    chosen = directory.units.get(address_of(request).get("unit"))
    form = read_form(_fields(directory, chosen, t), form_values(await request.form()), t).needing(t)
    if form.problems:
        return await _units_page(request, front, form, form.problems)
    name, kind, parent, head = (form[key].value for key in ("name", "kind", "parent", "head"))
    id = chosen.id if chosen else str(form["id"].value).strip()
    by = By(caller_of(request).actor.id, assembly.clock.now(), "")
    try:
        if chosen is None and id in directory.units:
            raise Refused(Refusal("unit.taken", "id", {"name": directory.units[id].name}))  # noqa: TRY301  # said like the others
        await in_thread(assembly.slow_threads, lambda: keep_unit(assembly, by, Unit(id, kind, name, parent, "", head)))
    except Refused as refused:
        return await _units_page(request, front, *refilled(form, refused.reasons, wording_of(request, front)))
    return Redirect(f"{UNITS}?done=1", status_code=303)


HANDLERS: list[HTTPRouteHandler] = [show_units, save_unit]
