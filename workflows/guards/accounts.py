"""Guards of accounts, receipts and bank statements: lawful kinds, matched lines, nothing left at the end."""

from collections.abc import Iterator

from engine.case import Case
from engine.definition import FieldType
from engine.guards import Reckoning
from engine.places import upwards
from engine.refusal import Refusal
from engine.situation import Situation
from engine.values import Json
from workflows.funds.books import Books
from workflows.funds.chart import BANK, DUE_FROM_SOURCE, DUE_FROM_SUPPLIER, DUE_TO_TREASURY
from workflows.funds.flags.county import township_of
from workflows.funds.papers import ACCOUNT, BANK_LINE, BREACH, PAYMENT, RECEIPT, REFUND, Paper, booked_proceeds
from workflows.funds.reconciling import GIVEN_BACK, came_in, leaves
from workflows.guards.budget import papers_of
from workflows.guards.reading import (
    Reasons,
    complain,
    day,
    day_in,
    entry,
    is_past,
    lines_where,
    number,
    number_in,
    rows,
    sum_of,
    text_in,
    today,
    word,
    yuan,
)

TREASURY_ACCOUNT = "treasury_account"
USES_OF_ACCOUNT = (RECEIPT, PAYMENT, REFUND)
BOOKED: dict[str, frozenset[str]] = {
    RECEIPT: frozenset({"posted"}),
    PAYMENT: frozenset({"paid", "reconciled", "failed"}),
    REFUND: frozenset({"received", "closed"}),
}
"""States in which a case stands in the books as money that moved."""

LIVE_RECEIPTS = frozenset({"noticed", "checking", "posted", "disputed"})


def account_kind_legal(it: Situation) -> Reasons:
    """A treasury special account is opened by the finance department alone; the other kinds name their basis.

    Source: Budget Law Regulations §52 [V].
    """
    if word(it, "kind") == TREASURY_ACCOUNT:
        yield Refusal("account.treasury_only", "kind")


def _sub_ledgers(it: Situation) -> Iterator[tuple[str, Books]]:
    """Give the books of every project that has used the account."""
    used = (case for kind in USES_OF_ACCOUNT for case in it.facts.peers(kind, "bank", it.case.code))
    for project in dict.fromkeys(text_in(case.data, "project") for case in used):
        yield project, Books(it.facts.balances(project))


def no_open_project(it: Situation) -> Reasons:
    """No project has money on the account any more, and no money nobody claimed lies there.

    Source: an account closes when its sub-ledgers are empty [D].
    """
    suspense = Books(it.facts.balances(f"bank:{it.case.code}")).amount(BANK, bank=it.case.code)
    if suspense:
        yield Refusal("account.suspense", it.case.code, {"amount": yuan(suspense)})
    for project, books in _sub_ledgers(it):
        left = books.amount(BANK, bank=it.case.code)
        if left:
            yield Refusal("account.not_empty", project, {"amount": yuan(left)})


def balance_zero(it: Situation) -> Reasons:
    """Every sub-ledger of the account is zero, by the ledger.

    Source: closing of accounts [D].
    """
    yield from no_open_project(it)


def interest_returned(it: Situation) -> Reasons:
    """No interest of a project on the account is still due to the treasury.

    Source: interest is the treasury's (INV-21) [D].
    """
    for project, books in _sub_ledgers(it):
        due = books.amount(DUE_TO_TREASURY)
        if due:
            yield Refusal("account.interest_due", project, {"amount": yuan(due)})


def receipt_matched(it: Situation) -> Reasons:
    """The source is in effect, owes so much, its giver pays by today, the account is ours, and the slip is used once.

    Source: receipts are booked against the commitment (INV-11) [D].
    """
    papers = papers_of(it)
    yield from _account(it, papers.one(word(it, "bank")))
    yield from _slip_used(it, word(it, "slip"), "slip")
    if not is_past(it, day(it, "received_on")):
        yield Refusal("refund.no_day", "received_on")
    if word(it, "kind") == "interest":
        return
    source = papers.one(word(it, "source"))
    if source is None or text_in(source.data, "project") != word(it, "project"):
        yield Refusal("receipt.no_source", "source")
        return
    giver = text_in(source.data, "giver") or text_in(source.data, "partner")
    if giver and giver != word(it, "payer"):
        yield Refusal("receipt.other_payer", "payer", {"giver": giver})
    due = Books(it.facts.balances(word(it, "project"))).amount(DUE_FROM_SOURCE, source=source.code)
    if number(it, "amount") > due:
        yield Refusal("receipt.above_due", "amount", {"due": yuan(due)})


def _slip_used(it: Situation, slip: str, where: str) -> Reasons:
    """Complain of a bank slip that stands for other money already: a receipt, a refund or the proceeds of a breach."""
    receipts = (one for one in it.facts.peers(RECEIPT, "slip", slip) if one.state in LIVE_RECEIPTS)
    refunds = (one for one in it.facts.peers(REFUND, "slip", slip) if one.state in BOOKED[REFUND])
    breaches = (
        paper.case
        for paper in papers_of(it).of(BREACH)
        if any(text_in(row, "slip") == slip for row in paper.lines("proceeds"))
    )
    twin = next((one.code for one in (*receipts, *refunds, *breaches) if one.code != it.case.code), None)
    if twin:
        yield Refusal("receipt.slip_used", where, {"code": twin})


def _account(it: Situation, account: Paper | None) -> Reasons:
    if account is None or account.case.definition != ACCOUNT or account.state != "active":
        yield Refusal("account.not_active", "bank", {"state": account.state if account else "-"})
    elif not _is_ours(it, account):
        yield Refusal("account.other_unit", "bank", {"unit": account.case.unit})


def _is_ours(it: Situation, account: Paper) -> bool:
    """Say whether an account is of the township whose case this is, or of a unit above it."""
    own, home = (township_of(unit, it.facts) for unit in (it.case.unit, account.case.unit))
    return home in {own, *(unit.id for unit in upwards(it.facts.unit(own), it.facts))}


def account_active(it: Situation) -> Reasons:
    """The account that pays or receives is there, active, and of the township or a unit above it.

    Source: no payment from a frozen account (INV-18), no money on accounts of others (INV-09) [D]; Regulation on Fiscal
    Offences §11: unlawful accounts [V].
    """
    yield from _account(it, papers_of(it).one(word(it, "bank")))


def line_matches(it: Situation) -> Reasons:
    """The line and the case it is matched with agree in account, direction, amount and, within days, in the day.

    Source: reconciliation of every line, one to one (INV-10) [D].
    """
    code = word(it, "matched_to")
    case = it.facts.case(code) if code else None
    if case is None or case.state not in BOOKED.get(case.definition, frozenset()):
        yield Refusal("line.no_case", "matched_to", {"code": code or "-"})
        return
    if any(
        one.code != it.case.code and one.state == "matched" for one in it.facts.peers(BANK_LINE, "matched_to", code)
    ):
        yield Refusal("line.taken", "matched_to", {"code": code})
    wrong = [name for name, holds in _agreements(it, case) if not holds]
    if wrong:
        yield Refusal("line.differs", "matched_to", {"what": ", ".join(wrong), "code": code})


def _agreements(it: Situation, case: Case) -> Iterator[tuple[str, bool]]:
    direction = "out" if leaves(case) else "in"
    booked = day(it, "booked_on")
    on = day_in(case.data, "paid_on") or day_in(case.data, "received_on")
    days = papers_of(it).policy().number("receipt.match_days")
    yield "account", text_in(case.data, "bank") == word(it, "account")
    yield "direction", direction == word(it, "direction")
    yield "amount", came_in(case) == number(it, "amount")
    yield "day", booked is not None and on is not None and abs((booked - on).days) <= days


def line_explained(it: Situation) -> Reasons:
    """Only small charges, interest and reversals with their other line are explained; a debit without payment is not.

    Money that came in is registered as a receipt, which holds it until it is known whose it is.

    Source: Regulation on Fiscal Offences §6: diversion of funds [V].
    """
    leaving, said = word(it, "direction") == "out", word(it, "explanation")
    if said not in (("fee", "reversal") if leaving else ("interest", "reversal")):
        code = "flag.rf_09" if leaving else "line.no_receipt"
        yield Refusal(code, word(it, "reference"), {"amount": yuan(number(it, "amount"))})
    most = papers_of(it).policy().number("receipt.fee_max_fen")
    if said == "fee" and number(it, "amount") > most:
        yield Refusal("line.fee", "amount", {"most": yuan(most)})
    if said == "reversal" and not _reversed(it):
        yield Refusal("line.no_twin", "amount", {"amount": yuan(number(it, "amount"))})


def _reversed(it: Situation) -> bool:
    """Say whether a line of the account moves the same money the other way, near that day, for this line alone."""
    on, days, way = day(it, "booked_on"), papers_of(it).policy().number("receipt.match_days"), word(it, "direction")
    near = [
        one
        for one in it.facts.peers(BANK_LINE, "account", word(it, "account"))
        if one.code != it.case.code and number_in(one.data, "amount") == number(it, "amount")
        for other in (day_in(one.data, "booked_on"),)
        if on is not None and other is not None and abs((other - on).days) <= days
    ]
    back = [one for one in near if text_in(one.data, "direction") != way and one.state != "matched"]
    same = [one for one in near if text_in(one.data, "direction") == way]
    return len(back) > sum(text_in(one.data, "explanation") == "reversal" for one in same)


def _refund_left(it: Situation) -> Json:
    """Give what is still due of a claim; of a surplus or interest the whole amount."""
    if word(it, "kind") in GIVEN_BACK:
        return number(it, "amount")
    return Books(it.facts.balances(word(it, "project"))).amount(DUE_FROM_SUPPLIER, payment=it.case.code)


def statement_matched(it: Situation) -> Reasons:
    """A line of the imported bank statement is matched with this payment.

    Source: reconciliation with the bank (INV-10) [D].
    """
    lines = it.facts.peers(BANK_LINE, "matched_to", it.case.code)
    if not any(line.state == "matched" for line in lines):
        yield Refusal("payment.not_on_statement", it.case.code)


def refund_received(it: Situation) -> Reasons:
    """The account is active, the day is not in the future, and the slip is used once.

    Source: claims are settled by money that came [D].
    """
    yield from account_active(it)
    on = day(it, "received_on")
    if on is None or on > today(it):
        yield Refusal("refund.no_day", "received_on")
    yield from _slip_used(it, word(it, "slip"), "slip")


def proceeds_ok(it: Situation) -> Reasons:
    """The account is active, no money came in the future, each slip is used once, and what was booked stays.

    Source: claims are settled by money that came (INV-26) [D].
    """
    yield from account_active(it)
    table = rows(it, "proceeds")
    slips = [text_in(row, "slip") for row in table]
    yield from complain(
        "breach.proceeds", "proceeds", lines_where(table, lambda row: not is_past(it, day_in(row, "received_on")))
    )
    for slip in dict.fromkeys(slips):
        if slips.count(slip) > 1:
            yield Refusal("receipt.slip_used", "proceeds", {"code": it.case.code})
        yield from _slip_used(it, slip, "proceeds")
    papers = papers_of(it)
    breach = papers.one(it.case.code)
    assert breach is not None
    booked = booked_proceeds(papers, Books(it.facts.balances(papers.project)), breach)
    if sum_of(table, "amount") < booked:
        yield Refusal("breach.proceeds_gone", "proceeds", {"booked": yuan(booked)})


ENTRIES = tuple(
    map(
        entry,
        (
            account_kind_legal,
            no_open_project,
            balance_zero,
            interest_returned,
            receipt_matched,
            account_active,
            line_matches,
            line_explained,
            statement_matched,
            refund_received,
            proceeds_ok,
        ),
    )
)

RECKONINGS = (Reckoning("refund_left", _refund_left, frozenset({FieldType.MONEY}), "what is still due of the claim"),)
"""Values that no one types."""
