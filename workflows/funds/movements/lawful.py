"""Which accounts each event may move money between. An entry outside this table is refused, whoever made it.

It keeps money from going where no event sends it: interest is never project income (INV-21), a bank account is
debited only for a payment, a return or a repayment (RF-09), and so on.
"""

from collections.abc import Iterator, Mapping

from workflows.funds import chart
from workflows.funds.chart import (
    ADVANCE,
    APPROVED,
    BANK,
    BETWEEN_SOURCES,
    CARRIED_IN,
    CARRIED_OUT,
    DUE_FROM_SOURCE,
    DUE_FROM_SUPPLIER,
    DUE_TO_SOURCE,
    DUE_TO_TREASURY,
    ENCUMBERED,
    FREE,
    GIVEN_UP,
    IN_TRANSIT,
    INTEREST_COST,
    LAPSED,
    LOAN,
    LOCKED,
    PAYABLE,
    PRE_ENCUMBERED,
    PRIVATE_CAPITAL,
    PROJECT_COST,
    RESERVED,
    RETENTION,
    SOURCE_INCOME,
    SPENT,
    SUSPENSE,
    Account,
)
from workflows.funds.posting import Entry, Movement, Posting

Pair = tuple[Account, Account]

_TAKEN_BACK = ((IN_TRANSIT, PAYABLE), (IN_TRANSIT, ADVANCE), (DUE_FROM_SUPPLIER, PAYABLE))
_ADJUSTED = ((APPROVED, FREE), (FREE, APPROVED))
_CARRIED = tuple(pair for one in (FREE, PRE_ENCUMBERED, ENCUMBERED) for pair in ((one, CARRIED_OUT), (CARRIED_IN, one)))

LAWFUL: Mapping[Movement, tuple[Pair, ...]] = {
    Movement.ACTIVATE: ((APPROVED, FREE),),
    Movement.ADJUST: _ADJUSTED,
    Movement.LOCK: ((FREE, LOCKED), (LOCKED, FREE)),
    Movement.COMMIT: ((DUE_FROM_SOURCE, SOURCE_INCOME), (DUE_FROM_SOURCE, PRIVATE_CAPITAL)),
    Movement.UNCOMMIT: ((SOURCE_INCOME, DUE_FROM_SOURCE), (PRIVATE_CAPITAL, DUE_FROM_SOURCE)),
    Movement.RECEIVE: ((BANK, DUE_FROM_SOURCE), (BANK, SUSPENSE)),
    Movement.RESOLVE: ((SUSPENSE, BANK), (BANK, DUE_FROM_SOURCE)),
    Movement.PROCURE: ((FREE, PRE_ENCUMBERED), (PRE_ENCUMBERED, FREE)),
    Movement.SIGN: ((PRE_ENCUMBERED, ENCUMBERED), (FREE, ENCUMBERED), (PRE_ENCUMBERED, FREE)),
    Movement.SUPPLEMENT: ((FREE, ENCUMBERED), (ENCUMBERED, FREE)),
    Movement.ACCEPT: ((PROJECT_COST, PAYABLE), (PROJECT_COST, RETENTION), (PAYABLE, ADVANCE)),
    Movement.RESERVE: ((ENCUMBERED, RESERVED),),
    Movement.UNRESERVE: ((RESERVED, ENCUMBERED), *_TAKEN_BACK),
    Movement.RELEASE: ((PAYABLE, IN_TRANSIT), (ADVANCE, IN_TRANSIT)),
    Movement.PAY: ((RESERVED, SPENT), (IN_TRANSIT, BANK)),
    Movement.BOUNCE: ((SPENT, RESERVED), (BANK, IN_TRANSIT)),
    Movement.TAKE_BACK: _TAKEN_BACK,
    Movement.SET_OFF: ((PAYABLE, ADVANCE),),
    Movement.DEMAND: tuple((DUE_FROM_SUPPLIER, account) for account in (PROJECT_COST, ADVANCE, DUE_TO_TREASURY)),
    Movement.REFUND: ((BANK, DUE_FROM_SUPPLIER), (SPENT, ENCUMBERED), (SPENT, FREE)),
    Movement.OFFSET: ((PAYABLE, DUE_FROM_SUPPLIER),),
    Movement.WRITE_OFF: ((PROJECT_COST, DUE_FROM_SUPPLIER), (DUE_TO_TREASURY, DUE_FROM_SUPPLIER)),
    Movement.INTEREST: ((BANK, DUE_TO_TREASURY),),
    Movement.LAPSE: ((FREE, LAPSED), (GIVEN_UP, DUE_TO_TREASURY), (GIVEN_UP, DUE_TO_SOURCE)),
    Movement.GIVE_BACK: ((DUE_TO_TREASURY, BANK), (DUE_TO_SOURCE, BANK), (SUSPENSE, BANK)),
    Movement.RETAIN: ((RETENTION, PAYABLE), (RETENTION, DUE_TO_TREASURY)),
    Movement.CLOSE: ((ENCUMBERED, FREE),),
    Movement.CARRY: _CARRIED,
    Movement.BORROW: ((BANK, LOAN),),
    Movement.REPAY: ((LOAN, BANK), (INTEREST_COST, BANK)),
    Movement.SUBSTITUTE: (*_ADJUSTED, (BETWEEN_SOURCES, BANK), (BANK, BETWEEN_SOURCES)),
    Movement.REGISTER: ((chart.GRANTED, chart.OPEN),),
}
"""Debit and credit of each posting an event may make. Any event may use a document's open face value, or give it up."""

_REGISTERS = ((chart.GRANTED, chart.OPEN), (chart.OPEN, chart.USED), (chart.USED, chart.OPEN))

_PAIRS = {
    movement: frozenset((debit.name, credit.name) for debit, credit in (*pairs, *_REGISTERS))
    for movement, pairs in LAWFUL.items()
}


def unlawful(entry: Entry) -> Iterator[Posting]:
    """Give the postings of an entry that its event may not make. A reversal swaps the sides."""
    pairs = _PAIRS[entry.movement]
    for posting in entry.postings:
        one = posting.reversed() if entry.reverses else posting
        if (one.debit.name, one.credit.name) not in pairs:
            yield posting
