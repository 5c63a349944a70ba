"""Where the pure core meets its ports: find the definition, read the clock, hand the decider to the store."""

from engine.case import Case
from engine.commands import Actor, Command, Migrate, Start
from engine.decision import decide
from engine.facts import Facts
from engine.migrating import migrated
from engine.options import Option, VerbOption, options, verbs
from engine.ports import Clock, Decision, Library, Pending, Receipt, Store
from engine.process import Process
from engine.refusal import NotFound


class Runtime:
    """The one way to change anything. Holds no state of its own; safe to share between threads."""

    def __init__(self, store: Store, library: Library, clock: Clock) -> None:
        """Join the ports."""
        self._store = store
        self._library = library
        self._clock = clock

    def submit(self, command: Command) -> Pending:
        """Queue a command; the receipt comes when it is durable."""
        return self._store.submit(command, self._decide)

    def execute(self, command: Command) -> Receipt:
        """Do a command and wait until it is durable.

        Raises `Refused` with all reasons, `Conflict`, `NotFound`, `KeyReused` or `Unavailable`.
        """
        return self._store.transact(command, self._decide)

    def options(self, case: Case, actor: Actor, facts: Facts) -> tuple[Option, ...]:
        """Give every action of the case's state, judged for this person."""
        return options(self.process_of(case), case, actor, facts, self._clock.now())

    def verbs(self, case: Case, actor: Actor, facts: Facts) -> tuple[VerbOption, ...]:
        """Give every verb beside the actions, judged for this person."""
        return verbs(self.process_of(case), case, actor, facts, self._clock.now())

    def process_of(self, case: Case) -> Process:
        """Give the definition version the case runs on."""
        return self._library.get(case.definition, case.version)

    def _decide(self, command: Command, case: Case | None, facts: Facts) -> Decision:
        if isinstance(command, Migrate) and case is not None:
            target = self._library.get(case.definition, command.version)
            return migrated(self.process_of(case).definition, target, case, command, facts, self._clock.now())
        if isinstance(command, Start):
            process = self._library.get(command.definition, command.version)
        elif case is None:
            raise NotFound(command.case_id)
        else:
            process = self.process_of(case)
        return decide(process, case, command, facts, self._clock.now())


class Shelf:
    """A library held in memory: versions that have been compiled, by key."""

    def __init__(self, *processes: Process) -> None:
        """Start with these, or empty."""
        self._processes: dict[str, dict[int, Process]] = {}
        for process in processes:
            self.add(process)

    def add(self, process: Process) -> None:
        """Put a version on the shelf."""
        definition = process.definition
        self._processes.setdefault(definition.key, {})[definition.version] = process

    def get(self, key: str, version: int | None = None) -> Process:
        """Give a version, the newest when none is named; `NotFound` otherwise."""
        versions = self._processes.get(key)
        if not versions:
            raise NotFound(f"definition {key}")
        wanted = max(versions) if version is None else version
        if wanted not in versions:
            raise NotFound(f"definition {key} version {version}")
        return versions[wanted]

    def published(self) -> tuple[str, ...]:
        """Give the keys on the shelf, sorted."""
        return tuple(sorted(self._processes))
