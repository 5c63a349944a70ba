"""Definitions as rows: drafts that may still change, and published versions that never do.

A definition goes draft → published → retired. Whoever wrote the draft does not publish it (separation of duties
SoD-7). Cases stay on the version they were started on, so a retired version can still be run, only not started.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, desc, func, insert, select, update

from adapters.sql import versions
from adapters.sql.database import Database
from adapters.sql.statements import Connection
from adapters.sql.tables import DEFINITION
from engine.checking import Checked, check
from engine.guards import GuardBook
from engine.loading import DefinitionErrors, load
from engine.ports import Clock
from engine.process import Process, compile_process
from engine.refusal import Conflict, NotFound, Refusal, Refused

TOPIC = "definition"
"""What the processes count the changes of."""

_SHOWN = (
    DEFINITION.c.key,
    DEFINITION.c.version,
    DEFINITION.c.status,
    DEFINITION.c.source,
    DEFINITION.c.digest,
    DEFINITION.c.author,
    DEFINITION.c.reviewer,
    DEFINITION.c.created_at,
    DEFINITION.c.published_at,
)
_ALL = select(*_SHOWN).order_by(DEFINITION.c.key, desc(DEFINITION.c.version))
_ONE = select(*_SHOWN).where(DEFINITION.c.key == bindparam("key"), DEFINITION.c.version == bindparam("version"))
_NEWEST = (
    select(func.max(DEFINITION.c.version))
    .where(DEFINITION.c.key == bindparam("key"), DEFINITION.c.status == "published")
    .group_by(DEFINITION.c.key)
)
_OF_KEY = select(*_SHOWN).where(DEFINITION.c.key == bindparam("key")).order_by(desc(DEFINITION.c.version)).limit(1)
_CELLS = ("key", "version", "status", "source", "digest", "author", "created_at")
_ADD = insert(DEFINITION).values({name: bindparam(name) for name in _CELLS})
_DRAFT = (
    DEFINITION.c.key == bindparam("of_key"),
    DEFINITION.c.version == bindparam("of_version"),
    DEFINITION.c.status == "draft",
)
_REWRITE = (
    update(DEFINITION)
    .where(*_DRAFT)
    .values({name: bindparam(name) for name in ("source", "digest", "author", "created_at")})
)
_PUBLISH = (
    update(DEFINITION)
    .where(*_DRAFT, DEFINITION.c.digest == bindparam("of_digest"))
    .values(status="published", reviewer=bindparam("reviewer"), published_at=bindparam("published_at"))
)
_RETIRE = (
    update(DEFINITION)
    .where(
        DEFINITION.c.key == bindparam("of_key"),
        DEFINITION.c.version == bindparam("of_version"),
        DEFINITION.c.status == "published",
    )
    .values(status="retired", retired_at=bindparam("retired_at"))
)


@dataclass(frozen=True, slots=True)
class Edition:
    """One version of a definition, as it is kept."""

    key: str
    version: int
    status: str
    source: str
    digest: str
    author: str
    reviewer: str | None
    created_at: datetime
    published_at: datetime | None


class Publishing:
    """Keeps the editions, and is the library that the runtime reads compiled versions from."""

    def __init__(self, database: Database, book: GuardBook, clock: Clock, roles: frozenset[str] | None = None) -> None:
        """Compile with this guard book; `roles` are those a definition may name (None: any)."""
        self._database, self._book, self._clock, self._roles = database, book, clock, roles
        self._compiled: dict[tuple[str, int], Process] = {}
        self._newest: dict[str, int] = {}
        self._seen = -1

    def get(self, key: str, version: int | None = None) -> Process:
        """Give a published or retired version, the newest published when none is named; `NotFound` otherwise."""
        wanted = self._newest_of(key) if version is None else version
        process = self._compiled.get((key, wanted))
        if process is None:
            process = self._compiled[key, wanted] = self._compile(self.edition(key, wanted))
        return process

    def _newest_of(self, key: str) -> int:
        with self._database.read() as connection:
            changes = versions.number(connection, TOPIC)
            if changes != self._seen:
                self._newest, self._seen = {}, changes
            if key not in self._newest:
                found = connection.one(_NEWEST, key=key)
                if found is None:
                    raise NotFound(f"definition {key}")
                self._newest[key] = int(found[0])
        return self._newest[key]

    def _compile(self, edition: Edition) -> Process:
        if edition.status == "draft":
            raise NotFound(f"definition {edition.key} version {edition.version} is a draft")
        place = f"{edition.key}@{edition.version}"
        return compile_process(load(edition.source, file=place, book=self._book, version=edition.version), self._book)

    def editions(self) -> tuple[Edition, ...]:
        """Give all versions of all definitions, newest first within a key."""
        with self._database.read() as connection:
            return tuple(Edition(*row) for row in connection.rows(_ALL))

    def edition(self, key: str, version: int) -> Edition:
        """Give one version; `NotFound` when there is none."""
        with self._database.read() as connection:
            row = connection.one(_ONE, key=key, version=version)
        if row is None:
            raise NotFound(f"definition {key} version {version}")
        return Edition(*row)

    def check(self, source: str, file: str = "draft") -> Checked:
        """Tell what is wrong with a text, in its form and in what it would do; without problems it can be published."""
        return check(source, file=file, book=self._book, roles=self._roles)

    def draft(self, key: str, source: str, digest: str, author: str) -> Edition:
        """Keep a text as the draft of a key's next version; a draft that is open already is rewritten."""
        now = self._clock.now()

        def work(connection: Connection) -> int:
            connection.alone(f"definition {key}")
            row = connection.one(_OF_KEY, key=key)
            last = None if row is None else Edition(*row)
            cells = {"source": source, "digest": digest, "author": author, "created_at": now}
            if last is not None and last.status == "draft":
                connection.run(_REWRITE, {**cells, "of_key": key, "of_version": last.version})
                return last.version
            version = 1 if last is None else last.version + 1
            connection.run(_ADD, {**cells, "key": key, "version": version, "status": "draft"})
            return version

        return self.edition(key, self._database.write(work))

    def publish(self, key: str, version: int, reviewer: str) -> Edition:
        """Make a draft the version that new cases start on.

        Raises `DefinitionErrors` when it is not sound, `Refused` when its author publishes it, `Conflict` when it
        is no draft (any more) or was changed meanwhile.
        """
        edition = self.edition(key, version)
        if edition.author == reviewer:
            raise Refused(Refusal("definition.own_draft", where=f"{key}@{version}"))
        checked = self.check(edition.source, f"{key}@{version}")
        if not checked.is_sound:
            raise DefinitionErrors(checked.problems)
        now = self._clock.now()

        def work(connection: Connection) -> int:
            changed = connection.run(
                _PUBLISH,
                {
                    "of_key": key,
                    "of_version": version,
                    "of_digest": edition.digest,
                    "reviewer": reviewer,
                    "published_at": now,
                },
            )
            versions.touch(connection, TOPIC)
            return changed

        if not self._database.write(work):
            raise Conflict(version)
        return self.edition(key, version)

    def retire(self, key: str, version: int) -> Edition:
        """Take a published version out of use for new cases; running ones stay on it."""
        now = self._clock.now()

        def work(connection: Connection) -> int:
            changed = connection.run(_RETIRE, {"of_key": key, "of_version": version, "retired_at": now})
            versions.touch(connection, TOPIC)
            return changed

        if not self._database.write(work):
            raise Conflict(version)
        return self.edition(key, version)
