"""A project whose money is told as a story: postings one by one, every invariant asked after each."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import yaml

from adapters.memory.ledger import MemoryLedger
from engine.values import Json
from workflows.funds.books import Books
from workflows.funds.invariants import Breach, Night, View, broken, broken_at_night
from workflows.funds.journal import Maker
from workflows.funds.movements import budgeting, contracting, paying, receiving, refunding
from workflows.funds.movements.paying import Money
from workflows.funds.policy import Policy
from workflows.funds.posting import Entry, Movement, Place, Posting
from workflows.funds.shares import Share
from workflows.funds.terms import (
    BankAccount,
    Budget,
    Contract,
    Dossier,
    Line,
    Milestone,
    Party,
    PayeeVersion,
    Payment,
    Source,
    SourceKind,
)

PROJECT, CONTRACT, BANK = "QH-2026-0001", "CON-2026-0001", "SAC-2026-0001"
TODAY = date(2026, 11, 23)
SUPPLIER = Party("Supplier", "91310000MA1K00000X", "6222000000000001")
_SEEDS = Path(__file__).parents[3] / "workflows/funds/policy.yaml"
POLICIES: dict[str, Json] = {seed["key"]: seed["value"] for seed in yaml.safe_load(_SEEDS.read_text("utf-8"))}


def policy(on: date = TODAY, **changed: Json) -> Policy:
    """Give the shipped policies, some changed (`__` for dots)."""
    values = POLICIES | {f"funds.{name.replace('__', '.')}": value for name, value in changed.items()}
    return Policy(lambda key, _: values.get(key), on)


SHARES = (
    Share("grant", 2026, "1-1", 60_000_00),
    Share("own", 2026, "1-1", 20_000_00),
    Share("own", 2026, "2-1", 20_000_00),
)
BUDGET = Budget(
    total=100_000_00,
    lines=(Line("1-1", "software", 80_000_00), Line("2-1", "training", 20_000_00)),
    shares=SHARES,
    estimate=100_000_00,
    ceiling=100_000_00,
)
MILESTONES = (
    Milestone("M1", 45_000_00, accepted_on=date(2026, 6, 1)),
    Milestone("M2", 45_000_00, accepted_on=date(2026, 9, 1)),
)
AGREEMENT = Contract(
    code=CONTRACT,
    state="performing",
    original=90_000_00,
    payees=(PayeeVersion(SUPPLIER, date(2026, 3, 1), frozenset({"li", "wang"})),),
    milestones=MILESTONES,
    advance_cap=27_000_00,
    signed_on=date(2026, 3, 1),
)
ONE_SHARE = (Share("own", 2026, "1-1", 5_000_00),)
CONTRACT_SHARES = (
    Share("grant", 2026, "1-1", 60_000_00),
    Share("own", 2026, "1-1", 20_000_00),
    Share("own", 2026, "2-1", 10_000_00),
)
DOSSIER = Dossier(
    project=PROJECT,
    state="implementing",
    budget=BUDGET,
    sources={
        "grant": Source("grant", SourceKind.GRANT, 60_000_00, document="ZB-1", eligible=frozenset({"software"})),
        "own": Source("own", SourceKind.FISCAL, 40_000_00, document="YS-1"),
    },
    contracts={CONTRACT: AGREEMENT},
    banks={BANK: BankAccount(BANK, "treasury", "active")},
)
START = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)


def cash(source: str, payment: str = "", contract: str = "") -> Place:
    """Give a place in the cash book."""
    return Place(project=PROJECT, source=source, year=2026, bank=BANK, payment=payment, contract=contract)


def money(milestone: str, payment: str, shares: Iterable[Share]) -> Money:
    """Give a payment of the contract."""
    return Money(PROJECT, CONTRACT, milestone, payment, SUPPLIER.credit_code, BANK, 2026, tuple(shares))


class Story:
    """The project's ledger; `tell` posts and asks every invariant."""

    def __init__(self, dossier: Dossier = DOSSIER) -> None:
        """Begin with empty books."""
        self.ledger = MemoryLedger()
        self.dossier = dossier
        self.policy = policy()
        self._count = 0

    @property
    def books(self) -> Books:
        """The project's books."""
        return self.ledger.of(PROJECT)

    def tell(self, movement: Movement, postings: Iterable[Posting], on: date = TODAY) -> list[Breach]:
        """Post one event and give every breach of every ledger concerned."""
        entry = Entry(movement, on, tuple(postings))
        self._count += 1
        self.ledger.post(entry, Maker("PAY-1", self._count, "li", START + timedelta(hours=self._count), "", "d" * 64))
        found: list[Breach] = []
        for scope, part in entry.by_scope().items():
            found += broken(self.view(scope, (part,)))
        return found

    def view(self, scope: str = PROJECT, new: tuple[Entry, ...] = ()) -> View:
        """Look at one ledger."""
        return View(scope, self.ledger.of(scope), self.policy, self.dossier if scope == PROJECT else None, new)

    def night(self) -> list[Breach]:
        """Check everything, as every night."""
        ledger = self.ledger
        found = list(
            broken_at_night(Night(ledger.journals, ledger.books, ledger.heads, {self.dossier.project: self.dossier}))
        )
        return found + [breach for scope in ledger.books for breach in broken(self.view(scope))]

    def change(self, **parts: object) -> None:
        """Change the project's papers."""
        self.dossier = replace(self.dossier, **parts)  # type: ignore[arg-type]  # any part


def approved() -> Story:
    """The budget is approved and both sources are bound."""
    story = Story()
    assert story.tell(Movement.REGISTER, receiving.register("quota:ZB-1", 60_000_00)) == []
    assert story.tell(Movement.REGISTER, receiving.register("quota:YS-1", 40_000_00)) == []
    assert story.tell(Movement.ACTIVATE, budgeting.activate(PROJECT, SHARES)) == []
    for source, document, amount in (("grant", "quota:ZB-1", 60_000_00), ("own", "quota:YS-1", 40_000_00)):
        parts = (*receiving.commit(cash(source), amount), *receiving.use(document, amount, cash(source)))
        assert story.tell(Movement.COMMIT, parts) == []
    return story


def funded() -> Story:
    """All money has come."""
    story = approved()
    assert story.tell(Movement.RECEIVE, receiving.receive(cash("grant", "RCV-1"), 60_000_00)) == []
    assert story.tell(Movement.RECEIVE, receiving.receive(cash("own", "RCV-2"), 40_000_00)) == []
    return story


def contracted() -> Story:
    """Procurement saved ten thousand; the contract is signed."""
    story = funded()
    assert story.tell(Movement.PROCURE, budgeting.procure(PROJECT, SHARES)) == []
    assert story.tell(Movement.SIGN, contracting.sign(story.books, PROJECT, CONTRACT, CONTRACT_SHARES)) == []
    saving = (Share("own", 2026, "2-1", 10_000_00),)
    assert story.tell(Movement.SIGN, budgeting.stop_procuring(PROJECT, saving)) == []
    return story


def add_payment(story: Story, paid: Money, **parts: object) -> None:
    """Put a payment with five different people into the papers."""
    payment = Payment(
        code=paid.payment,
        state="drafting",
        contract=paid.contract,
        milestone=paid.milestone,
        amount=sum(share.amount for share in paid.shares),
        party=SUPPLIER,
        creator="pm",
        checker="fin",
        approver="leader",
        releaser="treasury",
        payer="cashier",
        approved_on=TODAY,
        released_on=TODAY,
    )
    changed = replace(payment, **parts)  # type: ignore[arg-type]  # any part
    story.change(payments={**story.dossier.payments, paid.payment: changed})


def paid(story: Story, what: Money) -> None:
    """Ask, release and pay, without a breach."""
    add_payment(story, what)
    assert story.tell(Movement.RESERVE, paying.reserve(what)) == []
    assert story.tell(Movement.RELEASE, paying.release(what)) == []
    assert story.tell(Movement.PAY, paying.pay(what)) == []


def accepted(story: Story, milestone: str, shares: tuple[Share, ...], retained: int) -> None:
    """Book accepted work, without a breach."""
    at = replace(cash("", contract=CONTRACT), milestone=milestone)
    assert story.tell(Movement.ACCEPT, paying.accept(at, shares, retained)) == []


def claim(amount: int, *, is_penalty: bool = False) -> refunding.Claim:
    """Give a claim against the supplier, on the own source."""
    return refunding.Claim(cash("own", "RFD-1", CONTRACT), amount, is_penalty)


def codes(found: Iterable[Breach]) -> set[str]:
    """Give the invariants that were broken."""
    return {breach.invariant for breach in found}


def with_work() -> Story:
    """Book the contract's first milestone."""
    story = contracted()
    accepted(story, "M1", (Share("grant", 2026, "1-1", 30_000_00), Share("own", 2026, "1-1", 15_000_00)), 2_250_00)
    return story


def with_payment(**parts: object) -> Story:
    """A payment of the first milestone, paid; its papers with some parts changed."""
    story = with_work()
    paid(story, money("M1", "PAY-1", ONE_SHARE))
    add_payment(story, money("M1", "PAY-1", ONE_SHARE), **parts)
    return story


def night(story: Story, **parts: object) -> set[str]:
    """Check a night with some of it changed."""
    ledger = story.ledger
    whole = Night(ledger.journals, ledger.books, ledger.heads, {PROJECT: story.dossier})
    return codes(broken_at_night(replace(whole, **parts)))  # type: ignore[arg-type]  # any part


def tampered(story: Story, name: str, debited: int = 0, credited: int = 0) -> set[str]:
    """Change a stored balance behind the journal's back and give what the posting check and the night find."""
    totals = story.books.totals
    old = totals.get(name, (0, 0))
    story.ledger.books[PROJECT] = Books({**totals, name: (old[0] + debited, old[1] + credited)})
    return codes(story.night())
