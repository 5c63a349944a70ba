"""The documents of an item as its pages show them: which there are, and one of them to look at."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from msgspec import Struct

from adapters.documents.preview import SHOWN_KINDS, Preview, UnreadableError
from adapters.sql.uploads import StoredFile
from engine.case import Case
from engine.definition import Definition, Field, FieldType
from engine.values import Json
from service.assembly import Assembly
from service.web.views.addresses import file_url
from service.web.views.naming import Naming

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
    """A document to look at: addresses of pictures of its pages, or its text and tables; neither when it can not be."""

    name: str
    size: int
    url: str
    pages: Sequence[str] = ()
    blocks: Sequence[str | list[list[str]]] = ()
    is_cut: bool = False

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


def shown(assembly: Assembly, stored: StoredFile) -> Shown:
    """Look into a file; this may take a moment the first time."""
    url = file_url(stored.id)
    try:
        found = assembly.previews.describe(stored.digest, stored.kind)
    except UnreadableError:
        found = Preview()
    pages = [f"{url}/pages/{number}" for number in range(1, found.pages + 1)]
    return Shown(stored.name, stored.size_bytes, url, pages, found.blocks, found.is_cut)
