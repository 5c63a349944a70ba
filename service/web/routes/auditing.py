"""Pages for auditors: who changed what, whether the chains hold, who may do what, and taking the log along."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect

from adapters.documents.certificate import CertificatePaper, certificate_pdf
from adapters.documents.signature import public_key
from adapters.sql.directory import ZONE
from adapters.sql.office_log import By, Wanted, list_changes, record
from adapters.sql.reads.audit import Deed, Question, list_deeds
from adapters.sql.reads.cases import Filter, lines_of
from adapters.sql.secrets import SEAL, secret
from adapters.sql.sign_in_log import Tried, list_sign_ins
from adapters.sql.statements import Connection
from engine.definition import Field as DefinedField
from engine.definition import FieldType
from engine.events import DataChanged
from engine.values import Json
from service.administering import excluded_by
from service.http.audit import LOG_READER, audit_scope, before, mask_of
from service.http.evidence import Certificate, verified
from service.http.front import Front
from service.http.gate import AnyRequest, caller_of, in_thread
from service.web.fields import Choice
from service.web.formats import Formats
from service.web.lists import Address, Column, by_key, pager
from service.web.pages import address_of, page, speech_of
from service.web.parts import Tab
from service.web.reading import Look, look
from service.web.saved_views import AUDIT, opening, saved_views
from service.web.site import CHINA
from service.web.taking_along import Taken, take_along
from service.web.views.access_words import areas
from service.web.views.certificates import anchors_of, counts_of, faults_of, verdict_of
from service.web.views.office_words import KINDS, OfficeTeller
from service.web.views.reader import Reader

ROOT = "/audit"
VIEWS = ("office", "items", "sign_ins")
COLUMNS = {
    "office": ("at", "actor", "what", "subject", "change"),
    "items": ("at", "actor", "what", "item", "change", "hash"),
    "sign_ins": ("at", "actor", "what", "address"),
}
PAGE_LINES, DEEDS_SHOWN = 50, 20
SAID_LENGTH_MAX = 200
TEXT_LENGTH_MAX = 100
ITEM = "item:"
"""What begins the subject of a change of an item."""

Lines = tuple[Sequence[tuple[object, ...]], str | None]

BUILT_IN = frozenset({"everyone", "signed_in"})
"""Groups of the policy that are no roles."""


@get(ROOT, include_in_schema=False)
async def show_audit(request: AnyRequest, front: NamedDependency[Front]) -> Response[str] | Redirect:
    """Who changed what around the items, before and after; and what was done to the items. Questions can be kept."""
    address, t = address_of(request), speech_of(request)
    view = address.get("view", VIEWS[0])
    view = view if view in VIEWS else VIEWS[0]
    after = address.get("after") or None

    def work(found: Look) -> dict[str, Any]:
        rows, following = ROWS[view](found, address, after)
        views = saved_views(found.connection, found.actor.id, AUDIT)
        return {"rows": rows, "pager": pager(address, len(rows), next_key=following), "views": views}

    shown = await look(request, front, work)
    if (first := opening(shown["views"], address)) is not None:
        return Redirect(first.url, status_code=303)
    columns = [Column(name, t(f"audit.column.{name}")) for name in COLUMNS[view]]
    tabs = [Tab(t(f"audit.view.{one}"), f"{ROOT}?view={one}", one == view) for one in VIEWS]
    values = {name: address.get(name)[:TEXT_LENGTH_MAX] for name in ("actor", "what", "subject", "from", "until")}
    return page(
        request,
        "admin/audit.html",
        title=t("audit.title"),
        view=view,
        export_url=Address(f"{ROOT}/export", address.query).with_(view=view, after=None),
        tabs=tabs,
        columns=columns,
        column=by_key(columns),
        values=values,
        shelf=AUDIT,
        here=AUDIT.query_of(address),
        kinds=[Choice(kind, t(f"audit.what.{kind}")) for kind in KINDS],
        **shown,
    )


def _office_rows(found: Look, address: Address, after: str | None) -> Lines:
    changes = list_changes(found.connection, _wanted(address), after, PAGE_LINES)
    say = _teller(found, [one.subject for one in changes.lines])
    rows = [
        (one, found.reader.person(one.actor), say.deed(one.what), say.subject(one.subject), say.parts(one))
        for one in changes.lines
    ]
    return rows, changes.after


def _item_rows(found: Look, address: Address, after: str | None) -> Lines:
    deeds = list_deeds(found.connection, audit_scope(found.caller), _question(address), after, DEEDS_SHOWN)
    return [(_teller(found).command(one.record.command), *_deed_row(found, one)) for one in deeds.lines], deeds.after


def _sign_in_rows(found: Look, address: Address, after: str | None) -> Lines:
    tries = list_sign_ins(found.connection, Tried(*_whose(address)), after, PAGE_LINES)
    return [(one, found.reader.person(one.user) if one.user else "") for one in tries.lines], tries.after


ROWS: Mapping[str, Callable[[Look, Address, str | None], Lines]] = {
    "office": _office_rows,
    "items": _item_rows,
    "sign_ins": _sign_in_rows,
}
"""The lines of each view, and where the following page begins."""


def _question(address: Address) -> Question:
    return Question(*_whose(address), Filter())


def _whose(address: Address) -> tuple[str | None, datetime | None, datetime | None]:
    actor = address.get("actor").strip()[:TEXT_LENGTH_MAX]
    return actor or None, _day(address, "from"), _day(address, "until", 1)


def _deed_row(found: Look, deed: Deed) -> tuple[Deed, str, str, list[tuple[str, str, str]]]:
    """Show a deed: who, what the item is called, and what it changed; the last two not to who reads the log."""
    person = found.reader.person(deed.record.actor)
    if LOG_READER in found.caller.roles:
        return deed, person, "", []
    mask = mask_of(found.front, found.actor, deed)
    held = before(found.connection, deed)
    given = {
        name: value
        for event in deed.record.events
        if isinstance(event, DataChanged)
        for name, value in event.values.items()
    }
    fields = found.definition_of(found.case(deed.record.case_id)).fields
    shown_before, shown = mask.data(held), mask.data(given)
    changed = {name: (shown_before.get(name), shown[name]) for name, value in given.items() if value != held.get(name)}
    return deed, person, deed.title, [_part(found, name, fields.get(name), *pair) for name, pair in changed.items()]


def _part(found: Look, name: str, field: DefinedField | None, held: Json, given: Json) -> tuple[str, str, str]:
    """Say what a field held and holds: money as money, a choice by its title, other values as they are."""

    def said(value: Json) -> str:
        if field is not None and field.type is FieldType.MONEY and isinstance(value, int):
            return Formats(found.t, CHINA).money(value)
        titles = {} if field is None else {one.name: found.reader.says(one.title) for one in field.of}
        return titles.get(value, _cut(value)) if isinstance(value, str) else _cut(value)

    return found.reader.says(field.title) if field is not None else name, said(held), said(given)


def _cut(value: Json) -> str:
    """Say a value, shortened: whole it stands in the export."""
    said = _said(value)
    return said if len(said) <= SAID_LENGTH_MAX else f"{said[:SAID_LENGTH_MAX]}…"


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


def _said(value: Json) -> str:
    return "—" if value is None else value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _role_name(found: Look, role: str) -> str:
    return found.t(f"audit.access.{role}") if role in BUILT_IN else found.reader.role(role)


def _teller(found: Look, subjects: Iterable[str] = ()) -> OfficeTeller:
    items = {one.removeprefix(ITEM) for one in subjects if one.startswith(ITEM)}
    codes = {id: line.code for id, line in lines_of(found.connection, items).items()}
    published = found.front.assembly.library.published()
    return OfficeTeller(
        found.reader, lambda key: found.reader.says(found.definition(key).title) if key in published else None, codes
    )


@get(f"{ROOT}/verify", include_in_schema=False)
async def check_chains(request: AnyRequest, front: NamedDependency[Front]) -> Response[str]:
    """Say what a check does; with `?run=1` follow every chain from first to last: the page is the certificate then."""
    title, key = speech_of(request)("audit.verify.title"), await _key(front)
    reader = await look(request, front, lambda found: found.reader)
    if "run" not in request.query_params:
        return page(request, "admin/verify.html", title=title, counts=(), key=key)
    user_id = caller_of(request).actor.id
    found = await in_thread(front.assembly.slow_threads, lambda: verified(front, user_id))
    return page(
        request,
        "admin/verify.html",
        title=title,
        verdict=verdict_of(found, reader),
        is_clean=found.clean,
        counts=counts_of(found, reader),
        anchors=anchors_of(found, key, reader),
        faults=faults_of(found),
    )


@get(f"{ROOT}/verify/certificate.pdf", include_in_schema=False)
async def print_certificate(request: AnyRequest, front: NamedDependency[Front]) -> Response[bytes]:
    """Follow every chain and give the certificate as PDF, to sign and keep; `shenpi verify --certificate` reads it."""
    key, user_id = await _key(front), caller_of(request).actor.id
    reader = await look(request, front, lambda found: found.reader)

    def work() -> tuple[Certificate, bytes]:
        found = verified(front, user_id)
        return found, certificate_pdf(_paper(found, key, reader), msgspec.json.encode(found))

    found, content = await in_thread(front.assembly.slow_threads, work)
    name = f"certificate-{found.at.astimezone(CHINA):%Y%m%d-%H%M%S}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type="application/pdf", headers=headers)


async def _key(front: Front) -> str:
    """Give the key with which exports can be checked (hex)."""
    database = front.assembly.database
    return await in_thread(front.assembly.threads, lambda: public_key(secret(database, SEAL)).hex())


def _paper(found: Certificate, key: str, reader: Reader) -> CertificatePaper:
    t, county = reader.t, reader.rendering.directory.county
    return CertificatePaper(
        title=t("audit.verify.paper"),
        issuer="" if county is None else county.name,
        language=reader.language,
        verdict=verdict_of(found, reader),
        rows=[*counts_of(found, reader), *anchors_of(found, key, reader)],
        faults_title=t("audit.verify.faults"),
        faults=faults_of(found),
        note=t("audit.verify.inside"),
        footer=t("audit.verify.paper"),
        seals=[t("audit.verify.signed_by"), t("audit.verify.signed_on")],
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
            reads = [call for call in calls if call.startswith("GET ")]
            writes = [call for call in calls if not call.startswith("GET ")]
            people = list(holders.get(role, {}))
            rows.append((role, _role_name(found, role), people, areas(reads, found.t), areas(writes, found.t)))
        clashes = [
            (found.reader.person(user_id), [found.reader.role(role) for role in sorted(roles_held)])
            for user_id, held in sorted(directory.memberships.items())
            for roles_held in [{one.role for one in held}]
            if any(roles_held & excluded_by(role) for role in roles_held)
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


ASKED: Mapping[str, Callable[[Address], Wanted | Question | Tried]] = {
    "items": _question,
    "sign_ins": lambda address: Tried(*_whose(address)),
}
"""What a view other than the office's asks for."""


@get(f"{ROOT}/export", include_in_schema=False)
async def export(request: AnyRequest, front: NamedDependency[Front]) -> Response[bytes]:
    """What the search finds as a ZIP that proves itself; that it was taken along, and its seal, go into the log."""
    address, assembly = address_of(request), front.assembly

    def work(found: Look) -> Taken:
        return take_along(found, ASKED.get(address.get("view"), _wanted)(address))

    taken = await look(request, front, work)
    by = By(caller_of(request).actor.id, assembly.clock.now())
    told: Json = {"view": taken.view, "lines": taken.count}
    subject = f"export:{taken.seal}"

    def noted(connection: Connection) -> None:
        record(connection, by, "audit.exported", subject, None, told)

    await in_thread(assembly.threads, lambda: assembly.organisation.change(noted))
    headers = {"Content-Disposition": f'attachment; filename="audit-{taken.view}.zip"', "Cache-Control": "no-store"}
    return Response(taken.content, media_type="application/zip", headers=headers)


HANDLERS: list[HTTPRouteHandler] = [show_audit, check_chains, print_certificate, show_access, export]
