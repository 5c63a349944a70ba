"""Pages for standing in: a person's own authorisations, all of them for administrators."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import Struct

from adapters.sql.directory import ZONE, Delegation
from adapters.sql.office_log import By
from engine.refusal import NotFound, Refused
from service.authorising import DAYS_MAX, end, give
from service.http.front import Front
from service.http.gate import AnyRequest, caller_of, in_thread
from service.texts import Speech
from service.web.desk import AnyPage
from service.web.fields import Choice, Field
from service.web.form_input import FormInput, read_form
from service.web.lists import Column, by_key
from service.web.pages import form_values, page, speech_of
from service.web.parts import Status, Tone
from service.web.reading import Look, look, wording_of
from service.web.views.people_choices import people_choices

OWN, ALL = "/settings/authorisations", "/admin/authorisations"
LEAVING = "/admin/people/{person_id}/leaving"
FINE, WRONG = 200, 422
REASON_LENGTH_MAX = 1_000
DAY = timedelta(days=1)
TONES: Mapping[str, Tone] = {"current": "good", "coming": "active", "over": "plain"}


class AuthorisationRow(Struct, frozen=True):
    """An authorisation in a list. `until` is its last day; money in fen."""

    number: str
    giver: str
    taker: str
    what: str
    since: date
    until: date
    amount_max: int | None
    status: Status
    is_over: bool


@get(OWN, include_in_schema=False)
async def show_own(request: AnyRequest, front: NamedDependency[Front]) -> Response[str]:
    """Whom the reader lets act for them, and for whom they may."""
    return await _own(request, front)


async def _own(
    request: AnyRequest, front: Front, wrong: Sequence[str] = (), form: FormInput | None = None
) -> Response[str]:
    def work(found: Look) -> dict[str, Any]:
        delegations, me = found.facts.directory.delegations, found.actor.id
        return {
            "given": [_row(one, found) for one in delegations if one.giver == me],
            "taken": [_row(one, found) for one in delegations if one.taker == me],
            "fields": _fields(found) if form is None else form.fields,
        }

    shown, t = await look(request, front, work), speech_of(request)
    return page(
        request,
        "authorisations.html",
        title=t("standing.title"),
        status=WRONG if wrong else FINE,
        wrong=wrong,
        problems=[] if form is None else form.problems,
        done=request.query_params.get("done", "") if not wrong else "",
        url=OWN,
        **_columns(t, "taker"),
        **shown,
    )


def _columns(t: Speech, *who: str) -> dict[str, Any]:
    names = (*who, "what", "days", "amount", "number", "status", "do")
    columns = [Column(name, t(f"standing.column.{name}"), numeric=name == "amount") for name in names]
    giver = Column("giver", t("standing.column.giver"))
    taken = [giver, *columns[1:-1]]
    return {"columns": columns, "taken_columns": taken, "column": by_key([giver, *columns])}


def _row(one: Delegation, found: Look) -> AuthorisationRow:
    t, now = found.t, found.reader.now
    is_over, is_coming = one.until_at <= now, one.from_at > now
    state = "over" if is_over else "coming" if is_coming else "current"
    title = None if one.definition is None else found.definition(one.definition).title
    return AuthorisationRow(
        number=one.id,
        giver=found.reader.person(one.giver),
        taker=found.reader.person(one.taker),
        what=t("standing.everything") if title is None else found.reader.says(title),
        since=one.from_at.astimezone(ZONE).date(),
        until=(one.until_at - timedelta(microseconds=1)).astimezone(ZONE).date(),
        amount_max=one.amount_max,
        status=Status(t(f"standing.state.{state}"), TONES[state]),
        is_over=is_over,
    )


def _fields(found: Look) -> list[Field]:
    t, today = found.t, found.reader.now.astimezone(ZONE).date()
    people = people_choices(found.facts.directory, but=found.actor.id)
    kinds = [
        Choice(key, found.reader.says(found.definition(key).title)) for key in found.front.assembly.library.published()
    ]
    return [
        Field("taker", t("standing.field.taker"), "choice", choices=people),
        Field("since", t("standing.field.since"), "date", today),
        Field("until", t("standing.field.until"), "date", hint=t("standing.until_hint", most=DAYS_MAX)),
        Field("definition", t("standing.field.definition"), "choice", choices=kinds, required=False),
        Field("amount", t("standing.field.amount"), "money", required=False, hint=t("standing.amount_hint")),
    ]


@post(OWN, include_in_schema=False)
async def give_own(request: AnyRequest, front: NamedDependency[Front]) -> AnyPage:
    """Let somebody act for the reader."""
    fields, t = await look(request, front, _fields), speech_of(request)
    form, assembly = read_form(fields, form_values(await request.form()), t).needing(t), front.assembly
    if form.problems:
        return await _own(request, front, [one.message for one in form.problems], form)
    me, now = caller_of(request).actor.id, assembly.clock.now()
    since = datetime.combine(form["since"].value, datetime.min.time(), ZONE)
    until = datetime.combine(form["until"].value, datetime.min.time(), ZONE) + DAY
    made = Delegation(
        assembly.ids.new(),
        me,
        form["taker"].value,
        since,
        until,
        form["definition"].value,
        form["amount"].value,
    )
    try:
        await in_thread(assembly.threads, lambda: give(assembly, made, By(me, now)))
    except Refused as refused:
        return await _own(request, front, _said(request, front, refused), form)
    front.callers.forget(made.taker)
    return Redirect(f"{OWN}?done=given", status_code=303)


@post(f"{OWN}/{{number:str}}", include_in_schema=False)
async def end_own(request: AnyRequest, number: FromPath[str], front: NamedDependency[Front]) -> AnyPage:
    """End an authorisation that the reader gave."""
    me, assembly = caller_of(request).actor.id, front.assembly
    by = By(me, assembly.clock.now())
    await in_thread(assembly.threads, lambda: end(assembly, number, by, lambda one: one.giver == me))
    return Redirect(f"{OWN}?done=ended", status_code=303)


@get(ALL, include_in_schema=False)
async def show_all(request: AnyRequest, front: NamedDependency[Front]) -> Response[str]:
    """Every authorisation, and the way to handing over the work of somebody who leaves."""
    return await _all(request, front)


async def _all(request: AnyRequest, front: Front, wrong: Sequence[str] = ()) -> Response[str]:
    def work(found: Look) -> dict[str, Any]:
        rules, roles = front.policy.rules, found.caller.roles
        rows = [_row(one, found) for one in found.facts.directory.delegations]
        return {
            "rows": sorted(rows, key=lambda one: (one.is_over, one.until, one.number)),
            "may_end": rules["POST", f"{ALL}/{{number}}"].allows(roles),
            "may_hand": rules["POST", LEAVING].allows(roles),
        }

    shown, t = await look(request, front, work), speech_of(request)
    return page(
        request,
        "admin/authorisations.html",
        title=t("standing.all_title"),
        status=WRONG if wrong else FINE,
        wrong=wrong,
        done=request.query_params.get("done", "") if not wrong else "",
        url=ALL,
        **_columns(t, "giver", "taker"),
        **shown,
    )


@post(f"{ALL}/{{number:str}}", include_in_schema=False)
async def end_any(request: AnyRequest, number: FromPath[str], front: NamedDependency[Front]) -> AnyPage:
    """End an authorisation for somebody; a reason is needed."""
    reason, assembly = _reason(await request.form()), front.assembly
    if not reason:
        return await _all(request, front, [speech_of(request)("people.reason_missing")])
    by = By(caller_of(request).actor.id, assembly.clock.now(), reason)
    try:
        await in_thread(assembly.threads, lambda: end(assembly, number, by))
    except NotFound:
        return await _all(request, front, [speech_of(request)("standing.gone")])
    return Redirect(f"{ALL}?done=ended", status_code=303)


def _reason(form: FormMultiDict) -> str:
    return str(form.get("reason", "")).strip()[:REASON_LENGTH_MAX]


def _said(request: AnyRequest, front: Front, refused: Refused) -> list[str]:
    return [wording_of(request, front).sentence(reason) for reason in refused.reasons]


HANDLERS: list[HTTPRouteHandler] = [show_own, give_own, end_own, show_all, end_any]
