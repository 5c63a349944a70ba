"""The second half of the thirty invariants, broken on purpose and found."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from engine.refusal import Refused
from tests.workflows.funds.story import (
    AGREEMENT,
    BANK,
    BUDGET,
    CONTRACT,
    DOSSIER,
    ONE_SHARE,
    PROJECT,
    SHARES,
    Story,
    accepted,
    add_payment,
    approved,
    cash,
    claim,
    codes,
    contracted,
    funded,
    money,
    night,
    policy,
    tampered,
    with_payment,
    with_work,
)
from workflows.funds.books import Books
from workflows.funds.chart import (
    BANK as BANK_ACCOUNT,
)
from workflows.funds.chart import (
    DUE_FROM_SOURCE,
    PROJECT_COST,
    RETENTION,
    SOURCE_INCOME,
)
from workflows.funds.invariants import View, broken
from workflows.funds.movements import budgeting, contracting, paying, receiving, refunding
from workflows.funds.posting import Entry, Movement, Posting
from workflows.funds.terms import BankAccount, Source, SourceKind


@pytest.mark.parametrize("parts", [{"checker": "pm", "approver": "pm"}, {"payer": "fin"}])
def test_16_a_payment_goes_through_many_hands(parts: dict[str, object]) -> None:
    """Three people are not enough; who keeps the books does not pay."""
    assert codes(with_payment(**parts).night()) == {"INV-16"}


@pytest.mark.parametrize("minutes_on", [None, date(2026, 11, 24)])
def test_17_above_the_limit_there_are_minutes(minutes_on: date | None) -> None:
    """Missing, or of a meeting after the approval."""
    assert codes(with_payment(amount=200_000_00, minutes_on=minutes_on).night()) == {"INV-17"}
    assert with_payment(amount=199_999_99).night() == []


@pytest.mark.parametrize(
    "parts",
    [
        {"state": "suspended"},
        {"state": "terminating"},
        {"banks": {BANK: BankAccount(BANK, "treasury", "frozen")}},
        {"contracts": {CONTRACT: replace(AGREEMENT, state="void")}},
    ],
)
def test_18_nothing_is_paid_while_it_is_stopped(parts: dict[str, object]) -> None:
    """Project, account and contract each can stop it; clearance may go on while a project is terminated."""
    story = with_work()
    what = money("M1", "PAY-1", ONE_SHARE)
    add_payment(story, what)
    story.tell(Movement.RESERVE, paying.reserve(what))
    story.change(**parts)
    assert codes(story.tell(Movement.RELEASE, paying.release(what))) == {"INV-18"}
    if parts == {"state": "terminating"}:
        add_payment(story, what, is_clearance=True)
        assert story.tell(Movement.PAY, paying.pay(what)) == []


def test_19_a_closed_period_takes_no_posting() -> None:
    """Neither by its day nor by its budget year; on record a year opens again."""
    story = funded()
    story.change(closed_through=date(2026, 12, 31))
    late = story.tell(Movement.PROCURE, budgeting.procure(PROJECT, ONE_SHARE), on=date(2027, 1, 4))
    assert codes(late) == {"INV-19"}
    story.change(reopened=frozenset({2026}))
    assert story.tell(Movement.PROCURE, budgeting.procure(PROJECT, ONE_SHARE), on=date(2027, 1, 4)) == []


def test_20_no_surplus_is_left_before_evaluation() -> None:
    """Money on the account that nobody is owed."""
    story = with_payment()
    story.change(state="evaluating")
    assert "INV-20" in codes(story.night())


def test_21_interest_is_the_treasurys() -> None:
    """It can not be booked as income, and payments can not use it up."""
    story = approved()
    as_income = Posting(BANK_ACCOUNT, SOURCE_INCOME, 1, cash("own"))
    assert "INV-21" in codes(story.tell(Movement.INTEREST, (as_income,)))
    story = approved()
    story.tell(Movement.INTEREST, receiving.earn_interest(cash("own"), 5_000_00))
    story.tell(Movement.SIGN, contracting.sign(story.books, PROJECT, CONTRACT, SHARES[:2]))
    accepted(story, "M1", ONE_SHARE, 0)
    what = money("M1", "PAY-1", ONE_SHARE)
    add_payment(story, what)
    story.tell(Movement.RESERVE, paying.reserve(what))
    story.tell(Movement.RELEASE, paying.release(what))
    assert "INV-21" in codes(story.tell(Movement.PAY, paying.pay(what)))


def test_22_money_is_carried_into_the_next_year_once() -> None:
    """A second time it is surplus; what left one year arrived in the next."""
    story = approved()
    assert story.tell(Movement.CARRY, budgeting.carry(story.books, PROJECT, 2026)) == []
    assert "INV-22" in codes(story.tell(Movement.CARRY, budgeting.carry(story.books, PROJECT, 2027)))
    half = budgeting.carry(story.books, PROJECT, 2028)[:1]
    assert "INV-22" in codes(story.tell(Movement.CARRY, half))


def test_23_a_loan_is_drawn_within_its_contract_and_never_by_a_government() -> None:
    """Draws, borrower, uses."""
    story = funded()
    loan = Source("loan", SourceKind.LOAN, 10_000_00, borrower="enterprise")
    story.change(sources={**DOSSIER.sources, "loan": loan})
    assert story.tell(Movement.BORROW, receiving.borrow(cash("loan"), 10_000_00)) == []
    assert codes(story.tell(Movement.BORROW, receiving.borrow(cash("loan"), 1))) == {"INV-23"}
    story = funded()
    story.change(sources={**DOSSIER.sources, "loan": replace(loan, borrower="township")})
    assert codes(story.night()) == {"INV-23"}


def test_24_a_line_is_funded_exactly_once() -> None:
    """Two sources for more than the line costs."""
    story = funded()
    lines = (replace(BUDGET.lines[0], amount=79_999_99), replace(BUDGET.lines[1], amount=20_000_01))
    story.change(budget=replace(BUDGET, lines=lines))
    assert codes(story.night()) == {"INV-24"}


def test_25_retention_is_what_was_withheld() -> None:
    """It can not be released twice, nor be more than the work cost."""
    story = with_work()
    at = cash("own", contract=CONTRACT)
    assert story.tell(Movement.RETAIN, refunding.retention_due(at, 750_00)) == []
    assert codes(story.tell(Movement.RETAIN, refunding.forfeit_retention(at, 1))) == {"INV-25"}
    name = f"{RETENTION.name}|{PROJECT}|own|{CONTRACT}"
    assert "INV-25" in tampered(with_work(), name, credited=90_000_00)


def test_26_no_more_is_refunded_than_demanded() -> None:
    """Nor demanded than the work has cost."""
    story = with_work()
    story.tell(Movement.DEMAND, refunding.demand(claim(100)))
    assert codes(story.tell(Movement.REFUND, refunding.receive_refund(claim(100), 101, BANK))) == {"INV-26"}
    assert "INV-26" in codes(with_work().tell(Movement.DEMAND, refunding.demand(claim(15_000_01))))


def test_27_the_state_of_the_project_fits_its_ledger() -> None:
    """No budget before approval, nothing open at the end."""
    story = approved()
    story.change(state="approval_decide")
    assert codes(story.night()) == {"INV-27"}
    story = with_work()
    story.change(state="terminated")
    assert "INV-27" in codes(story.night())


def test_28_stored_figures_equal_the_journal() -> None:
    """A missing balance and a published figure that is not so."""
    story = funded()
    totals = story.books.totals
    del totals[f"{DUE_FROM_SOURCE.name}|{PROJECT}|own"]
    assert "INV-28" in night(story, books={**story.ledger.books, PROJECT: Books(totals)})
    assert night(story, figures={"paid": (1, 2)}) == {"INV-28"}


@pytest.mark.parametrize("part", ["case", "actor", "definition"])
def test_29_every_row_says_who_made_it(part: str) -> None:
    """A row without a case, an actor or a form version."""
    story = funded()
    rows = story.ledger.journals[PROJECT]
    nobody = replace(rows[0], maker=replace(rows[0].maker, **{part: ""}))  # type: ignore[arg-type]  # a text
    assert "INV-29" in night(story, journals={PROJECT: (nobody, *rows[1:])})


def test_30_a_quota_document_is_used_by_its_projects() -> None:
    """A project that takes more than the document was told."""
    story = approved()
    story.tell(Movement.COMMIT, receiving.commit(cash("own"), 1))
    assert night(story) == {"INV-30"}
    story = approved()
    story.tell(Movement.RESERVE, receiving.use("quota:ZB-1", 1, cash("grant")))
    assert "INV-30" in night(story)


def test_missing_policies_refuse() -> None:
    """No threshold is no permission."""
    story = funded()
    view = View(PROJECT, story.books, policy(contract__supplements_max_percent=None), story.dossier)
    with pytest.raises(Refused):
        list(broken(view))


def test_an_untouched_story_breaks_nothing() -> None:
    """Neither on posting nor at night."""
    makers: tuple[Callable[[], Story], ...] = (approved, funded, contracted, with_work, with_payment)
    for make in makers:
        assert make().night() == []


def test_an_unlawful_pair_of_accounts_is_refused_for_every_event() -> None:
    """No event moves money from an account to the cost without a debt in between."""
    story = funded()
    straight = Posting(PROJECT_COST, BANK_ACCOUNT, 1, cash("own"))
    for movement in Movement:
        view = View(
            PROJECT, story.books, story.policy, story.dossier, (Entry(movement, date(2026, 11, 23), (straight,)),)
        )
        assert "INV-21" in codes(broken(view))
