"""Postings of contracts: budget set aside, bound, extended, freed; work accepted; retention due or forfeited."""

from collections.abc import Iterator

from engine.definition import FieldType
from engine.guards import Posting as Rule
from engine.situation import Situation
from engine.values import Json
from workflows.funds.chart import ADVANCE, CONTRACT_USES, PROJECT_COST, RETENTION
from workflows.funds.movements import budgeting, contracting, paying, refunding
from workflows.funds.papers import lines_of, shares_of, signed_supplements
from workflows.funds.posting import Movement, Place
from workflows.funds.postings.booking import Desk
from workflows.funds.shares import Share, as_shares, split_shares
from workflows.guards.reading import number_in, text_in

PERCENT = 100


def set_aside_contract(it: Situation, target: str) -> list[dict[str, Json]]:
    """E-05: the budget the contract needs is set aside while it is decided."""
    desk = Desk(it, target)
    desk.book(Movement.PROCURE, budgeting.procure(desk.project, _shares(it)))
    return desk.close()


def free_contract(it: Situation, target: str) -> list[dict[str, Json]]:
    """E-05 undone: the contract was not approved."""
    desk = Desk(it, target)
    desk.book(Movement.PROCURE, budgeting.stop_procuring(desk.project, _shares(it)))
    return desk.close()


def sign_contract(it: Situation, target: str) -> list[dict[str, Json]]:
    """E-06: the contract binds what was set aside for it."""
    desk = Desk(it, target)
    desk.book(Movement.SIGN, contracting.sign(desk.books, desk.project, it.case.code, _shares(it)))
    return desk.close()


def amend_contract(it: Situation, target: str) -> list[dict[str, Json]]:
    """E-06b: supplements that are written down and not bound yet take budget, or give it back."""
    desk = Desk(it, target)
    wanted = _sums(_shares(it))
    signed = signed_supplements(it.data)
    for row, share in zip(signed, shares_of(signed), strict=True):
        sign = -1 if text_in(row, "direction") == "less" else 1
        wanted[share.source, share.year, share.line] = (
            wanted.get((share.source, share.year, share.line), 0) + sign * share.amount
        )
    bound = _sums(_bound(desk))
    change = {key: amount - bound.get(key, 0) for key, amount in wanted.items()}
    more = [Share(*key, amount) for key, amount in change.items() if amount > 0]
    less = [Share(*key, -amount) for key, amount in change.items() if amount < 0]
    desk.book(
        Movement.SUPPLEMENT,
        (
            *contracting.extend(desk.project, it.case.code, more),
            *contracting.shrink(desk.project, it.case.code, less),
        ),
    )
    return desk.close()


def _sums(shares: tuple[Share, ...]) -> dict[tuple[str, int, str], int]:
    sums: dict[tuple[str, int, str], int] = {}
    for share in shares:
        key = (share.source, share.year, share.line)
        sums[key] = sums.get(key, 0) + share.amount
    return sums


def _bound(desk: Desk) -> tuple[Share, ...]:
    """Give what the contract has of each line and source, paid or not."""
    return tuple(
        share for account in CONTRACT_USES for share in as_shares(desk.books.each(account, contract=desk.it.case.code))
    )


def accept_milestones(it: Situation, target: str) -> list[dict[str, Json]]:
    """E-07 and E-12: accepted work that is not booked yet becomes a debt, less retention, less the advance."""
    desk = Desk(it, target)
    advances = {one.place.source: one.amount for one in desk.books.each(ADVANCE, contract=it.case.code)}
    for row in _unbooked(desk):
        at = desk.at(contract=it.case.code, milestone=text_in(row, "milestone"))
        amount = number_in(row, "amount")
        shares = split_shares(amount, _bound(desk))
        retained = amount * number_in(it.data, "retention_percent") // PERCENT
        accepted = paying.accept(at, shares, retained)
        desk.book(Movement.ACCEPT, accepted)
        owed = {one.at.source: one.amount for one in accepted if one.credit.name == "cash.payable"}
        taken = {source: min(advances.get(source, 0), owed[source]) for source in owed}
        advances = {source: left - taken.get(source, 0) for source, left in advances.items()}
        desk.book(Movement.SET_OFF, paying.set_off(at, taken.items()))
    return desk.close()


def _unbooked(desk: Desk) -> Iterator[dict[str, Json]]:
    """Give the acceptances beyond what the ledger has as cost already, in order: the first rows are the booked ones."""
    booked = desk.books.debited(PROJECT_COST, contract=desk.it.case.code)
    for row in desk.paper.lines("acceptances"):
        amount = number_in(row, "amount")
        if booked >= amount:
            booked -= amount
        else:
            yield dict(row)


def owe_retention(it: Situation, target: str) -> list[dict[str, Json]]:
    """E-17: the warranty is over, what was held back is owed."""
    desk = Desk(it, target)
    desk.book(Movement.RETAIN, (one for place, held in _held(desk) for one in refunding.retention_due(place, held)))
    return desk.close()


def forfeit_retention(it: Situation, target: str) -> list[dict[str, Json]]:
    """E-17: the warranty was not kept, what was held back is the treasury's."""
    desk = Desk(it, target)
    desk.book(Movement.RETAIN, (one for place, held in _held(desk) for one in refunding.forfeit_retention(place, held)))
    return desk.close()


def _held(desk: Desk) -> Iterator[tuple[Place, int]]:
    for balance in desk.books.each(RETENTION, contract=desk.it.case.code):
        if balance.amount:
            yield desk.at(source=balance.place.source, contract=desk.it.case.code), balance.amount


def close_contract(it: Situation, target: str) -> list[dict[str, Json]]:
    """E-18: the contract is over, the budget it did not need is free again."""
    desk = Desk(it, target)
    desk.book(Movement.CLOSE, contracting.close(desk.books, desk.project, it.case.code))
    return desk.close()


def _shares(it: Situation) -> tuple[Share, ...]:
    return shares_of(lines_of(it.data, "shares"))


_CONTRACT = {"project": FieldType.TEXT, "shares": FieldType.TABLE}

RULES = (
    Rule("set_aside_contract", set_aside_contract, _CONTRACT, "E-05: budget is set aside."),
    Rule("free_contract", free_contract, _CONTRACT, "E-05 undone: the budget is free again."),
    Rule("sign_contract", sign_contract, _CONTRACT, "E-06: the contract binds budget."),
    Rule("amend_contract", amend_contract, {**_CONTRACT, "supplements": FieldType.TABLE}, "E-06b: supplements."),
    Rule(
        "accept_milestones",
        accept_milestones,
        {**_CONTRACT, "acceptances": FieldType.TABLE, "retention_percent": FieldType.INTEGER},
        "E-07, E-12: accepted work is owed.",
    ),
    Rule("owe_retention", owe_retention, _CONTRACT, "E-17: retention is owed."),
    Rule("forfeit_retention", forfeit_retention, _CONTRACT, "E-17: retention is forfeited."),
    Rule("close_contract", close_contract, _CONTRACT, "E-18: unused budget is free again."),
)
