"""Values that counties set differently: looked up by key and day, never constants in a rule.

The shipped values with their sources are in `policy.yaml`; an administrator changes them with a reason and a date.
A rule that needs a value which is not there refuses: no threshold means no permission.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from engine.refusal import Refusal, Refused
from engine.values import Json

Lookup = Callable[[str, date], Json]
"""Gives the value of a key in force on a day; `None` when there is none (the engine's `Facts.policy`)."""

PERCENT = 100


@dataclass(frozen=True, slots=True)
class Policy:
    """The policy values of one area on one day."""

    lookup: Lookup
    on: date
    area: str = "funds"

    def number(self, key: str) -> int:
        """Give a whole number (fen, days, percent, count as the key's ending says); raises `Refused` without one."""
        value = self.lookup(f"{self.area}.{key}", self.on)
        if not isinstance(value, int) or isinstance(value, bool):
            raise Refused(Refusal("policy.missing", where=f"{self.area}.{key}"))
        return value

    def words(self, key: str) -> tuple[str, ...]:
        """Give a list of words; raises `Refused` without one."""
        value = self.lookup(f"{self.area}.{key}", self.on)
        if not isinstance(value, list):
            raise Refused(Refusal("policy.missing", where=f"{self.area}.{key}"))
        return tuple(str(word) for word in value)

    def numbers(self, key: str) -> Mapping[str, int]:
        """Give whole numbers by name; raises `Refused` without them."""
        value = self.lookup(f"{self.area}.{key}", self.on)
        if not isinstance(value, dict):
            raise Refused(Refusal("policy.missing", where=f"{self.area}.{key}"))
        return {name: one for name, one in value.items() if isinstance(one, int) and not isinstance(one, bool)}

    def share(self, key: str, amount: int) -> int:
        """Give so many percent of an amount, in fen, rounded down."""
        return amount * self.number(key) // PERCENT


def exceeds(part: int, percent: int, whole: int) -> bool:
    """Say whether a part is more than so many percent of a whole, without rounding."""
    return part * PERCENT > whole * percent
