"""Postings of a payment: asked for, released, paid, bounced, withdrawn; with its invoices and deductions."""

from collections.abc import Iterator

from engine.definition import FieldType
from engine.guards import Posting as Rule
from engine.refusal import Refusal, Refused
from engine.situation import Situation
from engine.values import Json
from workflows.funds.chart import DUE_FROM_SUPPLIER, GRANTED, RESERVED
from workflows.funds.invoices import Invoice, invoices
from workflows.funds.movements import paying, receiving, refunding
from workflows.funds.movements.paying import Money
from workflows.funds.movements.refunding import Claim
from workflows.funds.papers import lines_of, shares_of
from workflows.funds.posting import Movement, Posting
from workflows.funds.postings.booking import Desk
from workflows.guards.reading import number_in, text_in, yuan


def ask_payment(it: Situation, target: str) -> list[dict[str, Json]]:
    """E-08: the amount is reserved under the contract, and its invoices are used."""
    desk = Desk(it, target)
    money = money_of(desk)
    for invoice in invoices(it.data):
        _register(desk, invoice)
    claims = (one for invoice in invoices(it.data) for one in _claim(money, invoice))
    desk.book(Movement.RESERVE, (*paying.reserve(money), *claims))
    return desk.close()


def money_of(desk: Desk) -> Money:
    """Read the payment from its case."""
    data = desk.it.data
    return Money(
        project=desk.project,
        contract=text_in(data, "contract"),
        milestone=text_in(data, "milestone"),
        payment=desk.it.case.code,
        payee=text_in(data, "credit_code"),
        bank=text_in(data, "bank"),
        year=desk.papers.local_day.year,
        shares=shares_of(lines_of(data, "shares")),
    )


def _register(desk: Desk, invoice: Invoice) -> None:
    face = desk.books_of(invoice.register).amount(GRANTED)
    if not face:
        desk.book(Movement.REGISTER, receiving.register(invoice.register, invoice.face))
    elif face != invoice.face:
        figures = {"face": yuan(invoice.face), "known": yuan(face)}
        raise Refused(Refusal("invoice.face_differs", where=invoice.number, params=figures))


def _claim(money: Money, invoice: Invoice) -> tuple[Posting, ...]:
    return receiving.use(invoice.register, invoice.used, money.in_cash("")) if invoice.used else ()


def withdraw_payment(it: Situation, target: str) -> list[dict[str, Json]]:
    """E-08b: all that the payment holds is free again, its invoices too."""
    desk = Desk(it, target)
    desk.book(Movement.UNRESERVE, _let_go(desk))
    return desk.close()


def _let_go(desk: Desk) -> Iterator[Posting]:
    code = desk.it.case.code
    if not desk.books.amount(RESERVED, payment=code):
        return
    yield from paying.unreserve(desk.books, code)
    at = money_of(desk).in_cash("")
    for invoice in invoices(desk.it.data):
        if invoice.used:
            yield from receiving.give_up(invoice.register, invoice.used, at)


def release_payment(it: Situation, target: str) -> list[dict[str, Json]]:
    """E-09, E-14b: what suppliers owe is taken off, the rest becomes an order to the bank."""
    desk = Desk(it, target)
    money = money_of(desk)
    for claim in _deductions(desk):
        desk.book(Movement.OFFSET, refunding.offset(claim, claim.amount, money.milestone))
    desk.book(Movement.RELEASE, paying.release(money))
    return desk.close()


def _deductions(desk: Desk) -> Iterator[Claim]:
    """Give what is taken off; of an order that is tried anew not what was settled by the order before it."""
    is_new = "failed.retry" not in desk.it.case.actors or _came_back(desk)
    for row in desk.paper.lines("deductions"):
        at = desk.at(
            source=text_in(row, "source"), contract=text_in(desk.it.data, "contract"), payment=text_in(row, "claim")
        )
        if is_new or desk.books.amount(DUE_FROM_SUPPLIER, payment=at.payment):
            yield Claim(at, number_in(row, "amount"))


def _came_back(desk: Desk) -> bool:
    """Say whether the payment was filled in anew after its last order had failed."""
    sent, retried = (desk.it.case.actors.get(step) for step in ("drafting.submit", "failed.retry"))
    return sent is not None and retried is not None and sent.at > retried.at


def _revived(desk: Desk) -> Iterator[Posting]:
    """Let the claims stand again that a failed order had taken off; what is over and done with stays settled."""
    milestone = text_in(desk.it.data, "milestone")
    for row in desk.paper.lines("deductions"):
        claim = desk.papers.one(text_in(row, "claim"))
        if claim is not None and claim.case.closed_at is None:
            at = desk.at(source=text_in(row, "source"), contract=text_in(desk.it.data, "contract"), payment=claim.code)
            amount = number_in(row, "amount")
            yield from refunding.revive(Claim(at, amount), amount, milestone)


def pay_payment(it: Situation, target: str) -> list[dict[str, Json]]:
    """E-10: the bank has paid."""
    desk = Desk(it, target)
    desk.book(Movement.PAY, paying.pay(money_of(desk)))
    return desk.close()


def bounce_payment(it: Situation, target: str) -> list[dict[str, Json]]:
    """E-11: the bank gave it back."""
    desk = Desk(it, target)
    desk.book(Movement.BOUNCE, paying.bounce(money_of(desk)))
    return desk.close()


def retry_payment(it: Situation, target: str) -> list[dict[str, Json]]:
    """E-11b: the old order is over, the money is owed again; its budget stays reserved for the new try."""
    desk = Desk(it, target)
    desk.book(Movement.TAKE_BACK, (*paying.take_back(money_of(desk)), *_revived(desk)))
    return desk.close()


def abandon_payment(it: Situation, target: str) -> list[dict[str, Json]]:
    """E-11b and E-08b: the bounced payment is given up."""
    desk = Desk(it, target)
    desk.book(Movement.UNRESERVE, (*paying.take_back(money_of(desk)), *_revived(desk), *_let_go(desk)))
    return desk.close()


_PAYMENT = {
    "project": FieldType.TEXT,
    "contract": FieldType.TEXT,
    "milestone": FieldType.TEXT,
    "shares": FieldType.TABLE,
    "credit_code": FieldType.TEXT,
    "bank": FieldType.TEXT,
    "invoices": FieldType.TABLE,
}

RULES = (
    Rule("ask_payment", ask_payment, _PAYMENT, "E-08: budget is reserved, invoices are used."),
    Rule("withdraw_payment", withdraw_payment, _PAYMENT, "E-08b: all it holds is free again."),
    Rule("release_payment", release_payment, {**_PAYMENT, "deductions": FieldType.TABLE}, "E-09: it goes to the bank."),
    Rule("pay_payment", pay_payment, _PAYMENT, "E-10: the bank has paid."),
    Rule("bounce_payment", bounce_payment, _PAYMENT, "E-11: the bank gave it back."),
    Rule("retry_payment", retry_payment, _PAYMENT, "E-11b: owed again, to be tried anew."),
    Rule("abandon_payment", abandon_payment, _PAYMENT, "E-11b, E-08b: given up."),
)
