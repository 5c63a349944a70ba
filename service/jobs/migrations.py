"""Orders to put cases on another version, worked on case by case, with pauses that leave room for people.

Each case has a commit of its own: a person's command that comes meanwhile waits for one case at most.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from time import perf_counter, sleep
from typing import TypeVar

from msgspec.structs import replace

from adapters.sql.migrating import BACK, FORWARD, KEPT, MOVED, REFUSED, RETURNED, Migration, Migrations, Outcome
from engine.commands import Actor, Command, Migrate, RollBack
from engine.evolution import evolve, fold
from engine.impact import Fate, effect
from engine.permission import SYSTEM_PRINCIPAL
from engine.refusal import Conflict, NotFound, Refusal, Refused
from service import log
from service.assembly import Assembly

CASES_AT_ONCE = 20
"""So many cases are worked on before it is kept how far the order has come."""

REST_SHARE = 1.0
"""For so long, as a share of the work just done, the job rests after each case, and after what it keeps of a round."""

LEASE = timedelta(minutes=2)
_MOVES = frozenset((Migrate.__name__, RollBack.__name__))
T = TypeVar("T")


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
        if left := migrations.unsettled(order, CASES_AT_ONCE):
            outcomes = [self._outcome(order, case_id, is_again=True) for case_id in left]
            migrations.advance(order, outcomes, order.place)
            return len(left)
        cases = self._resting(partial(migrations.next_cases, order, CASES_AT_ONCE))
        if not cases:
            migrations.finish(order, now)
            log.write("migration", {"id": order.id, "direction": order.direction, "outcome": "done"})
            return 0
        if order.direction == FORWARD:
            self._resting(partial(migrations.begin, order, cases, now))
        outcomes = [self._resting(partial(self._outcome, order, case_id)) for case_id in cases]
        self._resting(partial(migrations.advance, order, outcomes, cases[-1]))
        return len(cases)

    def take_back(self, order: Migration, cases: list[str]) -> list[Outcome]:
        """Roll back cases of an order now."""
        return [self._outcome(replace(order, direction=BACK), case_id) for case_id in cases]

    def _resting(self, work: Callable[[], T]) -> T:
        started = perf_counter()
        done = work()
        self.rest((perf_counter() - started) * REST_SHARE)
        return done

    def _outcome(self, order: Migration, case_id: str, *, is_again: bool = False) -> Outcome:
        """Put one case on the version, or back. A database that is away stops the round, which is tried again.

        Taking back, and with `is_again` moving too, may have been done already: by a process that stopped before it
        kept so.
        """
        reasons: tuple[Refusal, ...] = ()
        back = order.direction == BACK
        try:
            if not ((back or is_again) and self._is_done(case_id, order)):
                self.assembly.runtime.execute(_command(order, case_id, back=back))
        except Refused as refused:
            reasons = refused.reasons
        except (Conflict, NotFound) as error:
            reasons = (Refusal("migrate.gone", where=case_id, params={"cause": str(error)}),)
        at = self.assembly.clock.now()
        if back:
            return Outcome(case_id, KEPT if reasons else RETURNED, "", reasons, at)
        fate = Fate.CANNOT if reasons else self._fate(case_id)
        return Outcome(case_id, REFUSED if reasons else MOVED, fate, reasons, at)

    def _is_done(self, case_id: str, order: Migration) -> bool:
        """Say whether a case is on the version, or was taken back last of all."""
        if order.direction == FORWARD:
            return self.assembly.store.load(case_id).version == order.version
        moves = [one.command for one in self.assembly.store.history(case_id) if one.command in _MOVES]
        return moves[-1:] == [RollBack.__name__]

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
