"""A counted number with the items behind it, and the ways to count one."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from engine.case import Case

PERCENT = 100
TENTH = Decimal("0.1")

Value = str | int | Decimal | bool | date | None
"""What a cell shows. Money is in fen, a share in percent; None where it can not be said."""

TEXTS = frozenset(
    [
        *("township", "step", "project", "name", "indicator", "measure", "rule", "partner", "borrower", "banker"),
        *("way", "state", "expert", "month", "reached", "single", "arrears", "quarter"),
        *("criterion", "clear", "result_grade"),
        *("batch", "office", "category", "first_time", "ahead", "admitted_by", "reason", "enough", "calibrated_enough"),
    ]
)
DAYS = frozenset(["due_on", "audited_on", "admitted_on"])
MONEY = frozenset(
    [
        *(
            "duplicate_money",
            "reuse_money",
            "cut_money",
            "saved",
            "plan",
            "own",
            "fiscal",
            "other",
            "relief",
            "exposure",
        ),
        *("amount", "paid", "penalties", "agreed", "drawn", "repaid", "owing", "received", "fees"),
        *("applied_money", "admitted_money"),
    ]
)
"""Columns that are no plain numbers, by how they are shown."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A value, and the ids of the items that it was counted from."""

    value: Value
    behind: tuple[str, ...] = ()


Counted = Mapping[str, Cell]
"""A line of a figure: cells by the names of columns."""

NOTHING = Cell(None)


def said(value: Value, *cases: Case) -> Cell:
    """Give a value as it is, of some items."""
    return Cell(value, tuple(case.id for case in cases))


def count(cases: Iterable[Case]) -> Cell:
    """Count items."""
    ids = tuple(dict.fromkeys(case.id for case in cases))
    return Cell(len(ids), ids)


def total(amounts: Iterable[tuple[Case, int]]) -> Cell:
    """Add up what items come to; those that come to nothing are not behind it."""
    there = [(case, amount) for case, amount in amounts if amount]
    return Cell(sum(amount for _, amount in there), tuple(dict.fromkeys(case.id for case, _ in there)))


def mean(values: Iterable[tuple[Case, Fraction | Decimal | int]]) -> Cell:
    """Give the mean of what is known of items, to a tenth; None where nothing is."""
    there = [(case, Fraction(value)) for case, value in values]
    if not there:
        return NOTHING
    middle = sum((value for _, value in there), Fraction(0)) / len(there)
    return Cell(tenth(middle), tuple(dict.fromkeys(case.id for case, _ in there)))


def share(part: Collection[Case], whole: Collection[Case]) -> Cell:
    """Give how many in a hundred are so, with those that are; None of nothing."""
    return Cell(percent(len(part), len(whole)), tuple(dict.fromkeys(case.id for case in part)))


def percent(part: int, whole: int) -> int | None:
    """Give a share in whole percent; None of nothing."""
    return round(Fraction(part * PERCENT, whole)) if whole else None


def tenth(value: Fraction) -> Decimal:
    """Round to a tenth, halves to even."""
    return Decimal(round(value * 10)) * TENTH
