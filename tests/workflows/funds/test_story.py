"""One project from approval to closing, as domain §6.4 replays it: every invariant holds after every posting."""

from dataclasses import replace

from tests.workflows.funds.story import (
    CONTRACT,
    PROJECT,
    Story,
    accepted,
    add_payment,
    cash,
    claim,
    contracted,
    money,
    paid,
)
from workflows.funds.chart import (
    ADVANCE,
    BANK,
    DUE_TO_TREASURY,
    ENCUMBERED,
    FREE,
    PAYABLE,
    RESERVED,
    RETENTION,
    SPENT,
)
from workflows.funds.movements import budgeting, contracting, paying, receiving, refunding
from workflows.funds.posting import Movement, Posting
from workflows.funds.shares import Share, as_shares

ADVANCE_SHARES = (Share("grant", 2026, "1-1", 18_000_00), Share("own", 2026, "1-1", 9_000_00))
M1 = (Share("grant", 2026, "1-1", 30_000_00), Share("own", 2026, "1-1", 15_000_00))
M2 = (
    Share("grant", 2026, "1-1", 30_000_00),
    Share("own", 2026, "1-1", 5_000_00),
    Share("own", 2026, "2-1", 10_000_00),
)


def through_work() -> Story:
    """Advance, first milestone set off against it, second milestone bounced once and paid; 5 % retained."""
    story = contracted()
    paid(story, money("advance", "PAY-1", ADVANCE_SHARES))
    accepted(story, "M1", M1, retained=2_250_00)
    at = replace(cash("", contract=CONTRACT), milestone="M1")
    assert story.tell(Movement.SET_OFF, paying.set_off(at, (("grant", 18_000_00), ("own", 9_000_00)))) == []
    first = (Share("grant", 2026, "1-1", 10_500_00), Share("own", 2026, "1-1", 5_250_00))
    paid(story, money("M1", "PAY-2", first))
    accepted(story, "M2", M2, retained=2_250_00)
    second = money(
        "M2",
        "PAY-3",
        (
            Share("grant", 2026, "1-1", 28_500_00),
            Share("own", 2026, "1-1", 4_250_00),
            Share("own", 2026, "2-1", 10_000_00),
        ),
    )
    paid(story, second)
    assert story.tell(Movement.BOUNCE, paying.bounce(second)) == []
    assert story.tell(Movement.TAKE_BACK, paying.take_back(second)) == []
    assert story.tell(Movement.RELEASE, paying.release(second)) == []
    assert story.tell(Movement.PAY, paying.pay(second)) == []
    return story


def test_a_project_from_approval_to_closing_keeps_every_invariant() -> None:
    """Advance, milestones, bounce, refund, interest, surplus, retention; at the end every account is empty."""
    story = through_work()
    assert story.books.amount(RETENTION) == 4_500_00
    assert story.tell(Movement.DEMAND, refunding.demand(claim(1_000_00))) == []
    spent_at = next(one.place for one in story.books.each(SPENT, payment="PAY-3", line="2-1"))
    refund = (
        *refunding.receive_refund(claim(1_000_00), 1_000_00, cash("own").bank),
        *refunding.restore_budget(spent_at, 1_000_00, is_still_due=False),
    )
    assert story.tell(Movement.REFUND, refund) == []
    assert story.tell(Movement.INTEREST, receiving.earn_interest(cash("grant", "RCV-3"), 12_34)) == []
    left = as_shares(story.books.each(FREE))
    surplus = (
        *budgeting.lapse_budget(PROJECT, left),
        *budgeting.recognise_surplus(story.books, cash("own"), to_source=False),
    )
    assert story.tell(Movement.LAPSE, surplus) == []
    for source in ("grant", "own"):
        due = story.books.amount(DUE_TO_TREASURY, source=source)
        assert story.tell(Movement.GIVE_BACK, refunding.return_money(cash(source), due)) == []
    story.change(state="evaluating")
    held = story.books.amount(RETENTION)
    assert story.tell(Movement.RETAIN, (*_retention_due(story),)) == []
    assert story.books.amount(PAYABLE) == held
    paid(story, money("retention", "PAY-4", as_shares(story.books.each(ENCUMBERED))))
    story.change(state="closed")
    assert story.night() == []
    for account in (ADVANCE, BANK, DUE_TO_TREASURY, ENCUMBERED, FREE, PAYABLE, RESERVED, RETENTION):
        assert story.books.amount(account) == 0, account.name
    assert story.books.amount(SPENT) == 89_000_00


def _retention_due(story: Story) -> list[Posting]:
    held = [(one.place.source, one.amount) for one in story.books.each(RETENTION)]
    return [
        posting
        for source, amount in held
        for posting in refunding.retention_due(cash(source, contract=CONTRACT), amount)
    ]


def test_a_penalty_taken_off_a_payment_goes_to_the_treasury() -> None:
    """The supplier gets less, the project does not get more."""
    story = contracted()
    accepted(story, "M1", M1, retained=0)
    assert story.tell(Movement.DEMAND, refunding.demand(claim(1_000_00, is_penalty=True))) == []
    assert story.tell(Movement.OFFSET, refunding.offset(claim(1_000_00), 1_000_00, "M1")) == []
    paid(story, money("M1", "PAY-1", (M1[0], Share("own", 2026, "1-1", 14_000_00))))
    assert story.books.amount(DUE_TO_TREASURY) == 1_000_00
    assert story.tell(Movement.GIVE_BACK, refunding.return_money(cash("own"), 1_000_00)) == []
    assert budgeting.surplus(story.books, PROJECT, "own") == 25_000_00
    assert story.night() == []


def test_a_payment_that_comes_back_gives_its_budget_back() -> None:
    """What was reserved is under the contract again, to the fen."""
    story = contracted()
    what = money("M1", "PAY-1", M1)
    add_payment(story, what)
    before = story.books.totals["budget.encumbered|QH-2026-0001|grant|2026|1-1|CON-2026-0001"]
    assert story.tell(Movement.RESERVE, paying.reserve(what)) == []
    assert story.books.amount(RESERVED) == 45_000_00
    assert story.tell(Movement.UNRESERVE, paying.unreserve(story.books, "PAY-1")) == []
    assert story.books.amount(RESERVED) == 0
    after = story.books.totals["budget.encumbered|QH-2026-0001|grant|2026|1-1|CON-2026-0001"]
    assert after[1] - after[0] == before[1] - before[0]


def test_what_is_left_of_a_year_is_carried_into_the_next_once() -> None:
    """Free money and contracts go on; next year's accounts show what came from the last."""
    story = contracted()
    assert story.tell(Movement.CARRY, budgeting.carry(story.books, PROJECT, 2026)) == []
    assert story.books.amount(ENCUMBERED, year=2026) == 0
    assert story.books.amount(ENCUMBERED, year=2027) == 90_000_00
    again = story.tell(Movement.CARRY, budgeting.carry(story.books, PROJECT, 2027))
    assert {breach.invariant for breach in again} == {"INV-22"}


def test_a_closed_contract_frees_what_it_did_not_need() -> None:
    """Everything still under the contract is free again."""
    story = contracted()
    assert story.tell(Movement.CLOSE, contracting.close(story.books, PROJECT, CONTRACT)) == []
    assert story.books.amount(FREE) == 100_000_00
