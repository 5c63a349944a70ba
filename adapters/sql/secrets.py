"""Secrets of a database, each made once, when it is first needed; a backup of the database holds them too."""

import secrets

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert

from adapters.sql.database import Database
from adapters.sql.statements import Connection
from adapters.sql.tables import SECRET

SECRET_BYTES = 32
SEAL = "seal"
"""What exports are signed with (Ed25519)."""

_READ = select(SECRET.c.value).where(SECRET.c.name == bindparam("name"))
_MAKE = (
    insert(SECRET).values(name=bindparam("name"), value=bindparam("value")).on_conflict_do_nothing()
)  # PostgreSQL's construct, which SQLite's compiler spells as well


def secret(database: Database, name: str) -> bytes:
    """Give a secret; who asks first makes it."""
    with database.read() as connection:
        found = connection.one(_READ, name=name)
    if found is None:
        found = database.write(lambda connection: _made(connection, name))
    return bytes.fromhex(found[0])


def _made(connection: Connection, name: str) -> tuple[str]:
    connection.run(_MAKE, {"name": name, "value": secrets.token_hex(SECRET_BYTES)})
    found = connection.one(_READ, name=name)
    assert found is not None
    return (str(found[0]),)
