"""From exceptions to problem documents: what the engine, Litestar and our own code raise, each with its status."""

from collections.abc import Callable, Mapping
from errno import EDQUOT, ENOSPC
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException

from adapters.files.storage import MissingFileError
from adapters.identity.second_factor import WrongCode
from adapters.identity.signing_in import SignInFailed, TooManyAttempts
from engine.refusal import Conflict, KeyReused, NotFound, Refused, Unavailable
from service import log
from service.http.gate import caller_if_any
from service.http.problems import MEDIA_TYPE, Problem, ProblemDocument, Wording, input_reasons, kind_of_status
from service.http.visit import visit_of
from service.texts import Catalogue, Language

AnyRequest = Request[Any, Any, Any]
RETRY_SECONDS = 2
FAULT = 500
_KINDS = {413: "too_large", 428: "precondition_required", 429: "too_many_requests"}


class Answering:
    """Litestar's exception handler: says what went wrong in the reader's language."""

    def __init__(self, catalogue: Catalogue, default: Language, lock_minutes: int) -> None:
        """Speak with these texts; `default` is the language of readers who name none."""
        self._catalogue = catalogue
        self._default = default
        self._lock_minutes = lock_minutes

    def handle(self, request: AnyRequest, error: Exception) -> Response[ProblemDocument]:
        """Answer with a problem document."""
        document = self.document(request, error)
        headers = {**self.problem(error).headers, "Content-Language": self.language(request), "Vary": "Accept-Language"}
        return Response(document, status_code=document.status, media_type=MEDIA_TYPE, headers=headers)

    def document(self, request: AnyRequest, error: Exception) -> ProblemDocument:
        """Put an exception into words; a fault of ours is written to the log."""
        return self.wording(request).document(self.report(request, error), visit_of(request).id)

    def report(self, request: AnyRequest, error: Exception) -> Problem:
        """Say which problem an exception is, and write a line when the fault is ours."""
        problem = self.problem(error)
        if problem.status >= FAULT:
            facts = {"request": visit_of(request).id, "path": str(request.scope.get("path_template"))}
            log.write_fault(error, facts)
        return problem

    def wording(self, request: AnyRequest) -> Wording:
        """Give the words for this reader."""
        return Wording(self._catalogue, self.language(request))

    def language(self, request: AnyRequest) -> Language:
        """Choose what the request asks for, else what the person prefers, else the site's language."""
        asked = accepted(request.headers.get("accept-language", ""))
        caller = caller_if_any(request)
        return asked or (caller.language if caller is not None else self._default)

    def problem(self, error: Exception) -> Problem:
        """Say which problem an exception is."""
        if isinstance(error, Problem):
            return error
        for kind, make in _PROBLEMS.items():
            if isinstance(error, kind):
                return make(error)
        if isinstance(error, TooManyAttempts):
            return Problem(
                429,
                "locked",
                params={"minutes": self._lock_minutes},
                headers={"Retry-After": str(self._lock_minutes * 60)},
            )
        return Problem(FAULT, "internal_server_error")


def accepted(header: str) -> Language | None:
    """Give the language of ours that an Accept-Language header prefers, if it names one."""
    best: tuple[float, Language] | None = None
    for part in header.split(","):
        name, _, weight = part.partition(";q=")
        language = name.strip().lower()[:2]
        quality = _quality(weight)
        if language in {"zh", "en"} and quality > (best[0] if best else 0.0):
            best = (quality, "zh" if language == "zh" else "en")
    return best[1] if best else None


def _quality(text: str) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0


def _http_problem(error: Any) -> Problem:  # noqa: ANN401  # an HTTPException
    status = int(error.status_code)
    if isinstance(error, ValidationException):
        return Problem(status, "bad_request", reasons=input_reasons(error.extra))
    kind = _KINDS.get(status) or kind_of_status(status)
    if kind not in _PLAIN:
        kind = "bad_request" if status < FAULT else "internal_server_error"
    return Problem(status, kind, headers=error.headers or {})


def _storage_problem(error: Any) -> Problem:  # noqa: ANN401  # an OSError
    if error.errno in {ENOSPC, EDQUOT}:
        return Problem(507, "insufficient_storage")
    return Problem(FAULT, "internal_server_error")


_PLAIN = {
    "bad_request",
    "unauthorized",
    "forbidden",
    "not_found",
    "method_not_allowed",
    "request_timeout",
    "too_large",
    "internal_server_error",
    "service_unavailable",
}
"""Problems whose texts need no parameters, so that any error of the framework may use them."""

_PROBLEMS: Mapping[type[Exception], Callable[[Any], Problem]] = {
    HTTPException: _http_problem,
    Refused: lambda error: Problem(422, "refused", reasons=error.reasons),
    Conflict: lambda _: Problem(409, "lost_race"),
    NotFound: lambda _: Problem(404, "not_found"),
    KeyReused: lambda _: Problem(422, "key_reused"),
    Unavailable: lambda _: Problem(503, "service_unavailable", headers={"Retry-After": str(RETRY_SECONDS)}),
    SignInFailed: lambda _: Problem(401, "sign_in_failed", headers={"WWW-Authenticate": "Bearer"}),
    WrongCode: lambda _: Problem(401, "wrong_code", headers={"WWW-Authenticate": "Bearer"}),
    msgspec.DecodeError: lambda _: Problem(400, "bad_request"),
    MissingFileError: lambda _: Problem(404, "not_found"),
    OSError: _storage_problem,
    UnicodeDecodeError: lambda _: Problem(400, "bad_request"),
    RecursionError: lambda _: Problem(400, "bad_request"),
}
