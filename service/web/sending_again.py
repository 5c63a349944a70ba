"""What was sent and can not be done at the moment, kept on the page that says so: nothing is typed twice."""

from collections.abc import Sequence

from litestar.datastructures import UploadFile
from litestar.exceptions import HTTPException
from msgspec import Struct

from engine.refusal import Refused
from service.http.answering import AnyRequest
from service.http.problems import Problem

LATER = frozenset({"service_unavailable", "too_many_requests"})
"""Kinds of problems that are over in a moment."""

SECRET = ("/login", "/settings/password", "/settings/second-proof")
"""What is sent there is asked for again, and never written into a page."""


class Sent(Struct, frozen=True):
    """Where a form was sent to, every text in it, and whether files have to be chosen again."""

    action: str
    values: Sequence[tuple[str, str]]
    has_files: bool


async def sent_by(request: AnyRequest, problem: Problem) -> Sent | None:
    """Give the form of a request that may be sent again as it is; None where there is none."""
    path = request.url.path
    if request.method != "POST" or problem.kind not in LATER or path.startswith(SECRET):
        return None
    try:
        found = (await request.form()).multi_items()
    except (HTTPException, Refused):
        return None
    values = [(name, value) for name, value in found if isinstance(value, str)]
    has_files = any(isinstance(value, UploadFile) and value.filename for _, value in found)
    query = f"?{request.url.query}" if request.url.query else ""
    return Sent(path + query, values, has_files)
