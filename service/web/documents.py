"""The documents of an item as its pages show them: which there are, and one to look at beside its last version."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

import msgspec
from msgspec import Struct

from adapters.documents.preview import SHOWN_KINDS, Preview, UnreadableError
from adapters.sql.histories import history
from adapters.sql.statements import Connection
from adapters.sql.uploads import StoredFile, find_file
from engine.case import Case
from engine.definition import Definition, Field, FieldType
from engine.events import DataChanged
from engine.values import Json
from service.assembly import Assembly
from service.web.views.addresses import file_url
from service.web.views.naming import Naming
from service.web.views.text_changes import Changes, changes

FILES = frozenset({FieldType.FILE, FieldType.FILES})


@dataclass(frozen=True, slots=True)
class Document:
    """A file that a field of the item names. `label` is the title of the field."""

    id: str
    name: str
    label: str
    size: int
    url: str

    @property
    def kind(self) -> str:
        """The verified kind: uploads keep the extension that their bytes agree with."""
        return PurePath(self.name).suffix.removeprefix(".").lower()

    @property
    def is_shown(self) -> bool:
        """Whether it can be looked at in the page."""
        return self.kind in SHOWN_KINDS


class Shown(Struct, frozen=True):
    """A document to look at: addresses of pictures of its pages, or its text and tables; neither when it can not be.

    `earlier_url` is where its last version is seen; `changed` is what changed since, where both are text and whole.
    """

    name: str
    size: int
    url: str
    pages: Sequence[str] = ()
    blocks: Sequence[str | list[list[str]]] = ()
    is_cut: bool = False
    earlier_url: str = ""
    changed: Changes | None = None

    @property
    def is_readable(self) -> bool:
        """Whether there is something to look at."""
        return bool(self.pages or self.blocks)


def documents(definition: Definition, case: Case, naming: Naming) -> list[Document]:
    """Give the files that the item's fields name now, in the order of its sections."""
    order = [name for section in definition.sections for name in section.fields]
    names = dict.fromkeys([*order, *definition.fields])
    fields = [definition.fields[name] for name in names]
    return [
        one for field in fields for one in _numbered(_of(field, case.data.get(field.name), naming.says(field.title)))
    ]


def _numbered(found: Iterable[Document]) -> list[Document]:
    """Tell the files of one field apart."""
    files = list(found)
    if len(files) <= 1:
        return files
    return [replace(one, label=f"{one.label} {number}") for number, one in enumerate(files, 1)]


def _of(field: Field, value: Json, label: str) -> Iterator[Document]:
    if field.type in FILES:
        for file in value if isinstance(value, list) else [value]:
            if isinstance(file, dict):
                size = file.get("size")
                id = str(file.get("id"))
                yield Document(id, str(file.get("name")), label, size if isinstance(size, int) else 0, file_url(id))
    elif field.type is FieldType.TABLE and isinstance(value, list):
        for row in value:
            for column in field.columns:
                if isinstance(row, dict):
                    yield from _of(column, row.get(column.name), label)


def earlier_version(connection: Connection, stored: StoredFile) -> StoredFile | None:
    """Give the file that left its field when this one came into it; nothing when none did, or several at once."""
    held: dict[str, frozenset[str]] = {}
    changed = (event for record in history(connection, stored.case_id) for event in record.events)
    for event in changed:
        for name, value in event.values.items() if isinstance(event, DataChanged) else ():
            before, held[name] = held.get(name, frozenset()), frozenset(_ids(value))
            if stored.id in held[name] - before:
                gone = before - held[name]
                return find_file(connection, next(iter(gone))) if len(gone) == 1 else None
    return None


def _ids(value: Json) -> Iterator[str]:
    """Give the ids of the files in a value: one, several, or those of a table's cells."""
    if isinstance(value, list):
        for one in value:
            yield from _ids(one)
    elif isinstance(value, dict) and "size" in value:
        yield str(value.get("id"))
    elif isinstance(value, dict):
        for one in value.values():
            yield from _ids(one)


def shown(assembly: Assembly, stored: StoredFile, before: StoredFile | None = None) -> Shown:
    """Look into a file, beside its last version if one is given; this may take a moment the first time."""
    found = _looked_into(assembly, stored)
    page = _shown(stored, found)
    if before is None:
        return page
    last, url = _looked_into(assembly, before), f"{file_url(before.id)}/view"
    is_whole = bool(found.blocks and last.blocks) and not (found.is_cut or last.is_cut)
    changed = changes(_text(last), _text(found)) if is_whole else None
    return msgspec.structs.replace(page, earlier_url=url, changed=changed)


def _looked_into(assembly: Assembly, stored: StoredFile) -> Preview:
    try:
        return assembly.previews.describe(stored.digest, stored.kind)
    except UnreadableError:
        return Preview()


def _text(found: Preview) -> str:
    """Give a paragraph or a row of a table a line."""
    rows = ([one] if isinstance(one, str) else ["\t".join(row) for row in one] for one in found.blocks)
    return "\n".join(line for lines in rows for line in lines)


def _shown(stored: StoredFile, found: Preview) -> Shown:
    url = file_url(stored.id)
    pages = [f"{url}/pages/{number}" for number in range(1, found.pages + 1)]
    return Shown(stored.name, stored.size_bytes, url, pages, found.blocks, found.is_cut)
