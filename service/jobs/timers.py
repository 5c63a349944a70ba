"""The sweep of due timers: each is taken by one process at a time, and firing it twice would change nothing."""

from contextlib import suppress
from datetime import timedelta
from time import perf_counter

from adapters.sql.jobs import DueTimer, give_back_timer, take_timers
from engine.commands import SYSTEM, Expire
from engine.ports import Pending, Receipt
from engine.refusal import Conflict, NotFound, Refused, Unavailable
from service import log
from service.assembly import Assembly

LEASE = timedelta(minutes=2)
"""For so long a process has the timers that it took; then another may take them."""

RETRY = timedelta(minutes=5)
"""When a timer that could not be fired is tried again."""

SOON = timedelta(seconds=2)
"""When one is tried again that only met a database that was away."""

ANSWER_SECONDS_MAX = 60.0


def sweep_timers(assembly: Assembly) -> int:
    """Fire the timers that are due, together so that they share commits; says how many were taken."""
    taken = take_timers(assembly.database, assembly.clock.now(), LEASE)
    started = perf_counter()
    fired = [(timer, _submitted(assembly, timer)) for timer in taken]
    for timer, pending in fired:
        _settle(assembly, timer, pending, started)
    return len(taken)


def _submitted(assembly: Assembly, timer: DueTimer) -> Pending | Unavailable:
    command = Expire(case_id=timer.case_id, actor=SYSTEM, timer=timer.name, generation=timer.generation)
    try:
        return assembly.runtime.submit(command)
    except Unavailable as error:
        return error


def _settle(assembly: Assembly, timer: DueTimer, pending: Pending | Unavailable, started: float) -> None:
    """Wait for one timer; one that could not be fired is left for later."""
    outcome, receipt = "done", None
    try:
        receipt = _received(pending)
    except Unavailable:
        outcome = "unavailable"
        _leave(assembly, timer, SOON)
    except (Refused, Conflict, NotFound, TimeoutError) as error:
        outcome = type(error).__name__.lower()
        _leave(assembly, timer, RETRY)
    except Exception as error:  # noqa: BLE001  # a fault in one case must not keep the other timers from firing
        outcome = "fault"
        log.write_fault(error, {"case": timer.case_id, "timer": timer.name})
        _leave(assembly, timer, RETRY)
    log.write(
        "command",
        {
            "command": "Expire",
            "case": timer.case_id,
            "timer": timer.name,
            "outcome": outcome,
            "revision": receipt.revision if receipt is not None else None,
            "late_seconds": round((assembly.clock.now() - timer.fires_at).total_seconds(), 3),
            "duration_ms": round((perf_counter() - started) * 1000, 2),
        },
    )


def _leave(assembly: Assembly, timer: DueTimer, wait: timedelta) -> None:
    """Let a timer be taken again after a while; where that can not be written, it is once its lease is over."""
    with suppress(Unavailable):
        give_back_timer(assembly.database, timer, assembly.clock.now() + wait)


def _received(pending: Pending | Unavailable) -> Receipt:
    if isinstance(pending, Unavailable):
        raise pending
    return pending.result(ANSWER_SECONDS_MAX)
