"""Counting running deadlines anew after a calendar has changed: ordered with the change, done a few cases at a time.

The order is a message of the outbox, so that it survives whatever happens between the change and the last case.
"""

from adapters.sql.jobs import Message, finish_first, post
from adapters.sql.organisation import Step
from adapters.sql.reads.deadlines import running
from adapters.sql.statements import Connection
from engine.commands import SYSTEM, Recount
from engine.refusal import Conflict, NotFound, Refused
from service import log
from service.assembly import Assembly

RECOUNT = "calendar.recount"
"""Kind of the message; its payload names the last case that was looked at."""

CASES_AT_ONCE = 200
"""Cases a message is for; then messages to people have their turn."""


def ordered(assembly: Assembly) -> Step:
    """Make the step that orders it, for the transaction that changes the calendar."""
    id, now = f"recount.{assembly.ids.new()}", assembly.clock.now()
    return lambda connection: post(connection, [Message(id, RECOUNT, None, {"after": ""}, 0)], now)


def recount_some(assembly: Assembly, message: Message) -> None:
    """Count the deadlines of the next cases; the message for those behind them is written as this one is done."""
    payload = message.payload if isinstance(message.payload, dict) else {}
    now, after = assembly.clock.now(), str(payload.get("after", ""))
    with assembly.database.read() as connection:
        cases = running(connection, now, after, CASES_AT_ONCE)
    moved = sum(_recounted(assembly, case_id) for case_id in cases)

    def work(connection: Connection) -> None:
        if finish_first(connection, message.id, now) and len(cases) == CASES_AT_ONCE:
            order, *_ = message.id.partition("~")
            post(connection, [Message(f"{order}~{cases[-1]}", RECOUNT, None, {"after": cases[-1]}, 0)], now)

    assembly.database.write(work)
    log.write("recount", {"message": message.id, "cases": len(cases), "moved": moved})


def _recounted(assembly: Assembly, case_id: str) -> bool:
    """Count one; whoever acts meanwhile gives the case a new deadline anyway."""
    try:
        assembly.runtime.execute(Recount(case_id=case_id, actor=SYSTEM))
    except (Refused, Conflict, NotFound):
        return False
    return True
