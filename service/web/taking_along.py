"""What an auditor takes along: the lines that were found, the office's whole log, and the means to prove both."""

from collections.abc import Callable, Iterator
from dataclasses import asdict
from io import BytesIO
from itertools import islice
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from adapters.documents.casefile import Chain, write_signed
from adapters.encoding import GENESIS
from adapters.sql.chained_log import ChainedLog
from adapters.sql.office_log import CHANGES, Change, Wanted, list_changes
from adapters.sql.reads.audit import Question, list_deeds
from adapters.sql.reads.paging import PAGE_MAX, Page
from adapters.sql.secrets import SEAL, secret
from adapters.sql.sign_in_log import SIGN_INS, Tried, list_sign_ins
from service.http.audit import LOG_READER, audit_scope, deed_shape, mask_of
from service.http.overview_shapes import DeedShape
from service.web.reading import Look

FOUND = "found.jsonl"
T = TypeVar("T")
LINES_MAX = 2_000
"""Most lines that are taken along at once; a narrower search gives the rest."""


class Taken(Struct, frozen=True):
    """A ZIP with `count` lines. `seal` is the digest of its signed manifest, which names everything in it."""

    content: bytes
    view: str
    count: int
    seal: str


def take_along(found: Look, asked: Wanted | Question | Tried) -> Taken:
    """Gather what a search of a log or of the items finds, the latest first, with the log as it is."""
    log: ChainedLog[Any] = SIGN_INS if isinstance(asked, Tried) else CHANGES
    view, lines = _found(found, asked)
    listed = [msgspec.json.encode(line) + b"\n" for line in islice(lines, LINES_MAX + 1)]
    records, last = log.payloads(found.connection)
    facts = {
        "export": view,
        "asked": {name: str(value) for name, value in asdict(asked).items() if value is not None},
        "lines": len(listed[:LINES_MAX]),
        "is_whole": len(listed) <= LINES_MAX,
        "exported_by": found.actor.id,
        "exported_at": found.reader.now.isoformat(),
    }
    out = BytesIO()
    seal = write_signed(
        facts,
        {FOUND: b"".join(listed[:LINES_MAX])},
        Chain(GENESIS.hex(), last, tuple(records)),
        secret(found.front.assembly.database, SEAL),
        out,
    )
    return Taken(out.getvalue(), view, len(listed[:LINES_MAX]), seal)


def _found(found: Look, asked: Wanted | Question | Tried) -> tuple[str, Iterator[Struct]]:
    match asked:
        case Wanted():
            return "office", _changes(found, asked)
        case Tried():
            return "sign_ins", _walked(lambda after: list_sign_ins(found.connection, asked, after, PAGE_MAX))
        case Question():
            return "items", _deeds(found, asked)


def _changes(found: Look, wanted: Wanted) -> Iterator[Change]:
    return _walked(lambda after: list_changes(found.connection, wanted, after, PAGE_MAX))


def _deeds(found: Look, question: Question) -> Iterator[DeedShape]:
    """Give deeds as the interface tells them: what was written only to who may read it."""
    scope, hides = audit_scope(found.caller), LOG_READER in found.caller.roles
    for deed in _walked(lambda after: list_deeds(found.connection, scope, question, after, PAGE_MAX)):
        mask = mask_of(found.front, found.actor, deed)
        yield deed_shape(found.connection, found.reader.rendering, deed, mask, with_facts=not hides)


def _walked(turn: Callable[[str | None], Page[T]]) -> Iterator[T]:
    """Walk through all pages of a list."""
    after: str | None = None
    while True:
        page = turn(after)
        yield from page.lines
        after = page.after
        if after is None:
            return
