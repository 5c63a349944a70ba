"""One writer at a time, and one disk synchronisation for all who wait: group commit.

Whoever finds the writer idle does the work in its own thread, with everything else that waits; a thread of ours
serves those who may not wait. Measured: handing every command to a thread costs 35 to 55 µs, a quarter of a
durable commit.
"""

import sqlite3
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any, TypeVar

from adapters.sql.statements import SQLITE, Connection
from engine.refusal import Unavailable

BATCH_MAX = 64
"""Most jobs in one transaction: it bounds how long the first of them waits for the last."""

WAITING_MAX = 2000
"""Most jobs that wait; more are refused at once, so that a slow disk does not fill the memory."""

T = TypeVar("T")


class Job:
    """Some work and what became of it. `future` tells somebody who goes on meanwhile, `ended` a thread that waits."""

    __slots__ = ("ended", "error", "future", "result", "work")

    def __init__(
        self, work: Callable[[Connection], Any], future: Future[Any] | None = None, ended: "Lock | None" = None
    ) -> None:
        """Start undone; `ended` is a lock that is held."""
        self.work = work
        self.future = future
        self.ended = ended
        self.result: Any = None
        self.error: BaseException | None = None

    def tell(self) -> None:
        """Pass on what became of it."""
        if self.ended is not None:
            self.ended.release()
        if self.future is None:
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)


class Writer:
    """The one connection that writes, and the queue before it."""

    def __init__(self, driver: sqlite3.Connection) -> None:
        """Own this connection (in autocommit mode: transactions are ours)."""
        self._driver = driver
        self._connection = Connection(driver, SQLITE)
        self._turn = Lock()
        self._waiting: deque[Job] = deque()
        self._wakes: SimpleQueue[str] = SimpleQueue()
        self._closed = False
        self._thread = Thread(target=self._serve, name="shenpi-writer", daemon=True)
        self._thread.start()

    def write(self, work: Callable[[Connection], T]) -> T:
        """Do the work now, in this thread if nobody writes; raises what it raised, or `Unavailable`."""
        if self._turn.acquire(blocking=False):
            job = Job(work)
            try:
                self._refuse_if_closed()
                self._commit([job, *self._take(BATCH_MAX - 1)])
            finally:
                self._turn.release()
        else:
            job = self._wait_for(work)
        if job.error is not None:
            raise job.error
        result: T = job.result
        return result

    def _wait_for(self, work: Callable[[Connection], T]) -> Job:
        """Queue the work and wait for it in this thread. A future would cost more than many a statement."""
        ended = Lock()
        ended.acquire()
        job = Job(work, ended=ended)
        self._queue(job)
        ended.acquire()
        return job

    def submit(self, work: Callable[[Connection], T]) -> Future[T]:
        """Queue the work for the next transaction; what `write` raises comes through the future."""
        future: Future[T] = Future()
        try:
            self._queue(Job(work, future))
        except Unavailable as error:
            future.set_exception(error)
        return future

    def _queue(self, job: Job) -> None:
        """Let a job wait; `Unavailable` when there is no room, or nobody will come any more."""
        self._refuse_if_closed()
        self._refuse_if_full()
        self._waiting.append(job)
        self._wakes.put("work")
        if self._closed:  # meanwhile: the thread has taken the job, or has ended before it came
            with suppress(ValueError):
                self._waiting.remove(job)
                self._refuse_if_closed()

    def close(self) -> None:
        """Finish what waits, then close the connection."""
        with self._turn:
            if self._closed:
                return
            self._closed = True
        self._wakes.put("end")
        self._thread.join()
        self._driver.close()

    def _refuse_if_closed(self) -> None:
        if self._closed:
            raise Unavailable("the database is being closed: try again when the service is back")

    def _refuse_if_full(self) -> None:
        if len(self._waiting) >= WAITING_MAX:
            raise Unavailable(f"{WAITING_MAX} commands wait already: try again in a moment")

    def _serve(self) -> None:
        while True:
            wake = self._wakes.get()
            while self._waiting:
                with self._turn, suppress(Exception):  # whoever waited was told, and the next ones need this thread
                    self._commit(self._take(BATCH_MAX))
            if wake == "end":
                return

    def _take(self, most: int) -> list[Job]:
        """Take jobs from the queue that nobody has given up on."""
        jobs: list[Job] = []
        while self._waiting and len(jobs) < most:
            job = self._waiting.popleft()
            if job.future is None or job.future.set_running_or_notify_cancel():
                jobs.append(job)
        return jobs

    def _commit(self, jobs: list[Job]) -> None:
        """Do jobs in one transaction; nobody is told anything before it is durable."""
        if not jobs:
            return
        try:
            if not self._transact(jobs, self._attempt):
                self._transact(jobs, self._attempt_alone)
        except sqlite3.Error as error:
            self._abandon(jobs, error)
        except BaseException as error:  # the leading thread is being interrupted; the others must not wait for ever
            self._abandon(jobs, error)
            raise
        finally:
            for job in jobs:
                job.tell()

    def _transact(self, jobs: list[Job], attempt: Callable[[Job], bool]) -> bool:
        """Attempt each job, then commit; False, and all undone, when one of them spoiled the transaction.

        Who has queued meanwhile comes along: those that the last commit let go are back by now, and the disk is slow.
        """
        self._undo()  # what could not be undone when it failed
        self._driver.execute("BEGIN IMMEDIATE")
        for job in jobs:
            job.result = job.error = None
            if not attempt(job):
                self._undo()
                return False
            if job is jobs[-1]:
                jobs += self._take(BATCH_MAX - len(jobs))
        self._driver.execute("COMMIT")
        return True

    def _attempt(self, job: Job) -> bool:
        """Do a job that will hardly fail after it began to write: say whether it has left nothing half done."""
        changes = self._driver.total_changes
        try:
            job.result = job.work(self._connection)
        except Exception as error:  # noqa: BLE001  # whatever it is belongs to the caller of this job
            job.error = _for_caller(error)
            return self._driver.in_transaction and self._driver.total_changes == changes
        return True

    def _attempt_alone(self, job: Job) -> bool:
        """Do a job so that only its own work is undone if it fails (measured: 30 % more work than without)."""
        self._driver.execute("SAVEPOINT job")
        try:
            job.result = job.work(self._connection)
        except Exception as error:  # noqa: BLE001  # as above
            job.error = _for_caller(error)
            self._driver.execute("ROLLBACK TO job")
        self._driver.execute("RELEASE job")
        return True

    def _abandon(self, jobs: list[Job], error: BaseException) -> None:
        """Undo everything. Even a refusal was decided on rows that are not there now, so all must ask again."""
        for job in jobs:
            job.result, job.error = None, _unavailable(error)
        with suppress(sqlite3.Error):  # the disk may take no undoing either: it is undone before the next job
            self._undo()

    def _undo(self) -> None:
        if self._driver.in_transaction:
            self._driver.execute("ROLLBACK")


def is_away(error: Exception) -> bool:
    """Say whether the file can not be used now. A statement that SQLite does not understand is a fault of ours."""
    code = getattr(error, "sqlite_errorcode", None)
    return isinstance(error, sqlite3.OperationalError) and code != sqlite3.SQLITE_ERROR


def _for_caller(error: Exception) -> Exception:
    return _unavailable(error) if is_away(error) else error


def _unavailable(error: BaseException) -> Unavailable:
    unavailable = Unavailable(f"the database did not take it ({error}): nothing changed, try again")
    unavailable.__cause__ = error
    return unavailable
