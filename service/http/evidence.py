"""Evidence for auditors: what administrators changed, whether all chains hold, and who may call what."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import Lock
from typing import Annotated, Any

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import QueryParameter

from adapters.identity.signing_in import Outcome
from adapters.sql.anchors import anchors_at, digest_of
from adapters.sql.office_log import CHANGES, Change, Wanted, list_changes
from adapters.sql.sign_in_log import SIGN_INS, SignInEntry, Tried, list_sign_ins
from adapters.sql.verify import verify
from adapters.sql.verify_invariants import verify_money
from service.http.answers import problems
from service.http.audit import ByWhom, Since, Until, check_moments
from service.http.contract import ID_PATTERN, Named
from service.http.front import Front
from service.http.gate import AnyRequest, caller_of, in_thread
from service.http.lists import PAGE_USUAL, After, Limit
from service.http.problems import Problem
from service.http.reader import rendering_for
from service.http.rendering import Rendering
from service.http.values import as_text

KIND_PATTERN = r"^[a-z][a-z_.]{0,63}$"
WAIT_SECONDS = 30
ONE_AT_A_TIME = Lock()
"""Following all chains is hard work; a process does it once at a time."""

OfKind = Annotated[
    str | None, QueryParameter(pattern=KIND_PATTERN, required=False, description="The beginning of a kind: `role.`.")
]
About = Annotated[str | None, QueryParameter(pattern=ID_PATTERN, required=False, description="Such as `user:li`.")]
Person = Annotated[str | None, QueryParameter(pattern=ID_PATTERN, required=False, description="Only of this person.")]


class ChangeShape(msgspec.Struct):
    """A change that an administrator made: of what kind, to what, what it was before and what it is after."""

    number: int
    at: datetime
    actor: Named
    what: str
    subject: str
    before: Any
    after: Any
    reason: str


class ChangePage(msgspec.Struct):
    """Changes, the latest first. `next` is what `after` takes to get the following page; null on the last."""

    changes: list[ChangeShape]
    next: str | None


class FaultShape(msgspec.Struct):
    """A record that is not as it was written, or (`seq` 0) a row that is not what its history says.

    Of the ledger, `item_id` names the entry (`LEDGER#NUMBER`) or the balance.
    """

    item_id: str
    seq: int
    what: str


class Certificate(msgspec.Struct):
    """What was followed and found. Kept elsewhere, it shows that nothing was cut off: `shenpi verify --certificate`.

    `items_anchor` is the SHA-256 over the hashes that the last records of all items had at the moment `at`, in order
    of their ids, `ledgers_anchor` over those of all ledgers, `office_anchor` and `sign_ins_anchor` the last hashes of
    the office's log and of that of signing in;
    `digest` is that of all other fields as JSON.
    """

    at: datetime
    by: str
    clean: bool
    items: int
    records: int
    ledgers: int
    ledger_entries: int
    faults: list[FaultShape]
    changes: int
    changes_broken_at: int | None
    items_anchor: str
    ledgers_anchor: str
    office_anchor: str
    sign_ins: int
    sign_ins_broken_at: int | None
    sign_ins_anchor: str
    digest: str = ""


class SignInShape(msgspec.Struct):
    """A try to sign in, or to prove oneself again: who (null: nobody has that name), from where, how it ended."""

    number: int
    at: datetime
    outcome: Outcome
    user: Named | None
    address: str


class SignInPage(msgspec.Struct):
    """Tries, the latest first. `next` is what `after` takes to get the following page; null on the last."""

    sign_ins: list[SignInShape]
    next: str | None


class RouteShape(msgspec.Struct):
    """A call and the roles that may make it; `row`: only about items that the caller sees."""

    method: str
    path: str
    roles: list[str]
    row: str | None


class HolderShape(msgspec.Struct):
    """Who holds a role in a unit."""

    role: str
    unit: Named
    people: list[Named]


class Matrix(msgspec.Struct):
    """Who may do what: calls by role, and who holds each role where."""

    routes: list[RouteShape]
    holders: list[HolderShape]


@get("/api/v1/audit/changes", responses=problems(422), tags=["overview"])
async def changes(  # noqa: PLR0913, PLR0917  # each is a parameter of the address
    request: AnyRequest,
    front: NamedDependency[Front],
    actor: ByWhom = None,
    what: OfKind = None,
    subject: About = None,
    since: Since = None,
    until: Until = None,
    after: After = None,
    limit: Limit = PAGE_USUAL,
) -> ChangePage:
    """Search what administrators changed around the items: who, what, when, and from what to what."""
    check_moments(since, until)
    wanted, rendering = Wanted(actor, what, subject, since, until), rendering_for(request, front)
    place = as_text(after, "after") if after else None

    def look() -> ChangePage:
        with front.assembly.database.read() as connection:
            page = list_changes(connection, wanted, place, limit)
        return ChangePage([_change(rendering, change) for change in page.lines], page.after)

    return await in_thread(front.assembly.threads, look)


@get("/api/v1/audit/sign-ins", responses=problems(422), tags=["overview"])
async def show_sign_ins(  # each is a parameter of the address
    request: AnyRequest,
    front: NamedDependency[Front],
    actor: ByWhom = None,
    since: Since = None,
    until: Until = None,
    after: After = None,
    limit: Limit = PAGE_USUAL,
) -> SignInPage:
    """Search who signed in or tried to, from where, and how it ended; the log is a chain of its own."""
    check_moments(since, until)
    rendering, place = rendering_for(request, front), as_text(after, "after") if after else None

    def look() -> SignInPage:
        with front.assembly.database.read() as connection:
            page = list_sign_ins(connection, Tried(actor, since, until), place, limit)
        return SignInPage([_sign_in(rendering, entry) for entry in page.lines], page.after)

    return await in_thread(front.assembly.threads, look)


def _sign_in(rendering: Rendering, entry: SignInEntry) -> SignInShape:
    user = rendering.person(entry.user) if entry.user else None
    return SignInShape(entry.number, entry.at, entry.outcome, user, entry.address)


@get("/api/v1/audit/verification", responses=problems(), tags=["overview"])
async def verification(request: AnyRequest, front: NamedDependency[Front]) -> Certificate:
    """Follow every chain, rebuild every item from its history and compare; may take long. 429 while another runs."""
    user_id = caller_of(request).actor.id
    return await in_thread(front.assembly.slow_threads, lambda: verified(front, user_id))


@get("/api/v1/audit/matrix", responses=problems(404), tags=["overview"])
async def matrix(request: AnyRequest, front: NamedDependency[Front], person: Person = None) -> Matrix:
    """Tell who may do what, from the policy that is in force and the roles as they are held today."""
    rendering = rendering_for(request, front)
    directory = rendering.directory
    if person is not None and person not in directory.people:
        raise Problem(404, "not_found")
    own = None if person is None else {one.role for one in directory.memberships.get(person, ())}
    routes = [
        RouteShape(method, path, _roles(rule.is_open, rule.roles), rule.row)
        for (method, path), rule in sorted(front.policy.rules.items())
        if own is None or rule.allows(own)
    ]
    holders = [
        HolderShape(role, rendering.unit(unit), [rendering.person(user) for user in users])
        for (role, unit), users in sorted(directory.holders.items())
        if person is None or person in users
    ]
    return Matrix(routes, holders)


def _roles(is_open: bool, roles: frozenset[str] | None) -> list[str]:  # noqa: FBT001  # a cell of the policy
    if is_open:
        return ["everyone"]
    return ["signed_in"] if roles is None else sorted(roles)


def _change(rendering: Rendering, change: Change) -> ChangeShape:
    return ChangeShape(
        number=change.number,
        at=change.at,
        actor=rendering.person(change.actor),
        what=change.what,
        subject=change.subject,
        before=change.before,
        after=change.after,
        reason=change.reason,
    )


def verified(front: Front, user_id: str) -> Certificate:
    """Follow every chain; raises Problem 429 while that is under way already."""
    with alone():
        return _certificate(front, user_id)


@contextmanager
def alone() -> Iterator[None]:
    """Let nobody else follow the chains meanwhile; raises Problem 429 when somebody does."""
    if not ONE_AT_A_TIME.acquire(blocking=False):
        later = {"Retry-After": str(WAIT_SECONDS)}
        raise Problem(429, "too_many_requests", params={"seconds": WAIT_SECONDS}, headers=later)
    try:
        yield
    finally:
        ONE_AT_A_TIME.release()


def _certificate(front: Front, user_id: str) -> Certificate:
    database, now = front.assembly.database, front.assembly.clock.now()
    verdict, log, tries = verify(database, front.assembly.library), CHANGES.verify(database), SIGN_INS.verify(database)
    ledger = verify_money(database, front.assembly.library, now)
    with database.snapshot() as connection:
        anchors = anchors_at(connection, now)
    certificate = Certificate(
        at=now,
        by=user_id,
        clean=verdict.is_clean and not ledger.faults and log.broken_at is None and tries.broken_at is None,
        items=verdict.cases,
        records=verdict.records,
        ledgers=ledger.ledgers,
        ledger_entries=ledger.entries,
        faults=[
            *(FaultShape(fault.case_id, fault.seq, fault.what) for fault in verdict.faults),
            *(FaultShape(fault.where, 0, fault.what) for fault in ledger.faults),
        ],
        changes=log.changes,
        changes_broken_at=log.broken_at,
        items_anchor=anchors.items,
        ledgers_anchor=anchors.ledgers,
        office_anchor=anchors.office,
        sign_ins=tries.changes,
        sign_ins_broken_at=tries.broken_at,
        sign_ins_anchor=anchors.sign_ins,
    )
    told = msgspec.to_builtins(certificate)
    certificate.digest = digest_of({name: value for name, value in told.items() if name != "digest"})
    return certificate


HANDLERS: list[HTTPRouteHandler] = [changes, show_sign_ins, verification, matrix]
