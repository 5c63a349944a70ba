"""Signing in and out, and what a signed-in person may know of themselves."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from litestar import Response, delete, get, post, put
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody

from adapters.identity.passwords import LENGTH_MAX
from adapters.identity.second_factor import CODE_LENGTH_MAX
from adapters.identity.sessions import Opened, SessionKind
from service.http.answers import problems
from service.http.credentials import OPEN_BODY_BYTES_MAX, TOKEN_LENGTH_MAX
from service.http.front import Front
from service.http.gate import AnyRequest, caller_of, in_thread
from service.http.visit import note, visit_of

USERNAME_LENGTH_MAX = 100

Password = Annotated[str, msgspec.Meta(max_length=LENGTH_MAX)]


class SignIn(msgspec.Struct, forbid_unknown_fields=True):
    """Who wants to sign in."""

    username: Annotated[str, msgspec.Meta(min_length=1, max_length=USERNAME_LENGTH_MAX)]
    password: Password


class Token(msgspec.Struct):
    """A bearer token: send it as `Authorization: Bearer TOKEN`. `expires_at` is when it ends at the latest.

    With `needs_code` it is only half of one: send it with the number of the second proof to `/api/v1/session/otp`.
    """

    token: str
    expires_at: datetime
    must_change_password: bool
    needs_code: bool


class SecondProof(msgspec.Struct, forbid_unknown_fields=True):
    """The token that signing in gave, and the number of this moment or a spare code."""

    token: Annotated[str, msgspec.Meta(max_length=TOKEN_LENGTH_MAX)]
    code: Annotated[str, msgspec.Meta(max_length=CODE_LENGTH_MAX)]


class Role(msgspec.Struct):
    """A role and the unit in which it is held."""

    role: str
    unit: str


class Me(msgspec.Struct):
    """The signed-in person. `csrf_token` is what unsafe requests of a cookie session carry as X-CSRF-Token."""

    id: str
    username: str
    name: str
    unit: str
    unit_name: str
    language: Literal["zh", "en"]
    roles: list[Role]
    standing_for: list[str]
    must_change_password: bool
    csrf_token: str


class PasswordChange(msgspec.Struct, forbid_unknown_fields=True):
    """The old password proves that it is you."""

    old: Password
    new: Password


@post(
    "/api/v1/session",
    responses=problems(413, 415, open_to_all=True) | problems(401),
    request_max_body_size=OPEN_BODY_BYTES_MAX,
    tags=["session"],
)
async def sign_in(request: AnyRequest, data: JSONBody[SignIn], front: NamedDependency[Front]) -> Token:
    """Sign in with name and password; after repeated failures the account waits. A second proof may be asked for."""
    now, address = front.assembly.clock.now(), visit_of(request).address
    opened = await in_thread(
        front.assembly.hashers,
        lambda: front.assembly.signing_in.sign_in(data.username, data.password, address, SessionKind.BEARER, now),
    )
    return await _token(request, front, opened, now)


@post(
    "/api/v1/session/otp",
    responses=problems(413, 415, open_to_all=True) | problems(401),
    request_max_body_size=OPEN_BODY_BYTES_MAX,
    tags=["session"],
)
async def show_second_proof(request: AnyRequest, data: JSONBody[SecondProof], front: NamedDependency[Front]) -> Token:
    """Finish signing in with the number of the second proof; after repeated failures it waits."""
    now, address, signing_in = front.assembly.clock.now(), visit_of(request).address, front.assembly.signing_in
    opened = await in_thread(
        front.assembly.threads, lambda: signing_in.finish(data.token, data.code, address, SessionKind.BEARER, now)
    )
    return await _token(request, front, opened, now)


async def _token(request: AnyRequest, front: Front, opened: Opened, now: datetime) -> Token:
    note(request, user=opened.session.user_id)
    account = await in_thread(
        front.assembly.threads, lambda: front.assembly.signing_in.accounts.account_of(opened.session.user_id)
    )
    return Token(
        token=opened.token,
        expires_at=opened.session.expires_at,
        must_change_password=account is None or front.assembly.signing_in.must_change(account, opened.session, now),
        needs_code=opened.session.kind is SessionKind.HALF,
    )


@delete("/api/v1/session", responses=problems(), tags=["session"])
async def sign_out(request: AnyRequest, front: NamedDependency[Front]) -> None:
    """End this session."""
    caller = caller_of(request)
    await in_thread(front.assembly.threads, lambda: front.assembly.signing_in.sessions.close(caller.session.id))
    front.callers.forget(caller.actor.id)


@get("/api/v1/me", responses=problems(), tags=["session"])
async def show_me(request: AnyRequest, front: NamedDependency[Front]) -> Me:
    """Tell who is signed in, with which roles."""
    caller = caller_of(request)
    directory = await in_thread(front.assembly.threads, front.assembly.organisation.now)
    person = directory.people[caller.actor.id]
    unit = directory.units.get(person.unit)
    return Me(
        id=person.id,
        username=person.username,
        name=person.name,
        unit=person.unit,
        unit_name=unit.name if unit is not None else "",
        language=caller.language,
        roles=[Role(one.role, one.unit) for one in directory.memberships.get(person.id, ())],
        standing_for=sorted({one.giver for given in caller.actor.standing_for.values() for one in given}),
        must_change_password=caller.must_change_password,
        csrf_token=caller.forgery_token,
    )


@put("/api/v1/me/password", status_code=204, responses=problems(415, 422), tags=["session"])
async def change_password(
    request: AnyRequest, data: JSONBody[PasswordChange], front: NamedDependency[Front]
) -> Response[None]:
    """Change one's own password. All sessions of the person end, this one too."""
    caller, address = caller_of(request), visit_of(request).address
    await in_thread(
        front.assembly.hashers,
        lambda: front.assembly.signing_in.change_password(
            caller.actor.id, data.old, data.new, address, front.assembly.clock.now()
        ),
    )
    front.callers.forget(caller.actor.id)
    return Response(None, status_code=204)


HANDLERS: list[HTTPRouteHandler] = [sign_in, show_second_proof, sign_out, show_me, change_password]
