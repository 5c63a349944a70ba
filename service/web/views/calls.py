"""The description of the interface as pages show it: calls with parameters and answers, types with their fields."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Litestar
from msgspec import Struct

ROOT = "/schema"
REFERENCE = "#/components/schemas/"
LIMITS = ("minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "pattern", "default")
"""What a schema says beside its type, in the words of JSON Schema."""

Schema = Mapping[str, Any]
NOTHING: Schema = {}


class Word(Struct, frozen=True):
    """A piece of a type: its name, and where the type is described when it has a page."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A parameter of a call or a field of a type. `place` is where a parameter goes: path, query or header."""

    name: str
    words: Sequence[Word]
    required: bool
    limits: str
    text: str
    place: str = ""


class Answer(Struct, frozen=True):
    """What a call may answer with."""

    status: str
    text: str
    words: Sequence[Word]


class Call(Struct, frozen=True):
    """A call. `body` is what it is sent, with the media type."""

    name: str
    method: str
    path: str
    text: str
    group: str
    parameters: Sequence[Entry]
    media_type: str
    body: Sequence[Word]
    answers: Sequence[Answer]
    url: str


class Kind(Struct, frozen=True):
    """A type: an object with fields, or one of some words."""

    name: str
    text: str
    entries: Sequence[Entry]
    values: Sequence[str]


class Described(Struct, frozen=True):
    """The whole interface. `groups` are names with what they are for."""

    version: str
    text: Sequence[str]
    groups: Mapping[str, str]
    calls: Mapping[str, Call]
    kinds: Mapping[str, Kind]


@lru_cache(maxsize=1)
def described(app: Litestar) -> Described:
    """Read the description of an application; slow the first time."""
    schema = app.openapi_schema.to_schema()
    notes = {one.__name__: (one.__doc__ or "").strip() for one in msgspec.Struct.__subclasses__()}
    kinds = schema["components"]["schemas"]
    calls = [
        _call(method.upper(), path, operation)
        for path, operations in sorted(schema["paths"].items())
        for method, operation in operations.items()
    ]
    return Described(
        version=schema["info"]["version"],
        text=[" ".join(part.split()) for part in schema["info"]["description"].split("\n\n")],
        groups={call.group: "" for call in calls} | {tag["name"]: tag["description"] for tag in schema["tags"]},
        calls={call.name: call for call in calls},
        kinds={name: _kind(name, kind, notes.get(name, "")) for name, kind in kinds.items()},
    )


def _call(method: str, path: str, operation: Schema) -> Call:
    content: dict[str, Schema] = operation.get("requestBody", {}).get("content", {})
    media_type, body = next(iter(content.items()), ("", NOTHING))
    return Call(
        name=operation["operationId"],
        method=method,
        path=path,
        text=operation.get("description", ""),
        group=operation["tags"][0],
        parameters=[_entry(one["name"], one, place=one["in"]) for one in operation.get("parameters", ())],
        media_type=media_type,
        body=list(spelt(body["schema"])) if body else [],
        answers=[_answer(status, answer) for status, answer in sorted(operation["responses"].items())],
        url=f"{ROOT}/calls/{operation['operationId']}",
    )


def _answer(status: str, answer: Schema) -> Answer:
    contents: dict[str, Schema] = answer.get("content", {})
    content = next(iter(contents.values()), NOTHING)
    phrase = HTTPStatus(int(status)).phrase
    text = phrase if int(status) < HTTPStatus.BAD_REQUEST else answer["description"]
    return Answer(status, text, list(spelt(content["schema"])) if "schema" in content else [])


def _entry(name: str, one: Schema, place: str) -> Entry:
    schema = one["schema"]
    text = one.get("description") or schema.get("description", "")
    return Entry(name, list(spelt(schema)), bool(one.get("required")), limits(schema), text, place)


def _kind(name: str, kind: Schema, note: str) -> Kind:
    required = set(kind.get("required", ()))
    entries = [
        Entry(field, list(spelt(schema)), field in required, limits(schema), schema.get("description", ""))
        for field, schema in kind.get("properties", {}).items()
    ]
    return Kind(name, " ".join(note.split()), entries, [str(value) for value in kind.get("enum", ())])


def spelt(schema: Schema) -> Iterator[Word]:
    """Spell a type: `Named`, `string (date-time)`, `list of` something, `a | null`."""
    if "$ref" in schema:
        name = schema["$ref"].removeprefix(REFERENCE)
        yield Word(name, f"{ROOT}/types/{name}")
    elif "oneOf" in schema:
        for index, one in enumerate(schema["oneOf"]):
            if index:
                yield Word("|")
            yield from spelt(one)
    elif "enum" in schema:
        yield Word(" | ".join(str(value) for value in schema["enum"]))
    elif schema.get("type") == "array":
        yield Word("[")
        yield from spelt(schema.get("items", {}))
        yield Word("]")
    else:
        kind = schema.get("type", "any")
        text = " | ".join(kind) if isinstance(kind, list) else kind
        yield Word(f"{text} ({schema['format']})" if "format" in schema else text)


def limits(schema: Schema) -> str:
    """Spell the bounds of a value in the words of JSON Schema."""
    found = {**next((one for one in schema.get("oneOf", ()) if one.get("type") != "null"), {}), **schema}
    return ", ".join(f"{name}: {_plain(found[name])}" for name in LIMITS if name in found)


def _plain(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value
