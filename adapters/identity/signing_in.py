"""Signing in: one answer for every reason why it fails, in the same time."""

from datetime import datetime
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from adapters.identity.attempts import Attempts
from adapters.identity.passwords import Profile, check_password, hash_password, verify_password
from adapters.identity.second_factor import SecondFactor, WrongCode
from adapters.identity.sessions import Means, Opened, Session, SessionKind, Sessions
from engine.refusal import Refusal, Refused


class SignInFailed(Exception):
    """The name or the password is wrong, or the account may not be used. Which of them is not said."""


class TooManyAttempts(Exception):
    """Too many wrong passwords for this account or from this address; wait for the window to pass."""


class Account(Struct, frozen=True):
    """What signing in needs of a person. Without `password` (a hash) nobody can sign in as them."""

    user_id: str
    username: str
    password: str | None
    changed_at: datetime | None
    must_change: bool
    is_enabled: bool


class AccountStore(Protocol):
    """Where accounts are kept."""

    def find_account(self, username: str) -> Account | None:
        """Give the account of a name, upper and lower case alike."""
        ...

    def account_of(self, user_id: str) -> Account | None:
        """Give the account of a person."""
        ...

    def set_password(self, user_id: str, password: str, changed_at: datetime, *, must_change: bool) -> None:
        """Keep a password's hash."""
        ...


class Outcome(StrEnum):
    """How a try to sign in, or to prove oneself again, ended."""

    PASSWORD = "password"  # noqa: S105  # a name, not a secret
    HALF = "half"
    SECOND_PROOF = "second_proof"
    VOUCHED = "vouched"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105  # as above
    DISABLED = "disabled"
    WRONG_CODE = "wrong_code"
    NO_ACCOUNT = "no_account"
    LOCKED = "locked"


class SignInLog(Protocol):
    """Where tries are written down for good."""

    def note(self, outcome: Outcome, user_id: str, address: str, at: datetime) -> None:
        """Write down how a try ended; `user_id` is empty where nobody has the name."""
        ...


class SigningIn(Struct, frozen=True):
    """Checks names and passwords. Its methods are slow on purpose: call them in a thread."""

    accounts: AccountStore
    sessions: Sessions
    attempts: Attempts
    profile: Profile
    second: SecondFactor
    log: SignInLog

    def sign_in(
        self, username: str, password: str, address: str, kind: SessionKind, now: datetime, browser: str = ""
    ) -> Opened:
        """Open a session for who proves to be that person; `browser` is what its cookie says, "" for a program.

        It is half a session where a second proof is asked for: `finish` makes it whole.

        Raises:
            SignInFailed: wrong name or password, or a disabled account.
            TooManyAttempts: the account or the address must wait.

        """
        if not self.attempts.book(username, address, now):
            raise TooManyAttempts
        account = self.accounts.find_account(username)
        is_right = verify_password(password, account.password if account else None)
        if account is None or not is_right or not account.is_enabled:
            self._failed(Outcome.DISABLED if is_right else Outcome.WRONG_PASSWORD, account, username, address, now)
            raise SignInFailed
        self.attempts.succeed(username, address)
        is_half = self.second.is_on(account.user_id)
        self.log.note(Outcome.HALF if is_half else Outcome.PASSWORD, account.user_id, address, now)
        if is_half:
            return self.sessions.open(account.user_id, SessionKind.HALF, now, address)
        return self.sessions.open(account.user_id, kind, now, address, browser)

    def finish(  # half a session, and what makes it whole
        self, token: str, code: str, address: str, kind: SessionKind, now: datetime, browser: str = ""
    ) -> Opened:
        """Open the session for which the password was right, by the second proof.

        Raises:
            SignInFailed: there is no such half session, or not any more.
            WrongCode: that is not the number of this moment, nor a spare code, or it was used before.
            TooManyAttempts: it was wrong too often.

        """
        half = self.sessions.find(token, now)
        account = None if half is None or half.kind is not SessionKind.HALF else self.accounts.account_of(half.user_id)
        if half is None or account is None or not account.is_enabled:
            raise SignInFailed
        self.prove(account, code, address, now)
        self.sessions.close(half.id)
        self.log.note(Outcome.SECOND_PROOF, account.user_id, address, now)
        return self.sessions.open(account.user_id, kind, now, address, browser)

    def prove(self, account: Account, code: str, address: str, now: datetime) -> None:
        """Ask for the second proof of an account that has one; raises as `finish` does."""
        if not self.attempts.book(account.username, address, now, "code"):
            raise TooManyAttempts
        try:
            self.second.check(account.user_id, code, now)
        except WrongCode:
            self._failed(Outcome.WRONG_CODE, account, account.username, address, now)
            raise
        self.attempts.succeed(account.username, address, "code")

    def lacks_second(self, session: Session) -> bool:
        """Say whether the person may do nothing else before setting up the second proof that the profile asks for."""
        return (
            self.profile.second_proof
            and session.means is Means.PASSWORD
            and session.kind is not SessionKind.HALF
            and not self.second.is_on(session.user_id)
        )

    def sign_in_vouched(self, username: str, address: str, now: datetime, browser: str) -> Opened:
        """Open a browser's session for whom another service vouches for by the name of an account.

        Raises:
            SignInFailed: nobody has that account, or it is disabled.

        """
        account = self.accounts.find_account(username)
        if account is None or not account.is_enabled:
            user_id, outcome = ("", Outcome.NO_ACCOUNT) if account is None else (account.user_id, Outcome.DISABLED)
            self.log.note(outcome, user_id, address, now)
            raise SignInFailed
        self.log.note(Outcome.VOUCHED, account.user_id, address, now)
        return self.sessions.open(account.user_id, SessionKind.COOKIE, now, address, browser, Means.VOUCHED)

    def _failed(  # how, who, from where and when
        self, outcome: Outcome, account: Account | None, username: str, address: str, now: datetime
    ) -> None:
        """Write a failure down, and that it was the one that locked."""
        user_id = "" if account is None else account.user_id
        self.log.note(outcome, user_id, address, now)
        if self.attempts.locked_until(username, now) is not None:
            self.log.note(Outcome.LOCKED, user_id, address, now)

    def change_password(self, user_id: str, old: str, new: str, address: str, now: datetime) -> None:
        """Replace one's own password; all sessions of the person end.

        Raises:
            Refused: the new password breaks rules or is the old one.
            SignInFailed: the old password is wrong.
            TooManyAttempts: it was wrong too often.

        """
        account = self.accounts.account_of(user_id)
        if account is None:
            raise SignInFailed
        if not self.attempts.book(account.username, address, now):
            raise TooManyAttempts
        if not verify_password(old, account.password):
            self._failed(Outcome.WRONG_PASSWORD, account, account.username, address, now)
            raise SignInFailed
        self.attempts.succeed(account.username, address)
        if old == new:
            raise Refused(Refusal("password.same", where="password"))
        self.set_password(account, new, now)

    def set_password(self, account: Account, new: str, now: datetime, *, must_change: bool = False) -> None:
        """Give a person a password; all their sessions end. Raises `Refused` when it breaks the profile's rules."""
        reasons = check_password(new, account.username, self.profile)
        if reasons:
            raise Refused(*reasons)
        self.accounts.set_password(account.user_id, hash_password(new), now, must_change=must_change)
        self.sessions.close_all(account.user_id)

    def must_change(self, account: Account, session: Session, now: datetime) -> bool:
        """Say whether the person may do nothing else before changing the password, which a session may not rest on."""
        if session.means is not Means.PASSWORD:
            return False
        limit, changed_at = self.profile.age_max, account.changed_at
        return account.must_change or (limit is not None and changed_at is not None and now - changed_at >= limit)
