"""The office over the interface: accounts, roles, units, calendars, policies; by the same functions as the pages."""

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, TypeVar

import msgspec
from litestar import Response, delete, get, patch, post, put
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, JSONBody, PathParameter

from adapters import shipped
from adapters.sql.directory import Directory, Person
from adapters.sql.office_log import By
from engine.facts import Unit
from engine.refusal import NotFound, Refusal, Refused
from engine.sensitive import Sensitive, covered
from service.administering import (
    change_person,
    create_person,
    decide_policy,
    drop_second_proof,
    give_role,
    keep_unit,
    reset_password,
    take_role,
    unlock,
)
from service.calendars import preview, take_notice
from service.county_texts import is_county_text
from service.http.answers import problems
from service.http.contract import Named
from service.http.front import Front
from service.http.gate import AnyRequest, caller_of, in_thread
from service.http.lists import PAGE_USUAL, After, Limit, Words
from service.http.masking import sees_whole
from service.http.office_shapes import (
    UNIT_PATTERN,
    CalendarShape,
    CalendarYearShape,
    NoticeTaken,
    NoticeTaking,
    PeoplePage,
    PersonChange,
    PersonMade,
    PersonMaking,
    PersonShape,
    PolicyList,
    PolicySetting,
    PolicyShape,
    PolicyValue,
    Reasoned,
    RoleGiving,
    RoleHeld,
    RoleList,
    RoleShape,
    UnitList,
    UnitSaving,
    UnitShape,
)
from service.http.reader import rendering_for
from service.http.rendering import Rendering
from service.http.standing import Authorisations, authorisation_shape
from service.http.values import as_data, as_text

API = "/api/v1"
PEOPLE, UNITS, CALENDARS, POLICIES = f"{API}/people", f"{API}/units", f"{API}/calendars", f"{API}/policies"
PERSON = f"{PEOPLE}/{{person_id:str}}"
UnitId = Annotated[str, PathParameter(pattern=UNIT_PATTERN)]
T = TypeVar("T")


@get(PEOPLE, responses=problems(), tags=["office"])
async def people(
    request: AnyRequest,
    front: NamedDependency[Front],
    words: Words = None,
    after: After = None,
    limit: Limit = PAGE_USUAL,
) -> PeoplePage:
    """List people by id; `q` is part of a name or user name."""
    rendering = rendering_for(request, front)
    directory = await in_thread(front.assembly.threads, front.assembly.organisation.now)
    wanted = (words or "").casefold()
    fitting = [
        one
        for id, one in sorted(directory.people.items())
        if id > (after or "") and wanted in f"{one.username} {one.name}".casefold()
    ]
    shown = fitting[:limit]
    return PeoplePage(
        [_person(rendering, directory, one) for one in shown], shown[-1].id if len(fitting) > limit else None
    )


@post(PEOPLE, responses=problems(413, 415, 422), tags=["office"])
async def open_account(request: AnyRequest, data: JSONBody[PersonMaking], front: NamedDependency[Front]) -> PersonMade:
    """Open an account; its first password is shown this once."""
    assembly = front.assembly
    texts = {name: as_text(value, name) for name, value in msgspec.structs.asdict(data).items()}
    person = Person(id=data.username, language=assembly.language, enabled=True, **texts)
    password = await _changed(request, front, "", lambda by: create_person(assembly, by, person))
    return PersonMade(await _shown(request, front, person.id), password)


@get(PERSON, responses=problems(404), tags=["office"])
async def person(request: AnyRequest, person_id: FromPath[str], front: NamedDependency[Front]) -> PersonShape:
    """Read an account with the roles it holds."""
    return await _shown(request, front, person_id)


@patch(PERSON, responses=problems(404, 413, 415, 422), tags=["office"])
async def change_account(
    request: AnyRequest, person_id: FromPath[str], data: JSONBody[PersonChange], front: NamedDependency[Front]
) -> PersonShape:
    """Change what is known of a person, or whether they may sign in; who may not is signed out at once."""
    assembly = front.assembly
    cells = {name: value for name, value in msgspec.structs.asdict(data).items() if name != "reason"}
    told = {name: value for name, value in cells.items() if value is not None}
    as_data(told)
    if data.enabled is not None and not data.reason.strip():
        raise Refused(Refusal("comment.required", "reason"))

    def work(by: By) -> None:
        change_person(assembly, by, replace(assembly.organisation.now().person(person_id), **told))

    await _changed(request, front, data.reason, work, person_id)
    return await _shown(request, front, person_id)


@post(f"{PERSON}/password", status_code=200, responses=problems(404, 413, 415, 422), tags=["office"])
async def new_password(
    request: AnyRequest, person_id: FromPath[str], data: JSONBody[Reasoned], front: NamedDependency[Front]
) -> PersonMade:
    """Give a new first password; the old one and all sessions end."""
    assembly = front.assembly
    password = await _changed(
        request, front, data.reason, lambda by: reset_password(assembly, by, person_id), person_id
    )
    return PersonMade(await _shown(request, front, person_id), password)


@post(f"{PERSON}/unlock", status_code=204, responses=problems(404, 413, 415, 422), tags=["office"])
async def unlock_account(
    request: AnyRequest, person_id: FromPath[str], data: JSONBody[Reasoned], front: NamedDependency[Front]
) -> Response[None]:
    """Let an account that is locked after wrong passwords sign in before its time; refused when it is not locked."""
    await _changed(request, front, data.reason, lambda by: unlock(front.assembly, by, person_id), person_id)
    return Response(None, status_code=204)


@post(f"{PERSON}/second-proof/reset", status_code=200, responses=problems(404, 413, 415, 422), tags=["office"])
async def no_second_proof(
    request: AnyRequest, person_id: FromPath[str], data: JSONBody[Reasoned], front: NamedDependency[Front]
) -> PersonShape:
    """Let a person who lost telephone and paper sign in by password alone; all sessions end."""
    assembly = front.assembly
    await _changed(request, front, data.reason, lambda by: drop_second_proof(assembly, by, person_id), person_id)
    return await _shown(request, front, person_id)


@post(f"{PERSON}/roles", status_code=200, responses=problems(404, 413, 415, 422), tags=["office"])
async def give(
    request: AnyRequest, person_id: FromPath[str], data: JSONBody[RoleGiving], front: NamedDependency[Front]
) -> PersonShape:
    """Give a role in a unit; roles that exclude one another are refused."""
    assembly = front.assembly
    await _changed(
        request, front, data.reason, lambda by: give_role(assembly, by, person_id, data.role, data.unit), person_id
    )
    return await _shown(request, front, person_id)


@delete(f"{PERSON}/roles/{{role:str}}/{{unit_id:str}}", responses=problems(404, 422), tags=["office"])
async def take(
    request: AnyRequest, person_id: FromPath[str], role: FromPath[str], unit_id: UnitId, front: NamedDependency[Front]
) -> Response[None]:
    """Take a role in a unit away; nothing happens when it is not held."""
    assembly = front.assembly
    await _changed(request, front, "", lambda by: take_role(assembly, by, person_id, role, unit_id), person_id)
    return Response(None, status_code=204)


@get(f"{API}/roles", responses=problems(), tags=["office"])
async def roles(request: AnyRequest, front: NamedDependency[Front]) -> RoleList:
    """List the roles there are."""
    rendering = rendering_for(request, front)
    held = {code: list(told.get("held_in", [])) for code, told in shipped.roles().items()}
    return RoleList([RoleShape(code, rendering.role(code), kinds) for code, kinds in sorted(held.items())])


@get(UNITS, responses=problems(), tags=["office"])
async def units(front: NamedDependency[Front]) -> UnitList:
    """List the units."""
    directory = await in_thread(front.assembly.threads, front.assembly.organisation.now)
    return UnitList([_unit(one) for one in sorted(directory.units.values(), key=lambda one: one.path)])


@put(f"{UNITS}/{{unit_id:str}}", responses=problems(413, 415, 422), tags=["office"])
async def save_unit(
    request: AnyRequest, unit_id: UnitId, data: JSONBody[UnitSaving], front: NamedDependency[Front]
) -> UnitShape:
    """Add a unit, or change its name, kind and head."""
    assembly = front.assembly
    wanted = Unit(unit_id, data.kind, as_text(data.name, "name"), data.parent, "", data.head)
    await _changed(request, front, "", lambda by: keep_unit(assembly, by, wanted))
    return _unit((await in_thread(assembly.threads, assembly.organisation.now)).units[unit_id])


@get(f"{CALENDARS}/{{calendar:str}}", responses=problems(404), tags=["office"])
async def calendar(calendar: FromPath[str], front: NamedDependency[Front]) -> CalendarShape:
    """Read a working calendar."""
    directory = await in_thread(front.assembly.threads, front.assembly.organisation.now)
    if calendar not in directory.calendars:
        raise NotFound(f"calendar {calendar}")
    years = sorted(directory.calendars[calendar].years, key=lambda one: one.year)
    return CalendarShape(
        calendar,
        [
            CalendarYearShape(one.year, one.status.value, sorted(one.off_days), sorted(one.make_up_days))
            for one in years
        ],
    )


@post(f"{CALENDARS}/{{calendar:str}}/notices", status_code=200, responses=problems(404, 413, 415, 422), tags=["office"])
async def take_holidays(
    request: AnyRequest, calendar: FromPath[str], data: JSONBody[NoticeTaking], front: NamedDependency[Front]
) -> NoticeTaken:
    """Put the holidays of a year into a calendar, or say what that would do."""
    assembly, content = front.assembly, msgspec.json.encode(data.notice)

    def work(by: By) -> NoticeTaken:
        if calendar not in assembly.organisation.now().calendars:
            raise NotFound(f"calendar {calendar}")
        seen = preview(assembly, calendar, content, by.at)
        if not data.only_try:
            if not by.reason.strip():
                raise Refused(Refusal("comment.required", "reason"))
            take_notice(assembly, by, calendar, content)
        return NoticeTaken(seen.years[0], list(seen.days), [code for code, *_ in seen.tasks], not data.only_try)

    return await _changed(request, front, data.reason, work)


@get(POLICIES, responses=problems(), tags=["office"])
async def policies(front: NamedDependency[Front]) -> PolicyList:
    """List the parameters with their values by day."""
    directory = await in_thread(front.assembly.threads, front.assembly.organisation.now)
    return PolicyList([_policy(directory, key) for key in sorted(directory.policies) if not is_county_text(key)])


@put(f"{POLICIES}/{{policy_key:str}}", responses=problems(404, 413, 415, 422), tags=["office"])
async def set_policy(
    request: AnyRequest, policy_key: FromPath[str], data: JSONBody[PolicySetting], front: NamedDependency[Front]
) -> PolicyShape:
    """Set a parameter from a day on."""
    assembly, value = front.assembly, as_data({"value": data.value}, policy_key)["value"]
    if is_county_text(policy_key) or policy_key not in assembly.organisation.now().policies:
        raise NotFound(f"policy {policy_key}")
    await _changed(request, front, data.reason, lambda by: decide_policy(assembly, by, policy_key, data.from_on, value))
    return _policy(await in_thread(assembly.threads, assembly.organisation.now), policy_key)


@get(f"{API}/authorisations", responses=problems(), tags=["office"])
async def all_authorisations(front: NamedDependency[Front]) -> Authorisations:
    """List all standing authorisations, as given ones."""
    directory = await in_thread(front.assembly.threads, front.assembly.organisation.now)
    return Authorisations([authorisation_shape(one) for one in directory.delegations], [])


async def _changed(
    request: AnyRequest, front: Front, reason: str, work: Callable[[By], T], person_id: str | None = None
) -> T:
    """Change something in the name of the caller; whoever it is about must be known, and is looked at anew."""
    assembly = front.assembly
    by = By(caller_of(request).actor.id, assembly.clock.now(), as_text(reason, "reason"))

    def change() -> T:
        if person_id is not None:
            assembly.organisation.now().person(person_id)
        return work(by)

    done = await in_thread(assembly.slow_threads, change)
    if person_id is not None:
        front.callers.forget(person_id)
    return done


async def _shown(request: AnyRequest, front: Front, person_id: str) -> PersonShape:
    directory = await in_thread(front.assembly.threads, front.assembly.organisation.now)
    rendering = replace(rendering_for(request, front), directory=directory)
    return _person(rendering, directory, directory.person(person_id))


def _person(rendering: Rendering, directory: Directory, one: Person) -> PersonShape:
    held = directory.memberships.get(one.id, ())
    return PersonShape(
        id=one.id,
        username=one.username,
        name=one.name,
        unit=rendering.unit(one.unit),
        email=one.email,
        phone=one.phone if sees_whole(Sensitive.TELEPHONE, rendering.reader) else covered(one.phone),
        enabled=one.enabled,
        roles=[RoleHeld(Named(role.role, rendering.role(role.role)), rendering.unit(role.unit)) for role in held],
    )


def _unit(one: Unit) -> UnitShape:
    return UnitShape(one.id, one.name, one.kind, one.parent, one.path, one.head)


def _policy(directory: Directory, key: str) -> PolicyShape:
    return PolicyShape(key, [PolicyValue(day, value) for day, value in directory.policies[key]])


HANDLERS: list[HTTPRouteHandler] = [
    people,
    open_account,
    person,
    change_account,
    new_password,
    unlock_account,
    no_second_proof,
    give,
    take,
    roles,
    units,
    save_unit,
    calendar,
    take_holidays,
    policies,
    set_policy,
    all_authorisations,
]
