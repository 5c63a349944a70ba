"""Which controls of a form say something else than they did, and keyed rows as edits: only what differs is written."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.editing import Drop, Edit, Path, Put
from engine.values import Json
from service.texts import LANGUAGES
from service.web.fields import Field
from service.web.flow.raw import Keyed, keyed, names


def differing(before: Sequence[Field], after: Sequence[Field]) -> dict[str, Field]:
    """Give the fields that were changed, by name."""
    old = {field.name: _value(field) for field in before}
    return {field.name: field for field in after if not field.read_only and _value(field) != old.get(field.name)}


def _value(field: Field) -> Any:  # noqa: ANN401  # whatever a field holds
    if field.kind == "choices":
        return set(field.value or ())
    return field.row_values if field.kind == "table" else field.value


def in_order(written: Json, chosen: Sequence[str] | None) -> list[Json]:
    """Give what was chosen in the order in which it is written; what is new comes last."""
    kept: list[Json] = [one for one in names(written) if one in (chosen or ())]
    return [*kept, *(one for one in chosen or () if one not in kept)]


def named_rows(rows: Sequence[Mapping[str, Any]], pattern: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Give each row that says anything with its name; one without gets a free one by the pattern."""
    said = [row for row in rows if any(value for name, value in row.items() if name != "name")]
    taken = {str(row["name"]) for row in said if row.get("name")}
    given = set[str]()
    for row in said:
        name = str(row.get("name") or "")
        if not name or name in given:
            name = free(taken | given, pattern)
        given.add(name)
        yield name, row


def free(there: "set[str] | Mapping[str, object]", pattern: str) -> str:
    """Give a name that nothing has yet."""
    number = len(there) + 1
    while (name := pattern.format(number=number)) in there:
        number += 1
    return name


def in_languages(row: Mapping[str, Any]) -> Keyed:
    """Give the words of a row in both languages, as they are written."""
    return {one: str(row[one]) for one in LANGUAGES if row.get(one)}


def keyed_edits(path: Path, written: Json, made: Mapping[str, Json], order: Sequence[str] = ()) -> list[Edit]:
    """Make what stands below a path what was made of it: piece by piece where the order is kept, else anew."""
    before = keyed(written)
    kept = [name for name in before if name in made]
    if [*kept, *(name for name in made if name not in before)] != list(made) or not kept:
        return [Put(path, dict(made), order)] if made else [Drop(path)] if before else []
    puts: list[Edit] = [Put((*path, name), one) for name, one in made.items() if before.get(name) != one]
    return [*puts, *(Drop((*path, name)) for name in before if name not in made)]
