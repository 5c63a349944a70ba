"""Accounts, sessions and guesses of passwords, as `adapters.identity` wants them kept."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, or_, select, update

from adapters.identity.attempts import Counting, Guesses
from adapters.identity.sessions import Means, Session, SessionKind
from adapters.identity.signing_in import Account
from adapters.sql.database import Database
from adapters.sql.statements import Connection, Values, upsert
from adapters.sql.tables import ATTEMPT, SESSION, SIGN_IN, USER

_ACCOUNT = select(
    USER.c.id,
    USER.c.username,
    USER.c.password,
    USER.c.password_changed_at,
    USER.c.must_change_password,
    USER.c.enabled,
)
_ACCOUNT_BY_NAME = _ACCOUNT.where(USER.c.username_key == bindparam("name"))
_ACCOUNT_BY_ID = _ACCOUNT.where(USER.c.id == bindparam("user_id"))
_SET_PASSWORD = (
    update(USER)
    .where(USER.c.id == bindparam("user_id"))
    .values(
        password=bindparam("hashed"),
        password_changed_at=bindparam("changed_at"),
        must_change_password=bindparam("must_change"),
    )
)
_OPEN = insert(SESSION)
_NOTE = upsert(SIGN_IN, ("user_id", "at"), ("browser",))
_FORGET_SIGN_INS = delete(SIGN_IN).where(SIGN_IN.c.at < bindparam("before"))
_SIGN_INS = (
    select(SIGN_IN.c.user_id, SIGN_IN.c.at, SIGN_IN.c.browser)
    .where(SIGN_IN.c.at >= bindparam("since"))
    .order_by(SIGN_IN.c.user_id, SIGN_IN.c.at)
)
_FIND = select(
    SESSION.c.id,
    SESSION.c.user_id,
    SESSION.c.kind,
    SESSION.c.created_at,
    SESSION.c.seen_at,
    SESSION.c.expires_at,
    SESSION.c.address,
    SESSION.c.means,
).where(SESSION.c.id == bindparam("session_id"))
_TOUCH = update(SESSION).where(SESSION.c.id == bindparam("session_id")).values(seen_at=bindparam("at"))
_CLOSE = delete(SESSION).where(SESSION.c.id == bindparam("session_id"))
_CLOSE_ALL = delete(SESSION).where(SESSION.c.user_id == bindparam("user_id"))
_SWEEP_SESSIONS = delete(SESSION).where(
    or_(SESSION.c.seen_at < bindparam("seen_before"), SESSION.c.expires_at <= bindparam("now"))
)
_BOOK = upsert(ATTEMPT, ("subject",), ("count", "first_at", "locked_until"))
_ATTEMPTS = select(ATTEMPT.c.count, ATTEMPT.c.first_at, ATTEMPT.c.locked_until).where(
    ATTEMPT.c.subject == bindparam("subject")
)
_FORGET = delete(ATTEMPT).where(ATTEMPT.c.subject == bindparam("subject"))
_SWEEP_ATTEMPTS = delete(ATTEMPT).where(
    ATTEMPT.c.first_at < bindparam("first_before"),
    or_(ATTEMPT.c.locked_until.is_(None), ATTEMPT.c.locked_until <= bindparam("now")),
)


class Access:
    """`AccountStore`, `SessionStore` and `AttemptStore` over a database."""

    def __init__(self, database: Database) -> None:
        """Keep them in this database."""
        self._database = database

    def find_account(self, username: str) -> Account | None:
        """Give the account of a name, upper and lower case alike."""
        with self._database.read() as connection:
            found = connection.one(_ACCOUNT_BY_NAME, name=username.casefold())
        return None if found is None else Account(*found)

    def account_of(self, user_id: str) -> Account | None:
        """Give the account of a person."""
        with self._database.read() as connection:
            found = connection.one(_ACCOUNT_BY_ID, user_id=user_id)
        return None if found is None else Account(*found)

    def set_password(self, user_id: str, password: str, changed_at: datetime, *, must_change: bool) -> None:
        """Keep a password's hash."""
        values = {"user_id": user_id, "hashed": password, "changed_at": changed_at, "must_change": must_change}
        self._database.write(lambda connection: connection.run(_SET_PASSWORD, values))

    def open_session(self, session: Session) -> None:
        """Keep a new session."""
        self._database.write(lambda connection: connection.run(_OPEN, asdict(session)))

    def note_sign_in(self, user_id: str, at: datetime, browser: str) -> None:
        """Keep from which browser a person signed in."""
        values = {"user_id": user_id, "at": at, "browser": browser}
        self._database.write(lambda connection: connection.run(_NOTE, values))

    def find_session(self, id: str) -> Session | None:
        """Give a session that was opened and not closed."""
        with self._database.read() as connection:
            found = connection.one(_FIND, session_id=id)
        if found is None:
            return None
        key, user_id, kind, created_at, seen_at, expires_at, address, means = found
        return Session(key, user_id, SessionKind(kind), created_at, seen_at, expires_at, address, Means(means))

    def touch_session(self, id: str, seen_at: datetime) -> None:
        """Record that a session was used."""
        self._database.write(lambda connection: connection.run(_TOUCH, {"session_id": id, "at": seen_at}))

    def close_session(self, id: str) -> None:
        """Forget a session."""
        self._database.write(lambda connection: connection.run(_CLOSE, {"session_id": id}))

    def close_sessions(self, user_id: str) -> None:
        """Forget all sessions of a person."""
        self._database.write(lambda connection: connection.run(_CLOSE_ALL, {"user_id": user_id}))

    def sweep_sessions(self, seen_before: datetime, now: datetime) -> int:
        """Forget sessions that have ended, and say how many."""
        values = {"seen_before": seen_before, "now": now}
        return self._database.write(lambda connection: connection.run(_SWEEP_SESSIONS, values))

    def count_attempts(self, subject: str, counting: Counting) -> Guesses | None:
        """Apply the counting to a subject's guesses while nobody else does; give what they were before."""

        def work(connection: Connection) -> Guesses | None:
            connection.alone(subject)
            found = connection.one(_ATTEMPTS, subject=subject)
            before = None if found is None else Guesses(*found)
            after = counting(before)
            if after is None:
                connection.run(_FORGET, {"subject": subject})
            elif after != before:
                connection.run(_BOOK, {"subject": subject, **asdict(after)})
            return before

        return self._database.write(work)

    def find_attempts(self, subject: str) -> Guesses | None:
        """Give a subject's guesses."""
        with self._database.read() as connection:
            found = connection.one(_ATTEMPTS, subject=subject)
        return None if found is None else Guesses(*found)

    def sweep_attempts(self, first_before: datetime, now: datetime) -> int:
        """Forget guesses that began before and are not locked any more; say how many."""
        values: Values = {"first_before": first_before, "now": now}
        return self._database.write(lambda connection: connection.run(_SWEEP_ATTEMPTS, values))


def forget_sign_ins(database: Database, before: datetime) -> int:
    """Forget from which browsers people signed in before a moment; say how many times that was."""
    return database.write(lambda connection: connection.run(_FORGET_SIGN_INS, {"before": before}))


def sign_ins(connection: Connection, since: datetime) -> dict[str, list[tuple[datetime, str]]]:
    """Give when each person signed in since a moment, in order, each time with the browser (a digest of its cookie)."""
    found: dict[str, list[tuple[datetime, str]]] = {}
    for user_id, at, browser in connection.rows(_SIGN_INS, since=since):
        found.setdefault(user_id, []).append((at, browser))
    return found
