"""Looking at pictures that were attached, so that one that is used twice is noticed. Looking twice is harmless."""

from adapters.documents.preview import UnreadableError
from adapters.files.storage import MissingFileError
from adapters.sql.pictures import Looked, keep_picture, unseen_pictures
from service import log
from service.assembly import Assembly

TAKEN_MAX = 5
"""Pictures that are looked at before the heartbeat sees whether it is to stop."""


def look_at_pictures(assembly: Assembly) -> int:
    """Look at some pictures that nobody has looked at; says how many. One that can not be read is like no other."""
    with assembly.database.read() as connection:
        waiting = unseen_pictures(connection, TAKEN_MAX)
    for digest, kind in waiting:
        keep_picture(assembly.database, _looked(assembly, digest, kind))
    return len(waiting)


def _looked(assembly: Assembly, digest: str, kind: str) -> Looked:
    try:
        seen = assembly.previews.fingerprint(digest, kind)
    except (UnreadableError, MissingFileError) as error:
        log.write("picture", {"digest": digest, "kind": kind, "outcome": str(error)}, level="warning")
        return Looked(digest, "")
    return Looked(digest, seen.likeness, seen.taken_on)
