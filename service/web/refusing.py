"""What a page answers when something is in the way: sign in first, or a page that says what happened and what to do."""

from typing import Any
from urllib.parse import urlencode

from litestar import Litestar, Response
from litestar.enums import MediaType
from litestar.response import Redirect
from litestar.types import ASGIApp, Receive, Scope, Send

from engine.refusal import Unavailable
from service.http.answering import AnyRequest
from service.http.front import Front
from service.http.gate import in_thread
from service.http.problems import Problem
from service.http.visit import visit_of
from service.web.pages import problem_page
from service.web.reading import greet_briefly, recognise, wording_of
from service.web.sending_again import Sent, sent_by

LOGIN, PASSWORD, SECOND_PROOF = "/login", "/settings/password", "/settings/second-proof"  # addresses
UNKNOWN_PERSON, NOT_ALLOWED, TOO_MANY, FAILED_MIN = 401, 403, 429, 500


def wants_page(request: AnyRequest) -> bool:
    """Say whether a person looks at the answer: a browser that navigates, not a program and not a script."""
    return "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/api/")


def refuse(request: AnyRequest, front: Front, error: Exception) -> Response[str] | Redirect:
    """Answer an error with a page; the answer for programs is `Answering.handle`."""
    problem = front.answering.report(request, error)
    if problem.status == UNKNOWN_PERSON:
        return Redirect(f"{LOGIN}?{urlencode({'next': _way_back(request)})}", status_code=303)
    if problem.kind == "password_expired":
        return Redirect(PASSWORD, status_code=303)
    if problem.kind == "second_proof_missing":
        return Redirect(SECOND_PROOF, status_code=303)
    return Framed(front, problem)


class Framed(Response[str]):
    """The page of a problem in the frame of every page, for which the database is read: in a thread.

    Errors are answered where all requests take turns; a database that lets one wait would hold up all of them. Where
    the fault may be the database's own, the frame is only what needs none.
    """

    def __init__(self, front: Front, problem: Problem) -> None:
        """Draw it when it is sent."""
        super().__init__("", status_code=problem.status)
        self._front, self._problem = front, problem

    def to_asgi_response(  # type: ignore[override]  # drawn and sent as a whole
        self,
        app: Litestar | None,
        request: AnyRequest,
        **given: Any,  # noqa: ANN401  # passed on
    ) -> ASGIApp:
        """Draw it, briefly where there is no room for it or no database."""
        front, problem = self._front, self._problem

        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            sent = await sent_by(request, problem)

            def framed() -> Response[str]:
                recognise(request, front)
                return _page(request, front, problem, sent, is_brief=False)

            try:
                if problem.status >= FAILED_MIN:
                    found = _page(request, front, problem, sent)
                else:
                    found = await in_thread(front.assembly.threads, framed)
            except Unavailable:
                found = _page(request, front, problem, sent)
            await found.to_asgi_response(app, request, **given)(scope, receive, send)

        return answer


def _page(
    request: AnyRequest, front: Front, problem: Problem, sent: Sent | None, *, is_brief: bool = True
) -> Response[str]:
    if is_brief:
        greet_briefly(request, front)
    wording = wording_of(request, front)
    title, detail = told(front, request, problem)
    reasons = [wording.sentence(reason) for reason in problem.reasons]
    answer = problem_page(request, problem.status, title, detail, reasons, sent)
    answer.headers.update(problem.headers)
    return answer


def told(front: Front, request: AnyRequest, problem: Problem) -> tuple[str, str]:
    """Give a problem's title and what to do, in the page's language; some tell people otherwise than programs."""
    catalogue, language = front.assembly.catalogue, wording_of(request, front).language
    t = catalogue.speak(language)
    leaf = "page" if f"problems.{problem.kind}.page" in catalogue.messages[language] else "detail"
    number = visit_of(request).id
    return t(f"problems.{problem.kind}.title"), t(f"problems.{problem.kind}.{leaf}", number=number, **problem.params)


def plain(text: str, status: int) -> Response[str]:
    """Answer a script of ours with one sentence."""
    return Response(text, media_type=MediaType.TEXT, status_code=status)


def _way_back(request: AnyRequest) -> str:
    """Where signing in leads to: back to what was asked for, unless that was to change something."""
    if request.method not in {"GET", "HEAD"}:
        return "/"
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")
