"""Money over months: what was budgeted, committed by contracts, and paid, each added up to the end of the month.

From the ledger's budget book alone (`chart.py`): what is approved or carried in less what was carried out; what
contracts bind, reserve or have spent; what is spent.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from workflows.funds.chart import APPROVED, CARRIED_IN, CARRIED_OUT, CONTRACT_USES, SPENT, Account

LINES: Mapping[str, tuple[Account, ...]] = {
    "budgeted": (APPROVED, CARRIED_IN, CARRIED_OUT),
    "committed": CONTRACT_USES,
    "paid": (SPENT,),
}
"""The lines of the curve with the accounts that each adds up."""

LESS = frozenset({CARRIED_OUT.name})
"""Accounts whose balance is taken off."""

COUNTED = tuple(sorted({account.name for accounts in LINES.values() for account in accounts}))
MONTHS_MAX = 24
"""Most months of a curve: its last ones."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Fen that one account turned over on a day: debited less credited."""

    on: date
    account: str
    amount: int


@dataclass(frozen=True, slots=True)
class Curve:
    """Sums in fen at the end of each month (`2026-11`), one row a line of `LINES`."""

    months: tuple[str, ...]
    lines: Mapping[str, tuple[int, ...]]


def curve(turns: Iterable[Turn], today: date) -> Curve:
    """Add up the turnover month by month until today's; nothing when nothing was turned over."""
    found = sorted((turn for turn in turns if turn.account in COUNTED), key=lambda turn: turn.on)
    if not found:
        return Curve((), {})
    months = list(_months(found[0].on, max(today, found[-1].on)))
    sums = {name: dict.fromkeys(months, 0) for name in LINES}
    for turn in found:
        for name, accounts in LINES.items():
            for account in accounts:
                if account.name == turn.account:
                    sums[name][_month(turn.on)] += _signed(turn, account)
    lines = {name: _running(by_month.values())[-MONTHS_MAX:] for name, by_month in sums.items()}
    return Curve(tuple(months[-MONTHS_MAX:]), lines)


def _signed(turn: Turn, account: Account) -> int:
    on_own_side = turn.amount if account.side == "debit" else -turn.amount
    return -on_own_side if account.name in LESS else on_own_side


def _running(amounts: Iterable[int]) -> tuple[int, ...]:
    total, found = 0, []
    for amount in amounts:
        total += amount
        found.append(total)
    return tuple(found)


def _months(first: date, last: date) -> Iterable[str]:
    year, month = first.year, first.month
    while (year, month) <= (last.year, last.month):
        yield f"{year}-{month:02}"
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)  # noqa: PLR2004  # months of a year


def _month(on: date) -> str:
    return f"{on.year}-{on.month:02}"
