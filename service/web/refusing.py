"""What a page answers when something is in the way: sign in first, or a page that says what happened and what to do."""

from urllib.parse import urlencode

from litestar import Response
from litestar.enums import MediaType
from litestar.response import Redirect

from service.http.answering import AnyRequest
from service.http.front import Front
from service.http.problems import Problem
from service.web.pages import problem_page
from service.web.reading import greet_briefly, recognise, wording_of

LOGIN, PASSWORD, SECOND_PROOF = "/login", "/settings/password", "/settings/second-proof"  # addresses
UNKNOWN_PERSON, NOT_ALLOWED, TOO_MANY, FAILED_MIN = 401, 403, 429, 500


def wants_page(request: AnyRequest) -> bool:
    """Say whether a person looks at the answer: a browser that navigates, not a program and not a script."""
    return "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/api/")


def refuse(request: AnyRequest, front: Front, error: Exception) -> Response[str] | Redirect:
    """Answer an error with a page; the answer for programs is `Answering.handle`."""
    problem = front.answering.report(request, error)
    if problem.status < FAILED_MIN:
        recognise(request, front)
    else:
        greet_briefly(request, front)
    if problem.status == UNKNOWN_PERSON:
        return Redirect(f"{LOGIN}?{urlencode({'next': _way_back(request)})}", status_code=303)
    if problem.kind == "password_expired":
        return Redirect(PASSWORD, status_code=303)
    if problem.kind == "second_proof_missing":
        return Redirect(SECOND_PROOF, status_code=303)
    wording = wording_of(request, front)
    title, detail = told(front, request, problem)
    reasons = [wording.sentence(reason) for reason in problem.reasons]
    answer = problem_page(request, problem.status, title, detail, reasons)
    answer.headers.update(problem.headers)
    return answer


def told(front: Front, request: AnyRequest, problem: Problem) -> tuple[str, str]:
    """Give a problem's title and what to do, in the page's language."""
    t = front.assembly.catalogue.speak(wording_of(request, front).language)
    return t(f"problems.{problem.kind}.title"), t(f"problems.{problem.kind}.detail", **problem.params)


def plain(text: str, status: int) -> Response[str]:
    """Answer a script of ours with one sentence."""
    return Response(text, media_type=MediaType.TEXT, status_code=status)


def _way_back(request: AnyRequest) -> str:
    """Where signing in leads to: back to what was asked for, unless that was to change something."""
    if request.method not in {"GET", "HEAD"}:
        return "/"
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")
