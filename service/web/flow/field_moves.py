"""Adding, moving and deleting fields so that the forms they stand in stay whole."""

from collections.abc import Iterator, Mapping

from engine.editing import Drop, Edit, Insert, Move, Path, Put
from engine.values import Json
from service.web.flow.differing import free
from service.web.flow.field_changes import without
from service.web.flow.raw import at, fields, keyed, names, section_of, states

NAME = "field_{number}"


def insert(draft: Json, after: str, titles: Mapping[str, str]) -> tuple[str, list[Edit]]:
    """Add a text after a field, to its section and to the form of the first step. Gives its name."""
    there = fields(draft)
    name = free(there, NAME)
    content: Json = {"type": "text", "title": dict(titles)}
    path = ("fields", name)
    edits: list[Edit] = [Insert(path, content, after) if there else Put(path, content)]
    if section := section_of(draft, after):
        edits.append(_beside(draft, ("sections", section, "fields"), name, after))
    if first := next(iter(states(draft)), ""):
        edits.append(_beside(draft, ("states", first, "form", "edit"), name, after))
    return name, edits


def _beside(draft: Json, path: Path, name: str, after: str) -> Put:
    """Put a name into a list: after another one, at the end where that is not there."""
    written = names(at(draft, *path))
    place = written.index(after) + 1 if after in written else len(written)
    return Put(path, [*written[:place], name, *written[place:]])


def delete(draft: Json, name: str) -> list[Edit]:
    """Take a field out, and its name from the lists it stands in; conditions that ask for it are left to be mended."""
    return [*(edit for path in _lists(draft) for edit in without(draft, path, name)), Drop(("fields", name))]


def _lists(draft: Json) -> Iterator[Path]:
    yield ("summary",)
    yield ("opening", "given")
    yield from (("sections", one, "fields") for one in keyed(at(draft, "sections")))
    for state, content in states(draft).items():
        forms = [("states", state), *(("states", state, "actions", one) for one in keyed(content.get("actions")))]
        yield from ((*form, "form", part) for form in forms for part in ("edit", "require", "show"))


def move(draft: Json, name: str, by: int) -> list[Edit]:
    """Move a field one place up or down, within its section too."""
    there = list(fields(draft))
    other = there.index(name) + by
    edits: list[Edit] = [Move(("fields", name), by)]
    section = section_of(draft, name)
    if section and 0 <= other < len(there) and section_of(draft, there[other]) == section:
        path = ("sections", section, "fields")
        swap = {name: there[other], there[other]: name}
        edits.append(Put(path, [swap.get(one, one) for one in names(at(draft, *path))]))
    return edits
