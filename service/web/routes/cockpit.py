"""The cockpit of operations: how the service is, what went wrong and waits for a person, and what to do about it."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from engine.refusal import Conflict, NotFound, Refused
from service.http.front import Front
from service.http.gate import AnyRequest, in_thread
from service.http.ops import handled, ops_of
from service.http.ops_shapes import Handling, IncidentShape
from service.texts import Speech
from service.web.desk import AnyPage
from service.web.formats import Formats
from service.web.lists import Column, by_key
from service.web.pages import page, speech_of
from service.web.parts import Fact, Status, Tone
from service.web.reading import Look, look, wording_of
from service.web.site import CHINA
from service.web.views.people_choices import people_choices

ROOT = "/admin/ops"
FINE, WRONG = 200, 422
SPANS = (("days", 86_400), ("hours", 3_600), ("minutes", 60), ("seconds", 1))
"""Units of time with their seconds, the largest first."""

TONES: dict[str, Tone] = {"lost": "bad", "failing": "warn", "timer": "warn", "task": "bad"}


@get(ROOT, include_in_schema=False)
async def show_ops(request: AnyRequest, front: NamedDependency[Front]) -> Response[str]:
    """How things stand, and what waits for a person."""
    return await _ops(request, front)


async def _ops(request: AnyRequest, front: Front, wrong: tuple[str, ...] = ()) -> Response[str]:
    t = speech_of(request)
    state = await in_thread(front.assembly.threads, lambda: ops_of(front))

    def work(found: Look) -> dict[str, Any]:
        people = people_choices(found.facts.directory)
        rules = front.policy.rules["POST", f"{ROOT}/{{incident_id}}/{{action}}"]
        rows = [
            (one, _status(one, found), found.reader.person(one.user) if one.user else "") for one in state.incidents
        ]
        return {"people": people, "may": rules.allows(found.caller.roles), "rows": rows}

    shown = await look(request, front, work)
    formats = Formats(t, CHINA)
    facts = [
        Fact(t("ops.health"), t(f"ops.state.{state.health.status}")),
        Fact(t("ops.tasks_open"), formats.number(state.waiting.tasks_open)),
        Fact(t("ops.timers_late"), formats.number(state.waiting.timers_late)),
        Fact(t("ops.messages_waiting"), formats.number(state.waiting.messages_waiting)),
        Fact(t("ops.lag"), _span(t, round(state.waiting.lag_seconds))),
        Fact(t("ops.disk"), formats.size(state.disk_free_bytes)),
    ]
    columns = [Column(name, t(f"ops.column.{name}")) for name in ("kind", "about", "since", "reason", "do")]
    return page(
        request,
        "admin/ops.html",
        title=t("ops.title"),
        status=WRONG if wrong else FINE,
        facts=facts,
        wrong=wrong,
        done="done" in request.query_params and not wrong,
        columns=columns,
        column=by_key(columns),
        **shown,
    )


def _span(t: Speech, seconds: int) -> str:
    """Say how long something has waited, in the largest unit of which it is at least two."""
    unit, length = next(one for one in SPANS if seconds >= 2 * one[1] or one[1] == 1)
    return t(f"ops.{unit}", count=seconds // length)


def _status(incident: IncidentShape, found: Look) -> Status:
    return Status(found.t(f"ops.kind.{incident.kind}"), TONES[incident.kind])


@post(f"{ROOT}/{{incident_id:str}}/{{action:str}}", include_in_schema=False)
async def handle_incident(
    request: AnyRequest, incident_id: FromPath[str], action: FromPath[str], front: NamedDependency[Front]
) -> AnyPage:
    """Try again, skip with a reason, or give the work to somebody."""
    form, t = await request.form(), speech_of(request)
    reason, to = str(form.get("reason", "")).strip()[:1_000], str(form.get("to", "")) or None
    if not reason:
        return await _ops(request, front, (t("people.reason_missing"),))
    try:
        await handled(request, front, incident_id, action, Handling(reason, to))
    except Refused as refused:
        return await _ops(request, front, tuple(map(wording_of(request, front).sentence, refused.reasons)))
    except (NotFound, Conflict):
        return await _ops(request, front, (t("ops.gone"),))
    return Redirect(f"{ROOT}?done=1", status_code=303)


HANDLERS: list[HTTPRouteHandler] = [show_ops, handle_incident]
