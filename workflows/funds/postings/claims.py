"""Postings of claims: refunds and penalties demanded, received, taken off or written off; surplus and interest."""

from engine.definition import FieldType
from engine.guards import Posting as Rule
from engine.refusal import Refusal, Refused
from engine.situation import Situation
from engine.values import Json
from workflows.funds.chart import (
    ADVANCE,
    DUE_FROM_SUPPLIER,
    DUE_TO_SOURCE,
    DUE_TO_TREASURY,
    FREE,
    PROJECT_COST,
    SPENT,
)
from workflows.funds.movements import budgeting, contracting, refunding
from workflows.funds.movements.paying import ADVANCE_MILESTONE
from workflows.funds.movements.refunding import Claim
from workflows.funds.papers import BINDING, CONTRACT, booked_proceeds, contract, lines_of
from workflows.funds.posting import Movement, Posting
from workflows.funds.postings.booking import Desk, amount_of
from workflows.funds.shares import as_shares, by_source, split
from workflows.guards.reading import sum_of, text_in, yuan

SURPLUS, INTEREST = "surplus", "interest"
"""Kinds of refund that nobody owes us: they go to the treasury."""

FROM_SUPPLIER = frozenset({"supplier", "mistaken", "audit"})


def demand_refund(it: Situation, target: str) -> list[dict[str, Json]]:
    """E-13 or E-16a: what is demanded is a claim; a surplus is recognised, and what was free lapses."""
    desk, kind = Desk(it, target), text_in(it.data, "kind")
    amount = amount_of(it, "amount")
    if kind in FROM_SUPPLIER:
        desk.book(Movement.DEMAND, refunding.demand(_claim(desk, amount, unearned=_unearned(desk, amount))))
    elif kind in (SURPLUS, INTEREST):
        at = desk.at(source=text_in(it.data, "source"))
        to_source = text_in(it.data, "return_to") == "source"
        surplus: tuple[Posting, ...] = ()
        if kind == SURPLUS:
            needed = _to_come(desk, at.source)
            surplus = budgeting.recognise_surplus(desk.books, at, to_source=to_source, needed=needed)
        keeper = DUE_TO_SOURCE if to_source else DUE_TO_TREASURY
        due = desk.books.amount(keeper, source=at.source) + sum(one.amount for one in surplus)
        if amount > due:
            raise Refused(Refusal("refund.above_due", where="amount", params={"due": yuan(due)}))
        free = as_shares(desk.books.each(FREE, source=at.source)) if kind == SURPLUS else ()
        desk.book(Movement.LAPSE, (*budgeting.lapse_budget(desk.project, free), *surplus))
    return desk.close()


def _to_come(desk: Desk, source: str) -> int:
    """Give what contracts still need of a source, in fen: work to come of those in force, advances of those over."""
    needed = 0
    for paper in desk.papers.of(CONTRACT):
        agreed = contract(paper)
        bound = by_source(contracting.bound(desk.books, paper.code))
        if agreed.state in BINDING and bound:
            rest = agreed.amount - sum(one.cap for one in agreed.milestones if one.accepted_on)
            needed += dict(zip(bound, split(rest, list(bound.values())), strict=True)).get(source, 0)
        elif agreed.state not in BINDING:
            needed += desk.books.amount(ADVANCE, source=source, contract=paper.code)
    return needed


def _unearned(desk: Desk, amount: int) -> int:
    """Give how much of a refund takes an advance back: all of it where the advance's payment is named.

    Otherwise what the work accepted so far has not cost: it can only have been paid in advance.
    """
    data = desk.it.data
    at = {"contract": text_in(data, "contract"), "source": text_in(data, "source")}
    advance, cost = desk.books.amount(ADVANCE, **at), desk.books.amount(PROJECT_COST, **at)
    paid = desk.papers.one(text_in(data, "payment"))
    is_advance = paid is not None and text_in(paid.data, "milestone") == ADVANCE_MILESTONE
    return min(advance, amount if is_advance else max(0, amount - cost))


def receive_refund(it: Situation, target: str) -> list[dict[str, Json]]:
    """E-14 or E-16b: the money came (and restores its budget line in the same year), or went to the treasury."""
    desk, kind = Desk(it, target), text_in(it.data, "kind")
    amount, bank = amount_of(it, "amount"), text_in(it.data, "bank")
    if kind in FROM_SUPPLIER:
        amount = desk.books.amount(DUE_FROM_SUPPLIER, payment=it.case.code)
        if not amount:
            raise Refused(Refusal("refund.settled", where=it.case.code))
        parts = refunding.receive_refund(_claim(desk, amount), amount, bank)
        desk.book(Movement.REFUND, (*parts, *_restored(desk, amount)))
    elif kind in (SURPLUS, INTEREST):
        at = desk.at(source=text_in(it.data, "source"), bank=bank, payment=it.case.code)
        to_source = text_in(it.data, "return_to") == "source"
        desk.book(Movement.GIVE_BACK, refunding.return_money(at, amount, to_source=to_source))
    return desk.close()


def _restored(desk: Desk, amount: int) -> list[Posting]:
    """Give the budget part of a refund: only lines of this fiscal year, in proportion to what was spent."""
    data, year = desk.it.data, desk.papers.local_day.year
    spent = [one for one in desk.books.each(SPENT, payment=text_in(data, "payment"), year=year) if one.amount]
    if not spent or not text_in(data, "payment"):
        return []
    is_still_due = data.get("is_still_due") is True
    total = sum(one.amount for one in spent)
    parts = split(min(amount, total), [one.amount for one in spent])
    return [
        posting
        for balance, part in zip(spent, parts, strict=True)
        if part
        for posting in refunding.restore_budget(balance.place, part, is_still_due=is_still_due)
    ]


def write_off_refund(it: Situation, target: str) -> list[dict[str, Json]]:
    """E-14c: what will never come is a loss."""
    desk = Desk(it, target)
    left = desk.books.amount(DUE_FROM_SUPPLIER, payment=it.case.code)
    if left:
        desk.book(Movement.WRITE_OFF, refunding.write_off(_claim(desk, left), left))
    return desk.close()


def _claim(desk: Desk, amount: int, *, is_penalty: bool = False, unearned: int = 0) -> Claim:
    data = desk.it.data
    payee = text_in(data, "credit_code")
    at = desk.at(
        source=text_in(data, "source"), contract=text_in(data, "contract"), payment=desk.it.case.code, payee=payee
    )
    return Claim(at, amount, is_penalty, unearned)


def demand_penalty(it: Situation, target: str) -> list[dict[str, Json]]:
    """E-13: the penalty decided is a claim; it belongs to the treasury."""
    desk = Desk(it, target)
    amount = it.data.get("penalty")
    if isinstance(amount, int) and amount > 0:
        desk.book(Movement.DEMAND, refunding.demand(_claim(desk, amount, is_penalty=True)))
    return desk.close()


def receive_penalty(it: Situation, target: str) -> list[dict[str, Json]]:
    """E-14: penalty money that came in and is not booked yet."""
    desk = Desk(it, target)
    came = sum_of(lines_of(it.data, "proceeds"), "amount") - booked_proceeds(desk.papers, desk.books, desk.paper)
    if came > 0:
        claim = _claim(desk, came, is_penalty=True)
        desk.book(Movement.REFUND, refunding.receive_refund(claim, came, text_in(it.data, "bank")))
    return desk.close()


_CLAIM = {"project": FieldType.TEXT, "contract": FieldType.TEXT, "source": FieldType.TEXT}
_REFUND = {**_CLAIM, "kind": FieldType.CHOICE, "amount": FieldType.MONEY, "return_to": FieldType.CHOICE}

RULES = (
    Rule("demand_refund", demand_refund, _REFUND, "E-13 or E-16a: a claim, or a surplus recognised."),
    Rule(
        "receive_refund",
        receive_refund,
        {**_REFUND, "bank": FieldType.TEXT, "payment": FieldType.TEXT, "is_still_due": FieldType.BOOLEAN},
        "E-14 or E-16b: the money came, or went back.",
    ),
    Rule("write_off_refund", write_off_refund, _CLAIM, "E-14c: the claim is lost."),
    Rule("demand_penalty", demand_penalty, {**_CLAIM, "penalty": FieldType.MONEY}, "E-13: a penalty is due."),
    Rule(
        "receive_penalty",
        receive_penalty,
        {**_CLAIM, "proceeds": FieldType.TABLE, "bank": FieldType.TEXT},
        "E-14: penalty money came.",
    ),
)
