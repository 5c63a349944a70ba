"""Whether the service can work."""

from typing import Literal

import msgspec

from adapters.sql.database import Database, Unusable
from adapters.sql.schema import check_version
from engine.refusal import Unavailable

Finding = Literal["ok", "failed", "off"]


class Health(msgspec.Struct):
    """What was looked at. `heartbeat` is `off` in a process that leaves it to others."""

    status: Literal["ready", "not_ready"]
    database: Finding
    schema: Finding
    heartbeat: Finding


def check(database: Database, heartbeat: Finding) -> Health:
    """Look at the database, and join what is known of the heartbeat."""
    schema: Finding = "failed"
    reachable: Finding = "ok"
    try:
        with database.read() as connection:
            check_version(connection)
            schema = "ok"
    except Unusable:
        pass
    except (Unavailable, OSError):
        reachable = "failed"
    is_ready = "failed" not in {reachable, schema, heartbeat}
    return Health("ready" if is_ready else "not_ready", reachable, schema, heartbeat)
