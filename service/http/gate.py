"""The gate every request passes before its handler: who calls, may they call this, may they see the row it names."""

import re
from asyncio import get_running_loop
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from math import ceil
from time import monotonic
from typing import Any, TypeVar

from litestar import Request
from litestar.handlers import BaseRouteHandler

from adapters.identity.attempts import whose
from adapters.identity.sessions import SessionKind
from adapters.sql.database import Database
from adapters.sql.sight import Seen, Sight, look
from engine.ports import Clock
from engine.values import INTEGER_MAX
from service.http.callers import Caller, Callers
from service.http.credentials import SAFE_METHODS, Credential, check_forgery_token, check_origin, credential_of
from service.http.policy import Policy, Row, Rule
from service.http.problems import Problem
from service.http.rates import Rates
from service.http.values import NUL
from service.http.visit import AnyConnection, note, visit_of
from service.settings import Settings

CALLER_KEY = "caller"
ROW_KEY = "row"
AnyRequest = Request[Any, Any, Any]
T = TypeVar("T")
NUL_IN_QUERY = b"%00"
ID = re.compile(r"[A-Za-z0-9_.:/-]{1,100}", re.ASCII)

OPEN_TO_EXPIRED = frozenset({"/api/v1/me", "/api/v1/me/password", "/api/v1/session", "/settings/password", "/logout"})
"""What a person whose password has expired may still call."""

OPEN_TO_UNPROVEN = OPEN_TO_EXPIRED | {"/settings/second-proof"}
"""What a person may still call who must first set up a second proof."""

UNNOTICED = frozenset({"/api/v1/me/events"})
"""What an open page asks by itself: no use of the session, which ends all the same when nobody does anything."""

LIVE_HEADER = "x-live"
"""The header by which a page says that it asks by itself for something else, such as itself anew."""


@dataclass(frozen=True, slots=True)
class Gate:
    """What the gate asks. One for the application; `threads` do what would block."""

    policy: Policy
    callers: Callers
    clock: Clock
    settings: Settings
    database: Database
    threads: Executor
    persons: Rates
    addresses: Rates

    async def admit(self, connection: AnyConnection, _handler: BaseRouteHandler) -> None:
        """Litestar's guard for all routes; raises Problem."""
        method, path = str(connection.scope.get("method")), str(connection.scope.get("path_template"))
        if method == "OPTIONS":
            return
        _check_address(connection)
        rule = self.policy.rules[method, path]
        credential = credential_of(connection, is_tls=self.settings.is_tls)
        caller = await self._caller(credential, is_use=path not in UNNOTICED and LIVE_HEADER not in connection.headers)
        self._check_rate(connection, caller)
        if method not in SAFE_METHODS and (credential is None or credential.kind is SessionKind.COOKIE):
            check_origin(connection, self.settings.public_url)
        if caller is not None:
            connection.scope["state"][CALLER_KEY] = caller
            note(connection, user=caller.actor.id)
        self._check_rule(rule, caller, path)
        if rule.row is not None and caller is not None:
            connection.scope["state"][ROW_KEY] = await self._row(connection, rule.row, caller.sight)
        if caller is not None and credential is not None and not rule.is_open and method not in SAFE_METHODS:
            await self._check_forgery(connection, caller, credential)

    async def _caller(self, credential: Credential | None, *, is_use: bool) -> Caller | None:
        if credential is None:
            return None
        kept = self.callers.kept(credential)
        if kept is not None:
            return kept
        return await in_thread(self.threads, lambda: self.callers.find(credential, self.clock.now(), is_use=is_use))

    async def _row(self, connection: AnyConnection, row: Row, sight: Sight) -> Seen:
        named = _named(connection, row)
        if not ID.fullmatch(named):
            raise Problem(404, "not_found")
        seen = await in_thread(self.threads, lambda: self._look(sight, row, named))
        if seen is None:
            raise Problem(404, "not_found")
        note(connection, case=seen.case_id)
        return seen

    def _look(self, sight: Sight, row: Row, named: str) -> Seen | None:
        with self.database.read() as lent:
            return look(lent, sight, row, named)

    def _check_rate(self, connection: AnyConnection, caller: Caller | None) -> None:
        if caller is None:
            wait = self.addresses.take(whose(visit_of(connection).address), monotonic())
        else:
            wait = self.persons.take(caller.actor.id, monotonic())
        if wait:
            seconds = ceil(wait)
            raise Problem(429, "too_many_requests", params={"seconds": seconds}, headers={"Retry-After": str(seconds)})

    @staticmethod
    def _check_rule(rule: Rule, caller: Caller | None, path: str) -> None:
        if rule.is_open:
            return
        if caller is None:
            raise Problem(401, "unauthorized", headers={"WWW-Authenticate": "Bearer"})
        if caller.must_change_password and path not in OPEN_TO_EXPIRED:
            raise Problem(403, "password_expired")
        if caller.lacks_second_proof and path not in OPEN_TO_UNPROVEN:
            raise Problem(403, "second_proof_missing")
        if not rule.allows(caller.roles):
            raise Problem(403, "forbidden")

    @staticmethod
    async def _check_forgery(connection: AnyConnection, caller: Caller, credential: Credential) -> None:
        if caller.session.kind is SessionKind.COOKIE:
            assert isinstance(connection, Request)
            await check_forgery_token(connection, credential.token)


def _check_address(connection: AnyConnection) -> None:
    """Refuse an address that holds what no database can look for: NUL, or a number beyond 64 bits."""
    numbers = (value for value in connection.path_params.values() if isinstance(value, int))
    is_bad = NUL in connection.scope["path"] or NUL_IN_QUERY in connection.scope["query_string"]
    if is_bad or any(abs(number) > INTEGER_MAX for number in numbers):
        raise Problem(400, "bad_request")


def _named(connection: AnyConnection, row: Row) -> str:
    """Give what the path names."""
    if row == "code":
        return code_in(str(connection.path_params["code"]))
    return str(connection.path_params[f"{row}_id"])


def code_in(part: str) -> str:
    """Give the code of an item that a part of a path names: there the `/` that it may hold is spelt `~`."""
    return part.replace("~", "/")


async def in_thread(threads: Executor, work: Callable[[], T]) -> T:
    """Do something that blocks, such as reading the database, without holding up other requests."""
    return await get_running_loop().run_in_executor(threads, work)


def caller_of(connection: AnyConnection) -> Caller:
    """Give who calls. Only for routes that are not open to everyone: the gate has made sure that there is somebody."""
    caller = connection.scope["state"][CALLER_KEY]
    assert isinstance(caller, Caller)
    return caller


def seen_row(connection: AnyConnection) -> Seen:
    """Give the item that the path names. Only for routes whose policy has a `row`: the gate has looked it up."""
    seen = connection.scope["state"][ROW_KEY]
    assert isinstance(seen, Seen)
    return seen


def caller_if_any(connection: AnyConnection) -> Caller | None:
    """Give who calls a route that is open to everyone."""
    caller = connection.scope["state"].get(CALLER_KEY)
    assert caller is None or isinstance(caller, Caller)
    return caller
