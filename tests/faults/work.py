"""What the processes do that are killed: real commands against a real database, each acknowledgement reported."""

import multiprocessing
import os
import signal
from contextlib import suppress
from multiprocessing.connection import Connection
from threading import Lock, Thread
from time import monotonic

from engine.commands import Act, Command, Remark
from engine.events import Commented
from engine.refusal import Unavailable
from tests.contract.place import Place, in_database
from tests.engine.small import person

CASES = 4
"""Cases, and threads that work on one each."""

processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload(["tests.faults.work"])


def prepare(place: Place) -> None:
    """Open the cases."""
    for index in range(CASES):
        place.start(f"case{index}")
        place.act("ann", "submit", f"case{index}")


def token_command(case_id: str, token: str) -> Remark:
    """Say a token that is said once."""
    return Remark(case_id=case_id, actor=person("ann"), comment=token, key=token, digest=token)


def next_action(place: Place, case_id: str) -> Act:
    """Send the case back, or submit it again: with tasks, timers and messages."""
    if place.store.load(case_id).state == "review":
        return Act(case_id=case_id, actor=person("rex"), action="return", comment="more")
    return Act(case_id=case_id, actor=person("ann"), action="resubmit")


def work(url: str, loop: int, acknowledged: Connection) -> None:
    """Work on all cases at once, without end; report each token that was begun, and each that was acknowledged."""
    place = in_database(url)
    lock = Lock()

    def report(word: str, case_id: str, token: str) -> None:
        with lock:
            acknowledged.send((word, case_id, token))

    def act(index: int) -> None:
        case_id = f"case{index}"
        for turn in range(1_000_000):
            token = f"loop {loop} case {index} turn {turn}"
            report("begun", case_id, token)
            execute(place, token_command(case_id, token))
            report("done", case_id, token)
            execute(place, next_action(place, case_id))

    threads = [Thread(target=act, args=(index,), daemon=True) for index in range(CASES)]
    for thread in threads:
        thread.start()
    acknowledged.send(("ready", "", ""))
    for thread in threads:
        thread.join()


def execute(place: Place, command: Command) -> None:
    """Do a command, again while the database is away."""
    while True:
        with suppress(Unavailable):
            place.runtime.execute(command)
            return


def kill_after(url: str, loop: int, seconds: float) -> list[tuple[str, str, str]]:
    """Let a process work for a while, kill it, and give what it reported."""
    ours, theirs = processes.Pipe(duplex=False)
    process = processes.Process(target=work, args=(url, loop, theirs), daemon=True)
    process.start()
    theirs.close()
    heard: list[tuple[str, str, str]] = [ours.recv()]
    end = monotonic() + seconds
    while (left := end - monotonic()) > 0:
        if ours.poll(left):
            heard.append(ours.recv())
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    with suppress(EOFError):
        while True:
            heard.append(ours.recv())
    return heard


def said(place: Place) -> list[str]:
    """All tokens in the histories, as often as they are there."""
    return [
        event.comment
        for index in range(CASES)
        for record in place.store.history(f"case{index}")
        for event in record.events
        if isinstance(event, Commented)
    ]
