"""The chart of accounts: three books, closed. Titles in both languages are in `texts.yaml`.

Budget book: authority to spend. Cash book: real money. Memo book: documents with a face value that may be used once
(invoices, quota documents, loan contracts). Source: the project's own ledger model, after the budget accounting of
government units [D]; it differs from it in a few accounts, each because the figures would lie without it:

* `budget.lapsed` and `cash.given_up` take what is left over, so that what was approved and what was received stay as
  they were, and the execution rate is true;
* `budget.locked` holds what an adjustment that is being decided would take from a line;
* `budget.carried_in` and `carried_out` move money between years, so that each year shows what came from the last;
* `cash.between_sources` balances an approved change of source, so that every source balances by itself.
"""

from dataclasses import dataclass
from enum import StrEnum

DIMENSIONS = (
    "project",
    "source",
    "year",
    "line",
    "bank",
    "contract",
    "milestone",
    "payment",
    "payee",
    "register",
)
"""What a posting may be told apart by, in the order in which balances are named."""

SUB_LEDGER = ("project", "source")
BUDGET_LINE = ("project", "source", "year", "line")


class Book(StrEnum):
    """Each book balances by itself."""

    BUDGET = "budget"
    CASH = "cash"
    MEMO = "memo"


class Side(StrEnum):
    """The side on which an account grows."""

    DEBIT = "debit"
    CREDIT = "credit"


@dataclass(frozen=True, slots=True)
class Account:
    """One account. `key` names the dimensions that keep its balances apart.

    No balance of a floored account is ever below zero on its own side.
    """

    name: str
    book: Book
    side: Side
    key: tuple[str, ...]
    is_floored: bool = True


def _account(name: str, side: Side, *key: str, is_floored: bool = True) -> Account:
    return Account(name, Book(name.partition(".")[0]), side, key, is_floored)


APPROVED = _account("budget.approved", Side.DEBIT, *BUDGET_LINE)
FREE = _account("budget.free", Side.CREDIT, *BUDGET_LINE)
LOCKED = _account("budget.locked", Side.CREDIT, *BUDGET_LINE, "payment")
PRE_ENCUMBERED = _account("budget.pre_encumbered", Side.CREDIT, *BUDGET_LINE)
ENCUMBERED = _account("budget.encumbered", Side.CREDIT, *BUDGET_LINE, "contract")
RESERVED = _account("budget.reserved", Side.CREDIT, *BUDGET_LINE, "contract", "milestone", "payment")
SPENT = _account("budget.spent", Side.CREDIT, *BUDGET_LINE, "contract", "milestone", "payment")
LAPSED = _account("budget.lapsed", Side.CREDIT, *BUDGET_LINE)
CARRIED_IN = _account("budget.carried_in", Side.DEBIT, *BUDGET_LINE)
CARRIED_OUT = _account("budget.carried_out", Side.CREDIT, *BUDGET_LINE)

BANK = _account("cash.bank", Side.DEBIT, *SUB_LEDGER, "bank")
ADVANCE = _account("cash.advance", Side.DEBIT, *SUB_LEDGER, "contract")
DUE_FROM_SUPPLIER = _account("cash.due_from_supplier", Side.DEBIT, *SUB_LEDGER, "contract", "payment")
DUE_FROM_SOURCE = _account("cash.due_from_source", Side.DEBIT, *SUB_LEDGER)
SUSPENSE = _account("cash.suspense", Side.CREDIT, "bank", "payment")
PAYABLE = _account("cash.payable", Side.CREDIT, *SUB_LEDGER, "contract", "milestone")
IN_TRANSIT = _account("cash.in_transit", Side.CREDIT, *SUB_LEDGER, "bank", "contract", "milestone", "payment")
RETENTION = _account("cash.retention", Side.CREDIT, *SUB_LEDGER, "contract")
DUE_TO_TREASURY = _account("cash.due_to_treasury", Side.CREDIT, *SUB_LEDGER)
DUE_TO_SOURCE = _account("cash.due_to_source", Side.CREDIT, *SUB_LEDGER)
LOAN = _account("cash.loan", Side.CREDIT, *SUB_LEDGER)
PRIVATE_CAPITAL = _account("cash.private_capital", Side.CREDIT, *SUB_LEDGER)
SOURCE_INCOME = _account("cash.source_income", Side.CREDIT, *SUB_LEDGER)
PROJECT_COST = _account("cash.project_cost", Side.DEBIT, *SUB_LEDGER, "contract")
INTEREST_COST = _account("cash.interest_cost", Side.DEBIT, *SUB_LEDGER)
GIVEN_UP = _account("cash.given_up", Side.DEBIT, *SUB_LEDGER)
BETWEEN_SOURCES = _account("cash.between_sources", Side.DEBIT, *SUB_LEDGER, is_floored=False)

GRANTED = _account("memo.granted", Side.DEBIT, "register")
OPEN = _account("memo.open", Side.CREDIT, "register")
USED = _account("memo.used", Side.CREDIT, "register")

CHART = {
    account.name: account
    for account in (
        *(APPROVED, FREE, LOCKED, PRE_ENCUMBERED, ENCUMBERED, RESERVED, SPENT, LAPSED),
        *(CARRIED_IN, CARRIED_OUT),
        *(BANK, ADVANCE, DUE_FROM_SUPPLIER, DUE_FROM_SOURCE, SUSPENSE, PAYABLE, IN_TRANSIT, RETENTION),
        *(DUE_TO_TREASURY, DUE_TO_SOURCE, LOAN, PRIVATE_CAPITAL, SOURCE_INCOME, PROJECT_COST, INTEREST_COST),
        *(GIVEN_UP,),
        *(BETWEEN_SOURCES, GRANTED, OPEN, USED),
    )
}
"""All accounts by name. There are no others."""

BUDGET_USES = (FREE, LOCKED, PRE_ENCUMBERED, ENCUMBERED, RESERVED, SPENT, LAPSED, CARRIED_OUT)
"""Where approved money can be; together they equal what was approved plus what was carried in (INV-03)."""

CONTRACT_USES = (ENCUMBERED, RESERVED, SPENT)
"""Where the money of a contract can be."""
