"""The words of documents: which files are still to be read, and which hold what somebody looks for."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, or_, select
from sqlalchemy.dialects.postgresql import insert  # whose upserts SQLite's compiler spells as well

from adapters.sql.database import Database
from adapters.sql.reads.cases import ALL, Scope, conditions, pattern
from adapters.sql.statements import Connection
from adapters.sql.tables import CASES, DOCUMENT_TEXT, FILE
from adapters.sql.uploads import FILE_COLUMNS, StoredFile

AROUND = 40
"""Characters that are shown before and after what was found."""

_ADD = insert(DOCUMENT_TEXT).on_conflict_do_nothing()
_UNREAD = (
    select(FILE.c.digest, FILE.c.kind)
    .outerjoin(DOCUMENT_TEXT, DOCUMENT_TEXT.c.digest == FILE.c.digest)
    .where(DOCUMENT_TEXT.c.digest.is_(None))
    .order_by(FILE.c.id)
    .limit(bindparam("lines"))
)


@dataclass(frozen=True, slots=True)
class Hit:
    """A file that holds the words, of which item, and the words around them (empty: its name holds them)."""

    file: StoredFile
    code: str
    title: str
    excerpt: str


def unread_documents(connection: Connection, limit: int) -> list[tuple[str, str]]:
    """Give digest and kind of files whose words nobody has read yet, the oldest first."""
    return list(dict.fromkeys((digest, kind) for digest, kind in connection.rows(_UNREAD, lines=limit)))


def keep_words(database: Database, digest: str, words: str, at: datetime) -> None:
    """Keep the words of a file; harmless when somebody has done so."""
    database.write(lambda connection: connection.run(_ADD, {"digest": digest, "words": words, "read_at": at}))


def find_documents(connection: Connection, scope: Scope, words: str, limit: int) -> list[Hit]:
    """Give the files, of items that may be seen, that hold the words in their name or text; the newest first."""
    sought = pattern(words)
    query = (
        select(*FILE_COLUMNS, CASES.c.code, CASES.c.title, DOCUMENT_TEXT.c.words)
        .join(CASES, CASES.c.id == FILE.c.case_id)
        .outerjoin(DOCUMENT_TEXT, DOCUMENT_TEXT.c.digest == FILE.c.digest)
        .where(
            or_(FILE.c.name.icontains(sought, escape="/"), DOCUMENT_TEXT.c.words.icontains(sought, escape="/")),
            *conditions(scope, ALL),
        )
        .order_by(FILE.c.id.desc())
        .limit(limit)
    )
    return [
        Hit(StoredFile(*row[: len(FILE_COLUMNS)]), row[-3], row[-2], excerpt(row[-1] or "", words))
        for row in connection.rows_once(query)
    ]


def excerpt(text: str, words: str) -> str:
    """Give what stands around the words in a text; empty when they are not in it."""
    place = text.lower().find(words.lower())
    if place < 0:
        return ""
    start, end = max(0, place - AROUND), place + len(words) + AROUND
    return f"{'…' if start else ''}{text[start:end]}{'…' if end < len(text) else ''}"
