"""Each of the thirty invariants is broken on purpose, and found; and nothing else is said that is not so."""

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
    SUPPLIER,
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
    paid,
    policy,
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
from workflows.funds.invariants import INVARIANTS, Statement, View, broken
from workflows.funds.movements import budgeting, contracting, paying, receiving, refunding
from workflows.funds.posting import Entry, Movement, Posting
from workflows.funds.shares import Share
from workflows.funds.terms import BankAccount, Milestone, PayeeVersion, Source, SourceKind


def tampered(story: Story, name: str, debited: int = 0, credited: int = 0) -> set[str]:
    """Change a stored balance behind the journal's back and give what the posting check and the night find."""
    totals = story.books.totals
    old = totals.get(name, (0, 0))
    story.ledger.books[PROJECT] = Books({**totals, name: (old[0] + debited, old[1] + credited)})
    return codes(story.night())


def test_there_are_thirty() -> None:
    """INV-01 to INV-30, none missing."""
    assert sorted({invariant.code for invariant in INVARIANTS}) == [f"INV-{number:02}" for number in range(1, 31)]


def test_01_a_balance_out_of_thin_air_is_found() -> None:
    """Debits and credits no longer match, and the books differ from the journal."""
    assert {"INV-01", "INV-28"} <= tampered(funded(), f"cash.bank|{PROJECT}|own|{BANK}", debited=1)


def test_02_a_changed_missing_or_inserted_row_is_found() -> None:
    """The chain tells the first bad row."""
    rows = funded().ledger.journals[PROJECT]
    first = rows[0]
    doubled = replace(first.entry, postings=(*first.entry.postings, first.entry.postings[0]))
    for journal in (
        (replace(first, entry=doubled), *rows[1:]),
        (replace(first, maker=replace(first.maker, actor="somebody else")), *rows[1:]),
        rows[1:],
        (first, first, *rows[1:]),
        (*rows[:1], *rows[2:]),
        rows[:-1],
        (rows[1], rows[0], *rows[2:]),
    ):
        assert "INV-02" in night(funded(), journals={PROJECT: journal})
    assert "INV-02" in night(funded(), journals={})


def test_03_a_line_can_not_be_overdrawn() -> None:
    """More set aside than is free."""
    story = approved()
    assert codes(story.tell(Movement.PROCURE, budgeting.procure(PROJECT, (replace(SHARES[0], amount=60_000_01),)))) == {
        "INV-03"
    }
    assert "INV-03" in tampered(funded(), f"budget.free|{PROJECT}|own|2026|1-1", credited=1)


def test_04_the_ledger_approves_exactly_the_budget() -> None:
    """A share too much, a total that is not its lines."""
    story = approved()
    assert "INV-04" in codes(story.tell(Movement.ADJUST, budgeting.activate(PROJECT, ONE_SHARE)))
    story = approved()
    story.change(budget=replace(BUDGET, total=BUDGET.total + 1))
    assert codes(story.night()) == {"INV-04"}


@pytest.mark.parametrize(("part", "amount"), [("estimate", 90_000_00), ("ceiling", 99_999_99)])
def test_05_the_budget_stays_within_estimate_and_ceiling(part: str, amount: int) -> None:
    """110 % of the study's estimate and the approved ceiling; an adjustment of class C or D lifts both."""
    story = approved()
    budget = replace(BUDGET, **{part: amount})  # type: ignore[arg-type]  # one of the two
    story.change(budget=budget)
    assert codes(story.night()) == {"INV-05"}
    story.change(budget=replace(budget, is_raised=True))
    assert story.night() == []


def test_06_contracts_fit_their_amount_and_supplements_ten_percent() -> None:
    """More bound than the contract is worth; supplements of more than a tenth."""
    story = contracted()
    assert codes(story.tell(Movement.SUPPLEMENT, contracting.extend(PROJECT, CONTRACT, (SHARES[2],)))) >= {"INV-06"}
    story = contracted()
    story.change(contracts={CONTRACT: replace(AGREEMENT, supplements=(9_000_00, 1))})
    assert codes(story.night()) == {"INV-06"}


def test_07_no_more_is_paid_than_the_contract_the_milestone_and_the_advance_allow() -> None:
    """Each limit by itself."""
    story = with_work()
    too_much = money("M1", "PAY-1", (Share("grant", 2026, "1-1", 45_000_01),))
    assert codes(story.tell(Movement.RESERVE, paying.reserve(too_much))) == {"INV-07"}
    story = contracted()
    advance = money("advance", "PAY-1", (Share("grant", 2026, "1-1", 27_000_01),))
    assert codes(story.tell(Movement.RESERVE, paying.reserve(advance))) == {"INV-07"}
    story = with_work()
    story.change(contracts={CONTRACT: replace(AGREEMENT, deductions=60_000_00)})
    asked = money("M1", "PAY-1", (Share("grant", 2026, "1-1", 30_000_01),))
    assert codes(story.tell(Movement.RESERVE, paying.reserve(asked))) == {"INV-07"}
    story = contracted()
    owed = money("M1", "PAY-1", ONE_SHARE)
    story.tell(Movement.RESERVE, paying.reserve(owed))
    assert codes(story.tell(Movement.RELEASE, paying.release(owed))) == {"INV-07"}


def test_08_a_milestone_is_accepted_before_it_is_paid() -> None:
    """The contract's advance is the only exception."""
    story = contracted()
    story.change(contracts={CONTRACT: replace(AGREEMENT, milestones=(Milestone("M1", 45_000_00),))})
    assert codes(story.tell(Movement.RESERVE, paying.reserve(money("M1", "PAY-1", ONE_SHARE)))) == {"INV-08"}
    assert story.tell(Movement.UNRESERVE, paying.unreserve(story.books, "PAY-1")) == []
    assert story.tell(Movement.RESERVE, paying.reserve(money("advance", "PAY-2", ONE_SHARE))) == []


def test_09_one_source_does_not_lend_to_another() -> None:
    """The other source has money enough, and still it may not pay."""
    story = approved()
    story.tell(Movement.RECEIVE, receiving.receive(cash("grant"), 60_000_00))
    story.tell(Movement.SIGN, contracting.sign(story.books, PROJECT, CONTRACT, SHARES[:2]))
    accepted(story, "M1", ONE_SHARE, 0)
    what = money("M1", "PAY-1", ONE_SHARE)
    add_payment(story, what)
    story.tell(Movement.RESERVE, paying.reserve(what))
    story.tell(Movement.RELEASE, paying.release(what))
    assert codes(story.tell(Movement.PAY, paying.pay(what))) >= {"INV-09", "INV-11"}


def test_10_the_books_and_the_bank_agree() -> None:
    """With timing items; one fen off is found."""
    story = funded()
    right = Statement(BANK, date(2026, 11, 22), 99_000_00, timing=-1_000_00)
    assert night(story, statements=(right,)) == set()
    assert night(story, statements=(replace(right, balance=99_000_01),)) == {"INV-10"}


def test_11_no_more_comes_than_was_promised() -> None:
    """A receipt above the commitment; a tampered commitment."""
    story = approved()
    assert codes(story.tell(Movement.RECEIVE, receiving.receive(cash("own"), 40_000_01))) == {"INV-11"}
    assert "INV-11" in tampered(with_payment(), f"cash.source_income|{PROJECT}|own", debited=39_000_00)


def test_12_restricted_money_stays_with_its_purpose_and_its_years() -> None:
    """A category that the grant may not pay; a year after its last."""
    story = contracted()
    grant = replace(DOSSIER.sources["grant"], eligible=frozenset({"hardware"}))
    story.change(sources={**DOSSIER.sources, "grant": grant})
    assert codes(story.night()) == {"INV-12"}
    story.change(sources={**DOSSIER.sources, "grant": replace(grant, eligible=frozenset(), expires_year=2026)})
    assert story.night() == []
    what = money("advance", "PAY-1", SHARES[:1])
    late = story.tell(Movement.RESERVE, paying.reserve(replace(what, shares=(replace(SHARES[0], amount=1),))))
    assert late == []
    next_year = (replace(SHARES[0], amount=1),)
    found = story.tell(Movement.RESERVE, paying.reserve(replace(what, shares=next_year)), on=date(2027, 1, 4))
    assert codes(found) == {"INV-12"}


def test_13_own_money_keeps_step_with_a_grant_that_demands_it() -> None:
    """The grant is spent, the own share is not."""
    story = with_work()
    grant = replace(DOSSIER.sources["grant"], is_pro_rata=True)
    story.change(sources={**DOSSIER.sources, "grant": grant})
    what = money("M1", "PAY-1", (Share("grant", 2026, "1-1", 3_000_00),))
    paid(story, what)
    more = money("M1", "PAY-2", (Share("grant", 2026, "1-1", 1),))
    add_payment(story, more)
    story.tell(Movement.RESERVE, paying.reserve(more))
    story.tell(Movement.RELEASE, paying.release(more))
    assert codes(story.tell(Movement.PAY, paying.pay(more))) == {"INV-13"}


def test_14_an_invoice_is_used_for_its_face_value_at_most() -> None:
    """Over two payments of two projects."""
    story = funded()
    story.tell(Movement.REGISTER, receiving.register("invoice:1-1", 10_000_00))
    assert story.tell(Movement.RESERVE, receiving.use("invoice:1-1", 6_000_00, cash("own", "PAY-1"))) == []
    elsewhere = replace(cash("own", "PAY-9"), project="QH-2026-0002")
    assert codes(story.tell(Movement.RESERVE, receiving.use("invoice:1-1", 4_000_01, elsewhere))) == {"INV-14"}


@pytest.mark.parametrize(
    "parts",
    [
        {"party": replace(SUPPLIER, bank_account="6222000000000002")},
        {"party": replace(SUPPLIER, name="Supplier Ltd")},
        {"released_on": date(2026, 2, 28)},
    ],
)
def test_15_only_the_verified_party_is_paid(parts: dict[str, object]) -> None:
    """Another account, another name, a release before the account was verified."""
    assert codes(with_payment(**parts).night()) == {"INV-15"}


def test_15_one_person_alone_verifies_nobody() -> None:
    """An account change is called back by two."""
    story = with_payment()
    alone = PayeeVersion(SUPPLIER, date(2026, 3, 1), frozenset({"li"}))
    story.change(contracts={CONTRACT: replace(AGREEMENT, payees=(alone,))})
    assert codes(story.night()) == {"INV-15"}


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
