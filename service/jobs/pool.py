"""The pool's half-yearly adjustment: begun in its months, units told to confirm, and carried out once it is applied."""

from collections.abc import Iterator
from datetime import date
from hashlib import sha256

from adapters.sql.numbering import next_code
from adapters.sql.statements import Connection
from engine.case import Case
from engine.commands import SYSTEM, Act, Command, Copy, Start
from engine.events import Copied
from engine.facts import Facts
from engine.refusal import Conflict, KeyReused, Refused
from service import log
from service.assembly import Assembly
from service.telling import ZONE
from workflows.funds.papers import lines_of
from workflows.guards.reading import text_in
from workflows.screening.pool import ADJUSTMENT, EXECUTED, adjustments

MONTHS = "screening.adjustment_months"
COUNTY = "county"
STANDS = {"freeze": "reserved", "remove": "reserved", "unfreeze": "frozen"}
"""Where a project must stand for a decision to be carried out on it."""


class PoolKeeper:
    """Looks once a day. Any process may: whatever is done has a key of its own."""

    def __init__(self, assembly: Assembly) -> None:
        """Keep the pool with these parts."""
        self._assembly = assembly
        self._looked: date | None = None

    def look(self) -> int:
        """Do what is due today; says how much was done."""
        today = self._assembly.clock.now().astimezone(ZONE).date()
        if self._looked == today or ADJUSTMENT not in self._assembly.library.published():
            return 0
        with self._assembly.database.read() as connection:
            due = list(self._due(connection, today))
        done = sum(self._do(command) for command in due)
        self._looked = today
        return done

    def _due(self, connection: Connection, on: date) -> Iterator[Command]:
        facts = self._assembly.organisation.facts(connection)
        months = facts.policy(MONTHS, on)
        if isinstance(months, list) and on.month in months:
            yield from self._beginnings(facts, on)
        for one in facts.peers(ADJUSTMENT, "year", on.year):
            if one.state == "confirming":
                yield from _reminders(facts, one)
        for one in adjustments(facts, on):
            yield from _carried_out(facts, one)

    def _beginnings(self, facts: Facts, on: date) -> Iterator[Command]:
        definition = self._assembly.library.get(ADJUSTMENT).definition
        begun = {one.unit for one in facts.peers(ADJUSTMENT, "name", f"{on:%Y-%m}")}
        counties = [unit for unit in self._assembly.organisation.now().units.values() if unit.kind == COUNTY]
        for county in counties:
            if county.id in begun:
                continue
            key = _key("start", county.id, f"{on:%Y-%m}")
            yield Start(
                case_id=f"{ADJUSTMENT}-{key[:24]}",
                actor=SYSTEM,
                definition=ADJUSTMENT,
                code=next_code(self._assembly.database, definition.numbering, county.id, on),
                unit=county.id,
                data={"name": f"{on:%Y-%m}", "cause": "periodic"},
                key=f"{ADJUSTMENT}-{key}",
                digest=key,
            )

    def _do(self, command: Command) -> int:
        try:
            self._assembly.runtime.execute(command)
        except (Conflict, KeyReused):
            return 0
        except Refused as error:  # a database that is away ends the look, which is done again at the next tick
            log.write_fault(error, {"job": "pool", "case": command.case_id})
            return 0
        return 1


def _key(*parts: str) -> str:
    return sha256("|".join(parts).encode()).hexdigest()


def _reminders(facts: Facts, adjustment: Case) -> Iterator[Command]:
    """Send each unit a copy of its listed project, once an adjustment."""
    for row in lines_of(adjustment.data, "items"):
        project = facts.case(text_in(row, "project"))
        if project is None or project.state != "reserved" or _is_told(facts, project, adjustment):
            continue
        if facts.is_enabled(project.initiator):
            key = _key("ask", adjustment.id, project.code)
            yield Copy(
                case_id=project.id,
                actor=SYSTEM,
                to=(project.initiator,),
                comment=adjustment.code,
                key=f"{ADJUSTMENT}-{key}",
                digest=key,
            )


def _is_told(facts: Facts, project: Case, adjustment: Case) -> bool:
    events = (event for record in facts.history(project.id) for event in record.events)
    return any(isinstance(event, Copied) and event.comment == adjustment.code for event in events)


def _carried_out(facts: Facts, adjustment: Case) -> Iterator[Command]:
    """Give what the decisions still have to move: once moved, a project stands elsewhere."""
    for row in lines_of(adjustment.data, "items"):
        proposal = text_in(row, "proposal")
        action = EXECUTED.get(proposal)
        project = facts.case(text_in(row, "project"))
        if action is None or project is None or project.entered_at >= adjustment.entered_at:
            continue
        if project.state == STANDS[proposal] or (proposal == "remove" and project.state == "frozen"):
            form = {"freeze_condition": text_in(row, "condition")} if action == "freeze" else {}
            key = _key(proposal, adjustment.id, project.code)
            yield Act(
                case_id=project.id,
                actor=SYSTEM,
                action=action,
                comment=f"{adjustment.code}: {text_in(row, 'reason')}",
                form=form,
                key=f"{ADJUSTMENT}-{key}",
                digest=key,
            )
