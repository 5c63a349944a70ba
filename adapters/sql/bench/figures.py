"""What was measured, beside what is wanted."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: `value` is judged by its goal, which it must not exceed (`is_limit`) or must reach.

    `parts` are the medians it comes from, such as microseconds an action; `note` is for reading.
    """

    what: str
    database: str
    value: float
    goal: float
    is_limit: bool = True
    parts: Mapping[str, float] = field(default_factory=dict)
    note: str = ""

    @property
    def is_met(self) -> bool:
        """Say whether the goal is reached."""
        return self.value <= self.goal if self.is_limit else self.value >= self.goal
