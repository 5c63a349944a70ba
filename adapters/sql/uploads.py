"""The files of items: what was verified of each, by id. Their bytes are in the file store, found by digest."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import bindparam, insert, select

from adapters.sql.database import Database
from adapters.sql.statements import Connection
from adapters.sql.tables import CASES, FILE

FILE_COLUMNS = (
    FILE.c.id,
    FILE.c.case_id,
    FILE.c.field,
    FILE.c.name,
    FILE.c.kind,
    FILE.c.size_bytes,
    FILE.c.digest,
    FILE.c.by,
    FILE.c.at,
)
"""What a `StoredFile` is made of, in its order."""

_ADD = insert(FILE)
_ONE = select(*FILE_COLUMNS).where(FILE.c.id == bindparam("id"))
_IN_USE = (
    select(FILE.c.digest, CASES.c.code, FILE.c.name)
    .join(CASES, CASES.c.id == FILE.c.case_id)
    .order_by(FILE.c.digest, FILE.c.id)
)
_OF_CASE = select(*FILE_COLUMNS).where(FILE.c.case_id == bindparam("case_id")).order_by(FILE.c.id)


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that was uploaded to an item. `kind` is the verified extension, `digest` the SHA-256 in hex."""

    id: str
    case_id: str
    field: str
    name: str
    kind: str
    size_bytes: int
    digest: str
    by: str
    at: datetime


def add_file(database: Database, file: StoredFile) -> None:
    """Record an uploaded file."""
    values = asdict(file)
    database.write(lambda connection: connection.run(_ADD, values))


def find_file(connection: Connection, id: str) -> StoredFile | None:
    """Give what is known of a file."""
    found = connection.one(_ONE, id=id)
    return None if found is None else StoredFile(*found)


def files_of(connection: Connection, case_id: str) -> list[StoredFile]:
    """Give the files of an item, oldest first."""
    return [StoredFile(*row) for row in connection.rows(_OF_CASE, case_id=case_id)]


def files_in_use(connection: Connection) -> dict[str, tuple[str, str]]:
    """Give every digest that items name, in order, with the code of the first such item and the name there."""
    found: dict[str, tuple[str, str]] = {}
    for digest, code, name in connection.rows(_IN_USE):
        found.setdefault(digest, (code, name))
    return found
