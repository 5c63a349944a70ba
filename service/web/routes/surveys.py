"""Satisfaction by link and QR code: the sheet of codes that a township hands out, the page that anybody answers on.

A token answers once. What is kept of it is its hash, and the answer is kept without it; the evaluation counts answers
by who was asked (`workflows/guards/performance.py`).
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from adapters.documents.survey_sheet import sheet
from adapters.identity.attempts import Attempts
from adapters.sql.access import Access
from adapters.sql.histories import load
from adapters.sql.office_log import By
from adapters.sql.surveys import Answer, Leave, answer, give_out, leave_of, new_token, tally
from engine.case import Case
from engine.definition import Definition
from engine.refusal import NotFound, Refusal, Refused
from service.http.credentials import OPEN_BODY_BYTES_MAX
from service.http.front import Front
from service.http.gate import AnyRequest, caller_of, in_thread
from service.http.problems import Problem
from service.http.visit import visit_of
from service.telling import ZONE
from service.web.definition_fields import with_errors
from service.web.fields import Choice, Field, problems
from service.web.form_input import read_form
from service.web.pages import form_values, page, preferences_of, speech_of
from service.web.reading import Look, look_at_case
from service.web.views.addresses import item_url
from service.web.views.surveys import audiences
from workflows.guards.accepting import ACCEPTANCE
from workflows.guards.performance import EVALUATION
from workflows.performance import LEVELS

ASKING = {
    EVALUATION: frozenset({"surveying"}),
    ACCEPTANCE: frozenset({"testing", "panel", "conditional", "deciding"}),
}
"""The states in which people are asked, by the procedure whose survey it is."""

AUDIENCES = ("residents", "enterprises", "staff")
SHEET_MAX = 400
TOKEN = re.compile(r"[0-9A-Za-z_-]{22}")
LEAST_SECONDS, LEAST_SECONDS_USUAL = "surveys.least_seconds", 8
ANSWERS_PER_MINUTE_MAX, MINUTE = 20, timedelta(minutes=1)
"""Tries of one address at tokens, in all processes together."""

FINE, UNKNOWN, OVER, WRONG = 200, 404, 410, 422


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody without an account is shown: the project's name, and whether they may still answer."""

    project: str
    is_open: bool


@get("/items/{code:str}/survey", include_in_schema=False)
async def show_survey(request: AnyRequest, code: FromPath[str], front: NamedDependency[Front]) -> Response[str]:
    """How a survey stands, and the form that prints codes for whoever carries it out."""
    del code
    return await _survey_page(request, front, _sheet_fields(request))


async def _survey_page(
    request: AnyRequest, front: NamedDependency[Front], fields: list[Field], status: int = 200
) -> Response[str]:
    def work(found: Look, case: Case) -> dict[str, Any]:
        _only_surveys(case)
        counted = tally(found.connection, case.id)
        project = found.facts.case(str(case.data.get("project", "")))
        tier = str(project.data.get("tier", "")) if project is not None else ""
        return {
            "code": case.code,
            "name": found.title(case),
            "standing": audiences(counted, case, tier, found.facts, found.reader),
            "fast": counted.fast,
            "is_acceptance": case.definition == ACCEPTANCE,
            "may_print": _may_print(case, found.caller.actor.principals),
            "print_url": item_url(case.code, "survey"),
            "back_url": item_url(case.code),
        }

    context = await look_at_case(request, front, work)
    context |= {"fields": fields, "problems": problems(fields)}
    return page(request, "item_survey.html", title=speech_of(request)("survey.title"), status=status, **context)


def _only_surveys(case: Case) -> None:
    if case.definition not in ASKING:
        raise NotFound(f"survey of {case.code}")


def _may_print(case: Case, principals: frozenset[str]) -> bool:
    return case.state in ASKING[case.definition] and any(task.principal in principals for task in case.tasks)


def _sheet_fields(request: AnyRequest) -> list[Field]:
    t = speech_of(request)
    choices = [Choice(name, t(f"survey.audience.{name}")) for name in AUDIENCES]
    return [
        Field("audience", t("survey.for_whom"), "choice", choices=choices),
        Field("count", t("survey.how_many"), "integer", hint=t("survey.at_most", count=SHEET_MAX)),
    ]


@post("/items/{code:str}/survey", include_in_schema=False)
async def print_sheet(
    request: AnyRequest, code: FromPath[str], front: NamedDependency[Front]
) -> Response[bytes] | Response[str]:
    """Give out tokens and print them as QR codes; nobody can print the same ones again."""
    del code
    t = speech_of(request)
    form = read_form(_sheet_fields(request), form_values(await request.form()), t)
    count = form.values.get("count")
    if form.problems or not isinstance(count, int) or not 1 <= count <= SHEET_MAX:
        wrong = {} if form.problems else {"count": t("survey.at_most", count=SHEET_MAX)}
        fields = with_errors(form.fields, wrong)
        return await _survey_page(request, front, list(fields), WRONG)
    audience, actor = str(form.values["audience"]), caller_of(request).actor
    tokens = [new_token() for _ in range(count)]

    def work(found: Look, case: Case) -> tuple[str, str]:
        _only_surveys(case)
        if not _may_print(case, actor.principals):
            raise Refused(Refusal("permission.not_yours", where=case.state))
        return case.id, _project_name(found, case)

    case_id, name = await look_at_case(request, front, work)
    by = By(actor.id, front.assembly.clock.now())
    await in_thread(front.assembly.threads, lambda: give_out(front.assembly.database, by, case_id, audience, tokens))
    addresses = [f"{front.assembly.settings.origin}/survey/{token}" for token in tokens]
    language, words = preferences_of(request).language, (t(f"survey.audience.{audience}"), t("survey.note"))
    made = await in_thread(front.assembly.slow_threads, lambda: sheet(name, *words, language, addresses))
    headers = {"Content-Disposition": 'attachment; filename="survey.pdf"', "Cache-Control": "no-store"}
    return Response(made, media_type="application/pdf", headers=headers, status_code=FINE)


def _project_name(found: Look, case: Case) -> str:
    project = found.facts.case(str(case.data.get("project", "")))
    return found.title(project) if project is not None else case.code


@get("/survey/{token:str}", include_in_schema=False)
async def ask(request: AnyRequest, token: FromPath[str], front: NamedDependency[Front]) -> Response[str]:
    """The question, for whoever holds a token; no account is needed, and nothing is asked but the answer."""
    return _asked(request, await _question(request, token, front), _answer_fields(request), _opened(front))


@post("/survey/{token:str}", request_max_body_size=OPEN_BODY_BYTES_MAX, include_in_schema=False)
async def take_answer(request: AnyRequest, token: FromPath[str], front: NamedDependency[Front]) -> Response[str]:
    """Keep an answer, once a token and while the survey is open."""
    question = await _question(request, token, front)
    values = form_values(await request.form())
    form = read_form(_answer_fields(request), values, speech_of(request))
    opened = (values.get("opened") or [""])[0]
    if question is None or not question.is_open or form.values.get("level") not in LEVELS:
        fields = with_errors(form.fields, {"level": speech_of(request)("survey.choose")})
        return _asked(request, question, fields, opened)
    now = front.assembly.clock.now()
    said = Answer(
        str(form.values["level"]), now.astimezone(ZONE).date(), is_fast=_seconds(opened, now) < _least(front, now)
    )
    kept = await in_thread(front.assembly.threads, lambda: answer(front.assembly.database, token, said))
    if not kept:
        return _asked(request, Question(question.project, is_open=False), [], "")
    return page(request, "survey_done.html", title=speech_of(request)("survey.thanks"))


def _opened(front: Front) -> str:
    return front.assembly.clock.now().isoformat()


def _seconds(opened: str, now: datetime) -> float:
    """Give how long the question was open; none at all when the form does not say it rightly."""
    try:
        return (now - datetime.fromisoformat(opened)).total_seconds()
    except (TypeError, ValueError):
        return 0


def _least(front: Front, now: datetime) -> int:
    with front.assembly.database.read() as connection:
        found = front.assembly.organisation.facts(connection).policy(LEAST_SECONDS, now.astimezone(ZONE).date())
    return found if isinstance(found, int) else LEAST_SECONDS_USUAL


def _answer_fields(request: AnyRequest) -> list[Field]:
    t = speech_of(request)
    choices = [Choice(name, t(f"survey.level.{name}")) for name in LEVELS]
    return [Field("level", t("survey.question"), "choice", choices=choices)]


async def _question(request: AnyRequest, token: str, front: Front) -> Question | None:
    """Give what a token leads to; None for one that was never given out. Raises `Problem` (429) for many tries."""
    tries = Attempts(Access(front.assembly.database), 0, ANSWERS_PER_MINUTE_MAX, MINUTE)
    address, now = visit_of(request).address, front.assembly.clock.now()
    wait = await in_thread(front.assembly.threads, lambda: tries.knock("survey", address, now))
    if wait:
        seconds = int(wait.total_seconds()) + 1
        raise Problem(429, "too_many_requests", params={"seconds": seconds}, headers={"Retry-After": str(seconds)})
    if not TOKEN.fullmatch(token):
        return None

    def work() -> Question | None:
        with front.assembly.database.read() as connection:
            leave = leave_of(connection, token)
            if leave is None:
                return None
            case = load(connection, leave.case_id)
            project = front.assembly.organisation.facts(connection).case(str(case.data.get("project", "")))
        definition = front.assembly.library.get(project.definition, project.version).definition if project else None
        return Question(_name(project, definition), _is_open(leave, case))

    return await in_thread(front.assembly.threads, work)


def _is_open(leave: Leave, case: Case) -> bool:
    return case.state in ASKING.get(case.definition, ()) and not leave.is_used


def _name(project: Case | None, definition: Definition | None) -> str:
    """Give the project's name as its procedure lists it first; nothing else of it is shown."""
    field = definition.summary[0] if definition is not None and definition.summary else ""
    return str(project.data.get(field, "")) if project is not None else ""


def _asked(request: AnyRequest, question: Question | None, fields: list[Field], opened: str) -> Response[str]:
    found = problems(fields)
    status = UNKNOWN if question is None else OVER if not question.is_open else WRONG if found else FINE
    return page(
        request,
        "survey.html",
        title=speech_of(request)("survey.heading"),
        status=status,
        question=question,
        fields=fields,
        opened=opened,
        problems=found,
    )


HANDLERS: list[HTTPRouteHandler] = [show_survey, print_sheet, ask, take_answer]
"""Every handler of surveys."""
