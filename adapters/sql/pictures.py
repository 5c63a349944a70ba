"""What pictures look like: which files are still to be looked at, and what was seen of each."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, or_, select
from sqlalchemy.dialects.postgresql import insert  # whose upserts SQLite's compiler spells as well

from adapters.sql.database import Database
from adapters.sql.statements import Connection
from adapters.sql.tables import FILE, PICTURE

_ADD = insert(PICTURE).on_conflict_do_nothing()
_UNSEEN = (
    select(FILE.c.digest, FILE.c.kind)
    .outerjoin(PICTURE, PICTURE.c.digest == FILE.c.digest)
    .where(or_(FILE.c.kind == "png", FILE.c.kind == "jpg"), PICTURE.c.digest.is_(None))
    .order_by(FILE.c.id)
    .limit(bindparam("lines"))
)
_EVERY = select(PICTURE.c.digest, PICTURE.c.likeness, PICTURE.c.taken_on).where(PICTURE.c.likeness != "")


@dataclass(frozen=True, slots=True)
class Looked:
    """What was seen of a picture: 64 bits in hex (empty: it could not be read), and the day its camera wrote."""

    digest: str
    likeness: str
    taken_on: date | None = None


def unseen_pictures(connection: Connection, limit: int) -> list[tuple[str, str]]:
    """Give digest and kind of pictures that nobody has looked at yet, the oldest first."""
    return list(dict.fromkeys((digest, kind) for digest, kind in connection.rows(_UNSEEN, lines=limit)))


def keep_picture(database: Database, seen: Looked) -> None:
    """Keep what was seen of a picture; harmless when somebody has done so."""
    values = {"digest": seen.digest, "likeness": seen.likeness, "taken_on": seen.taken_on}
    database.write(lambda connection: connection.run(_ADD, values))


def pictures(connection: Connection) -> list[Looked]:
    """Give all pictures that could be read."""
    return [Looked(*row) for row in connection.rows(_EVERY)]
