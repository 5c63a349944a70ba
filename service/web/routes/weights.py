"""Weights for the next call: what results propose, criterion by criterion, and the form by which a leader takes it."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect

from adapters.sql.office_log import By
from engine.refusal import Refused
from service.http.front import Front
from service.http.gate import AnyRequest, caller_of, in_thread
from service.http.weights import proposed
from service.next_weights import REPORT, Proposal, adopt
from service.texts import Speech
from service.web.desk import AnyPage
from service.web.lists import Column, by_key
from service.web.pages import page, speech_of
from service.web.parts import Status, Tone
from service.web.reading import Look, look, wording_of
from service.web.routes.overview import is_run, without_procedure
from service.web.routes.reports import ROOT as REPORTS
from service.web.routes.reports import WEIGHTS as ROOT
from service.web.routes.reports import reader_of
from service.web.views.addresses import item_url
from service.web.views.figures import NOTHING
from service.web.views.values import said
from workflows.figures.cells import PERCENT
from workflows.funds.papers import PROJECT
from workflows.guards.reading import text_in
from workflows.screening.next_weights import Proposed, Reason

FINE, WRONG = 200, 422
CRITERIA = ("criterion", "now", "proposed", "pairs", "reason")
PROJECTS = ("project", "panel", "a", "b", "c", "result")
NUMERIC = frozenset({"now", "proposed", "panel", "a", "b", "c", "result"})
WEIGHT = "weight-"
"""How the fields begin by which the form says what was seen."""


@get(ROOT, include_in_schema=False)
async def show_weights(request: AnyRequest, front: NamedDependency[Front]) -> Response[str]:
    """The proposal with the numbers and projects it rests on."""
    return await _shown(request, front)


@post(ROOT, include_in_schema=False)
async def adopt_weights(request: AnyRequest, front: NamedDependency[Front]) -> AnyPage:
    """Take over what was shown, from a day on, with the decision it rests on."""
    form, assembly, t = await request.form(), front.assembly, speech_of(request)
    typed = {name: str(form.get(name, "")).strip() for name in ("from", "reason")}
    seen = {name.removeprefix(WEIGHT): str(form[name]) for name in form if name.startswith(WEIGHT)}
    try:
        from_on, weights = date.fromisoformat(typed["from"]), {name: int(points) for name, points in seen.items()}
    except ValueError:
        return await _shown(request, front, [t("weights.bad_day")], typed)
    found = await proposed(request, front, reader_of(request, front))
    by = By(caller_of(request).actor.id, assembly.clock.now(), typed["reason"])
    try:
        await in_thread(assembly.slow_threads, partial(adopt, assembly, by, found, weights, from_on))
    except Refused as refused:
        words = list(map(wording_of(request, front).sentence, refused.reasons))
        return await _shown(request, front, words, typed)
    return Redirect(f"{ROOT}?done=1", status_code=303)


async def _shown(
    request: AnyRequest, front: Front, wrong: Sequence[str] = (), typed: dict[str, str] | None = None
) -> Response[str]:
    if not is_run(front):
        return without_procedure(request)
    t = speech_of(request)
    found = await proposed(request, front, reader_of(request, front))

    def around(here: Look) -> dict[str, Any]:
        return {
            "may": front.policy.rules["POST", ROOT].allows(here.caller.roles),
            "rows": [_row(one, here) for one in found.lines],
            "projects": _projects(found, here),
        }

    shown = await look(request, front, around)
    return page(
        request,
        "weights.html",
        title=t("weights.title"),
        status=WRONG if wrong else FINE,
        wrong=wrong,
        found=found,
        typed=typed or {"from": str(found.not_before), "reason": ""},
        columns=by_key(_columns(t, CRITERIA)),
        told=by_key(_columns(t, PROJECTS)),
        report_url=f"{REPORTS}/{REPORT}",
        done="done" in request.query_params and not wrong,
        **shown,
    )


def _columns(t: Speech, names: Sequence[str]) -> list[Column]:
    return [Column(name, t(f"weights.column.{name}"), numeric=name in NUMERIC) for name in names]


def _row(one: Proposed, here: Look) -> dict[str, Any]:
    t, evidence = here.t, one.evidence
    tone: Tone = "good" if one.reason is Reason.FORETELLS else "bad" if one.reason is Reason.MISLEADS else "plain"
    return {
        "criterion": t(f"county.criterion.{one.criterion}"),
        "field": f"{WEIGHT}{one.criterion}",
        "now": one.weight,
        "proposed": one.proposed,
        "change": f"{one.change:+d}" if one.change else "",
        "pairs": t(
            "weights.pairs",
            count=evidence.projects,
            agreeing=evidence.agreeing,
            opposing=evidence.opposing,
            correlation=f"{float(evidence.correlation):+.2f}",
        ),
        "reason": Status(t(f"weights.reason.{one.reason}"), tone),
    }


def _projects(found: Proposal, here: Look) -> list[dict[str, Any]]:
    grades = here.definition(PROJECT).fields["evaluation_grade"]
    return [
        {
            "code": one.project.code,
            "name": text_in(one.project.data, "name"),
            "url": item_url(one.project.code),
            "panel": f"{float(one.verdict.total):.1f}",
            **{
                name: f"{float(one.reached[name]) * PERCENT:.1f}" if name in one.reached else NOTHING
                for name in ("a", "b", "c")
            },
            "result": here.t(
                "weights.result", score=one.score or NOTHING, grade=said(here.reader, grades, one.grade) or NOTHING
            ),
        }
        for one in found.rests_on
    ]


HANDLERS: list[HTTPRouteHandler] = [show_weights, adopt_weights]
