"""Reading the words of files that were attached, so that search finds them. Reading twice is harmless."""

from adapters.documents.text import READABLE, UnreadableError, read_words
from adapters.files.storage import MissingFileError
from adapters.sql.document_texts import keep_words, unread_documents
from service import log
from service.assembly import Assembly

TAKEN_MAX = 5
"""Files that are read before the heartbeat looks whether it is to stop."""


def read_documents(assembly: Assembly) -> int:
    """Read some files that nobody has read; says how many. One that cannot be read is found by its name."""
    with assembly.database.read() as connection:
        waiting = unread_documents(connection, TAKEN_MAX)
    for digest, kind in waiting:
        keep_words(assembly.database, digest, _words(assembly, digest, kind), assembly.clock.now())
    return len(waiting)


def _words(assembly: Assembly, digest: str, kind: str) -> str:
    if kind not in READABLE:
        return ""
    try:
        with assembly.files.open(digest) as file:
            return read_words(file, kind)
    except (UnreadableError, MissingFileError) as error:
        log.write("document", {"digest": digest, "kind": kind, "outcome": str(error)}, level="warning")
        return ""
