"""Problem documents (RFC 9457): what went wrong and what to do, in the reader's language, with all reasons.

`type` names the kind of problem for programs, `title` and `detail` are for people, `reasons` has an entry for each
thing that stands in the way: its code, what it concerns, and the sentence.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from http import HTTPStatus

import msgspec

from engine.refusal import Refusal
from service.texts import Catalogue, Language

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "/schema/problems/"
"""Where a problem's `type` leads: a page of this service that says what happened and what a program does about it."""

KINDS: Mapping[str, int] = {
    "bad_request": 400,
    "key_malformed": 400,
    "key_missing": 400,
    "two_credentials": 400,
    "unauthorized": 401,
    "sign_in_failed": 401,
    "wrong_code": 401,
    "forbidden": 403,
    "forged": 403,
    "password_expired": 403,
    "second_proof_missing": 403,
    "not_found": 404,
    "method_not_allowed": 405,
    "request_timeout": 408,
    "lost_race": 409,
    "stale": 412,
    "stale_text": 412,
    "too_large": 413,
    "unsupported_media_type": 415,
    "file_refused": 422,
    "key_reused": 422,
    "refused": 422,
    "unsound": 422,
    "unreadable_model": 422,
    "precondition_required": 428,
    "too_many_requests": 429,
    "locked": 429,
    "internal_server_error": 500,
    "service_unavailable": 503,
    "insufficient_storage": 507,
}
"""Every kind of problem, and the status it is answered with."""


class Reason(msgspec.Struct):
    """One thing that stands in the way. `where` names the field, task, guard or parameter it is about."""

    code: str
    where: str
    message: str


class ProblemDocument(msgspec.Struct):
    """What an unsuccessful request is answered with. `instance` is the request's id, as in the log."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    reasons: list[Reason]


class Problem(Exception):
    """Raised by a handler to answer with a problem document. `kind` finds its texts: `problems.KIND.title`."""

    def __init__(
        self,
        status: int,
        kind: str,
        *,
        reasons: Iterable[Refusal] = (),
        params: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Say what happened; the words are looked up when the language is known."""
        super().__init__(kind)
        self.status = status
        self.kind = kind
        self.reasons = tuple(reasons)
        self.params = dict(params or {})
        self.headers = dict(headers or {})


@dataclass(frozen=True, slots=True)
class Wording:
    """Puts problems into words of one language."""

    catalogue: Catalogue
    language: Language

    def document(self, problem: Problem, instance: str) -> ProblemDocument:
        """Give the whole document."""
        speak = self.catalogue.speak(self.language)
        return ProblemDocument(
            type=TYPE_PREFIX + problem.kind,
            title=speak(f"problems.{problem.kind}.title"),
            status=problem.status,
            detail=speak(f"problems.{problem.kind}.detail", **problem.params),
            instance=f"urn:shenpi:request:{instance}",
            reasons=[self.reason(refusal) for refusal in problem.reasons],
        )

    def reason(self, refusal: Refusal) -> Reason:
        """Give one reason."""
        return Reason(refusal.code, refusal.where, self.sentence(refusal))

    def sentence(self, refusal: Refusal) -> str:
        """Give the sentence of a refusal: ours, in which `{text}` is the definition's own text, else that text."""
        own = "" if refusal.text is None else refusal.text.zh if self.language == "zh" else refusal.text.en
        key = f"refusals.{refusal.code}"
        if key not in self.catalogue.messages[self.language]:
            if own:
                return own
            key = "refusals.unnamed"
        said = {name: _grouped(value) for name, value in refusal.params.items()}
        params = {"where": refusal.where, "code": refusal.code, "text": own, **said}
        return self.catalogue.text(self.language, key, **params)


def _grouped(value: str | int) -> str | int:
    """Spell a sum of yuan as pages do: `2680000.00` as `2,680,000.00`."""
    return f"{Decimal(value):,.2f}" if isinstance(value, str) and _SUM.fullmatch(value) else value


_SUM = re.compile(r"-?\d{4,15}\.\d{2}")
_FIELD = r"`(?P<name>[^`]*)`"
_MESSAGES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(rf"missing required field {_FIELD}"), "input.missing"),
    (re.compile(rf"unknown field {_FIELD}"), "input.unknown"),
    (re.compile(r"Expected `(?P<expected>[^`]*)`, got `(?P<found>[^`]*)`"), "input.wrong_type"),
    (re.compile(r"Expected `(?P<expected>[^`]*)` (?P<bound>(?:of length )?[<>]=? -?[\d.]+)"), "input.out_of_bounds"),
    (re.compile(r"matching regex"), "input.wrong_form"),
    (re.compile(r"Invalid enum value"), "input.not_allowed"),
    (re.compile(r"Missing required|^'data'$"), "input.missing"),
)
"""What the parser says, and the code of the sentence we say instead (in both languages)."""

_PATH = re.compile(r"at `\$(?P<path>[^`]*)`")


def input_reasons(extra: object) -> Iterator[Refusal]:
    """Give the reasons of a request that did not fit its declaration, from what Litestar found."""
    for found in extra if isinstance(extra, list) else []:
        message, key = str(found.get("message", "")), str(found.get("key", ""))
        path = _PATH.search(message)
        where = key + (path["path"] if path else "")
        yield _input_reason(message, where.lstrip("."))


def _input_reason(message: str, where: str) -> Refusal:
    for pattern, code in _MESSAGES:
        match = pattern.search(message)
        if match:
            params = {name: value for name, value in match.groupdict().items() if value is not None}
            return Refusal(code, where=params.get("name") or where, params=params)
    return Refusal("input.wrong_form", where=where)


def kind_of_status(status: int) -> str:
    """Name the kind of problem of a plain HTTP error."""
    return HTTPStatus(status).name.lower()
