"""Postings of funding sources and receipts: promised, arrived, held, sent back, lent and paid back."""

from engine.definition import FieldType
from engine.guards import Posting as Rule
from engine.situation import Situation
from engine.values import Json
from workflows.funds.chart import DUE_FROM_SOURCE, GRANTED, INTEREST_COST, LOAN, OPEN, USED
from workflows.funds.movements import receiving
from workflows.funds.papers import lines_of
from workflows.funds.posting import Movement, Place
from workflows.funds.postings.booking import Desk, amount_of
from workflows.guards.reading import number_in, sum_of, text_in

QUOTA, LOAN_CONTRACT = "quota:", "loan:"
"""How the registers of quota documents and of loan contracts begin."""

PRIVATE = "private-capital"


def commit_source(it: Situation, target: str) -> list[dict[str, Json]]:
    """E-03: the source is bound; of a quota document its part is used, so no project takes what another has."""
    desk = Desk(it, target)
    amount, at = amount_of(it, "amount"), desk.at(source=it.case.code)
    parts = receiving.commit(at, amount, is_private=it.definition.key == PRIVATE)
    document = text_in(it.data, "document")
    if document:
        name = QUOTA + document
        if not desk.books_of(name).amount(GRANTED):
            face = number_in(it.data, "document_amount") or amount
            desk.book(Movement.REGISTER, receiving.register(name, face))
        parts = (*parts, *receiving.use(name, amount, at))
    desk.book(Movement.COMMIT, parts)
    return desk.close()


def uncommit_source(it: Situation, target: str) -> list[dict[str, Json]]:
    """E-03b: what the source still owes will not come; its quota document has that much to give again."""
    desk = Desk(it, target)
    left = desk.books.amount(DUE_FROM_SOURCE, source=it.case.code)
    if left:
        at = desk.at(source=it.case.code)
        parts = receiving.uncommit(at, left, is_private=it.definition.key == PRIVATE)
        document = text_in(it.data, "document")
        if document and desk.books_of(QUOTA + document).amount(USED) >= left:
            parts = (*parts, *receiving.give_up(QUOTA + document, left, at))
        desk.book(Movement.UNCOMMIT, parts)
    return desk.close()


def register_loan(it: Situation, target: str) -> list[dict[str, Json]]:
    """E-22: the loan contract may be drawn up to its amount."""
    desk = Desk(it, target)
    desk.book(Movement.REGISTER, receiving.register(LOAN_CONTRACT + it.case.code, amount_of(it, "amount")))
    return desk.close()


def draw_loan(it: Situation, target: str) -> list[dict[str, Json]]:
    """E-20: the draws written down and not booked yet; the contract's amount bounds them (INV-23)."""
    desk = Desk(it, target)
    name, drawn = LOAN_CONTRACT + it.case.code, desk.books.credited(LOAN, source=it.case.code)
    amount = sum_of(lines_of(it.data, "draws"), "amount") - drawn
    if amount > 0:
        at = desk.at(source=it.case.code, bank=text_in(it.data, "bank"))
        parts = receiving.borrow(at, amount)
        if desk.books_of(name).amount(OPEN):
            parts = (*parts, *receiving.use(name, amount, at))
        desk.book(Movement.BORROW, parts)
    return desk.close()


def repay_loan(it: Situation, target: str) -> list[dict[str, Json]]:
    """E-20b: the repayments written down and not booked yet."""
    desk = Desk(it, target)
    table = lines_of(it.data, "repayments")
    at = desk.at(source=it.case.code, bank=text_in(it.data, "bank"))
    principal = sum_of(table, "principal") - desk.books.debited(LOAN, source=it.case.code)
    interest = sum_of(table, "interest") - desk.books.debited(INTEREST_COST, source=it.case.code)
    if principal > 0 or interest > 0:
        desk.book(Movement.REPAY, receiving.repay(at, max(principal, 0), max(interest, 0)))
    return desk.close()


def post_receipt(it: Situation, target: str) -> list[dict[str, Json]]:
    """E-04 or E-15: money of a known source arrived, or the bank paid interest."""
    desk = Desk(it, target)
    amount, at = amount_of(it, "amount"), _receipt_at(desk)
    if text_in(it.data, "kind") == "interest":
        desk.book(Movement.INTEREST, receiving.earn_interest(at, amount))
    else:
        desk.book(Movement.RECEIVE, receiving.receive(at, amount))
    return desk.close()


def hold_receipt(it: Situation, target: str) -> list[dict[str, Json]]:
    """E-04: money arrived that nobody can explain yet; it lies in suspense."""
    desk = Desk(it, target)
    desk.book(Movement.RECEIVE, receiving.hold(_receipt_at(desk), amount_of(it, "amount")))
    return desk.close()


def resolve_receipt(it: Situation, target: str) -> list[dict[str, Json]]:
    """E-04b: the money in suspense is this source's."""
    desk = Desk(it, target)
    desk.book(Movement.RESOLVE, receiving.resolve(_receipt_at(desk), amount_of(it, "amount")))
    return desk.close()


def return_receipt(it: Situation, target: str) -> list[dict[str, Json]]:
    """E-16b: the money in suspense went back to who sent it."""
    desk = Desk(it, target)
    desk.book(Movement.GIVE_BACK, receiving.send_back(_receipt_at(desk), amount_of(it, "amount")))
    return desk.close()


def _receipt_at(desk: Desk) -> Place:
    data = desk.it.data
    return desk.at(source=text_in(data, "source"), bank=text_in(data, "bank"), payment=desk.it.case.code)


_PROJECT = {"project": FieldType.TEXT}
_SOURCE = {**_PROJECT, "amount": FieldType.MONEY}
_RECEIPT = {**_SOURCE, "source": FieldType.TEXT, "bank": FieldType.TEXT}

RULES = (
    Rule("commit_source", commit_source, {**_SOURCE, "document": FieldType.TEXT}, "E-03: the source is bound."),
    Rule("uncommit_source", uncommit_source, _PROJECT, "E-03b: what the source owes will not come."),
    Rule("register_loan", register_loan, _SOURCE, "E-22: the loan contract bounds the draws."),
    Rule(
        "draw_loan",
        draw_loan,
        {**_PROJECT, "draws": FieldType.TABLE, "bank": FieldType.TEXT},
        "E-20: new draws are booked.",
    ),
    Rule(
        "repay_loan",
        repay_loan,
        {**_PROJECT, "repayments": FieldType.TABLE, "bank": FieldType.TEXT},
        "E-20b: new repayments are booked.",
    ),
    Rule("post_receipt", post_receipt, {**_RECEIPT, "kind": FieldType.CHOICE}, "E-04 or E-15: money arrived."),
    Rule("hold_receipt", hold_receipt, _RECEIPT, "E-04: unexplained money lies in suspense."),
    Rule("resolve_receipt", resolve_receipt, _RECEIPT, "E-04b: held money is this source's."),
    Rule("return_receipt", return_receipt, _RECEIPT, "E-16b: held money went back."),
)
