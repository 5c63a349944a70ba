"""Everything the service is made of, joined once at the start: what the HTTP side, the jobs and the commands share."""

from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from adapters.clock import SystemClock
from adapters.documents.preview import Previews
from adapters.files.local import LocalFiles
from adapters.files.storage import FileStorage
from adapters.identity.attempts import Attempts
from adapters.identity.passwords import PROFILES
from adapters.identity.second_factor import SecondFactor
from adapters.identity.sessions import Sessions
from adapters.identity.signing_in import SigningIn
from adapters.identity.vouching import Issuer, Registration
from adapters.ids import TimeOrderedIds
from adapters.shipped import role_codes
from adapters.sql.access import Access
from adapters.sql.database import Database
from adapters.sql.directory import DirectoryCache
from adapters.sql.factors import Factors
from adapters.sql.opening import open_database, open_store
from adapters.sql.organisation import Organisation
from adapters.sql.publishing import Publishing
from adapters.sql.sign_in_log import SignInLog
from adapters.threads import Threads
from engine.ports import Clock, Ids, Library, Store
from engine.runtime import Runtime
from service.rules import GUARDS
from service.settings import Settings
from service.texts import Catalogue, Language
from service.texts.foreign import all_texts

READERS, READERS_WAITING_MAX = 8, 200
"""Threads that read the database for requests, and how many reads may wait for one: seconds, not minutes."""

VOUCHED_PATH = "/login/sso/callback"
"""Where a sign-in service sends people back to; it must know `SHENPI_PUBLIC_URL` with this path."""

WORKERS, WORKERS_WAITING_MAX = 4, 100
"""Threads for what takes long: documents to look into, reports, printing, changes of the office."""

HASHERS, HASHERS_WAITING_MAX = 4, 100
"""Threads that check passwords: apart, so that a crowd signing in keeps nobody from reading, and documents that take
long to look into keep nobody from signing in."""

ASKERS, ASKERS_WAITING_MAX = 8, 40
"""Threads that ask a sign-in service, which may be silent: apart, so that nobody else waits for it."""


@dataclass(frozen=True, slots=True)
class Assembly:
    """The parts.

    `threads` read, `slow_threads` do what takes long, `hashers` what is slow on purpose, `askers` wait for others.
    """

    settings: Settings
    clock: Clock
    ids: Ids
    catalogue: Catalogue
    database: Database
    organisation: Organisation
    library: Library
    publishing: Publishing
    files: FileStorage
    previews: Previews
    store: Store
    runtime: Runtime
    signing_in: SigningIn
    issuer: Issuer | None
    threads: Threads
    slow_threads: Threads
    hashers: Threads
    askers: Threads

    @property
    def language(self) -> Language:
        """The language of readers who chose none."""
        return cast("Language", self.settings.language)

    def close(self) -> None:
        """Finish what is under way and let go of the database."""
        for threads in (self.askers, self.hashers, self.slow_threads, self.threads):
            threads.shutdown()
        self.database.close()


def assemble(settings: Settings, clock: Clock | None = None, *, owner: bool = True, durable: bool = True) -> Assembly:
    """Join the parts; raises `Unusable` when the database can not be used as it is.

    `owner` is for the service; a command that works beside it does not take the file for itself. Without `durable` a
    SQLite file and the folder of files are filled quickly and not safely, as the demonstration's are.
    """
    clock = clock or SystemClock()
    database, directory = open_database(settings.database, owner=owner, durable=durable), DirectoryCache()
    publishing = Publishing(database, GUARDS, clock, role_codes())
    library: Library = publishing
    files = LocalFiles(settings.files_folder, durable=durable)
    store = open_store(database, library, clock, directory)
    return Assembly(
        settings=settings,
        clock=clock,
        ids=TimeOrderedIds(clock.now),
        catalogue=all_texts(),
        database=database,
        organisation=Organisation(database, directory, clock),
        library=library,
        publishing=publishing,
        files=files,
        previews=Previews(files),
        store=store,
        runtime=Runtime(store, library, clock),
        signing_in=_signing_in(settings, database),
        issuer=_issuer(settings),
        threads=Threads(READERS, "shenpi-reader", READERS_WAITING_MAX),
        slow_threads=Threads(WORKERS, "shenpi-worker", WORKERS_WAITING_MAX),
        hashers=Threads(HASHERS, "shenpi-hasher", HASHERS_WAITING_MAX),
        askers=Threads(ASKERS, "shenpi-asker", ASKERS_WAITING_MAX),
    )


def _issuer(settings: Settings) -> Issuer | None:
    if not settings.oidc_issuer:
        return None
    from adapters.identity.openid import OpenIdIssuer  # noqa: PLC0415  # 9 MB that most offices do without

    return OpenIdIssuer(
        Registration(
            issuer=settings.oidc_issuer,
            client_id=settings.oidc_client_id,
            client_secret=settings.oidc_client_secret,
            claim=settings.oidc_claim,
            back=f"{settings.origin}{VOUCHED_PATH}",
        )
    )


def _signing_in(settings: Settings, database: Database) -> SigningIn:
    window, access = timedelta(minutes=settings.login_window_minutes), Access(database)
    return SigningIn(
        accounts=access,
        sessions=Sessions(
            access, timedelta(minutes=settings.session_idle_minutes), timedelta(hours=settings.session_hours_max)
        ),
        attempts=Attempts(access, settings.login_failures_max, settings.address_failures_max, window),
        profile=PROFILES[settings.password_profile],
        second=SecondFactor(Factors(database)),
        log=SignInLog(database),
    )
