"""How the description of the interface tells of answers: the usual problems once, not on every handler by hand."""

from collections.abc import Mapping
from dataclasses import dataclass

from litestar.datastructures import ResponseHeader
from litestar.openapi import ResponseSpec
from litestar.openapi.spec import OpenAPIType, Operation, Parameter, Schema

from service.http.problems import MEDIA_TYPE, ProblemDocument

_MEANINGS: Mapping[int, str] = {
    400: "The request does not fit this description.",
    401: "Nobody is signed in.",
    403: "The role may not do this, or the request was forged.",
    404: "There is no such thing, or it may not be seen.",
    408: "The body did not come in time.",
    409: "Somebody else was faster: the task is closed or the item has moved on. Load again.",
    412: "If-Match names an older revision than there was when the request arrived. Load again.",
    413: "The body is too large.",
    415: "The body is of another media type.",
    422: "Refused: the reasons say why. Nothing was changed.",
    428: "If-Match is missing.",
    429: "Too many requests; Retry-After says when to come again.",
    507: "There is no space left on the server.",
    503: "The database cannot be reached; nothing was changed. Retry with the same key.",
}

_TOO_SLOW, _TOO_LARGE = 408, 413
_ALWAYS = (400, 401, 403, 429, 503)
"""Any route may answer so: parameters, sessions, limits and the database stand before every handler."""


def problems(*statuses: int, open_to_all: bool = False) -> dict[int, ResponseSpec]:
    """Describe the problems of a route: those named, and those that any route may have.

    Where a body can be too large, it can also be too slow.
    """
    always = ((400, 429, 503) if open_to_all else _ALWAYS) + ((_TOO_SLOW,) if _TOO_LARGE in statuses else ())
    return {
        status: ResponseSpec(
            ProblemDocument, description=_MEANINGS[status], media_type=MEDIA_TYPE, generate_examples=False
        )
        for status in sorted({*always, *statuses})
    }


REVISION_HEADER = ResponseHeader(name="ETag", description="The item's revision, for If-Match.", documentation_only=True)


def _header(name: str, text: str, pattern: str, *, required: bool) -> Parameter:
    schema = Schema(type=OpenAPIType.STRING, pattern=pattern)
    return Parameter(name=name, param_in="header", schema=schema, description=text, required=required)


_REVISION = _header("If-Match", "The revision that was seen.", '^"?[0-9]{1,18}"?$', required=True)
_REVISION_IF_WANTED = _header("If-Match", "The revision that was seen.", '^"?[0-9]{1,18}"?$', required=False)
_KEY_TEXT = "A new key; repeating the request with the same one gives the first answer and does nothing more."
_KEY = _header("Idempotency-Key", _KEY_TEXT, r"^[\x21-\x7e]{1,200}$", required=True)
_KEY_IF_WANTED = _header("Idempotency-Key", _KEY_TEXT, r"^[\x21-\x7e]{1,200}$", required=False)


@dataclass
class Versioned(Operation):
    """An operation on a revision that the caller saw."""

    def __post_init__(self) -> None:
        """Describe the header."""
        self.parameters = [*(self.parameters or []), _REVISION, _KEY_IF_WANTED]


@dataclass
class KeyedIfWanted(Operation):
    """An operation that may name the revision that was seen, and may have a key."""

    def __post_init__(self) -> None:
        """Describe both headers."""
        self.parameters = [*(self.parameters or []), _REVISION_IF_WANTED, _KEY_IF_WANTED]


@dataclass
class Keyed(Operation):
    """An operation that is repeated safely with its key."""

    def __post_init__(self) -> None:
        """Describe the header."""
        self.parameters = [*(self.parameters or []), _KEY]


@dataclass
class VersionedAndKeyed(Operation):
    """An operation on a revision that was seen, repeated safely with its key."""

    def __post_init__(self) -> None:
        """Describe both headers."""
        self.parameters = [*(self.parameters or []), _REVISION, _KEY]
