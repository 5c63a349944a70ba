"""The interface on pages, for people who write programs: calls, types, and every kind of problem with what to do."""

from asyncio import to_thread

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from service.http.front import Front
from service.http.gate import AnyRequest, caller_if_any, in_thread
from service.http.problems import KINDS
from service.web.pages import page, speech_of
from service.web.reading import greet
from service.web.views.calls import ROOT, Described, described

CALLS, PROBLEMS = f"{ROOT}/calls", f"{ROOT}/problems"
UNKNOWN = dict.fromkeys(("max", "seen", "revision", "wanted", "seconds", "minutes"), "…")
"""What stands in an explanation for numbers that only a real problem has."""


@get(CALLS, include_in_schema=False)
async def show_calls(request: AnyRequest, front: NamedDependency[Front]) -> Response[str]:
    """All calls, by what they are about."""
    found = await _described(request, front)
    groups = [
        (name, text, [call for call in found.calls.values() if call.group == name])
        for name, text in found.groups.items()
    ]
    title = speech_of(request)("calls.title")
    return page(request, "calls.html", title=title, found=found, groups=groups, problems_url=PROBLEMS)


@get(f"{CALLS}/{{call:str}}", include_in_schema=False)
async def show_call(request: AnyRequest, call: FromPath[str], front: NamedDependency[Front]) -> Response[str]:
    """One call: what it is sent and what it answers."""
    found = (await _described(request, front)).calls.get(call)
    if found is None:
        raise NotFoundException
    return page(request, "call.html", title=f"{found.method} {found.path}", call=found, back_url=CALLS)


@get(f"{ROOT}/types/{{shape:str}}", include_in_schema=False)
async def show_type(request: AnyRequest, shape: FromPath[str], front: NamedDependency[Front]) -> Response[str]:
    """One type: its fields, or its words."""
    kind = (await _described(request, front)).kinds.get(shape)
    if kind is None:
        raise NotFoundException
    return page(request, "call_type.html", title=kind.name, kind=kind, back_url=CALLS)


@get(PROBLEMS, include_in_schema=False)
async def show_problems(request: AnyRequest) -> Response[str]:
    """Every kind of problem, by status."""
    t = speech_of(request)
    rows = [
        (kind, status, t(f"problems.{kind}.title"))
        for kind, status in sorted(KINDS.items(), key=lambda pair: (pair[1], pair[0]))
    ]
    title = t("calls.problems")
    return await to_thread(page, request, "call_problems.html", title, rows=rows, url=PROBLEMS, back_url=CALLS)


@get(f"{PROBLEMS}/{{kind:str}}", include_in_schema=False)
async def show_problem(request: AnyRequest, kind: FromPath[str]) -> Response[str]:
    """One kind of problem: what happened, and what a program does about it. `type` of a problem document leads here."""
    if kind not in KINDS:
        raise NotFoundException
    t = speech_of(request)
    title, text = t(f"problems.{kind}.title"), t(f"problems.{kind}.detail", **UNKNOWN)
    advice = t(f"problems.{kind}.advice")
    facts = (kind, KINDS[kind], text, advice)
    return await to_thread(page, request, "call_problem.html", title, back_url=PROBLEMS, facts=facts)


async def _described(request: AnyRequest, front: Front) -> Described:
    def work() -> Described:
        if caller_if_any(request) is not None:
            greet(request, front)
        return described(request.app)

    return await in_thread(front.assembly.slow_threads, work)


HANDLERS: list[HTTPRouteHandler] = [show_calls, show_call, show_type, show_problems, show_problem]
