"""Decision tables: rows of a condition and an outcome, from which a field takes its value."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from engine.expression import Expression, Undecided
from engine.values import Json


class Hit(StrEnum):
    """Which rows decide: the only one that fits, the first one, or all of them (for a field that is a list)."""

    UNIQUE = "unique"
    FIRST = "first"
    COLLECT = "collect"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: when it fits, and the outcome as a case holds it."""

    when: Expression
    then: Json


@dataclass(frozen=True, slots=True)
class TableTest:
    """An example that the table must decide so: values of fields, and the outcome they must give."""

    given: Mapping[str, Json]
    then: Json


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """A field's value by rows; stands where an expression could. `otherwise` is for when no row fits."""

    hit: Hit
    rows: tuple[Row, ...]
    otherwise: Json = None
    tests: tuple[TableTest, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """All variables that its conditions name."""
        return frozenset(name for row in self.rows for name in row.when.names)

    @property
    def source(self) -> str:
        """The table as one line of text."""
        lines = [f"{row.when.source} → {row.then}" for row in self.rows]
        return f"{self.hit}: " + "; ".join([*lines, *([] if self.otherwise is None else [f"… → {self.otherwise}"])])

    def fitting(self, variables: Mapping[str, object]) -> list[int]:
        """Give the rows that fit, by number from 0; raises `Undecided` when a value is missing."""
        return [number for number, row in enumerate(self.rows) if row.when.holds(variables)]

    def value(self, variables: Mapping[str, object]) -> Json:
        """Decide; raises `Undecided` when no row fits, when several fit where one may, or when a value is missing."""
        found = self.fitting(variables)
        if self.hit is Hit.COLLECT:
            return [self.rows[number].then for number in found]
        if not found:
            if self.otherwise is None:
                raise Undecided("no row fits")
            return self.otherwise
        if self.hit is Hit.UNIQUE and len(found) > 1:
            raise Undecided(f"rows {found[0] + 1} and {found[1] + 1} both fit")
        return self.rows[found[0]].then
