"""Postings of contracts: budget set aside, bound, extended, freed; work accepted; retention due or forfeited."""

from collections.abc import Iterator

from engine.definition import FieldType
from engine.guards import Posting as Rule
from engine.refusal import Refusal, Refused
from engine.situation import Situation
from engine.values import Json
from workflows.funds.chart import ADVANCE, ENCUMBERED, PAYABLE, RETENTION
from workflows.funds.movements import budgeting, contracting, paying, refunding
from workflows.funds.papers import lines_of, shares_of, signed_amount, signed_supplements
from workflows.funds.posting import Movement, Place
from workflows.funds.postings.booking import Desk
from workflows.funds.shares import Share, as_shares, split_shares
from workflows.guards.reading import number_in, text_in, yuan

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
    """E-06b: supplements that are written down and not bound yet take budget, or give it back.

    What is bound already is told from the books line by line over all years, as money of a line may have been carried
    into the next one: more is taken in the year that the supplement names, less is given back from the last year on.
    """
    desk = Desk(it, target)
    signed = signed_supplements(it.data)
    wanted = _sums(_shares(it))
    for row, share in zip(signed, shares_of(signed), strict=True):
        wanted[share.source, share.line] = wanted.get((share.source, share.line), 0) + signed_amount(row)
    bound = _sums(contracting.bound(desk.books, it.case.code))
    years = {(one.source, one.line): one.year for one in shares_of(signed)}
    change = {key: wanted[key] - bound.get(key, 0) for key in years}
    more = [Share(key[0], years[key], key[1], amount) for key, amount in change.items() if amount > 0]
    less = [part for key, amount in change.items() if amount < 0 for part in _newest(desk, key, -amount)]
    desk.book(
        Movement.SUPPLEMENT,
        (
            *contracting.extend(desk.project, it.case.code, more),
            *contracting.shrink(desk.project, it.case.code, less),
        ),
    )
    return desk.close()


def _sums(shares: tuple[Share, ...]) -> dict[tuple[str, str], int]:
    """Add up by source and line."""
    sums: dict[tuple[str, str], int] = {}
    for share in shares:
        sums[share.source, share.line] = sums.get((share.source, share.line), 0) + share.amount
    return sums


def _newest(desk: Desk, key: tuple[str, str], amount: int) -> Iterator[Share]:
    """Take an amount from what is bound and not asked for of a source and line, the last year first."""
    source, line = key
    there = as_shares(desk.books.each(ENCUMBERED, contract=desk.it.case.code, source=source, line=line))
    for one in sorted(there, key=lambda share: -share.year):
        taken = min(amount, one.amount)
        amount -= taken
        if taken:
            yield Share(source, one.year, line, taken)
    if amount:
        raise Refused(Refusal("contract.less_than_bound", where=f"{source}/{line}", params={"amount": yuan(amount)}))


def accept_milestones(it: Situation, target: str) -> list[dict[str, Json]]:
    """E-07 and E-12: accepted work that is not booked yet becomes a debt, less retention, less the advance."""
    desk = Desk(it, target)
    advances = {one.place.source: one.amount for one in desk.books.each(ADVANCE, contract=it.case.code)}
    for row in _unbooked(desk):
        at = desk.at(contract=it.case.code, milestone=text_in(row, "milestone"))
        amount = number_in(row, "amount")
        shares = split_shares(amount, contracting.bound(desk.books, it.case.code))
        retained = amount * number_in(it.data, "retention_percent") // PERCENT
        accepted = paying.accept(at, shares, retained)
        desk.book(Movement.ACCEPT, accepted)
        owed = {one.at.source: one.amount for one in accepted if one.credit.name == "cash.payable"}
        taken = {source: min(advances.get(source, 0), owed[source]) for source in owed}
        advances = {source: left - taken.get(source, 0) for source, left in advances.items()}
        desk.book(Movement.SET_OFF, paying.set_off(at, taken.items()))
    return desk.close()


def _unbooked(desk: Desk) -> Iterator[dict[str, Json]]:
    """Give the acceptances that the ledger does not have: each milestone is accepted as a whole, and once."""
    for row in desk.paper.lines("acceptances"):
        if not desk.books.credited(PAYABLE, contract=desk.it.case.code, milestone=text_in(row, "milestone")):
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
    """E-18: the contract is over, the budget it did not need is free again.

    A termination leaves nothing held back. A contract of a version without a step for that is put on a newer one first.
    """
    desk = Desk(it, target)
    held, steps = sum(amount for _, amount in _held(desk)), it.definition.states[it.case.state].actions
    if target == "terminated" and held and "settle_retention" not in steps:
        newest = max((version for version, _ in it.facts.published(it.case.definition)), default=it.case.version)
        figures: dict[str, str | int] = {"left": yuan(held), "version": it.case.version, "newest": newest}
        raise Refused(Refusal("contract.old_version", it.case.code, figures))
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
