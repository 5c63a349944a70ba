"""A store in memory: one lock, the same promises as the databases except surviving the process."""

from concurrent.futures import Future
from dataclasses import replace
from threading import RLock

from adapters.memory.cases import CaseShelf
from adapters.memory.facts import MemoryFacts
from adapters.memory.ledger import MemoryLedger
from engine.case import Case
from engine.commands import Command
from engine.events import Record
from engine.ports import Decider, Receipt
from engine.refusal import KeyReused, NotFound
from workflows.funds.recording import ledger_entries


class MemoryStore:
    """Cases and records in dictionaries; commands run one at a time in the caller's thread."""

    def __init__(self, facts: MemoryFacts) -> None:
        """Decide with these facts, and with the cases and the ledger kept here."""
        self.cases = CaseShelf()
        self.ledger = MemoryLedger()
        self._lock = RLock()
        self._records: dict[str, list[Record]] = {}
        self.facts = replace(facts, cases=self.cases, ledger=self.ledger, histories=self._records)
        self._answers: dict[tuple[str, str], tuple[str, Receipt]] = {}

    def submit(self, command: Command, decide: Decider) -> "Future[Receipt]":
        """Do the command now; the future has already ended."""
        future: Future[Receipt] = Future()
        try:
            future.set_result(self.transact(command, decide))
        except Exception as error:  # noqa: BLE001  # whatever the decider raises belongs to the caller
            future.set_exception(error)
        return future

    def transact(self, command: Command, decide: Decider) -> Receipt:
        """Do the command now."""
        with self._lock:
            return self._execute(command, decide)

    def _execute(self, command: Command, decide: Decider) -> Receipt:
        answered = self._answered(command)
        if answered is not None:
            return answered
        decision = decide(command, self.cases.get(command.case_id), self.facts)
        case = decision.case
        if decision.record is not None:
            self.cases.put(case)
            self._records.setdefault(case.id, []).append(decision.record)
            for entry, maker in ledger_entries(case, decision.record):
                self.ledger.post(entry, maker)
        receipt = Receipt(case.id, case.code, case.state, case.revision, case.tasks)
        if command.key is not None:
            self._answers[command.actor.id, command.key] = (command.digest, receipt)
        return receipt

    def _answered(self, command: Command) -> Receipt | None:
        if command.key is None or (command.actor.id, command.key) not in self._answers:
            return None
        digest, receipt = self._answers[command.actor.id, command.key]
        if digest != command.digest:
            raise KeyReused(command.key)
        return Receipt(receipt.case_id, receipt.code, receipt.state, receipt.revision, receipt.tasks, replayed=True)

    def load(self, case_id: str) -> Case:
        """Read a case; `NotFound` when there is none."""
        with self._lock:
            case = self.cases.get(case_id)
        if case is None:
            raise NotFound(case_id)
        return case

    def history(self, case_id: str) -> tuple[Record, ...]:
        """Read the records of a case in order."""
        with self._lock:
            return tuple(self._records.get(case_id, ()))

    def due_timers(self) -> list[tuple[str, str, int]]:
        """Give every armed timer as case id, name and generation, soonest first."""
        with self._lock:
            armed = [(timer.fires_at, case.id, timer) for case in self.cases.by_id.values() for timer in case.timers]
        return [(case_id, timer.name, timer.generation) for _, case_id, timer in sorted(armed, key=lambda one: one[:2])]

    def close(self) -> None:
        """Let go of nothing: there is no database."""
