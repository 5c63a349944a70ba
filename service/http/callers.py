"""Who calls: the person behind a credential, kept for a moment so that not every request asks the database."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from time import monotonic

from adapters.identity.sessions import Session, SessionKind, Sessions, forgery_token
from adapters.identity.signing_in import SigningIn
from adapters.sql.directory import Directory
from adapters.sql.sight import Sight
from engine.commands import Actor
from engine.refusal import NotFound
from service.http.credentials import Credential
from service.texts import Language

SECONDS_KEPT = 0.5
"""How long a caller is kept; so a sign-out or a changed role is seen within this time by every process."""

COUNTY = "county"
"""The kind of unit that nobody sees whole for belonging to it: that takes a role of oversight."""

CALLERS_MAX = 5_000
"""Most callers kept; the oldest goes."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A signed-in person. `roles` are their own, in whatever unit; `directory` is of when they were looked up."""

    actor: Actor
    session: Session
    roles: frozenset[str]
    sight: Sight
    directory: Directory
    language: Language
    forgery_token: str
    must_change_password: bool
    lacks_second_proof: bool


class Callers:
    """Finds callers. Shared by all threads of a process."""

    def __init__(self, signing_in: SigningIn, directory: Callable[[], Directory], oversight: frozenset[str]) -> None:
        """Look them up in these; `oversight` are the roles that see all below the unit in which they are held."""
        self._signing_in = signing_in
        self._directory = directory
        self._oversight = oversight
        self._lock = Lock()
        self._kept: OrderedDict[Credential, tuple[float, Caller | None]] = OrderedDict()

    def kept(self, credential: Credential) -> Caller | None:
        """Give the caller of a credential if it is remembered; costs nothing."""
        until, caller = self._kept.get(credential, (0.0, None))
        return caller if monotonic() < until else None

    def find(self, credential: Credential, now: datetime, *, is_use: bool = True) -> Caller | None:
        """Give the caller of a credential; None when nobody is signed in with it. Reads the database.

        What a page does by itself is no use of the session: it must not keep a deserted one from ending.
        """
        session = self._sessions.find(credential.token, now, is_use=is_use)
        caller = None
        if session is not None and session.kind is credential.kind:
            caller = self._caller(session, credential.token, now)
        if not is_use:
            return caller
        with self._lock:
            self._kept[credential] = (monotonic() + SECONDS_KEPT, caller)
            while len(self._kept) > CALLERS_MAX:
                self._kept.popitem(last=False)
        return caller

    def forget(self, user_id: str) -> None:
        """A person's sessions ended or changed in this process: ask again."""
        with self._lock:
            for credential in [one for one, (_, caller) in self._kept.items() if caller and caller.actor.id == user_id]:
                del self._kept[credential]

    @property
    def _sessions(self) -> Sessions:
        return self._signing_in.sessions

    def _caller(self, session: Session, token: str, now: datetime) -> Caller | None:
        directory = self._directory()
        try:
            actor = directory.actor(session.user_id, now)
        except NotFound:
            return None
        account = self._signing_in.accounts.account_of(session.user_id)
        return Caller(
            actor=actor,
            session=session,
            roles=frozenset(one.role for one in directory.memberships.get(actor.id, ())),
            sight=sight_of(directory, actor, self._oversight),
            directory=directory,
            language=_language(directory.people[actor.id].language),
            forgery_token=forgery_token(token) if session.kind is SessionKind.COOKIE else "",
            must_change_password=account is None or self._signing_in.must_change(account, session, now),
            lacks_second_proof=self._signing_in.lacks_second(session),
        )


def sight_of(directory: Directory, actor: Actor, oversight: frozenset[str]) -> Sight:
    """Tell what a person sees: where they take part, their own unit, and units where they hold a role of oversight."""
    watched = [one.unit for one in directory.memberships.get(actor.id, ()) if one.role in oversight]
    own = directory.units.get(actor.unit)
    seen = [actor.unit] if own is not None and own.kind != COUNTY else []
    paths = sorted({directory.units[unit].path for unit in (*seen, *watched) if unit in directory.units})
    below = tuple(path for path in paths if not any(path != other and path.startswith(other) for other in paths))
    givers = frozenset(one.giver for given in actor.standing_for.values() for one in given)
    return Sight(actor.id, actor.principals, givers, below)


def _language(chosen: str) -> Language:
    return "en" if chosen == "en" else "zh"
