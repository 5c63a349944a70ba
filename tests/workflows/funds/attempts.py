"""Thirty attacks on the ledger, one on each invariant: random amounts, days and people around its limit."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from tests.workflows.funds.story import (
    AGREEMENT,
    BANK,
    BUDGET,
    CONTRACT,
    DOSSIER,
    PROJECT,
    SHARES,
    SUPPLIER,
    TODAY,
    Story,
    add_payment,
    approved,
    cash,
    claim,
    codes,
    contracted,
    funded,
    money,
    night,
    with_payment,
    with_work,
)
from workflows.funds.books import Books
from workflows.funds.invariants import Statement
from workflows.funds.movements import budgeting, contracting, paying, receiving, refunding
from workflows.funds.posting import Movement
from workflows.funds.shares import Share
from workflows.funds.terms import BankAccount, Milestone, Source, SourceKind

Attempt = Callable[[int], tuple[set[str], bool]]
"""Tries something with a random whole number; gives what was found and whether it had to be."""


def own(amount: int) -> tuple[Share, ...]:
    """Give own money on the software line."""
    return (Share("own", 2026, "1-1", amount),)


def asked(story: Story, shares: tuple[Share, ...], milestone: str = "M1", on: date = TODAY) -> set[str]:
    """Ask for a payment and give what is found."""
    what = money(milestone, "PAY-1", shares)
    add_payment(story, what)
    return codes(story.tell(Movement.RESERVE, paying.reserve(what), on))


def unbalanced(amount: int) -> tuple[set[str], bool]:
    """INV-01: any change of one side."""
    story = funded()
    name = f"cash.bank|{PROJECT}|own|{BANK}"
    old = story.books.totals[name]
    story.ledger.books[PROJECT] = Books({**story.books.totals, name: (old[0] + amount, old[1])})
    return codes(story.night()) & {"INV-01"}, True


def forged(amount: int) -> tuple[set[str], bool]:
    """INV-02: any row with another amount."""
    rows = funded().ledger.journals[PROJECT]
    index = amount % len(rows)
    first = rows[index].entry.postings[0]
    entry = replace(rows[index].entry, postings=(replace(first, amount=first.amount + amount),))
    forged_rows = (*rows[:index], replace(rows[index], entry=entry), *rows[index + 1 :])
    return night(funded(), journals={PROJECT: forged_rows}) & {"INV-02"}, True


def set_aside(amount: int) -> tuple[set[str], bool]:
    """INV-03: more than is free."""
    story = approved()
    return codes(story.tell(Movement.PROCURE, budgeting.procure(PROJECT, own(amount)))), amount > 20_000_00


def approved_more(amount: int) -> tuple[set[str], bool]:
    """INV-04: any amount beside the budget."""
    found = codes(approved().tell(Movement.ADJUST, budgeting.activate(PROJECT, own(amount))))
    return found & {"INV-04"}, True


def estimated(amount: int) -> tuple[set[str], bool]:
    """INV-05: the budget against an estimate."""
    story = approved()
    story.change(budget=replace(BUDGET, estimate=amount))
    return codes(story.night()), BUDGET.total * 10 > amount * 11


def supplemented(amount: int) -> tuple[set[str], bool]:
    """INV-06: a supplement."""
    story = contracted()
    story.change(contracts={CONTRACT: replace(AGREEMENT, supplements=(amount,))})
    return codes(story.night()), amount * 10 > AGREEMENT.original


def over_cap(amount: int) -> tuple[set[str], bool]:
    """INV-07: a payment against a cap."""
    story = with_work()
    milestones = (replace(AGREEMENT.milestones[0], cap=10_000_00),)
    story.change(contracts={CONTRACT: replace(AGREEMENT, milestones=milestones)})
    return asked(story, own(amount)) & {"INV-07"}, amount > 10_000_00


def too_early(amount: int) -> tuple[set[str], bool]:
    """INV-08: any payment of unaccepted work."""
    story = contracted()
    story.change(contracts={CONTRACT: replace(AGREEMENT, milestones=(Milestone("M1", 45_000_00),))})
    return asked(story, own(amount)) & {"INV-08"}, True


def without_cash(amount: int) -> tuple[set[str], bool]:
    """INV-09: more than the source's cash."""
    story = funded()
    found = codes(story.tell(Movement.GIVE_BACK, refunding.return_money(cash("own"), amount)))
    return found & {"INV-09"}, amount > 40_000_00


def unreconciled(amount: int) -> tuple[set[str], bool]:
    """INV-10: a statement."""
    found = night(funded(), statements=(Statement(BANK, TODAY, amount),))
    return found, amount != 100_000_00


def unpromised(amount: int) -> tuple[set[str], bool]:
    """INV-11: a receipt."""
    found = codes(approved().tell(Movement.RECEIVE, receiving.receive(cash("own"), amount)))
    return found, amount > 40_000_00


def late(amount: int) -> tuple[set[str], bool]:
    """INV-12: restricted money on a random day."""
    story = contracted()
    grant = replace(DOSSIER.sources["grant"], expires_year=2026)
    story.change(sources={**DOSSIER.sources, "grant": grant})
    day = TODAY + timedelta(days=amount % 100)
    return asked(story, (Share("grant", 2026, "1-1", 1),), "advance", day), day.year > 2026


def out_of_step(amount: int) -> tuple[set[str], bool]:
    """INV-13: a grant's payment with none of one's own."""
    story = with_work()
    story.change(sources={**DOSSIER.sources, "grant": replace(DOSSIER.sources["grant"], is_pro_rata=True)})
    amount = amount % 20_000_00 + 1
    what = money("M1", "PAY-1", (Share("grant", 2026, "1-1", amount),))
    add_payment(story, what)
    story.tell(Movement.RESERVE, paying.reserve(what))
    story.tell(Movement.RELEASE, paying.release(what))
    return codes(story.tell(Movement.PAY, paying.pay(what))), amount * 20 > 60_000_00


def reused(amount: int) -> tuple[set[str], bool]:
    """INV-14: an invoice."""
    story = funded()
    story.tell(Movement.REGISTER, receiving.register("invoice:1-1", 10_000_00))
    return codes(story.tell(Movement.RESERVE, receiving.use("invoice:1-1", amount, cash("own")))), amount > 10_000_00


def mispaid(amount: int) -> tuple[set[str], bool]:
    """INV-15: a random account."""
    party = replace(SUPPLIER, bank_account=f"{6222000000000000 + amount % 3}")
    return codes(with_payment(party=party).night()), party != SUPPLIER


def few_hands(amount: int) -> tuple[set[str], bool]:
    """INV-16: random people in the five steps."""
    people = [f"person {amount // 5**index % 5}" for index in range(5)]
    creator, checker, approver, releaser, payer = people
    found = with_payment(creator=creator, checker=checker, approver=approver, releaser=releaser, payer=payer).night()
    return codes(found), len(set(people)) < 4 or payer == checker


def unminuted(amount: int) -> tuple[set[str], bool]:
    """INV-17: an amount without minutes."""
    return codes(with_payment(amount=amount).night()), amount >= 200_000_00


def stopped(amount: int) -> tuple[set[str], bool]:
    """INV-18: a random state of the account."""
    story = with_work()
    state = ("active", "frozen", "closing", "closed", "applying")[amount % 5]
    story.change(banks={BANK: BankAccount(BANK, "treasury", state)})
    what = money("M1", "PAY-1", own(1))
    story.tell(Movement.RESERVE, paying.reserve(what))
    return codes(story.tell(Movement.RELEASE, paying.release(what))), state != "active"


def after_closing(amount: int) -> tuple[set[str], bool]:
    """INV-19: a random day around a month's closing."""
    story = funded()
    story.change(closed_through=date(2026, 9, 30))
    day = date(2026, 9, 1) + timedelta(days=amount % 60)
    return codes(story.tell(Movement.PROCURE, budgeting.procure(PROJECT, own(1)), day)), day <= date(2026, 9, 30)


def left_over(amount: int) -> tuple[set[str], bool]:
    """INV-20: giving back less than all."""
    story = funded()
    returned = min(amount, 40_000_00)
    story.tell(Movement.GIVE_BACK, refunding.return_money(cash("own"), returned))
    story.tell(Movement.GIVE_BACK, refunding.return_money(cash("grant"), 60_000_00))
    story.change(state="evaluating")
    return codes(story.night()) & {"INV-20"}, returned < 40_000_00


def spent_interest(amount: int) -> tuple[set[str], bool]:
    """INV-21: a payment out of an account that holds interest."""
    story = funded()
    story.tell(Movement.SIGN, contracting.sign(story.books, PROJECT, CONTRACT, SHARES[:2]))
    story.tell(Movement.INTEREST, receiving.earn_interest(cash("own"), amount))
    story.tell(Movement.GIVE_BACK, refunding.return_money(cash("own"), amount))
    return codes(story.tell(Movement.GIVE_BACK, refunding.return_money(cash("own"), 1))), True


def carried_again(amount: int) -> tuple[set[str], bool]:
    """INV-22: a second time, after some of it was set aside."""
    story = approved()
    story.tell(Movement.CARRY, budgeting.carry(story.books, PROJECT, 2026))
    parts = budgeting.carry(story.books, PROJECT, 2027)
    some_of_it = tuple(replace(part, amount=min(part.amount, amount)) for part in parts)
    return codes(story.tell(Movement.CARRY, some_of_it)), True


def drawn(amount: int) -> tuple[set[str], bool]:
    """INV-23: a draw."""
    story = funded()
    loan = Source("loan", SourceKind.LOAN, 10_000_00, borrower="enterprise")
    story.change(sources={**DOSSIER.sources, "loan": loan})
    found = codes(story.tell(Movement.BORROW, receiving.borrow(cash("loan"), amount)))
    return found, amount > 10_000_00


def funded_twice(amount: int) -> tuple[set[str], bool]:
    """INV-24: a share more on a line."""
    story = funded()
    story.change(budget=replace(BUDGET, shares=(*SHARES, *own(amount))))
    return codes(story.night()) & {"INV-24"}, True


def released_twice(amount: int) -> tuple[set[str], bool]:
    """INV-25: retention released."""
    at = cash("own", contract=CONTRACT)
    return codes(with_work().tell(Movement.RETAIN, refunding.retention_due(at, amount))), amount > 750_00


def refunded(amount: int) -> tuple[set[str], bool]:
    """INV-26: a refund of a demand."""
    story = with_work()
    story.tell(Movement.DEMAND, refunding.demand(claim(5_000_00)))
    found = codes(story.tell(Movement.REFUND, refunding.receive_refund(claim(1), amount, BANK)))
    return found, amount > 5_000_00


def unapproved(amount: int) -> tuple[set[str], bool]:
    """INV-27: a budget in a random state."""
    story = approved()
    state = ("approval_decide", "approved", "reserved", "implementing", "frozen", "settlement")[amount % 6]
    story.change(state=state)
    return codes(story.night()), state in ("approval_decide", "reserved", "frozen")


def misreported(amount: int) -> tuple[set[str], bool]:
    """INV-28: a published figure."""
    return night(funded(), figures={"received": (amount, 100_000_00)}), amount != 100_000_00


def anonymous(amount: int) -> tuple[set[str], bool]:
    """INV-29: a row without somebody."""
    rows = funded().ledger.journals[PROJECT]
    index = amount % len(rows)
    maker = replace(rows[index].maker, actor="")
    nobody = (*rows[:index], replace(rows[index], maker=maker), *rows[index + 1 :])
    return night(funded(), journals={PROJECT: nobody}) & {"INV-29"}, True


def over_quota(amount: int) -> tuple[set[str], bool]:
    """INV-30: a commitment without its document."""
    story = approved()
    story.tell(Movement.COMMIT, receiving.commit(cash("own"), amount))
    return night(story), True


ATTEMPTS: tuple[Attempt, ...] = (
    *(unbalanced, forged, set_aside, approved_more, estimated, supplemented, over_cap, too_early, without_cash),
    *(unreconciled, unpromised, late, out_of_step, reused, mispaid, few_hands, unminuted, stopped, after_closing),
    *(left_over, spent_interest, carried_again, drawn, funded_twice, released_twice, refunded, unapproved),
    *(misreported, anonymous, over_quota),
)
