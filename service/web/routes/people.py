"""Pages for accounts and roles: who there is, what they may do, and handing over when somebody leaves."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

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
from service.web.fields import Choice, Field
from service.web.lists import Column, by_key
from service.web.pages import address_of, page, speech_of
from service.web.parts import Fact, Status
from service.web.reading import Look, look, wording_of
from service.web.views.people_choices import people_choices

PEOPLE = "/admin/people"
FINE, WRONG = 200, 422
SHOWN_MAX = 200
WORDS_LENGTH_MAX = 80
REASON_LENGTH_MAX = 1_000


@get(PEOPLE, include_in_schema=False)
async def show_people(request: AnyRequest, front: NamedDependency[Front]) -> Response[str]:
    """Accounts by name, with unit and roles."""
    return await _people(request, front)


async def _people(
    request: AnyRequest, front: Front, wrong: Sequence[str] = (), made: tuple[str, str] | None = None
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
            "may": may(found, f"POST {PEOPLE}"),
            "fields": _new(found),
        }

    shown = await look(request, front, work)
    columns = [Column(name, t(f"people.column.{name}")) for name in ("name", "unit", "roles", "status")]
    return page(
        request,
        "admin/people.html",
        title=t("people.title"),
        status=WRONG if wrong else FINE,
        words=words,
        wrong=wrong,
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
    form, assembly = await request.form(), front.assembly
    username = text_of(form, "username")
    person = Person(
        username,
        username,
        text_of(form, "name"),
        text_of(form, "unit"),
        text_of(form, "email"),
        text_of(form, "phone"),
        assembly.language,
        enabled=True,
    )
    done = await tried(request, front, lambda by: create_person(assembly, by, person), "")
    return (
        await _people(request, front, done)
        if isinstance(done, list)
        else await _people(request, front, made=(username, str(done)))
    )


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
) -> Response[str]:
    shown, assembly = await look(request, front, lambda found: _about(found, person_id)), front.assembly
    username, now = shown["person"].username, assembly.clock.now()
    return page(
        request,
        "admin/person.html",
        title=shown["person"].name,
        status=WRONG if wrong else FINE,
        url=f"{PEOPLE}/{person_id}",
        list_url=PEOPLE,
        wrong=wrong,
        made=made,
        left=left,
        locked_until=await in_thread(
            assembly.threads, lambda: assembly.signing_in.attempts.locked_until(username, now)
        ),
        done="done" in request.query_params and not wrong,
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
        "roles": [Choice(code, found.reader.role(code)) for code in shipped.roles()],
        "units": unit_tree(directory),
        "fields": [
            Field("name", t("people.field.name"), value=person.name, length_max=NAME_LENGTH_MAX),
            Field("unit", t("people.field.unit"), "choice", person.unit, choices=unit_tree(directory)),
            Field(
                "email",
                t("people.field.email"),
                value=person.email or None,
                length_max=NAME_LENGTH_MAX,
                required=False,
            ),
            Field(
                "phone",
                t("people.field.phone"),
                value=person.phone or None,
                length_max=NAME_LENGTH_MAX,
                required=False,
            ),
        ],
        "may_change": may(found, f"POST {PEOPLE}/{{person_id}}"),
        "may_grant": may(found, f"POST {PEOPLE}/{{person_id}}/roles"),
    }


@post(f"{PEOPLE}/{{person_id:str}}", include_in_schema=False)
async def save_person(request: AnyRequest, person_id: FromPath[str], front: NamedDependency[Front]) -> AnyPage:
    """Change what is known; disable, handing the open work to somebody; or enable again."""
    form, assembly, t = await request.form(), front.assembly, speech_of(request)
    person = _known(front, person_id)
    intent, reason, heir = text_of(form, "intent"), text_of(form, "reason"), text_of(form, "heir")
    if intent in {"disable", "enable"} and not reason:
        return await _person(request, front, person_id, [t("people.reason_missing")])
    left: list[str] = []
    if intent == "disable" and heir:
        actor, wording = caller_of(request).actor, wording_of(request, front)
        handed = await tried(request, front, lambda _: hand_over(assembly, person_id, heir, actor, reason), reason)
        if handed and all(isinstance(one, str) for one in handed):
            return await _person(request, front, person_id, handed)
        left = [f"{one.code}: {' '.join(map(wording.sentence, one.refused))}" for one in handed if one.refused]
    if intent in {"disable", "enable"}:
        changed = replace(person, enabled=intent == "enable")
    else:
        name, unit, email, phone = (text_of(form, key) for key in ("name", "unit", "email", "phone"))
        changed = replace(person, name=name, unit=unit, email=email, phone=phone)
    wrong = await tried(request, front, lambda by: change_person(assembly, by, changed), reason)
    front.callers.forget(person_id)
    if wrong or left:
        return await _person(request, front, person_id, wrong or (), left=left)
    return Redirect(f"{PEOPLE}/{person_id}?done=1", status_code=303)


@post(f"{PEOPLE}/{{person_id:str}}/password", include_in_schema=False)
async def new_password(request: AnyRequest, person_id: FromPath[str], front: NamedDependency[Front]) -> Response[str]:
    """Give a new first password, shown once; a reason is needed."""
    form, assembly = await request.form(), front.assembly
    _known(front, person_id)
    reason = text_of(form, "reason")
    if not reason:
        return await _person(request, front, person_id, [speech_of(request)("people.reason_missing")])
    password = await tried(request, front, lambda by: reset_password(assembly, by, person_id), reason)
    front.callers.forget(person_id)
    return await _person(request, front, person_id, made=str(password))


@post(f"{PEOPLE}/{{person_id:str}}/unlock", include_in_schema=False)
async def unlock_account(request: AnyRequest, person_id: FromPath[str], front: NamedDependency[Front]) -> AnyPage:
    """Let an account sign in again before its time, after wrong passwords."""
    _known(front, person_id)
    wrong = await tried(request, front, lambda by: unlock(front.assembly, by, person_id), "")
    if wrong:
        return await _person(request, front, person_id, wrong)
    return Redirect(f"{PEOPLE}/{person_id}?done=1", status_code=303)


@post(f"{PEOPLE}/{{person_id:str}}/second-proof", include_in_schema=False)
async def no_second_proof(request: AnyRequest, person_id: FromPath[str], front: NamedDependency[Front]) -> AnyPage:
    """Let a person sign in by password alone, for a reason."""
    form, assembly = await request.form(), front.assembly
    _known(front, person_id)
    reason = text_of(form, "reason")
    if not reason:
        return await _person(request, front, person_id, [speech_of(request)("people.reason_missing")])
    wrong = await tried(request, front, lambda by: drop_second_proof(assembly, by, person_id), reason)
    front.callers.forget(person_id)
    if wrong:
        return await _person(request, front, person_id, wrong)
    return Redirect(f"{PEOPLE}/{person_id}?done=1", status_code=303)


@post(f"{PEOPLE}/{{person_id:str}}/roles", include_in_schema=False)
async def change_roles(request: AnyRequest, person_id: FromPath[str], front: NamedDependency[Front]) -> AnyPage:
    """Give a role in a unit, or take one away."""
    form, assembly = await request.form(), front.assembly
    _known(front, person_id)
    verb, _, rest = text_of(form, "intent").partition(":")
    role, _, unit = rest.partition("@")
    if verb == "take":
        wrong = await tried(request, front, lambda by: take_role(assembly, by, person_id, role, unit), "")
    else:
        role, unit = text_of(form, "role"), text_of(form, "unit")
        wrong = await tried(
            request, front, lambda by: give_role(assembly, by, person_id, role, unit), text_of(form, "reason")
        )
    front.callers.forget(person_id)
    if wrong:
        return await _person(request, front, person_id, wrong)
    return Redirect(f"{PEOPLE}/{person_id}?done=1", status_code=303)


async def tried(request: AnyRequest, front: Front, work: Callable[[By], Any], reason: str) -> Any:  # noqa: ANN401  # what the work gives
    """Do something in the name of who asks; gives the sentences where it is refused."""
    by = By(caller_of(request).actor.id, front.assembly.clock.now(), reason)
    try:
        return await in_thread(front.assembly.slow_threads, lambda: work(by))
    except Refused as refused:
        return [wording_of(request, front).sentence(one) for one in refused.reasons]


def _known(front: Front, user_id: str) -> Person:
    person = front.assembly.organisation.now().people.get(user_id)
    if person is None:
        raise NotFound(f"user {user_id}")
    return person


def text_of(form: FormMultiDict, name: str) -> str:
    """Give what was typed into a field, not too long."""
    return str(form.get(name, "")).strip()[:REASON_LENGTH_MAX]


def may(found: Look, route: str) -> bool:
    """Say whether the reader may call a route."""
    method, _, path = route.partition(" ")
    return found.front.policy.rules[method, path].allows(found.caller.roles)


def unit_tree(directory: Directory) -> list[Choice]:
    """Give the units to choose from, each below its own."""
    units = sorted(directory.units.values(), key=lambda one: one.path)
    return [Choice(one.id, f"{'— ' * (one.path.count('/') - 1)}{one.name}") for one in units]


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
