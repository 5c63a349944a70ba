"""The conditions a request states: the revision it saw, and the key that makes repeating it safe."""

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import TypedDict

from engine.commands import Actor
from engine.values import INTEGER_MAX
from service.http.gate import AnyRequest, caller_of, seen_row
from service.http.problems import Problem

KEY_LENGTH_MAX = 200
_TAG = re.compile(r'"?([0-9]{1,19})"?', re.ASCII)
_KEY = re.compile(rf"[\x21-\x7e]{{1,{KEY_LENGTH_MAX}}}")


@dataclass(frozen=True, slots=True)
class Idempotency:
    """A command's key, which belongs to a person and a route, and the digest of what was asked with it."""

    key: str
    digest: str


class Frame(TypedDict):
    """What every command on an item carries, as arguments of its class."""

    case_id: str
    actor: Actor
    expected_revision: int | None
    key: str | None
    digest: str


async def deciding(request: AnyRequest) -> Frame:
    """Give the frame of a decision: it must name the revision that was seen, and have a key.

    Raises Problem 428 without `If-Match`, 400 without `Idempotency-Key` or when either is malformed.
    """
    revision = seen_revision(request)
    if revision is None:
        raise Problem(428, "precondition_required")
    idempotency = await idempotency_of(request)
    if idempotency is None:
        raise Problem(400, "key_missing")
    return _frame(request, revision, idempotency)


async def changing(request: AnyRequest) -> Frame:
    """Give the frame of a change of what was seen; a key may be left out."""
    revision = seen_revision(request)
    if revision is None:
        raise Problem(428, "precondition_required")
    return _frame(request, revision, await idempotency_of(request))


async def adding(request: AnyRequest) -> Frame:
    """Give the frame of what does not depend on what was seen; revision and key may be left out."""
    return _frame(request, seen_revision(request), await idempotency_of(request))


def _frame(request: AnyRequest, revision: int | None, idempotency: Idempotency | None) -> Frame:
    return Frame(
        case_id=seen_row(request).case_id,
        actor=caller_of(request).actor,
        expected_revision=revision,
        key=idempotency.key if idempotency is not None else None,
        digest=idempotency.digest if idempotency is not None else "",
    )


def seen_revision(request: AnyRequest) -> int | None:
    """Give the revision in `If-Match: "3"`; raises Problem 400 when it is none."""
    header = request.headers.get("if-match", "").strip()
    if not header:
        return None
    found = _TAG.fullmatch(header)
    if found is None or int(found[1]) > INTEGER_MAX:
        raise Problem(400, "bad_request")
    return int(found[1])


async def idempotency_of(request: AnyRequest) -> Idempotency | None:
    """Give the key in `Idempotency-Key`; raises Problem 400 when it is malformed."""
    header = request.headers.get("idempotency-key")
    if header is None:
        return None
    key = header.strip().strip('"')
    if not _KEY.fullmatch(key):
        raise Problem(400, "key_malformed", params={"max": KEY_LENGTH_MAX})
    return Idempotency(
        sha256(f"{request.method} {request.scope['path']}\n{key}".encode()).hexdigest(),
        sha256(await request.body()).hexdigest(),
    )


def entity_tag(revision: int) -> str:
    """Spell a revision for ETag and If-Match."""
    return f'"{revision}"'
