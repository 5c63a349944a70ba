"""Sessions of browsers and programs: a random token that only its holder knows; we keep its digest.

A session ends when it is unused for long, when its time is over, at sign-out, and all of a person's sessions
end when the password, the roles or the right to work change.
"""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Protocol

from msgspec import Struct

TOKEN_BYTES = 32
"""256 random bits, of which ASVS 7.2.3 asks for 128."""

TOUCH_EVERY = timedelta(minutes=1)
"""How exactly the last use is recorded; so that reading a page does not write to the database each time."""


HALF_LENGTH = timedelta(minutes=5)
"""How long somebody may take for the second proof."""


class SessionKind(StrEnum):
    """How the token travels: in a cookie (then forgery must be guarded against) or in a header.

    Half a session, for whom the second proof is still to come, opens nothing but that question.
    """

    COOKIE = "cookie"
    BEARER = "bearer"
    HALF = "half"


class Means(StrEnum):
    """By what somebody showed who they are: their password here, or the word of another service."""

    PASSWORD = "password"  # noqa: S105  # a name, not a secret
    VOUCHED = "vouched"


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in. `id` is the token's digest."""

    id: str
    user_id: str
    kind: SessionKind
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    address: str = ""
    means: Means = Means.PASSWORD


class Opened(Struct, frozen=True):
    """A new session with its token, which is never to be had again."""

    token: str
    session: Session


class SessionStore(Protocol):
    """Where sessions are kept, for all processes."""

    def open_session(self, session: Session) -> None:
        """Keep a new session."""
        ...

    def note_sign_in(self, user_id: str, at: datetime, browser: str) -> None:
        """Keep from which browser a person signed in."""
        ...

    def find_session(self, id: str) -> Session | None:
        """Give a session that was opened and not closed."""
        ...

    def touch_session(self, id: str, seen_at: datetime) -> None:
        """Record that a session was used."""
        ...

    def close_session(self, id: str) -> None:
        """Forget a session."""
        ...

    def close_sessions(self, user_id: str) -> None:
        """Forget all sessions of a person."""
        ...

    def sweep_sessions(self, seen_before: datetime, now: datetime) -> int:
        """Forget sessions that have ended, and say how many."""
        ...


class Sessions(Struct, frozen=True):
    """Opens, finds and ends sessions by the rules above."""

    store: SessionStore
    idle: timedelta
    length: timedelta

    def open(  # who, how, when, from where
        self,
        user_id: str,
        kind: SessionKind,
        now: datetime,
        address: str = "",
        browser: str = "",
        means: Means = Means.PASSWORD,
    ) -> Opened:
        """Sign a person in: always a new token, whatever the request brought along; a `browser` is remembered."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        ends_at = now + (HALF_LENGTH if kind is SessionKind.HALF else self.length)
        session = Session(digest(token), user_id, kind, now, now, ends_at, address, means)
        self.store.open_session(session)
        if browser:
            self.store.note_sign_in(user_id, now, digest(browser))
        return Opened(token, session)

    def find(self, token: str, now: datetime, *, is_use: bool = True) -> Session | None:
        """Give the session of a token while it lasts, and note that it was used (unless this is no use of it).

        A use that lies ahead, because the clock was put back, is noted anew: else it would keep the session as long.
        """
        session = self.store.find_session(digest(token))
        if session is None:
            return None
        if now >= session.expires_at or now - session.seen_at >= self.idle:
            self.store.close_session(session.id)
            return None
        if is_use and abs(now - session.seen_at) >= TOUCH_EVERY:
            self.store.touch_session(session.id, now)
            return replace(session, seen_at=now)
        return session

    def close(self, id: str) -> None:
        """End one session."""
        self.store.close_session(id)

    def close_all(self, user_id: str) -> None:
        """End all sessions of a person."""
        self.store.close_sessions(user_id)

    def sweep(self, now: datetime) -> int:
        """Forget all sessions that have ended."""
        return self.store.sweep_sessions(now - self.idle, now)


def digest(token: str) -> str:
    """Give what is kept of a token. It is random enough that no salt is needed."""
    return sha256(token.encode("utf-8", "replace")).hexdigest()


def forgery_token(token: str) -> str:
    """Give the token that forms of this session carry: only who knows the session's token can make it."""
    return sha256(b"forgery:" + token.encode("utf-8", "replace")).hexdigest()
