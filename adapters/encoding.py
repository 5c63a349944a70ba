"""Cases, records and receipts as JSON text: one spelling for each value, so that digests can be taken of it.

An event is `[kind, fields]`, kind being the name of its class; keys of mappings are sorted, times are UTC with
`Z`. Fields that an older release did not write take their defaults, so that histories stay readable for ever.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from types import UnionType
from typing import Any, get_args

import msgspec
from msgspec import Struct

from engine.case import Case
from engine.events import Event, Record
from engine.ports import Receipt
from engine.refusal import Refusal
from engine.values import Json

GENESIS = bytes(32)
"""What the hash chain of every case starts from."""


CASES_KEPT_MAX = 128
"""Most cases kept as they were read: rules read the same few again and again."""


class Unreadable(Exception):
    """Stored text is not what this release knows how to read; the message says where and why."""


class _Envelope(Struct, frozen=True):
    case_id: str
    seq: int
    at: datetime
    actor: str
    command: str
    events: tuple[tuple[str, msgspec.Raw], ...]


_encoder = msgspec.json.Encoder(order="deterministic")
_cases = msgspec.json.Decoder(Case)
_refusals = msgspec.json.Decoder(tuple[Refusal, ...])
_receipts = msgspec.json.Decoder(Receipt)
_envelopes = msgspec.json.Decoder(_Envelope)
_values: msgspec.json.Decoder[Json] = msgspec.json.Decoder(Json)


def _event_decoders(events: UnionType) -> dict[str, msgspec.json.Decoder[Any]]:
    return {kind.__name__: msgspec.json.Decoder(kind) for kind in get_args(events)}


_events = _event_decoders(Event)


def case_text(case: Case) -> str:
    """Spell a case."""
    return _encoder.encode(case).decode()


@lru_cache(CASES_KEPT_MAX)
def read_case(text: str) -> Case:
    """Read a case; `Unreadable` when it is none. Whoever reads it shares it: only a copy may be changed.

    It is known by its text, so that what is kept can not be out of date (measured: a twelfth of reading it again).
    """
    try:
        return _cases.decode(text)
    except msgspec.DecodeError as error:
        raise Unreadable(f"this is no case: {error}") from error


def record_text(record: Record) -> str:
    """Spell a record: what its hash is taken of."""
    events = [(type(event).__name__, event) for event in record.events]
    shape = {
        "actor": record.actor,
        "at": record.at,
        "case_id": record.case_id,
        "command": record.command,
        "events": events,
        "seq": record.seq,
    }
    return _encoder.encode(shape).decode()


def read_record(text: str) -> Record:
    """Read a record; `Unreadable` when it is none or holds an event that this release does not know."""
    try:
        found = _envelopes.decode(text)
        events = tuple(_read_event(kind, body) for kind, body in found.events)
    except msgspec.DecodeError as error:
        raise Unreadable(f"this is no record: {error}") from error
    return Record(found.case_id, found.seq, found.at, found.actor, found.command, events)


def _read_event(kind: str, body: msgspec.Raw) -> Event:
    decoder = _events.get(kind)
    if decoder is None:
        raise Unreadable(f"unknown event {kind!r}: the database was written by a newer release; upgrade this one")
    event: Event = decoder.decode(body)
    return event


def receipt_text(receipt: Receipt) -> str:
    """Spell a receipt, to answer a repeated request with."""
    return _encoder.encode(receipt).decode()


def read_receipt(text: str) -> Receipt:
    """Read a stored receipt; `Unreadable` when it is none."""
    try:
        return _receipts.decode(text)
    except msgspec.DecodeError as error:
        raise Unreadable(f"this is no receipt: {error}") from error


def read_refusals(text: str) -> tuple[Refusal, ...]:
    """Read reasons as `json_text` spells them; `Unreadable` when they are none."""
    try:
        return _refusals.decode(text)
    except msgspec.DecodeError as error:
        raise Unreadable(f"these are no reasons: {error}") from error


def json_text(value: object) -> str:
    """Spell a value, or a list of table rows."""
    return _encoder.encode(value).decode()


def read_json(text: str) -> Json:
    """Read any value that case data is made of; `Unreadable` when it is something else."""
    try:
        return _values.decode(text)
    except msgspec.DecodeError as error:
        raise Unreadable(f"this is no value: {error}") from error


def link(previous: bytes, payload: str) -> bytes:
    """Give the hash of a record's payload, chained to the record before it (`GENESIS` before the first)."""
    return sha256(previous + payload.encode()).digest()


def chain(payloads: Iterable[str]) -> bytes:
    """Give the last hash of a whole history."""
    last = GENESIS
    for payload in payloads:
        last = link(last, payload)
    return last
