"""What the ledger's rules must know besides the ledger: the papers of one project, as plain values.

`papers.py` reads them from cases; tests write them down.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from workflows.funds.shares import Share


class SourceKind(StrEnum):
    """Where money comes from (processes FN1 to FN5)."""

    GRANT = "grant"
    PRIVATE = "private"
    LOAN = "loan"
    BOND = "bond"
    FISCAL = "fiscal"
    DONATION = "donation"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Source:
    """A funding source in effect. `eligible` are the categories of cost it may pay for; empty means any.

    `expires_year` is the last fiscal year in which it may be spent. `is_pro_rata`: own money must be spent in step.
    `borrower` is the legal kind of who borrows: never a government body (Budget Law §35 [V]).
    """

    code: str
    kind: SourceKind
    amount: int
    document: str = ""
    eligible: frozenset[str] = frozenset()
    expires_year: int | None = None
    is_pro_rata: bool = False
    borrower: str = ""

    @property
    def is_lent(self) -> bool:
        """Whether it must be paid back."""
        return self.kind in (SourceKind.LOAN, SourceKind.BOND)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the budget as it is in force."""

    code: str
    category: str
    amount: int


@dataclass(frozen=True, slots=True)
class Budget:
    """The budget version in force. `estimate` is the feasibility study's, `ceiling` the approved cost ceiling.

    `is_raised`: an adjustment of class C or D was applied, so the original approver agreed to more.
    """

    total: int
    lines: tuple[Line, ...]
    shares: tuple[Share, ...]
    estimate: int
    ceiling: int
    is_raised: bool = False


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody who is paid."""

    name: str
    credit_code: str
    bank_account: str


@dataclass(frozen=True, slots=True)
class PayeeVersion:
    """The party's account as two people verified it, valid from that day on."""

    party: Party
    verified_on: date
    verified_by: frozenset[str]


@dataclass(frozen=True, slots=True)
class Milestone:
    """A step of a contract that money hangs on. `cap` is the most that may be paid for it, in fen."""

    name: str
    cap: int
    accepted_on: date | None = None


@dataclass(frozen=True, slots=True)
class Contract:
    """A contract as it is in force. `original` is the amount first signed; `supplements` may be negative."""

    code: str
    state: str
    original: int
    payees: tuple[PayeeVersion, ...]
    milestones: tuple[Milestone, ...]
    supplements: tuple[int, ...] = ()
    deductions: int = 0
    advance_cap: int = 0
    signed_on: date | None = None

    @property
    def amount(self) -> int:
        """What it is worth now, in fen."""
        return self.original + sum(self.supplements)

    def milestone(self, name: str) -> Milestone | None:
        """Find a milestone."""
        return next((one for one in self.milestones if one.name == name), None)

    def payee_on(self, day: date) -> PayeeVersion | None:
        """Give the payee as verified on a day: of those in use by then (`payees` is in that order) the last."""
        known = [version for version in self.payees if version.verified_on <= day]
        return known[-1] if known else None


@dataclass(frozen=True, slots=True)
class BankAccount:
    """A special account or a dedicated sub-ledger."""

    code: str
    kind: str
    state: str


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment with everybody who had a hand in it; `None` for steps not taken yet.

    `accountant` is whoever holds the accounting post (twp_fin) of the township; `minutes_on` the day of the meeting.
    """

    code: str
    state: str
    contract: str
    milestone: str
    amount: int
    party: Party
    creator: str
    checker: str | None = None
    approver: str | None = None
    releaser: str | None = None
    payer: str | None = None
    approved_on: date | None = None
    released_on: date | None = None
    minutes_on: date | None = None
    is_clearance: bool = False

    @property
    def people(self) -> tuple[str, ...]:
        """Give everybody who had a hand in it so far."""
        steps = (self.creator, self.checker, self.approver, self.releaser, self.payer)
        return tuple(person for person in steps if person)


@dataclass(frozen=True, slots=True)
class Dossier:
    """All papers of one project that its money is judged by.

    `closed_through` is the last day of the last closed period; `reopened` are fiscal years opened again on record.
    """

    project: str
    state: str
    budget: Budget | None = None
    sources: Mapping[str, Source] = field(default_factory=dict)
    contracts: Mapping[str, Contract] = field(default_factory=dict)
    banks: Mapping[str, BankAccount] = field(default_factory=dict)
    payments: Mapping[str, Payment] = field(default_factory=dict)
    closed_through: date | None = None
    reopened: frozenset[int] = frozenset()
