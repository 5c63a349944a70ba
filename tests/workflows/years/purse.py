"""The money of a simulated project: its papers as they follow from its case, and what each step posts, judged.

Every sixth project has a grant beside the township's own money, every tenth claims a part back from its supplier.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from engine.case import Case
from engine.guards import Posting as Rule
from engine.refusal import Refused
from engine.situation import Situation
from engine.values import Json
from tests.workflows.funds.story import AGREEMENT, SUPPLIER, policy
from workflows.funds.books import Books
from workflows.funds.chart import BANK, DUE_FROM_SOURCE, ENCUMBERED, FREE, PROJECT_COST, RESERVED, SPENT
from workflows.funds.judging import judge, refusals
from workflows.funds.movements import budgeting, contracting, paying, receiving, refunding
from workflows.funds.movements.paying import Money
from workflows.funds.posting import Entry, Movement, Place, Posting, entry_json
from workflows.funds.shares import Share, as_shares, by_source, split_shares, total
from workflows.funds.terms import (
    BankAccount,
    Budget,
    Dossier,
    Line,
    Milestone,
    Payment,
    Source,
    SourceKind,
)

OWN, GRANT, ACCOUNT, CONTRACT, PAYMENT, CLAIM = "own", "grant", "B1", "HT", "BF", "TK"
GRANTED_EVERY, RECLAIMED_EVERY = 6, 10
PERCENT, CONTRACTED = 100, 95
STANDS = {"approval": "approved", "building": "implementing", "settling": "settlement", "closed": "closed"}
LIVE = (SPENT, RESERVED, ENCUMBERED)


def shares_of(case: Case) -> tuple[Share, ...]:
    """Give the budget of a project: two lines, of the year in which it began; the first of a grant where it has one."""
    amount = case.data["amount"]
    assert isinstance(amount, int)
    year, first = case.opened_at.year, amount * 60 // PERCENT
    giver = OWN if number_of(case) % GRANTED_EVERY else GRANT
    return Share(giver, year, "1", first), Share(OWN, year, "2", amount - first)


def number_of(case: Case) -> int:
    """Give a project's number, by which it has a grant or claims money back."""
    return int(case.id.removeprefix("p"))


def is_reclaiming(case: Case) -> bool:
    """Say whether a project claims money back and has not done so."""
    return number_of(case) % RECLAIMED_EVERY == 0 and "building.reclaim" not in case.actors


def contracted(case: Case) -> tuple[Share, ...]:
    """Give what the contract takes of it."""
    shares = shares_of(case)
    return split_shares(total(shares) * CONTRACTED // PERCENT, shares)


def dossier(case: Case, state: str, on: date) -> Dossier:
    """Give the papers of a project on a day."""
    shares = shares_of(case)
    amount, price = total(shares), total(contracted(case))
    began = case.opened_at.date()
    payment = Payment(
        code=PAYMENT,
        state="released",
        contract=CONTRACT,
        milestone="M1",
        amount=price,
        party=SUPPLIER,
        creator="pm",
        checker="fin",
        approver="leader",
        releaser="treasury",
        payer="cashier",
        approved_on=on,
        released_on=on,
        minutes_on=on,
    )
    return Dossier(
        project=case.code,
        state=STANDS.get(state, state),
        budget=Budget(amount, tuple(Line(one.line, "software", one.amount) for one in shares), shares, amount, amount),
        sources={
            name: Source(name, SourceKind.DONATION if name == GRANT else SourceKind.FISCAL, part)
            for name, part in by_source(shares).items()
        },
        contracts={
            CONTRACT: replace(
                AGREEMENT,
                code=CONTRACT,
                original=price,
                payees=(replace(AGREEMENT.payees[0], verified_on=began),),
                milestones=(Milestone("M1", price, on),),
                advance_cap=0,
                signed_on=began,
            )
        },
        banks={ACCOUNT: BankAccount(ACCOUNT, "treasury", "active")},
        payments={PAYMENT: payment},
    )


class _Ledger:
    """What one step posts, each entry judged on the books the one before leaves."""

    def __init__(self, it: Situation, target: str) -> None:
        """Begin with the project's books."""
        self.case, self.on = it.case, it.facts.calendar("cn").local_day(it.now)
        self.books, self.spelled = Books(it.facts.balances(it.case.code)), list[dict[str, Json]]()
        self.papers = dossier(it.case, target, self.on)

    def at(self, source: str = OWN, payment: str = "", contract: str = "", milestone: str = "") -> Place:
        """Give a place of the project's cash."""
        return Place(
            project=self.case.code,
            source=source,
            year=self.case.opened_at.year,
            bank=ACCOUNT,
            contract=contract,
            milestone=milestone,
            payment=payment,
        )

    def book(self, movement: Movement, postings: Iterable[Posting]) -> None:
        """Post an entry; `Refused` when an invariant would break."""
        entry = Entry(movement, self.on, tuple(postings))
        code = self.case.code
        reasons = tuple(refusals(judge((entry,), {code: self.books}, {code: self.papers}, policy(self.on))))
        if reasons:
            raise Refused(*reasons)
        self.books = self.books.after(entry.postings)
        self.spelled.append(entry_json(entry))


def activate_year(it: Situation, target: str) -> list[dict[str, Json]]:
    """The budget is there, and its source bound."""
    ledger = _Ledger(it, target)
    ledger.book(Movement.ACTIVATE, budgeting.activate(it.case.code, shares_of(it.case)))
    for source, amount in by_source(shares_of(it.case)).items():
        ledger.book(Movement.COMMIT, receiving.commit(ledger.at(source), amount))
    return ledger.spelled


def receive_year(it: Situation, target: str) -> list[dict[str, Json]]:
    """All the money of one source comes."""
    ledger = _Ledger(it, target)
    source = next(name for name in by_source(shares_of(it.case)) if ledger.books.amount(DUE_FROM_SOURCE, source=name))
    due = ledger.books.amount(DUE_FROM_SOURCE, source=source)
    ledger.book(Movement.RECEIVE, receiving.receive(ledger.at(source, payment=f"DZ-{source}"), due))
    return ledger.spelled


def sign_year(it: Situation, target: str) -> list[dict[str, Json]]:
    """The contract binds its budget."""
    ledger, shares = _Ledger(it, target), contracted(it.case)
    ledger.book(Movement.PROCURE, budgeting.procure(it.case.code, shares))
    ledger.book(Movement.SIGN, contracting.sign(ledger.books, it.case.code, CONTRACT, shares))
    return ledger.spelled


def accept_year(it: Situation, target: str) -> list[dict[str, Json]]:
    """The work is owed."""
    ledger = _Ledger(it, target)
    ledger.book(Movement.ACCEPT, paying.accept(ledger.at(contract=CONTRACT, milestone="M1"), contracted(it.case), 0))
    return ledger.spelled


def pay_year(it: Situation, target: str) -> list[dict[str, Json]]:
    """It is asked for, released and paid."""
    ledger, code = _Ledger(it, target), it.case.code
    money = Money(
        code, CONTRACT, "M1", PAYMENT, SUPPLIER.credit_code, ACCOUNT, it.case.opened_at.year, contracted(it.case)
    )
    for movement, step in (
        (Movement.RESERVE, paying.reserve),
        (Movement.RELEASE, paying.release),
        (Movement.PAY, paying.pay),
    ):
        ledger.book(movement, step(money))
    return ledger.spelled


def reclaim_year(it: Situation, target: str) -> list[dict[str, Json]]:
    """A hundredth of what was paid is claimed back from the supplier, and comes."""
    ledger = _Ledger(it, target)
    amount = ledger.books.amount(SPENT, source=OWN) // PERCENT
    claim = refunding.Claim(ledger.at(payment=CLAIM, contract=CONTRACT), amount)
    ledger.book(Movement.DEMAND, refunding.demand(claim))
    ledger.book(Movement.REFUND, refunding.receive_refund(claim, amount, ACCOUNT))
    return ledger.spelled


def settle_year(it: Situation, target: str) -> list[dict[str, Json]]:
    """What is left lapses and goes back."""
    ledger = _Ledger(it, target)
    ledger.book(Movement.LAPSE, budgeting.lapse_budget(it.case.code, as_shares(ledger.books.each(FREE))))
    for source in by_source(shares_of(it.case)):
        at, to_source = ledger.at(source), source == GRANT
        ledger.book(Movement.LAPSE, budgeting.recognise_surplus(ledger.books, at, to_source=to_source))
        left = ledger.books.amount(BANK, source=source)
        ledger.book(Movement.GIVE_BACK, refunding.return_money(at, left, to_source=to_source))
    return ledger.spelled


RULES = tuple(
    Rule(rule.__name__, rule, {}, "")
    for rule in (activate_year, receive_year, sign_year, accept_year, pay_year, reclaim_year, settle_year)
)


def next_step(case: Case, books: Books) -> tuple[str, str]:
    """Give what follows in the delivery by the ledger and the case, and the role whose turn it is."""
    if books.amount(DUE_FROM_SOURCE):
        return "receive", "twp_fin"
    if not books.amount(*LIVE):
        return "sign", "pm"
    if not books.amount(PROJECT_COST):
        return "accept", "twp_it"
    if not books.amount(SPENT):
        return "pay", "twp_fin"
    return ("reclaim", "twp_fin") if is_reclaiming(case) else ("finish", "pm")
