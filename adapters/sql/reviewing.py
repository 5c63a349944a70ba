"""What a reviewer does with a version besides publishing it: send it back to be mended, or turn it down."""

from typing import Literal

from sqlalchemy import bindparam, update

from adapters.sql import versions
from adapters.sql.database import Database
from adapters.sql.office_log import By, record
from adapters.sql.publishing import TOPIC, Edition, Publishing, subject_of
from adapters.sql.statements import Connection
from adapters.sql.tables import DEFINITION
from engine.refusal import Conflict, Refusal, Refused

Outcome = Literal["draft", "rejected"]
RETURNED, REJECTED = "definition.returned", "definition.rejected"
"""Kinds of changes in the office's log."""

_TURN = (
    update(DEFINITION)
    .where(
        DEFINITION.c.key == bindparam("of_key"),
        DEFINITION.c.version == bindparam("of_version"),
        DEFINITION.c.digest == bindparam("of_digest"),
        DEFINITION.c.status == "review",
    )
    .values(status=bindparam("turned"))
)


def turn_back(publishing: Publishing, database: Database, edition: Edition, by: By, outcome: Outcome) -> None:
    """Send a version that waits for its reviewer back (`draft`) or turn it down for good (`rejected`), with a reason.

    Raises `Refused` without a reason, or for somebody who had a hand in it; `Conflict` when it does not wait (any more)
    or was changed meanwhile.
    """
    where = f"{edition.key}@{edition.version}"
    if not by.reason.strip():
        raise Refused(Refusal("definition.no_reason", where=where))
    if by.user in {edition.author, *publishing.editors(edition.key, edition.version)}:
        raise Refused(Refusal("definition.own_draft", where=where))

    def work(connection: Connection) -> int:
        cells = {"of_key": edition.key, "of_version": edition.version, "of_digest": edition.digest}
        changed = connection.run(_TURN, {**cells, "turned": outcome})
        versions.touch(connection, TOPIC)
        if changed:
            what = RETURNED if outcome == "draft" else REJECTED
            record(connection, by, what, subject_of(edition.key, edition.version), "review", outcome)
        return changed

    if not database.write(work):
        raise Conflict(edition.version)
