"""What a new version would do to a running case: the verdict of a dry run, which is the migration itself, not kept."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from engine.case import Case
from engine.commands import SYSTEM, Migrate
from engine.definition import Definition
from engine.facts import Facts
from engine.migrating import migrated
from engine.process import Process
from engine.refusal import Refusal, Refused


class Fate(StrEnum):
    """The one word for what becomes of a case; the first that fits, in this order of weight."""

    CANNOT = "cannot"
    MOVES = "moves"
    REASSIGNED = "reassigned"
    DEADLINE = "deadline"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Impact:
    """What becomes of one case. `state` is where it is, `target` where it goes on.

    `loses` and `gains` are the principals who no longer have, or newly get, a task; `dropped` the fields that the new
    version does not have; `reasons` why it can not go on.
    """

    case_id: str
    code: str
    version: int
    state: str
    target: str
    loses: tuple[str, ...] = ()
    gains: tuple[str, ...] = ()
    due_at: datetime | None = None
    new_due_at: datetime | None = None
    dropped: tuple[str, ...] = ()
    reasons: tuple[Refusal, ...] = ()

    @property
    def fate(self) -> Fate:
        """The one word for it."""
        if self.reasons:
            return Fate.CANNOT
        if self.target != self.state:
            return Fate.MOVES
        if self.loses or self.gains:
            return Fate.REASSIGNED
        return Fate.UNCHANGED if self.due_at == self.new_due_at else Fate.DEADLINE


def impact(
    old: Definition, process: Process, case: Case, facts: Facts, now: datetime, states: Mapping[str, str]
) -> Impact:
    """Say what would become of a case if it were put on the new version now."""
    command = Migrate(case_id=case.id, actor=SYSTEM, version=process.definition.version, states=states)
    try:
        after = migrated(old, process, case, command, facts, now).case
    except Refused as refused:
        return replace(effect(case, case), reasons=refused.reasons)
    return effect(case, after)


def effect(before: Case, after: Case) -> Impact:
    """Say what a migration made of a case."""
    had, has = _holders(before), _holders(after)
    return Impact(
        case_id=before.id,
        code=before.code,
        version=before.version,
        state=before.state,
        target=after.state,
        loses=tuple(sorted(had - has)),
        gains=tuple(sorted(has - had)),
        due_at=_due_at(before),
        new_due_at=_due_at(after),
        dropped=tuple(sorted(before.data.keys() - after.data.keys())),
    )


def _holders(case: Case) -> frozenset[str]:
    return frozenset(task.principal for task in case.deciding)


def _due_at(case: Case) -> datetime | None:
    return None if case.clock is None else case.clock.due_at
