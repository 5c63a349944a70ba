"""Pages for auditors: who changed what, whether the chains hold, who may do what, and taking the log along."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.enums import MediaType
from litestar.handlers import HTTPRouteHandler
from litestar.response import Stream

from adapters.sql.directory import ZONE
from adapters.sql.office_log import Change, Wanted, list_changes, verify_log
from adapters.sql.reads.audit import Question, list_deeds
from adapters.sql.reads.cases import Filter, Scope
from adapters.sql.verify import verify
from engine.values import Json
from service.administering import CLASHES
from service.http.audit import LOG_READER
from service.http.callers import Caller
from service.http.front import Front
from service.http.gate import AnyRequest, caller_of, in_thread
from service.http.lists import scope_of
from service.web.lists import Address, Column, by_key, pager
from service.web.pages import address_of, page, speech_of
from service.web.parts import Tab
from service.web.reading import Look, look

ROOT = "/audit"
VIEWS = ("office", "items")
PAGE_LINES = 50
TEXT_LENGTH_MAX = 100
SHOWN_FAULTS_MAX = 50


@get(ROOT, include_in_schema=False)
async def show_audit(request: AnyRequest, front: NamedDependency[Front]) -> Response[str]:
    """Who changed what around the items, before and after; and what was done to the items."""
    address, t = address_of(request), speech_of(request)
    view = address.get("view", VIEWS[0])
    view = view if view in VIEWS else VIEWS[0]
    after = address.get("after") or None

    def work(found: Look) -> dict[str, Any]:
        if view == "office":
            changes = list_changes(found.connection, _wanted(address), after, PAGE_LINES)
            rows = [(one, found.reader.person(one.actor), differences(one)) for one in changes.lines]
            return {"rows": rows, "pager": pager(address, len(rows), next_key=changes.after)}
        question = Question(address.get("actor") or None, _day(address, "from"), _day(address, "until", 1), Filter())
        deeds = list_deeds(found.connection, _scope(found.caller), question, after, PAGE_LINES)
        hides = LOG_READER in found.caller.roles
        lines = [(one, found.reader.person(one.record.actor), "" if hides else one.title) for one in deeds.lines]
        return {"rows": lines, "pager": pager(address, len(lines), next_key=deeds.after)}

    shown = await look(request, front, work)
    names = (
        ("at", "actor", "what", "subject", "change") if view == "office" else ("at", "actor", "what", "item", "hash")
    )
    columns = [Column(name, t(f"audit.column.{name}")) for name in names]
    tabs = [Tab(t(f"audit.view.{one}"), f"{ROOT}?view={one}", one == view) for one in VIEWS]
    values = {name: address.get(name)[:TEXT_LENGTH_MAX] for name in ("actor", "what", "subject", "from", "until")}
    return page(
        request,
        "admin/audit.html",
        title=t("audit.title"),
        view=view,
        tabs=tabs,
        columns=columns,
        column=by_key(columns),
        values=values,
        **shown,
    )


def _scope(caller: Caller) -> Scope:
    """Give the items whose history somebody may search: who reads the log, all; others those they see."""
    scope = scope_of(caller)
    return replace(scope, below=None) if LOG_READER in caller.roles else scope


def _wanted(address: Address) -> Wanted:
    actor, what, subject = (
        address.get(name).strip()[:TEXT_LENGTH_MAX] or None for name in ("actor", "what", "subject")
    )
    return Wanted(actor, what, subject, _day(address, "from"), _day(address, "until", 1))


def _day(address: Address, name: str, later: int = 0) -> datetime | None:
    """Read a day of the search: its beginning, or with `later` the beginning of a day after it."""
    try:
        day = datetime.strptime(address.get(name), "%Y-%m-%d").replace(tzinfo=ZONE)
        return (day + timedelta(days=later)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def differences(change: Change) -> list[tuple[str, str, str]]:
    """Give what a change made of its subject: the name of each part that differs, before and after."""
    before, after = (one if isinstance(one, dict) else {"": one} for one in (change.before, change.after))
    if change.before is None:
        before = {}
    if change.after is None:
        after = {}
    return [
        (key, _said(before.get(key)), _said(after.get(key)))
        for key in dict.fromkeys([*before, *after])
        if before.get(key) != after.get(key)
    ]


def _said(value: Json) -> str:
    return "—" if value is None else value if isinstance(value, str) else msgspec.json.encode(value).decode()


@get(f"{ROOT}/verify", include_in_schema=False)
async def check_chains(request: AnyRequest, front: NamedDependency[Front]) -> Response[str]:
    """Say what a check does; with `?run=1` follow every chain from first to last: the page is the certificate then."""
    assembly, title = front.assembly, speech_of(request)("audit.verify.title")
    await look(request, front, lambda _: None)
    if "run" not in request.query_params:
        return page(request, "admin/verify.html", title=title, verdict=None)
    verdict = await in_thread(assembly.slow_threads, lambda: verify(assembly.database, assembly.library))
    log = await in_thread(assembly.slow_threads, lambda: verify_log(assembly.database))
    return page(
        request,
        "admin/verify.html",
        title=title,
        verdict=verdict,
        log=log,
        at=assembly.clock.now(),
        faults=verdict.faults[:SHOWN_FAULTS_MAX],
        who=caller_of(request).actor.name,
        is_clean=verdict.is_clean and log.broken_at is None,
    )


@get(f"{ROOT}/access", include_in_schema=False)
async def show_access(request: AnyRequest, front: NamedDependency[Front]) -> Response[str]:
    """Who may do what: each role with its people and its calls, and people whose roles exclude one another."""
    address, t = address_of(request), speech_of(request)
    chosen = address.get("role")

    def work(found: Look) -> dict[str, Any]:
        directory, rules = found.facts.directory, front.policy.rules
        holders: dict[str, dict[str, None]] = {}
        for user_id, held in directory.memberships.items():
            for one in held:
                holders.setdefault(one.role, {})[found.reader.person(user_id)] = None
        roles = sorted({role for rule in rules.values() for role in rule.roles or ()})
        rows = []
        for role in roles:
            calls = [f"{method} {path}" for (method, path), rule in sorted(rules.items()) if role in (rule.roles or ())]
            reads = sum(call.startswith("GET ") for call in calls)
            rows.append((role, found.reader.role(role), list(holders.get(role, {})), reads, len(calls) - reads, calls))
        clashes = [
            (found.reader.person(user_id), [found.reader.role(role) for role in sorted(roles_held)])
            for user_id, held in sorted(directory.memberships.items())
            for roles_held in [{one.role for one in held}]
            if any(roles_held & first and (roles_held - first) & second for first, second in CLASHES)
        ]
        return {"rows": rows, "clashes": clashes}

    shown = await look(request, front, work)
    columns = [Column(name, t(f"audit.column.{name}")) for name in ("role", "people", "reads", "writes")]
    return page(
        request,
        "admin/access.html",
        title=t("audit.access.title"),
        columns=columns,
        column=by_key(columns),
        chosen=chosen,
        **shown,
    )


@get(f"{ROOT}/export", include_in_schema=False)
async def export(front: NamedDependency[Front]) -> Stream:
    """The office's log as lines of JSON, the latest first, each with its number: to keep and compare elsewhere."""

    def lines() -> Iterator[bytes]:
        after: str | None = None
        while True:
            with front.assembly.database.read() as connection:
                found = list_changes(connection, after=after, limit=PAGE_LINES)
            for one in found.lines:
                yield msgspec.json.encode(one) + b"\n"
            after = found.after
            if after is None:
                return

    headers = {"Content-Disposition": 'attachment; filename="office-log.jsonl"', "Cache-Control": "no-store"}
    return Stream(lines(), media_type=MediaType.TEXT, headers=headers)


HANDLERS: list[HTTPRouteHandler] = [show_audit, check_chains, show_access, export]
