"""How a project stands: red, amber or green, from its deadline, its warnings and whether anything happens.

Source: the ladders of deadlines and the colours of early warnings in the domain rules; the bounds are [D], the
county's to change.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

LATE_RED_DAYS = 5
"""Working days past its deadline from which a project is red: the ladders send a supervision order then."""

SOON_DAYS = 2
"""Working days before a deadline from which it is amber."""

QUIET_DAYS = 10
"""Working days without any deed after which work that has no deadline, or missed it, counts as stuck."""

MILESTONES = (
    (("apply", "preliminary", "expert"), frozenset({"reserved"})),
    (("reserve", "approval"), frozenset({"implementing"})),
    (("delivery", "acceptance"), frozenset({"settlement"})),
    (("evaluation",), frozenset({"closed"})),
)
"""What a project in a phase is on its way to: the reserve, its start, its final acceptance, its close."""


class Health(StrEnum):
    """The three lights."""

    RED = "red"
    AMBER = "amber"
    GREEN = "green"


@dataclass(frozen=True, slots=True)
class Signs:
    """What is known of an open project. `late_days`: working days past its deadline, below zero before it.

    `quiet_days`: working days since the last deed in it or in a process beside it. `is_resting`: nobody works on it
    now, by its state. `is_late`: its deadline has passed, also where no working time has gone by since, as at night.
    """

    late_days: float | None
    quiet_days: float
    is_resting: bool
    colours: Collection[str] = ()
    is_late: bool = False

    @property
    def is_stuck(self) -> bool:
        """Whether it should move and does not."""
        may_wait = self.late_days is not None and not self.is_late
        return self.quiet_days > QUIET_DAYS and not self.is_resting and not may_wait

    @property
    def health(self) -> Health:
        """Its light: what blocks is red, what is going to is amber."""
        if "red" in self.colours or (self.late_days is not None and self.late_days >= LATE_RED_DAYS):
            return Health.RED
        is_soon = self.late_days is not None and self.late_days >= -SOON_DAYS and not self.is_resting
        return Health.AMBER if is_soon or self.is_stuck or {"orange", "yellow"} & set(self.colours) else Health.GREEN


def worst(found: Collection[Health]) -> Health | None:
    """Give the worst light; None where there is none."""
    return next((health for health in Health if health in found), None)
