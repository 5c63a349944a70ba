"""What an invariant looks at, and what it answers."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from workflows.funds.books import Books
from workflows.funds.chart import Account
from workflows.funds.journal import Row
from workflows.funds.policy import Policy
from workflows.funds.posting import Entry, balance_name
from workflows.funds.terms import Dossier


@dataclass(frozen=True, slots=True)
class Breach:
    """An invariant that does not hold: where (a balance, contract, payment, row …) and the figures in fen."""

    invariant: str
    where: str
    figures: Mapping[str, int | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class View:
    """One ledger after a posting: its books, the entries just made, the papers of its project, the policies.

    `dossier` is None for ledgers of documents and bank accounts. At night `new` is empty: what an entry had to
    respect on its day was judged on its day.
    """

    scope: str
    books: Books
    policy: Policy
    dossier: Dossier | None = None
    new: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """A bank statement: balance of an account at the end of a day, and timing items still on the way, in fen."""

    bank: str
    on: date
    balance: int
    timing: int = 0


@dataclass(frozen=True, slots=True)
class Night:
    """Everything of a county for the nightly check: journals, stored books and papers, by scope.

    `heads` are the stored hashes of the last rows. `figures` are published totals: name → (stored, computed now).
    """

    journals: Mapping[str, tuple[Row, ...]]
    books: Mapping[str, Books]
    heads: Mapping[str, str] = field(default_factory=dict)
    dossiers: Mapping[str, Dossier] = field(default_factory=dict)
    statements: tuple[Statement, ...] = ()
    figures: Mapping[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Invariant:
    """One of the thirty; titles are in `texts.yaml`. `check` looks at one ledger after a posting, `at_night` at all."""

    code: str
    check: Callable[[View], Iterator[Breach]] | None = None
    at_night: Callable[[Night], Iterator[Breach]] | None = None


def below_zero(code: str, view: View, *accounts: Account) -> Iterator[Breach]:
    """Give a breach for every balance of these accounts that is below zero."""
    for account in accounts:
        for balance in view.books.each(account):
            if balance.amount < 0:
                yield Breach(code, balance_name(account, balance.place), {"amount": balance.amount})
