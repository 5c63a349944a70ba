"""Pages for accounts and roles: who there is, what they may do, and handing over when somebody leaves."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import Struct

from adapters import shipped
from adapters.sql.directory import Directory, Person
from adapters.sql.office_log import By
from engine.refusal import NotFound, Refused
from service.administering import (
    NAME_LENGTH_MAX,
    change_person,
    create_person,
    drop_second_proof,
    give_role,
    reset_password,
    take_role,
    unlock,
)
from service.handing_over import hand_over
from service.http.front import Front
from service.http.gate import AnyRequest, caller_of, in_thread
from service.texts import Speech
from service.web.desk import AnyPage
from service.web.fields import Choice, Field, Problem, scoped
from service.web.form_input import FormInput, read_form
from service.web.lists import Column, by_key
from service.web.pages import address_of, form_values, page, speech_of
from service.web.parts import Fact, Status
from service.web.reading import Look, look, wording_of
from service.web.refilling import refilled
from service.web.views.people_choices import people_choices, unit_tree

PEOPLE = "/admin/people"
TABLES = ("people", "roles")
"""What of people may come from a table."""

FINE, WRONG = 200, 422
SHOWN_MAX = 200
WORDS_LENGTH_MAX = 80
REASON_LENGTH_MAX = 1_000
T = TypeVar("T")


@get(PEOPLE, include_in_schema=False)
async def show_people(request: AnyRequest, front: NamedDependency[Front]) -> Response[str]:
    """Accounts by name, with unit and roles."""
    return await _people(request, front)


class Again(Struct, frozen=True):
    """A form that was refused: what was typed, and the lines that say why."""

    fields: Sequence[Field]
    problems: Sequence[Problem]


async def _people(
    request: AnyRequest, front: Front, again: Again | None = None, made: tuple[str, str] | None = None
) -> Response[str]:
    address, t = address_of(request), speech_of(request)
    words = address.get("words").strip()[:WORDS_LENGTH_MAX]

    def work(found: Look) -> dict[str, Any]:
        directory = found.facts.directory
        people = sorted(directory.people.values(), key=lambda one: (directory.units[one.unit].path, one.username))
        fitting = [one for one in people if words.casefold() in f"{one.username} {one.name}".casefold()]
        rows = [(one, directory.units[one.unit].name, _roles_of(found, one.id), _status(one, t)) for one in fitting]
        return {
            "rows": rows[:SHOWN_MAX],
            "total": len(fitting),
            "may": _may(found, f"POST {PEOPLE}"),
            "tables_of": [name for name in TABLES if _may(found, f"POST /admin/import/{name}")],
            "fields": _new(found) if again is None else again.fields,
        }

    shown = await look(request, front, work)
    columns = [Column(name, t(f"people.column.{name}")) for name in ("name", "unit", "roles", "status")]
    return page(
        request,
        "admin/people.html",
        title=t("people.title"),
        status=FINE if again is None else WRONG,
        words=words,
        problems=() if again is None else again.problems,
        made=made,
        columns=columns,
        column=by_key(columns),
        **shown,
    )


def _new(found: Look) -> list[Field]:
    t = found.t
    return [
        Field("username", t("people.field.username"), length_max=NAME_LENGTH_MAX, autocomplete="off"),
        Field("name", t("people.field.name"), length_max=NAME_LENGTH_MAX, autocomplete="off"),
        Field("unit", t("people.field.unit"), "choice", choices=unit_tree(found.facts.directory)),
        Field("email", t("people.field.email"), length_max=NAME_LENGTH_MAX, required=False, autocomplete="off"),
        Field("phone", t("people.field.phone"), length_max=NAME_LENGTH_MAX, required=False, autocomplete="off"),
    ]


@post(PEOPLE, include_in_schema=False)
async def add_person(request: AnyRequest, front: NamedDependency[Front]) -> Response[str]:
    """Open an account and show its first password, once."""
    form, assembly = await _read(request, await look(request, front, _new)), front.assembly
    if form.problems:
        return await _people(request, front, Again(form.fields, form.problems))
    person = Person(
        form["username"].value,
        form["username"].value,
        form["name"].value,
        form["unit"].value,
        form["email"].value or "",
        form["phone"].value or "",
        assembly.language,
        enabled=True,
    )
    try:
        password = await _done(request, front, lambda by: create_person(assembly, by, person))
    except Refused as refused:
        return await _people(request, front, _again(request, front, form, refused))
    return await _people(request, front, made=(person.username, password))


@get(f"{PEOPLE}/{{person_id:str}}", include_in_schema=False)
async def show_person(request: AnyRequest, person_id: FromPath[str], front: NamedDependency[Front]) -> Response[str]:
    """An account: what is known, the roles, and what can be done."""
    return await _person(request, front, person_id)


async def _person(
    request: AnyRequest,
    front: Front,
    person_id: str,
    wrong: Sequence[str] = (),
    made: str = "",
    left: Sequence[str] = (),
    again: Again | None = None,
) -> Response[str]:
    """Draw an account; `again` is whichever of its two forms was refused."""
    shown, assembly = await look(request, front, lambda found: _about(found, person_id)), front.assembly
    username, now = shown["person"].username, assembly.clock.now()
    if again is not None:
        shown["fields" if any(one.name == "name" for one in again.fields) else "grants"] = again.fields
    return page(
        request,
        "admin/person.html",
        title=shown["person"].name,
        status=WRONG if wrong or again else FINE,
        problems=() if again is None else again.problems,
        url=f"{PEOPLE}/{person_id}",
        list_url=PEOPLE,
        wrong=wrong,
        made=made,
        left=left,
        locked_until=await in_thread(
            assembly.threads, lambda: assembly.signing_in.attempts.locked_until(username, now)
        ),
        done="done" in request.query_params and not wrong and again is None,
        **shown,
    )


def _about(found: Look, person_id: str) -> dict[str, Any]:
    t = found.t
    directory = found.facts.directory
    person = directory.people.get(person_id)
    if person is None:
        raise NotFound(f"user {person_id}")
    held = [
        (one.role, one.unit, found.reader.role(one.role), directory.units[one.unit].name)
        for one in directory.memberships.get(person_id, ())
    ]
    return {
        "person": person,
        "state": _status(person, t),
        "facts": [
            Fact(t("people.field.username"), person.username),
            Fact(t("people.field.unit"), directory.units[person.unit].name),
        ],
        "held": held,
        "has_second_proof": found.front.assembly.signing_in.second.is_on(person_id),
        "heirs": people_choices(directory, but=person_id),
        "fields": _known_fields(directory, person, t),
        "grants": _grants(found),
        "may_change": _may(found, f"POST {PEOPLE}/{{person_id}}"),
        "may_grant": _may(found, f"POST {PEOPLE}/{{person_id}}/roles"),
    }


def _known_fields(directory: Directory, person: Person, t: Speech) -> list[Field]:
    """Ask for what may be changed of an account."""
    contact = {"email": person.email, "phone": person.phone}
    return [
        Field("name", t("people.field.name"), value=person.name, length_max=NAME_LENGTH_MAX),
        Field("unit", t("people.field.unit"), "choice", person.unit, choices=unit_tree(directory)),
        *(
            Field(name, t(f"people.field.{name}"), value=value or None, length_max=NAME_LENGTH_MAX, required=False)
            for name, value in contact.items()
        ),
    ]


def _grants(found: Look) -> list[Field]:
    """Ask for a role to give, and where it is held."""
    t, roles = found.t, [Choice(code, found.reader.role(code)) for code in shipped.roles()]
    fields = [
        Field("role", t("people.field.role"), "choice", choices=roles),
        Field("unit", t("people.field.in"), "choice", choices=unit_tree(found.facts.directory)),
        Field("reason", t("people.field.reason"), length_max=REASON_LENGTH_MAX, required=False),
    ]
    return [scoped(field, "grant-") for field in fields]


@post(f"{PEOPLE}/{{person_id:str}}", include_in_schema=False)
async def save_person(request: AnyRequest, person_id: FromPath[str], front: NamedDependency[Front]) -> AnyPage:
    """Change what is known; disable, handing the open work to somebody; or enable again."""
    sent, person = await request.form(), front.assembly.organisation.now().person(person_id)
    if _text(sent, "intent") in {"disable", "enable"}:
        return await _switch(request, front, person, sent)
    form = await _read(request, _known_fields(front.assembly.organisation.now(), person, speech_of(request)))
    if form.problems:
        return await _person(request, front, person_id, again=Again(form.fields, form.problems))
    changed = replace(
        person,
        name=form["name"].value,
        unit=form["unit"].value,
        email=form["email"].value or "",
        phone=form["phone"].value or "",
    )
    try:
        await _done(request, front, lambda by: change_person(front.assembly, by, changed))
    except Refused as refused:
        return await _person(request, front, person_id, again=_again(request, front, form, refused))
    front.callers.forget(person_id)
    return Redirect(f"{PEOPLE}/{person_id}?done=1", status_code=303)


async def _switch(request: AnyRequest, front: Front, person: Person, sent: FormMultiDict) -> AnyPage:
    """Close an account, its open work going to the heir that is named, or open it again."""
    assembly, wording, actor = front.assembly, wording_of(request, front), caller_of(request).actor
    is_closed, reason, heir = _text(sent, "intent") == "disable", _text(sent, "reason"), _text(sent, "heir")
    if not reason:
        return await _person(request, front, person.id, [speech_of(request)("people.reason_missing")])
    left: list[str] = []
    try:
        if is_closed and heir:
            handed = await _done(request, front, lambda _: hand_over(assembly, person.id, heir, actor, reason), reason)
            left = [f"{one.code}: {' '.join(map(wording.sentence, one.refused))}" for one in handed if one.refused]
        changed = replace(person, enabled=not is_closed)
        await _done(request, front, lambda by: change_person(assembly, by, changed), reason)
    except Refused as refused:
        return await _person(request, front, person.id, _said(request, front, refused), left=left)
    front.callers.forget(person.id)
    if left:
        return await _person(request, front, person.id, left=left)
    return Redirect(f"{PEOPLE}/{person.id}?done=1", status_code=303)


@post(f"{PEOPLE}/{{person_id:str}}/password", include_in_schema=False)
async def new_password(request: AnyRequest, person_id: FromPath[str], front: NamedDependency[Front]) -> Response[str]:
    """Give a new first password, shown once; a reason is needed."""
    form, assembly = await request.form(), front.assembly
    front.assembly.organisation.now().person(person_id)
    reason = _text(form, "reason")
    if not reason:
        return await _person(request, front, person_id, [speech_of(request)("people.reason_missing")])
    try:
        password = await _done(request, front, lambda by: reset_password(assembly, by, person_id), reason)
    except Refused as refused:
        return await _person(request, front, person_id, _said(request, front, refused))
    front.callers.forget(person_id)
    return await _person(request, front, person_id, made=password)


@post(f"{PEOPLE}/{{person_id:str}}/unlock", include_in_schema=False)
async def unlock_account(request: AnyRequest, person_id: FromPath[str], front: NamedDependency[Front]) -> AnyPage:
    """Let an account sign in again before its time, after wrong passwords."""
    front.assembly.organisation.now().person(person_id)
    return await _plainly(request, front, person_id, lambda by: unlock(front.assembly, by, person_id))


@post(f"{PEOPLE}/{{person_id:str}}/second-proof", include_in_schema=False)
async def no_second_proof(request: AnyRequest, person_id: FromPath[str], front: NamedDependency[Front]) -> AnyPage:
    """Let a person sign in by password alone, for a reason."""
    form, assembly = await request.form(), front.assembly
    front.assembly.organisation.now().person(person_id)
    reason = _text(form, "reason")
    if not reason:
        return await _person(request, front, person_id, [speech_of(request)("people.reason_missing")])
    return await _plainly(request, front, person_id, lambda by: drop_second_proof(assembly, by, person_id), reason)


@post(f"{PEOPLE}/{{person_id:str}}/roles", include_in_schema=False)
async def change_roles(request: AnyRequest, person_id: FromPath[str], front: NamedDependency[Front]) -> AnyPage:
    """Give a role in a unit, or take one away."""
    assembly, sent = front.assembly, await request.form()
    front.assembly.organisation.now().person(person_id)
    verb, _, rest = _text(sent, "intent").partition(":")
    if verb == "take":
        role, _, unit = rest.partition("@")
        return await _plainly(request, front, person_id, lambda by: take_role(assembly, by, person_id, role, unit))
    form = await _read(request, await look(request, front, _grants))
    if form.problems:
        return await _person(request, front, person_id, again=Again(form.fields, form.problems))
    role, unit, reason = form["role"].value, form["unit"].value, form["reason"].value or ""
    try:
        await _done(request, front, lambda by: give_role(assembly, by, person_id, role, unit), reason)
    except Refused as refused:
        return await _person(request, front, person_id, again=_again(request, front, form, refused))
    front.callers.forget(person_id)
    return Redirect(f"{PEOPLE}/{person_id}?done=1", status_code=303)


async def _read(request: AnyRequest, fields: Iterable[Field]) -> FormInput:
    """Read a form; what is required must be there."""
    t = speech_of(request)
    return read_form(fields, form_values(await request.form()), t).needing(t)


async def _done(request: AnyRequest, front: Front, work: Callable[[By], T], reason: str = "") -> T:
    """Do something in the name of who asks; raises `Refused`."""
    by = By(caller_of(request).actor.id, front.assembly.clock.now(), reason)
    return await in_thread(front.assembly.slow_threads, lambda: work(by))


async def _plainly(
    request: AnyRequest, front: Front, person_id: str, work: Callable[[By], None], reason: str = ""
) -> AnyPage:
    """Do something for which no form is filled in: the person's page then says that it is done, or why not."""
    try:
        await _done(request, front, work, reason)
    except Refused as refused:
        return await _person(request, front, person_id, _said(request, front, refused))
    front.callers.forget(person_id)
    return Redirect(f"{PEOPLE}/{person_id}?done=1", status_code=303)


def _said(request: AnyRequest, front: Front, refused: Refused) -> list[str]:
    return [wording_of(request, front).sentence(one) for one in refused.reasons]


def _again(request: AnyRequest, front: Front, form: FormInput, refused: Refused) -> Again:
    form, problems = refilled(form, refused.reasons, wording_of(request, front))
    return Again(form.fields, problems)


def _text(form: FormMultiDict, name: str) -> str:
    return str(form.get(name, "")).strip()[:REASON_LENGTH_MAX]


def _may(found: Look, route: str) -> bool:
    method, _, path = route.partition(" ")
    return found.front.policy.rules[method, path].allows(found.caller.roles)


def _roles_of(found: Look, user_id: str) -> str:
    names = dict.fromkeys(found.reader.role(one.role) for one in found.facts.directory.memberships.get(user_id, ()))
    return found.t("forms.list_separator").join(names)


def _status(person: Person, t: Speech) -> Status:
    return Status(t("people.enabled"), "good") if person.enabled else Status(t("people.disabled"), "plain")


HANDLERS: list[HTTPRouteHandler] = [
    show_people,
    add_person,
    show_person,
    save_person,
    new_password,
    unlock_account,
    no_second_proof,
    change_roles,
]
