"""Orders to put cases on another version, worked on a few cases at a time, with pauses that leave room for people."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from time import perf_counter, sleep

from adapters.sql.migrating import BACK, KEPT, MOVED, REFUSED, RETURNED, Migration, Migrations, Outcome
from engine.commands import Actor, Command, Migrate, RollBack
from engine.evolution import evolve, fold
from engine.impact import Fate, effect
from engine.permission import SYSTEM_PRINCIPAL
from engine.ports import Pending
from engine.refusal import Conflict, NotFound, Refusal, Refused, Unavailable
from service import log
from service.assembly import Assembly

CASES_AT_ONCE = 20
"""So many cases are worked on in a round; then the job rests."""

CASES_A_COMMIT = 2
"""So many share a commit: a person's command that comes meanwhile waits for no more (the slowest hundredth
of ordinary commands took seven times as long as usual with 20; with two, two and a half times among 5,000 items and
four times among 20,000)."""

REST_SHARE = 1.0
"""For so long, as a share of the work just done, the job rests after each few cases."""

LEASE = timedelta(minutes=2)
ANSWER_SECONDS_MAX = 60.0


@dataclass(frozen=True, slots=True)
class Mover:
    """Works on orders. `rest` is how it waits."""

    assembly: Assembly
    rest: Callable[[float], object] = sleep

    def sweep(self) -> int:
        """Work on the oldest order for one round; says how many cases were looked at."""
        assembly = self.assembly
        migrations, now = Migrations(assembly.database), assembly.clock.now()
        order = migrations.take(now, LEASE)
        if order is None:
            return 0
        started = perf_counter()
        cases = migrations.next_cases(order, CASES_AT_ONCE)
        if not cases:
            migrations.finish(order, now)
            log.write("migration", {"id": order.id, "direction": order.direction, "outcome": "done"})
            return 0
        migrations.advance(order, self.carry_out(order, cases), None)
        self.rest((perf_counter() - started) * REST_SHARE)
        return len(cases)

    def carry_out(self, order: Migration, cases: list[str]) -> list[Outcome]:
        """Put cases on the version of an order, or take that back; says what became of each."""
        return self._done(order, cases, back=order.direction == BACK)

    def take_back(self, order: Migration, cases: list[str]) -> list[Outcome]:
        """Roll back cases of an order now."""
        return self._done(order, cases, back=True)

    def _done(self, order: Migration, cases: list[str], *, back: bool) -> list[Outcome]:
        outcomes: list[Outcome] = []
        for first in range(0, len(cases), CASES_A_COMMIT):
            few = cases[first : first + CASES_A_COMMIT]
            pending = [(case_id, self._submitted(_command(order, case_id, back=back))) for case_id in few]
            outcomes += [self._outcome(case_id, found, back=back) for case_id, found in pending]
        return outcomes

    def _submitted(self, command: Command) -> Pending | Unavailable:
        try:
            return self.assembly.runtime.submit(command)
        except Unavailable as error:
            return error

    def _outcome(self, case_id: str, pending: Pending | Unavailable, *, back: bool) -> Outcome:
        """Wait for one case; a database that is away stops the round, which is tried again."""
        if isinstance(pending, Unavailable):
            raise pending
        reasons: tuple[Refusal, ...] = ()
        try:
            pending.result(ANSWER_SECONDS_MAX)
        except Refused as refused:
            reasons = refused.reasons
        except (Conflict, NotFound) as error:
            reasons = (Refusal("migrate.gone", where=case_id, params={"cause": str(error)}),)
        at = self.assembly.clock.now()
        if back:
            return Outcome(case_id, KEPT if reasons else RETURNED, "", reasons, at)
        fate = Fate.CANNOT if reasons else self._fate(case_id)
        return Outcome(case_id, REFUSED if reasons else MOVED, fate, reasons, at)

    def _fate(self, case_id: str) -> Fate:
        """Say in one word what the record that was just written did to the case."""
        history = self.assembly.store.history(case_id)
        upto = next(index for index in reversed(range(len(history))) if history[index].command == Migrate.__name__)
        before = fold(history[:upto])
        return effect(before, evolve(before, history[upto])).fate


def _command(order: Migration, case_id: str, *, back: bool) -> Command:
    """Give the command in the name of who gave the order, with the right of the system to do it."""
    actor = Actor(order.ordered_by, order.ordered_by, "", frozenset({SYSTEM_PRINCIPAL}))
    if back:
        return RollBack(case_id=case_id, actor=actor, comment=order.reason)
    return Migrate(case_id=case_id, actor=actor, version=order.version, states=dict(order.states), comment=order.reason)
