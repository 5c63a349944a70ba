"""Definitions as rows: drafts that may still change, and published versions that never do.

A definition goes draft → review → published → retired; a draft that is written to again leaves the review. Nobody who
had a hand in a draft publishes it (separation of duties SoD-7). Cases stay on the version they were started on, so a
retired version can still be run, only not started. Every step is written into the office's log.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from sqlalchemy import bindparam, desc, func, insert, select, update

from adapters.memory.rehearsing import trying
from adapters.sql import versions
from adapters.sql.database import Database
from adapters.sql.directory import DirectoryCache
from adapters.sql.draft_steps import add_step, forget_steps, text_of_step, ways
from adapters.sql.office_log import By, actors_of, record
from adapters.sql.statements import Connection
from adapters.sql.tables import CASES, DEFINITION
from engine.checking import Checked, check
from engine.guards import GuardBook
from engine.loading import DefinitionErrors, load
from engine.ports import Clock
from engine.process import Process, compile_process
from engine.refusal import Conflict, NotFound, Refusal, Refused

TOPIC = "definition"
"""What the processes count the changes of."""

DRAFTED, SENT, PUBLISHED, RETIRED = (
    "definition.drafted",
    "definition.sent",
    "definition.published",
    "definition.retired",
)
"""Kinds of changes in the office's log."""

TRIED_MAX = 8
"""Most compiled texts that are remembered while they are tried."""

OPEN = ("draft", "review")
"""States in which a version may still change."""

_HEADLINE = (
    DEFINITION.c.key,
    DEFINITION.c.version,
    DEFINITION.c.status,
    DEFINITION.c.digest,
    DEFINITION.c.author,
    DEFINITION.c.reviewer,
    DEFINITION.c.created_at,
    DEFINITION.c.published_at,
    DEFINITION.c.retired_at,
    DEFINITION.c.step,
)
_SHOWN = (*_HEADLINE, DEFINITION.c.source)
_ALL = select(*_HEADLINE).order_by(DEFINITION.c.key, desc(DEFINITION.c.version))
_RUNNING = (
    select(CASES.c.definition, CASES.c.version, func.count())
    .where(CASES.c.closed_at.is_(None))
    .group_by(CASES.c.definition, CASES.c.version)
)
_ONE = select(*_SHOWN).where(DEFINITION.c.key == bindparam("key"), DEFINITION.c.version == bindparam("version"))
_NEWEST = (
    select(func.max(DEFINITION.c.version))
    .where(DEFINITION.c.key == bindparam("key"), DEFINITION.c.status == "published")
    .group_by(DEFINITION.c.key)
)
_KEYS = select(DEFINITION.c.key).where(DEFINITION.c.status == "published").distinct().order_by(DEFINITION.c.key)
_OF_KEY = select(*_SHOWN).where(DEFINITION.c.key == bindparam("key")).order_by(desc(DEFINITION.c.version)).limit(1)
_CELLS = ("key", "version", "status", "source", "digest", "author", "created_at", "step")
_ADD = insert(DEFINITION).values({name: bindparam(name) for name in _CELLS})
_DRAFT = (
    DEFINITION.c.key == bindparam("of_key"),
    DEFINITION.c.version == bindparam("of_version"),
    DEFINITION.c.published_at.is_(None),
)
_REWRITE = (
    update(DEFINITION)
    .where(*_DRAFT)
    .values(status="draft", **{name: bindparam(name) for name in ("source", "digest", "author", "created_at", "step")})
)
_SEND = (
    update(DEFINITION)
    .where(*_DRAFT, DEFINITION.c.status == "draft", DEFINITION.c.digest == bindparam("of_digest"))
    .values(status="review")
)
_PUBLISH = (
    update(DEFINITION)
    .where(*_DRAFT, DEFINITION.c.status != "rejected", DEFINITION.c.digest == bindparam("of_digest"))
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
class Headline:
    """What is known of one version of a definition, without its text. `author` is who wrote last."""

    key: str
    version: int
    status: str
    digest: str
    author: str
    reviewer: str | None
    created_at: datetime
    published_at: datetime | None
    retired_at: datetime | None
    step: int

    @property
    def is_open(self) -> bool:
        """Whether its text may still change."""
        return self.status in OPEN

    @property
    def subject(self) -> str:
        """What the office's log calls it."""
        return subject_of(self.key, self.version)


@dataclass(frozen=True, slots=True)
class Edition(Headline):
    """One version of a definition, as it is kept."""

    source: str


def subject_of(key: str, version: int) -> str:
    """Name a version in the office's log."""
    return f"definition:{key}@{version}"


class Publishing:
    """Keeps the editions, and is the library that the runtime reads compiled versions from."""

    def __init__(self, database: Database, book: GuardBook, clock: Clock, roles: frozenset[str] | None = None) -> None:
        """Compile with this guard book; `roles` are those a definition may name (None: any)."""
        self._database, self._book, self._clock, self._roles = database, book, clock, roles
        self._compiled: dict[tuple[str, int], Process] = {}
        self._tried: OrderedDict[tuple[str, int, str], Process] = OrderedDict()
        self._newest: dict[str, int] = {}
        self._directory = DirectoryCache()
        self._seen = -1

    def get(self, key: str, version: int | None = None) -> Process:
        """Give a published or retired version, the newest published when none is named; `NotFound` otherwise."""
        wanted = self._newest_of(key) if version is None else version
        process = self._compiled.get((key, wanted))
        if process is None:
            process = self._compiled[key, wanted] = self._compile(self.edition(key, wanted))
        return process

    def published(self) -> tuple[str, ...]:
        """Give the keys of which a version is published, sorted."""
        with self._database.read() as connection:
            return tuple(key for (key,) in connection.rows(_KEYS))

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

    def trial(self, key: str, version: int) -> Process:
        """Compile a version to try it, a draft too; `DefinitionErrors` when it can not be read.

        Whoever rehearses a text asks for it again and again: the last few are remembered.
        """
        edition = self.edition(key, version)
        seen = (key, version, edition.digest)
        process = self._tried.get(seen)
        if process is None:
            process = self._tried[seen] = self._compiled_text(edition)
            while len(self._tried) > TRIED_MAX:
                self._tried.popitem(last=False)
        return process

    def _compile(self, edition: Edition) -> Process:
        if edition.is_open:
            raise NotFound(f"definition {edition.key} version {edition.version} is a draft")
        return self._compiled_text(edition)

    def _compiled_text(self, edition: Edition) -> Process:
        place = f"{edition.key}@{edition.version}"
        return compile_process(load(edition.source, file=place, book=self._book, version=edition.version), self._book)

    def headlines(self) -> tuple[Headline, ...]:
        """Give all versions of all definitions without their texts, newest first within a key."""
        with self._database.read() as connection:
            return tuple(Headline(*row) for row in connection.rows(_ALL))

    def running(self) -> Mapping[tuple[str, int], int]:
        """Count the cases that are not closed, by key and version."""
        with self._database.read() as connection:
            return {(key, version): int(number) for key, version, number in connection.rows(_RUNNING)}

    def edition(self, key: str, version: int) -> Edition:
        """Give one version; `NotFound` when there is none."""
        with self._database.read() as connection:
            row = connection.one(_ONE, key=key, version=version)
        if row is None:
            raise NotFound(f"definition {key} version {version}")
        return Edition(*row)

    def before(self, key: str, version: int) -> int:
        """Give the version that another one follows: the newest published or retired below it.

        Raises `Refused` when there is none.
        """
        known = [one.version for one in self.headlines() if one.key == key and one.status in {"published", "retired"}]
        earlier = [number for number in known if number < version]
        if not earlier:
            raise Refused(Refusal("definition.no_earlier", where=f"{key}@{version}"))
        return max(earlier)

    def editors(self, key: str, version: int) -> frozenset[str]:
        """Give everybody who had a hand in a version."""
        with self._database.read() as connection:
            return actors_of(connection, subject_of(key, version), DRAFTED)

    def check(self, source: str, file: str = "draft") -> Checked:
        """Say everything about a text: what it means, what keeps it from being published, what is worth noting."""
        with self._database.read() as connection:
            staff = self._directory.get(connection, self._clock.now())
        return check(source, file=file, book=self._book, roles=self._roles, trying=trying(self._book), staff=staff)

    def draft(self, key: str, source: str, digest: str, author: str, seen: str | None = None) -> Edition:
        """Keep a text as the draft of a key's next version; a draft that is open already is rewritten.

        `seen` is the digest of the draft, or else of the version, that the author began with. Raises `Conflict` when
        somebody else has changed it meanwhile. A text that is there already is kept by whoever sends it: a page that
        saves by itself may be a moment ahead of its own button.
        """
        by = By(author, self._clock.now())

        def work(connection: Connection) -> int:
            connection.alone(f"definition {key}")
            row = connection.one(_OF_KEY, key=key)
            last = None if row is None else Edition(*row)
            if last is not None and seen is not None and last.digest not in {seen, digest}:
                raise Conflict(last.version)
            return _write_draft(connection, last, key, source, digest, by)

        return self.edition(key, self._database.write(work))

    def step(self, key: str, version: int, by_steps: int, author: str, seen: str) -> Edition:
        """Give a draft the text it had before (-1), or had before that was undone (1).

        Raises `Conflict` when it is not as it was seen, `Refused` when no such text is kept.
        """
        by = By(author, self._clock.now())

        def work(connection: Connection) -> None:
            connection.alone(f"definition {key}")
            draft = _open(connection, key, version, seen)
            source = text_of_step(connection, (key, version), draft.step + by_steps)
            if source is None:
                raise Refused(Refusal("definition.no_step", where=f"{key}@{version}"))
            _rewrite(connection, draft, source, sha256(source.encode()).hexdigest(), by, draft.step + by_steps)

        self._database.write(work)
        return self.edition(key, version)

    def ways(self, edition: Headline) -> tuple[bool, bool]:
        """Say whether writing a draft can be undone and done again."""
        with self._database.read() as connection:
            return ways(connection, (edition.key, edition.version), edition.step)

    def send(self, key: str, version: int, user: str, seen: str) -> Edition:
        """Ask for a draft to be published by somebody else.

        Raises `DefinitionErrors` when it has problems, `Conflict` when it is no draft or not as it was seen.
        """
        checked = self.check(self.edition(key, version).source, f"{key}@{version}")
        if not checked.is_sound:
            raise DefinitionErrors(checked.problems)
        by = By(user, self._clock.now())

        def work(connection: Connection) -> int:
            changed = connection.run(_SEND, {"of_key": key, "of_version": version, "of_digest": seen})
            if changed:
                record(connection, by, SENT, subject_of(key, version), "draft", "review")
            return changed

        if not self._database.write(work):
            raise Conflict(version)
        return self.edition(key, version)

    def publish(self, key: str, version: int, reviewer: str) -> Edition:
        """Make a draft the version that new cases start on.

        Raises `DefinitionErrors` when it does not load or is not sound, `Refused` when somebody publishes it who had a
        hand in it, `Conflict` when it is no draft (any more) or was changed meanwhile.
        """
        edition = self.edition(key, version)
        if reviewer in {edition.author, *self.editors(key, version)}:
            raise Refused(Refusal("definition.own_draft", where=f"{key}@{version}"))
        checked = self.check(edition.source, f"{key}@{version}")
        if not checked.is_sound:
            raise DefinitionErrors(checked.problems)
        now = self._clock.now()
        values = {"of_key": key, "of_version": version, "of_digest": edition.digest}

        def work(connection: Connection) -> int:
            changed = connection.run(_PUBLISH, {**values, "reviewer": reviewer, "published_at": now})
            versions.touch(connection, TOPIC)
            if changed:
                forget_steps(connection, (key, version))
                record(connection, By(reviewer, now), PUBLISHED, edition.subject, edition.status, "published")
            return changed

        if not self._database.write(work):
            raise Conflict(version)
        if checked.definition is not None:
            self._compiled[key, version] = compile_process(replace(checked.definition, version=version), self._book)
        return self.edition(key, version)

    def retire(self, key: str, version: int, user: str, reason: str = "") -> Edition:
        """Take a published version out of use for new cases; running ones stay on it.

        Raises `Conflict` when it is not published (any more).
        """
        now = self._clock.now()

        def work(connection: Connection) -> int:
            changed = connection.run(_RETIRE, {"of_key": key, "of_version": version, "retired_at": now})
            versions.touch(connection, TOPIC)
            if changed:
                by = By(user, now, reason)
                record(connection, by, RETIRED, subject_of(key, version), "published", "retired")
            return changed

        if not self._database.write(work):
            raise Conflict(version)
        return self.edition(key, version)


def _open(connection: Connection, key: str, version: int, seen: str) -> Edition:
    """Give a draft; raises `Conflict` when it is none (any more) or not as it was seen."""
    row = connection.one(_ONE, key=key, version=version)
    if row is None:
        raise NotFound(f"definition {key} version {version}")
    draft = Edition(*row)
    if not draft.is_open or draft.digest != seen:
        raise Conflict(version)
    return draft


def _write_draft(connection: Connection, last: Edition | None, key: str, source: str, digest: str, by: By) -> int:
    if last is not None and last.is_open:
        if last.digest != digest:
            step = add_step(connection, (key, last.version), last.step, last.source, source)
            _rewrite(connection, last, source, digest, by, step)
        return last.version
    version = 1 if last is None else last.version + 1
    cells = {"source": source, "digest": digest, "author": by.user, "created_at": by.at}
    connection.run(_ADD, {**cells, "key": key, "version": version, "status": "draft", "step": 0})
    record(connection, by, DRAFTED, subject_of(key, version), None, digest)
    return version


def _rewrite(connection: Connection, draft: Edition, source: str, digest: str, by: By, step: int) -> None:
    cells = {"source": source, "digest": digest, "author": by.user, "created_at": by.at, "step": step}
    connection.run(_REWRITE, {**cells, "of_key": draft.key, "of_version": draft.version})
    record(connection, by, DRAFTED, draft.subject, draft.digest, digest)
