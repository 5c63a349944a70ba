"""Answers to a survey by link: one a token, kept without the token, counted by who was asked."""

import secrets
from collections.abc import Sequence
from datetime import date
from hashlib import sha256

from msgspec import Struct
from sqlalchemy import bindparam, false, func, insert, select, true, update

from adapters.sql.database import Database
from adapters.sql.office_log import By, record
from adapters.sql.statements import Connection
from adapters.sql.tables import SURVEY_ANSWER, SURVEY_TOKEN
from engine.facts import Answers

TOKEN_BYTES = 16
ID_BYTES = 16

_ADD = insert(SURVEY_TOKEN)
_FIND = select(SURVEY_TOKEN.c.case_id, SURVEY_TOKEN.c.audience, SURVEY_TOKEN.c.used).where(
    SURVEY_TOKEN.c.hash == bindparam("hash")
)
_USE = (
    update(SURVEY_TOKEN)
    .where(SURVEY_TOKEN.c.hash == bindparam("token_hash"), SURVEY_TOKEN.c.used == false())
    .values(used=true())
)
_ANSWER = insert(SURVEY_ANSWER)
_COUNTS = (
    select(SURVEY_ANSWER.c.audience, SURVEY_ANSWER.c.level, func.count())
    .where(SURVEY_ANSWER.c.case_id == bindparam("case_id"), SURVEY_ANSWER.c.is_fast == false())
    .group_by(SURVEY_ANSWER.c.audience, SURVEY_ANSWER.c.level)
)
_FAST = select(func.count()).where(SURVEY_ANSWER.c.case_id == bindparam("case_id"), SURVEY_ANSWER.c.is_fast == true())
_ISSUED = (
    select(SURVEY_TOKEN.c.audience, func.count())
    .where(SURVEY_TOKEN.c.case_id == bindparam("case_id"))
    .group_by(SURVEY_TOKEN.c.audience)
)


class Leave(Struct, frozen=True):
    """What a token allows: to answer the survey of a case, as one of an audience, if it was not used yet."""

    case_id: str
    audience: str
    is_used: bool


class Answer(Struct, frozen=True):
    """What somebody said on a day. `is_fast`: too soon to have read the question."""

    level: str
    on: date
    is_fast: bool = False


class Tally(Struct, frozen=True):
    """A survey so far: tokens given out and answers that count, by audience; answers that came too fast."""

    issued: dict[str, int]
    answers: Answers
    fast: int


def new_token() -> str:
    """Give a token that nobody can guess; it is written down nowhere but on what is handed out."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_of(token: str) -> str:
    """Give what is kept of a token: its SHA-256 in hex. It is random and long, so it needs no salt."""
    return sha256(token.encode()).hexdigest()


def give_out(database: Database, by: By, case_id: str, audience: str, tokens: Sequence[str]) -> None:
    """Let so many tokens answer; that they were given out is on the office's log."""
    rows = [{"hash": hash_of(token), "case_id": case_id, "audience": audience, "used": False} for token in tokens]

    def step(connection: Connection) -> None:
        before = issued(connection, case_id)
        for row in rows:
            connection.run(_ADD, row)
        record(connection, by, "survey.tokens", f"item:{case_id}", {**before}, {**issued(connection, case_id)})

    database.write(step)


def issued(connection: Connection, case_id: str) -> dict[str, int]:
    """Give how many tokens were given out, by audience."""
    return dict(connection.rows(_ISSUED, case_id=case_id))


def leave_of(connection: Connection, token: str) -> Leave | None:
    """Give what a token allows; None for one that was never given out."""
    found = connection.one(_FIND, hash=hash_of(token))
    return None if found is None else Leave(found[0], found[1], bool(found[2]))


def answer(database: Database, token: str, said: Answer) -> bool:
    """Keep an answer and use its token up, in one transaction; False when the token can not answer (any more)."""

    def step(connection: Connection) -> bool:
        leave = leave_of(connection, token)
        if leave is None or connection.run(_USE, {"token_hash": hash_of(token)}) == 0:
            return False
        row = {"id": secrets.token_hex(ID_BYTES), "case_id": leave.case_id, "audience": leave.audience}
        connection.run(_ANSWER, {**row, "level": said.level, "is_fast": said.is_fast, "on": said.on})
        return True

    return database.write(step)


def answers(connection: Connection, case_id: str) -> Answers:
    """Count the answers that count, by audience and level."""
    found: dict[str, dict[str, int]] = {}
    for audience, level, count in connection.rows(_COUNTS, case_id=case_id):
        found.setdefault(audience, {})[level] = count
    return found


def tally(connection: Connection, case_id: str) -> Tally:
    """Give a survey so far."""
    fast = connection.one(_FAST, case_id=case_id)
    return Tally(issued(connection, case_id), answers(connection, case_id), fast[0] if fast is not None else 0)
