"""Random postings, lawful and not: whatever is posted breaks nothing, and an auditor with other sums agrees (R17, P5).

The full size, 100,000 posted entries: `pytest -m long tests/workflows/funds/test_random_postings.py`.
"""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tests.workflows.funds.story import BANK, CONTRACT, PROJECT, TODAY, Story, cash, claim, contracted, money
from workflows.funds.chart import CHART
from workflows.funds.judging import judge
from workflows.funds.movements import budgeting, contracting, paying, receiving, refunding
from workflows.funds.posting import Entry, Movement, Place, Posting
from workflows.funds.shares import Share

POSTED = 100_000
"""Entries the long test posts (R17)."""

EVENTS_A_STORY = 400
"""Events tried on one project before a new one begins."""

Happening = tuple[Movement, tuple[Posting, ...]]


class Auditor:
    """A second opinion by plain sums, sharing no code with the books."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.sums: dict[tuple[str, Place], int] = {}

    def take(self, entry: Entry) -> None:
        """Add an entry, debits up and credits down."""
        for posting in entry.postings:
            for account, amount in ((posting.debit, posting.amount), (posting.credit, -posting.amount)):
                key = (account.name, posting.at)
                self.sums[key] = self.sums.get(key, 0) + amount

    def total(self, *accounts: str, **at: str) -> int:
        """Sum accounts at some dimensions."""
        return sum(
            amount
            for (account, place), amount in self.sums.items()
            if account in accounts and all(getattr(place, name) == value for name, value in at.items())
        )

    def check(self) -> None:
        """P5: books balance for each source and in total; spent ≤ committed ≤ approved; no cash below zero."""
        assert sum(self.sums.values()) == 0
        for source in ("grant", "own"):
            assert self.total(*(name for name in CHART if name.startswith("cash.")), source=source) == 0
            assert self.total("cash.bank", source=source) >= 0
            approved_sum = self.total("budget.approved", source=source)
            bound = -self.total("budget.encumbered", "budget.reserved", "budget.spent", source=source)
            assert -self.total("budget.spent", source=source) <= bound <= approved_sum


def random_event(kind: int, amount: int, source: str) -> Happening:
    """Give an event by number, with a random amount of a source; some are no event of the ledger at all."""
    share = (Share(source, 2026, "1-1", amount),)
    what = money(("M1", "M2", "advance")[amount % 3], f"PAY-{kind % 7}", share)
    at = replace(cash(source, contract=CONTRACT), milestone=what.milestone)
    events: tuple[Happening, ...] = (
        (Movement.PROCURE, budgeting.procure(PROJECT, share)),
        (Movement.PROCURE, budgeting.stop_procuring(PROJECT, share)),
        (Movement.SUPPLEMENT, contracting.extend(PROJECT, CONTRACT, share)),
        (Movement.SUPPLEMENT, contracting.shrink(PROJECT, CONTRACT, share)),
        (Movement.ACCEPT, paying.accept(at, share, amount // 20)),
        (Movement.RESERVE, paying.reserve(what)),
        (Movement.RELEASE, paying.release(what)),
        (Movement.PAY, paying.pay(what)),
        (Movement.BOUNCE, paying.bounce(what)),
        (Movement.TAKE_BACK, paying.take_back(what)),
        (Movement.SET_OFF, paying.set_off(at, ((source, amount),))),
        (Movement.RECEIVE, receiving.receive(cash(source), amount)),
        (Movement.INTEREST, receiving.earn_interest(cash(source), amount)),
        (Movement.GIVE_BACK, refunding.return_money(cash(source), amount)),
        (Movement.RETAIN, refunding.retention_due(at, amount)),
        (Movement.DEMAND, refunding.demand(claim(amount, is_penalty=kind % 2 == 0))),
        (Movement.REFUND, refunding.receive_refund(claim(1), amount, BANK)),
        (Movement.LAPSE, budgeting.lapse_budget(PROJECT, share)),
        (Movement.BORROW, receiving.borrow(cash(source), amount)),
        (Movement.ACTIVATE, budgeting.activate(PROJECT, share)),
    )
    if kind < len(events) * 4:
        return events[kind % len(events)]
    accounts = list(CHART.values())
    debit = accounts[amount % len(accounts)]
    partners = [account for account in accounts if account.book is debit.book and account is not debit]
    return list(Movement)[kind % len(Movement)], (Posting(debit, partners[kind % len(partners)], amount, at),)


def attempt_event(story: Story, auditor: Auditor, event: Happening) -> bool:
    """Post an event if every invariant would hold; say whether it was posted."""
    entry = Entry(event[0], TODAY, event[1])
    before = story.ledger.books
    if any(judge((entry,), before, {PROJECT: story.dossier}, story.policy)):
        return False
    assert story.tell(*event) == []
    auditor.take(entry)
    return True


def begun() -> tuple[Story, Auditor]:
    """A contract to pay from, and an auditor who has seen it all."""
    story, auditor = contracted(), Auditor()
    for rows in story.ledger.journals.values():
        for row in rows:
            auditor.take(row.entry)
    return story, auditor


@settings(max_examples=30, deadline=None)
@given(some.lists(some.tuples(some.integers(0, 99), some.integers(1, 30_000_00), some.booleans()), max_size=60))
def test_random_postings_keep_every_invariant(draws: list[tuple[int, int, bool]]) -> None:
    """Whatever is tried, what is posted breaks nothing, by night either."""
    story, auditor = begun()
    for kind, amount, is_own in draws:
        if attempt_event(story, auditor, random_event(kind, amount, "own" if is_own else "grant")):
            auditor.check()
    assert story.night() == []


@pytest.mark.long
@pytest.mark.timeout(1_800)
def test_a_hundred_thousand_random_postings_keep_every_invariant() -> None:
    """From one seed; every invariant of the project after each, and every nightly one after each project."""
    chance, posted = Random(17), 0
    while posted < POSTED:
        story, auditor = begun()
        for _ in range(EVENTS_A_STORY):
            amount = int(30_000_00 ** chance.random())
            event = random_event(chance.randrange(100), amount, chance.choice(["grant", "own"]))
            if attempt_event(story, auditor, event):
                auditor.check()
                posted += 1
        assert story.night() == []
