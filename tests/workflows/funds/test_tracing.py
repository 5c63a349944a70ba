"""Every fen received is a payment, a return or still there; forwards and backwards say the same."""

from random import Random

from tests.workflows.funds.story import BANK, CONTRACT, PROJECT, SUPPLIER, TODAY, Story, cash, contracted
from tests.workflows.funds.test_random_postings import attempt_event, begun, random_event
from tests.workflows.funds.test_story import through_work
from workflows.funds.chart import BANK as BANK_ACCOUNT
from workflows.funds.journal import Row
from workflows.funds.movements import receiving, refunding
from workflows.funds.posting import Entry, Movement
from workflows.funds.tracing import Edge, Trail, trace


def rows_of(story: Story) -> tuple[Row, ...]:
    """Give all rows of the project and its documents."""
    return tuple(row for rows in story.ledger.journals.values() for row in rows)


def decomposes(story: Story) -> Trail:
    """Check that what came is what went plus what is there, for every lot and in all; give the trail."""
    trail = trace(rows_of(story))
    assert all(use.lot for use in trail.uses)
    assert all(trail.left(name) >= 0 for name in trail.lots)
    assert sum(trail.left(name) for name in trail.lots) == story.books.amount(BANK_ACCOUNT)
    return trail


def test_a_receipt_is_followed_to_its_payees_and_a_payment_back_to_its_receipts() -> None:
    """The grant paid advance and milestones; a bounced payment is traced once."""
    trail = decomposes(through_work())
    assert [(use.payment, use.amount) for use in trail.forward("RCV-1")] == [
        ("PAY-1", 18_000_00),
        ("PAY-2", 10_500_00),
        ("PAY-3", 28_500_00),
    ]
    assert [(lot.code, amount) for lot, amount in trail.back("PAY-3")] == [("RCV-1", 28_500_00), ("RCV-2", 14_250_00)]
    assert {use.payee for use in trail.uses} == {SUPPLIER.credit_code}


def test_the_money_flow_map_has_every_step_with_its_sum() -> None:
    """From source over account, contract, milestone and payment to the payee."""
    edges = decomposes(through_work()).edges()
    assert Edge("source:grant", f"bank:{BANK}", 60_000_00) in edges
    assert Edge(f"bank:{BANK}", f"contract:{CONTRACT}", 85_500_00) in edges
    assert Edge(f"contract:{CONTRACT}", f"milestone:{CONTRACT}/advance", 27_000_00) in edges
    assert Edge("payment:PAY-2", f"payee:{SUPPLIER.credit_code}", 15_750_00) in edges


def test_first_in_is_first_out() -> None:
    """A payment takes the older receipt first."""
    story = contracted()
    story.tell(Movement.COMMIT, receiving.commit(cash("own"), 5))
    story.tell(Movement.RECEIVE, receiving.receive(cash("own", "RCV-9"), 5))
    story.tell(Movement.GIVE_BACK, refunding.return_money(cash("own", "RFD-1"), 40_000_02))
    assert [(lot.code, amount) for lot, amount in decomposes(story).back("RFD-1")] == [
        ("RCV-2", 40_000_00),
        ("RCV-9", 2),
    ]


def test_interest_goes_back_first_and_pays_for_nothing() -> None:
    """It came before the return, after the receipt."""
    story = contracted()
    story.tell(Movement.INTEREST, receiving.earn_interest(cash("own", "RCV-9"), 7))
    story.tell(Movement.GIVE_BACK, refunding.return_money(cash("own", "RFD-1"), 7))
    assert [(lot.code, amount) for lot, amount in decomposes(story).back("RFD-1")] == [("RCV-9", 7)]


def test_a_reversed_receipt_takes_its_own_lot_away() -> None:
    """Not the oldest one."""
    story = contracted()
    story.tell(Movement.COMMIT, receiving.commit(cash("own"), 5))
    wrong = Entry(Movement.RECEIVE, TODAY, receiving.receive(cash("own", "RCV-9"), 5))
    story.tell(wrong.movement, wrong.postings)
    name = story.ledger.journals[PROJECT][-1].name
    undone = wrong.reversal(name, TODAY, "booked twice")
    story.ledger.post(undone, story.ledger.journals[PROJECT][-1].maker)
    trail = decomposes(story)
    assert [use.lot for use in trail.uses] == [f"{name}.0"]


def test_an_invoice_hangs_on_its_payment() -> None:
    """What was claimed of it, less what was given up."""
    story = contracted()
    story.tell(Movement.REGISTER, receiving.register("invoice:1-1", 100))
    story.tell(Movement.RESERVE, receiving.use("invoice:1-1", 80, cash("own", "PAY-1")))
    story.tell(Movement.UNRESERVE, receiving.give_up("invoice:1-1", 30, cash("own", "PAY-1")))
    assert trace(rows_of(story)).invoices["PAY-1"] == {"invoice:1-1": 50}
    assert Edge("payment:PAY-1", "invoice:1-1", 50) in trace(rows_of(story)).edges()


def test_random_ledgers_decompose_to_the_fen() -> None:
    """Whatever is posted, in any order, bounces and returns included."""
    chance = Random(4)
    for _ in range(6):
        story, auditor = begun()
        for _ in range(250):
            amount = int(30_000_00 ** chance.random())
            attempt_event(story, auditor, random_event(chance.randrange(100), amount, chance.choice(["grant", "own"])))
        decomposes(story)
