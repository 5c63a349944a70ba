"""A call for applications that opens: each office that may answer is told once, and once more when it is extended.

Source: a dedicated channel to which all business offices are invited, with a record of who read it (domain S28) [D].
"""

from collections.abc import Iterator
from datetime import datetime, time

from adapters.sql.directory import Directory
from adapters.sql.jobs import Message
from engine.values import Json
from service.assembly import Assembly
from service.jobs.told import Told
from service.telling import ZONE
from workflows.screening.calls import CALL, Call, all_calls

OPENED = "call.opened"
ROLES = ("applicant", "dept_head")
"""Who is told in an office: whoever writes applications there, and whoever decides on them first."""


class CallTeller:
    """Tells offices of open calls. Any process may look: a message has the call and its last day in its id."""

    def __init__(self, assembly: Assembly) -> None:
        """Tell with these parts."""
        self._assembly = assembly
        self._told = Told(assembly.database)

    def look(self) -> int:
        """Tell of each call that is open today and was not told of; says how many messages this process wrote."""
        if CALL not in self._assembly.library.published():
            return 0
        now = self._assembly.clock.now()
        today, directory = now.astimezone(ZONE).date(), self._assembly.organisation.now()
        with self._assembly.database.read() as connection:
            known = all_calls(self._assembly.organisation.facts(connection), today)
        return self._told.tell(
            (one for call in known if call.is_open(today) for one in _messages(call, directory)), now
        )


def _messages(call: Call, directory: Directory) -> Iterator[Message]:
    """Give the message of a call with a page of its own; a standing one has none."""
    if call.case is not None:
        last = datetime.combine(call.closes_on, time(23, 59), ZONE)
        audience: list[Json] = [f"g:{role}@{unit}" for role, unit in offices(call, directory)]
        payload: Json = {"audience": audience, "params": {"due_at": last.isoformat()}}
        yield Message(f"call.{call.case.id}.{call.closes_on.isoformat()}", OPENED, call.case.id, payload, 0)


def offices(call: Call, directory: Directory) -> list[tuple[str, str]]:
    """Give the roles and units that a call is for."""
    return sorted(
        (role, unit)
        for role, unit in directory.holders
        if role in ROLES and (known := directory.units.get(unit)) is not None and call.takes_unit(known.path)
    )
