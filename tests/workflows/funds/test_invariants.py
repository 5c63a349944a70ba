"""Each of the thirty invariants is broken on purpose, and found; and nothing else is said that is not so."""

from dataclasses import replace
from datetime import date

import pytest

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
    accepted,
    add_payment,
    approved,
    cash,
    codes,
    contracted,
    funded,
    money,
    night,
    paid,
    tampered,
    with_payment,
    with_work,
)
from workflows.funds.invariants import INVARIANTS, Statement
from workflows.funds.movements import budgeting, contracting, paying, receiving
from workflows.funds.posting import Movement
from workflows.funds.shares import Share
from workflows.funds.terms import Milestone, PayeeVersion


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
