"""What every payment must keep: enough money, accepted work, the right payee, enough different people."""

from collections.abc import Iterator

from workflows.funds.chart import (
    ADVANCE,
    APPROVED,
    BANK,
    DUE_FROM_SOURCE,
    IN_TRANSIT,
    LOAN,
    OPEN,
    PAYABLE,
    PRIVATE_CAPITAL,
    RESERVED,
    SOURCE_INCOME,
    SPENT,
    USED,
)
from workflows.funds.invariants.view import Breach, Invariant, View, below_zero
from workflows.funds.movements.paying import ADVANCE_MILESTONE, RETENTION_MILESTONE
from workflows.funds.policy import PERCENT
from workflows.funds.posting import Movement
from workflows.funds.terms import Contract, Payment, Source, SourceKind

PEOPLE_MIN = 4
"""Different people in one payment: INV-16 (SoD-2)."""

_PAYING = {Movement.RESERVE, Movement.RELEASE, Movement.PAY}
_STOPPED = {"suspended", "terminating", "terminated", "frozen"}
_CLEARING = {"terminating"}
_VOID = {"void", "terminated", "drafting", "legal_check", "fin_check", "approving"}


def within_contract(view: View) -> Iterator[Breach]:
    """INV-07: paid (or asked for) at most the contract less deductions, each milestone's cap, the advance's cap."""
    yield from below_zero("INV-07", view, PAYABLE, IN_TRANSIT, ADVANCE)
    for contract in view.dossier.contracts.values() if view.dossier else ():
        asked = view.books.amount(SPENT, RESERVED, contract=contract.code)
        limit = contract.amount - contract.deductions
        if asked > limit:
            yield Breach("INV-07", contract.code, {"paid": asked, "limit": limit})
        for name in {*view.books.values(SPENT, "milestone"), *view.books.values(RESERVED, "milestone")}:
            paid = view.books.amount(SPENT, RESERVED, contract=contract.code, milestone=name)
            cap = _cap(contract, name)
            if paid > cap:
                yield Breach("INV-07", f"{contract.code}|{name}", {"paid": paid, "limit": cap})


def _cap(contract: Contract, milestone: str) -> int:
    if milestone == ADVANCE_MILESTONE:
        return contract.advance_cap
    if milestone == RETENTION_MILESTONE:
        return contract.amount
    found = contract.milestone(milestone)
    return found.cap if found else 0


def accepted_first(view: View) -> Iterator[Breach]:
    """INV-08: no payment before its milestone is accepted, except the advance the contract names."""
    for contract in view.dossier.contracts.values() if view.dossier else ():
        for name in {
            *view.books.values(SPENT, "milestone", contract=contract.code),
            *view.books.values(RESERVED, "milestone", contract=contract.code),
        } - {ADVANCE_MILESTONE, RETENTION_MILESTONE}:
            found = contract.milestone(name)
            is_paid = view.books.amount(SPENT, RESERVED, contract=contract.code, milestone=name) > 0
            if is_paid and (found is None or found.accepted_on is None):
                yield Breach("INV-08", f"{contract.code}|{name}")


def no_borrowing(view: View) -> Iterator[Breach]:
    """INV-09: the cash of each account, project and source is never below zero."""
    yield from below_zero("INV-09", view, BANK)


def received_within_promise(view: View) -> Iterator[Breach]:
    """INV-11: received from a source at most what it promised; spent from it at most what was received."""
    yield from below_zero("INV-11", view, DUE_FROM_SOURCE, SOURCE_INCOME, PRIVATE_CAPITAL)
    for source in view.books.values(SPENT, "source"):
        at = {"source": source}
        promised = view.books.amount(SOURCE_INCOME, PRIVATE_CAPITAL, **at)
        received = promised - view.books.amount(DUE_FROM_SOURCE, **at) + view.books.credited(LOAN, **at)
        spent = view.books.amount(SPENT, **at)
        if spent > received:
            yield Breach("INV-11", source, {"spent": spent, "received": received})


def pro_rata(view: View) -> Iterator[Breach]:
    """INV-13: where a grant demands it, own money is spent in step with the grant, within a tolerance."""
    sources = view.dossier.sources if view.dossier else {}
    own = [source for source in sources.values() if source.kind is SourceKind.FISCAL]
    own_approved = sum(view.books.amount(APPROVED, source=source.code) for source in own)
    own_spent = sum(view.books.amount(SPENT, source=source.code) for source in own)
    for grant in (source for source in sources.values() if source.is_pro_rata):
        approved, spent = (view.books.amount(account, source=grant.code) for account in (APPROVED, SPENT))
        tolerance = view.policy.number("grant.pro_rata_tolerance_percent")
        behind = spent * own_approved - own_spent * approved
        if own_approved and behind * PERCENT > tolerance * approved * own_approved:
            yield Breach("INV-13", grant.code, {"grant": spent, "own": own_spent})


def used_once(view: View) -> Iterator[Breach]:
    """INV-14: an invoice (or any document with a face value) is used at most for its face value, system-wide."""
    yield from below_zero("INV-14", view, OPEN, USED)


def right_payee(view: View) -> Iterator[Breach]:
    """INV-15: name, credit code and account of a payment are the contract party's, verified, on the release day."""
    for payment, contract in _payments(view):
        if payment.released_on is None:
            continue
        version = contract.payee_on(payment.released_on) if contract else None
        if version is None or version.party != payment.party or len(version.verified_by) < 2:  # noqa: PLR2004  # two people
            yield Breach("INV-15", payment.code, {"payee": payment.party.credit_code})


def enough_people(view: View) -> Iterator[Breach]:
    """INV-16: at least four different people had a hand in a payment; who keeps the books does not pay (SoD-2).

    Accounting Law 2024: recorder, approver, handler and keeper apart [V].
    """
    for payment, _ in _payments(view):
        if payment.payer is None:
            continue
        people = set(payment.people)
        if len(people) < PEOPLE_MIN or payment.payer == payment.checker:
            yield Breach("INV-16", payment.code, {"people": len(people), "needed": PEOPLE_MIN})


def minuted(view: View) -> Iterator[Breach]:
    """INV-17: above the single-person limit there are minutes, dated not after the approval."""
    limit = view.policy.number("payment.single_person_max_fen")
    for payment, _ in _payments(view):
        if payment.approved_on is None or payment.amount < limit:
            continue
        if payment.minutes_on is None or payment.minutes_on > payment.approved_on:
            yield Breach("INV-17", payment.code, {"amount": payment.amount, "limit": limit})


def nothing_stopped(view: View) -> Iterator[Breach]:
    """INV-18: no payment of a stopped project (but clearance), from a frozen account, or on a void contract."""
    dossier = view.dossier
    if dossier is None:
        return
    for entry in view.new:
        if entry.movement not in _PAYING:
            continue
        for posting in entry.postings:
            payment = dossier.payments.get(posting.at.payment)
            is_clearance = payment is not None and payment.is_clearance and dossier.state in _CLEARING
            if dossier.state in _STOPPED and not is_clearance:
                yield Breach("INV-18", dossier.project, {"state": dossier.state})
            bank = dossier.banks.get(posting.at.bank)
            if posting.at.bank and (bank is None or bank.state != "active"):
                yield Breach("INV-18", posting.at.bank, {"state": bank.state if bank else "unknown"})
            contract = dossier.contracts.get(posting.at.contract)
            if contract is None or contract.state in _VOID:
                yield Breach("INV-18", posting.at.contract, {"state": contract.state if contract else "unknown"})


def lent_lawfully(view: View) -> Iterator[Breach]:
    """INV-23: draws at most the loan contract, uses at most the draws; no government body borrows.

    Budget Law §35: local governments borrow only by bonds the province issues; no guarantees [V].
    """
    yield from below_zero("INV-23", view, LOAN)
    for source in view.dossier.sources.values() if view.dossier else ():
        if source.is_lent:
            yield from _lent(view, source)


def _lent(view: View, source: Source) -> Iterator[Breach]:
    drawn = view.books.credited(LOAN, source=source.code)
    if drawn > source.amount:
        yield Breach("INV-23", source.code, {"drawn": drawn, "contract": source.amount})
    spent = view.books.amount(SPENT, source=source.code)
    if spent > drawn:
        yield Breach("INV-23", source.code, {"spent": spent, "drawn": drawn})
    if source.kind is SourceKind.LOAN and source.borrower in view.policy.words("loan.government_borrowers"):
        yield Breach("INV-23", source.code, {"borrower": source.borrower})


def _payments(view: View) -> Iterator[tuple[Payment, Contract | None]]:
    dossier = view.dossier
    if dossier is not None:
        for payment in dossier.payments.values():
            yield payment, dossier.contracts.get(payment.contract)


INVARIANTS = (
    Invariant("INV-07", within_contract),
    Invariant("INV-08", accepted_first),
    Invariant("INV-09", no_borrowing),
    Invariant("INV-11", received_within_promise),
    Invariant("INV-13", pro_rata),
    Invariant("INV-14", used_once),
    Invariant("INV-15", right_payee),
    Invariant("INV-16", enough_people),
    Invariant("INV-17", minuted),
    Invariant("INV-18", nothing_stopped),
    Invariant("INV-23", lent_lawfully),
)
