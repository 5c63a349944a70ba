"""What was filled in for a field, as edits of the draft's text: only what differs from what was there."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from engine.definition import FieldType
from engine.editing import Drop, Edit, Path, Put
from engine.loading.fields import MEANS, NEEDS
from engine.values import Json
from service.texts import LANGUAGES
from service.web.fields import Field, yuan
from service.web.flow.differing import differing, in_languages, in_order, keyed_edits, named_rows
from service.web.flow.field_form import PARTS
from service.web.flow.raw import Keyed, at, fields, keyed, names, section_of, states
from service.web.flow.step_changes import ORDER
from service.web.flow.words import Words

KEYS = (
    *("type", "title", "help", "min", "max", "of", "accept", "of_role", "sensitive", "columns", "required"),
    *("computed", "table"),
)
"""The keys of a field in the order in which they are written."""


def field_edits(draft: Json, name: str, before: Sequence[Field], after: Sequence[Field], words: Words) -> list[Edit]:
    """Give the edits that make a field what was filled in."""
    path, field, changed = ("fields", name), fields(draft)[name], differing(before, after)
    made = list[Edit]()
    for key in ("title", "help"):
        for language in LANGUAGES:
            made += _said((*path, key, language), changed.get(f"{key}.{language}"))
    if "section" in changed:
        made += _section(draft, name, changed["section"].value)
    for part in PARTS:
        if f"in_{part}" in changed:
            made += _filled(draft, name, part, set(changed[f"in_{part}"].value or ()))
    if "type" in changed and changed["type"].value:
        return [*made, *_retyped(path, field, FieldType(changed["type"].value), words)]
    return [*made, *_taken(path, field, changed)]


def _taken(path: Path, field: Keyed, changed: Mapping[str, Field]) -> Iterator[Edit]:
    """Write what a field takes."""
    for key in ("min", "max", "of_role", "sensitive", "computed"):
        yield from _said((*path, key), changed.get(key))
    if (accept := changed.get("accept")) is not None:
        kinds = in_order(field.get("accept"), accept.value)
        yield Put((*path, "accept"), kinds, KEYS) if kinds else Drop((*path, "accept"))
    for key, pattern in (("of", "choice_{number}"), ("columns", "column_{number}")):
        if key in changed:
            rows = named_rows(changed[key].row_values, pattern)
            yield from keyed_edits((*path, key), field.get(key), _KEYED[key](rows, keyed(field.get(key))), KEYS)


def _said(path: Path, field: Field | None) -> Iterator[Edit]:
    """Write what a control says; nothing is not written."""
    if field is None:
        return
    if field.value in (None, ""):
        yield Drop(path)
    else:
        value: Json = yuan(field.value) if field.kind == "money" else field.value
        yield Put(path, value, KEYS if len(path) == 3 else ())  # noqa: PLR2004  # fields.NAME.KEY


def _retyped(path: Path, field: Keyed, kind: FieldType, words: Words) -> Iterator[Edit]:
    """Make a field another type: what was said for the old one goes, what the new one can not do without comes."""
    yield Put((*path, "type"), kind.value)
    for key in field:
        if key in {"min", "max"} or kind not in MEANS.get(key, FieldType):
            yield Drop((*path, key))
    need = NEEDS.get(kind)
    if need is not None and need not in field:
        said: Json = {one: words.say(one, f"flow.new.{need}") for one in LANGUAGES}
        first = {"type": "text", "title": said} if need == "columns" else said
        yield Put((*path, need), {("column_1" if need == "columns" else "choice_1"): first}, KEYS)


def _section(draft: Json, name: str, chosen: str | None) -> Iterator[Edit]:
    before = section_of(draft, name)
    if chosen:
        yield Put(("sections", chosen, "fields"), [*names(at(draft, "sections", chosen, "fields")), name])
    if before:
        yield from without(draft, ("sections", before, "fields"), name)


def _filled(draft: Json, name: str, part: str, chosen: set[str]) -> Iterator[Edit]:
    for state, content in states(draft).items():
        written = names(at(content, "form", part))
        if state in chosen and name not in written:
            yield Put(("states", state, "form", part), [*written, name], ORDER)
        elif state not in chosen and name in written:
            yield from without(draft, ("states", state, "form", part), name)


def without(draft: Json, path: Path, name: str) -> Iterator[Edit]:
    """Take a name out of a list; a list that is empty then goes, a section with it."""
    written = names(at(draft, *path))
    if name in written:
        alone = len(written) == 1
        yield Drop(path[:2] if alone and path[0] == "sections" else (*path, str(written.index(name))))


def _of(rows: Iterator[tuple[str, Mapping[str, Any]]], _written: Keyed) -> dict[str, Json]:
    return {name: in_languages(row) for name, row in rows}


def _cells(rows: Iterator[tuple[str, Mapping[str, Any]]], written: Keyed) -> dict[str, Json]:
    """Write the columns; what one says beside the rows' columns stays with it."""
    made: dict[str, Json] = {}
    for name, row in rows:
        before = keyed(written.get(name))
        kind = str(row.get("type") or "text")
        own = {key: value for key, value in before.items() if key not in {"type", "title", "required"}}
        if kind != before.get("type"):
            own = {key: value for key, value in own.items() if key == "help"}
        marked: Keyed = {"required": True} if row.get("required") else {}
        made[name] = {"type": kind, "title": in_languages(row), **own, **marked}
    return made


_KEYED: Mapping[str, Callable[[Iterator[tuple[str, Mapping[str, Any]]], Keyed], dict[str, Json]]] = {
    "of": _of,
    "columns": _cells,
}
