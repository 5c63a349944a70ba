"""Guards of contracts and of breaches: clauses, budget, payee, supplements, what ends a contract."""

from collections.abc import Mapping

from engine.definition import FieldType
from engine.guards import Reckoning
from engine.refusal import Refusal
from engine.situation import Situation
from engine.values import Json
from workflows.funds.books import Books
from workflows.funds.chart import DUE_FROM_SUPPLIER, FREE, PAYABLE, PRE_ENCUMBERED, RETENTION
from workflows.funds.flags import held
from workflows.funds.flags.county import deal, deals_of, township_of
from workflows.funds.flags.dealing import split_purchase
from workflows.funds.flags.scene import Scene
from workflows.funds.papers import (
    BREACH,
    CONTRACT,
    REFUND,
    VERIFIERS_MIN,
    lines_of,
    party,
    shares_of,
    verified_payees,
    warranty_ends_on,
)
from workflows.funds.policy import PERCENT, exceeds
from workflows.guards.budget import papers_of
from workflows.guards.meeting import HELD, decided_together
from workflows.guards.performing import milestones_make
from workflows.guards.reading import (
    Reasons,
    Row,
    complain,
    day,
    entry,
    entry_with,
    filled,
    is_past,
    lines_where,
    number,
    number_in,
    rows,
    text_in,
    today,
    word,
    working_days,
    yuan,
)
from workflows.guards.sources import hidden_words, words_in

VOLUNTARY_CLAUSES = frozenset({"K20"})
"""Clauses of the checklist that may be absent; all others are mandatory [D]."""

UNLAWFUL_TERMS = ("pay_after_audit", "one_sided_penalty", "prefinancing")
SETTLED = frozenset({"cured", "closed", "written_off"})


def clauses_ok(it: Situation, arguments: Mapping[str, Json]) -> Reasons:
    """Every mandatory clause K-01 to K-19 is written, and no unlawful term stands in the text.

    Source: Civil Code §585 penalties [V]; Procurement Regulations §48 bonds [V]; list of clauses [D].
    """
    table = str(arguments["table"])
    checks = next(column.of for column in it.definition.fields[table].columns if column.name == "check")
    written = {text_in(row, "check") for row in rows(it, table) if text_in(row, "result") == "present"}
    missing = [check.name for check in checks if check.name not in written | VOLUNTARY_CLAUSES]
    if missing:
        yield Refusal("contract.clauses", table, {"clauses": ", ".join(missing)})
    yield from hidden_words(it)


def contract_terms(it: Situation) -> Reasons:
    """Milestones make the price; advance, retention and warranty keep their limits; no unlawful term is agreed.

    Source: no pay-when-audited, Regulation on Payments to Small and Medium Enterprises §12 [V]; no pre-financing,
    Regulations on Government Investment §22 [V]; advance 30 % [D]; retention 3 %, Measures on Quality Retention of
    Construction Works (2017) §7 [K]; warranty 24 months, Beijing [V].
    """
    policy, amount = papers_of(it).policy(), number(it, "amount")
    yield from milestones_make(it, amount)
    if exceeds(number(it, "advance_max"), policy.number("contract.advance_max_percent"), amount):
        yield Refusal("contract.advance", "advance_max", {"percent": policy.number("contract.advance_max_percent")})
    most = policy.number("contract.retention_max_percent")
    if number(it, "retention_percent") > most:
        yield Refusal("contract.retention", "retention_percent", {"percent": most})
    yield from words_in(it, policy.words("contract.unlawful_words"), "contract.unlawful_words")
    if number(it, "warranty_months") < policy.number("contract.warranty_least_months"):
        yield Refusal(
            "contract.warranty", "warranty_months", {"least": policy.number("contract.warranty_least_months")}
        )
    for field in UNLAWFUL_TERMS:
        if it.data.get(field) is not False:
            yield Refusal("contract.unlawful", field)


def procurement_ok(it: Situation) -> Reasons:
    """The method is lawful for the amount, its result is there, and nothing was split (RF-02) or let for one bidder.

    The head of finance releases what only looks split, with a reason, for the sum it is about.
    Source: Procurement Law §28: no splitting to evade a tender, §36: a tender with fewer than three bidders fails [K];
    limits by province [K]; Tendering Regulations §51: no bid above the ceiling [K].
    """
    policy, method, amount = papers_of(it).policy(), word(it, "method"), number(it, "amount")
    if word(it, "subject") == "in_house":
        return
    if amount >= policy.number("procurement.tender_fen") and method == "direct":
        yield Refusal("contract.needs_tender", "method")
    elif amount >= policy.number("procurement.limit_fen") and method == "direct":
        yield Refusal("contract.needs_procurement", "method")
    if method != "direct" and not (filled(it, "result_number") and is_past(it, day(it, "awarded_on"))):
        yield Refusal("contract.no_result", "result_number")
    ceiling, bidders = number(it, "price_limit"), it.data.get("bidders")
    if ceiling and amount > ceiling:
        yield Refusal("contract.above_ceiling", "amount", {"ceiling": yuan(ceiling)})
    least = policy.number("procurement.bidders_least_count")
    if method == "public_tender" and isinstance(bidders, int) and bidders < least:
        yield Refusal("contract.few_bidders", "bidders", {"least": least})
    yield from _split(it)


def _split(it: Situation) -> Reasons:
    """Complain of contracts of the township and year that together reach a limit, unless that was released."""
    township = township_of(it.case.unit, it.facts)
    papers = papers_of(it)
    scene = Scene(
        papers.local_day,
        papers.policy(),
        lambda first, last: working_days(it, first, last),
        deal=deal(it.case, today(it).year, it.data, township),
        deals=tuple(deals_of(township, it.facts, it.case.code)),
    )
    released = {text_in(row, "key") for row in rows(it, "releases") if text_in(row, "reason")}
    for hit in held(split_purchase(scene), released):
        yield Refusal("flag.rf_02", hit.where, dict(hit.figures))


def payee_verified(it: Situation) -> Reasons:
    """The newest account is the contract party's, and two people have each verified it by an act of their own.

    Source: payee = contract party, call-back by two (INV-15, SoD-6) [D].
    """
    newest = _newest_payee(it)
    known = [version for version in verified_payees(it.data) if version.party == party(newest)]
    if not any(len(one.verified_by) >= VERIFIERS_MIN and one.verified_on <= today(it) for one in known):
        yield Refusal("payee.not_verified", "payees")
    yield from _of_another_name(it, newest)


def payee_to_verify(it: Situation) -> Reasons:
    """There is a newest account, it is the contract party's, and who verifies it has not done so before.

    Source: call-back by two people (INV-15, SoD-6) [D].
    """
    newest = _newest_payee(it)
    yield from _of_another_name(it, newest)
    if any(
        party(row) == party(newest) and text_in(row, "checked_by") == it.actor.id for row in rows(it, "payee_checks")
    ):
        yield Refusal("payee.verified_by_actor", "payees")


def payee_added(it: Situation) -> Reasons:
    """A changed account is a row of its own below those before, which stay as they were.

    Source: earlier accounts are kept (INV-15) [D].
    """
    before, table = lines_of(it.case.data, "payees"), rows(it, "payees")
    if table[: len(before)] != before or len(table) == len(before):
        yield Refusal("payee.not_added", "payees")
    yield from _of_another_name(it, _newest_payee(it))


def _newest_payee(it: Situation) -> Row:
    table = rows(it, "payees")
    return table[-1] if table else {}


def _of_another_name(it: Situation, payee: Row) -> Reasons:
    if text_in(payee, "payee_name") != word(it, "supplier"):
        yield Refusal("payee.other_name", "payees", {"supplier": word(it, "supplier") or "-"})


def payee_checked(it: Situation) -> Json:
    """Give the verifications of accounts with that of whoever acts: of the newest account, today."""
    newest = _newest_payee(it)
    told = {name: text_in(newest, name) for name in ("payee_name", "credit_code", "bank_account")}
    check: dict[str, Json] = {**told, "checked_on": today(it).isoformat(), "checked_by": it.actor.id}
    return [*map(dict, rows(it, "payee_checks")), check]


def encumbrance_available(it: Situation) -> Reasons:
    """The split makes the price, and every line and source has so much free budget, by the ledger.

    Source: contracts within the approved budget, Budget Law §13 [V].
    """
    shares = shares_of(rows(it, "shares"))
    if sum(share.amount for share in shares) != number(it, "amount"):
        yield Refusal("contract.shares", "shares", {"sum": yuan(sum(share.amount for share in shares))})
    books = Books(it.facts.balances(word(it, "project")))

    def is_short(row: Row) -> bool:
        (one,) = shares_of([row])
        return one.amount > books.amount(FREE, PRE_ENCUMBERED, source=one.source, year=one.year, line=one.line)

    yield from complain("contract.no_budget", "shares", lines_where(rows(it, "shares"), is_short))


def bond_le_10(it: Situation) -> Reasons:
    """The performance bond is at most ten percent, and letters of guarantee are accepted.

    Source: Procurement Regulations §48 [V].
    """
    percent = papers_of(it).policy().number("contract.bond_max_percent")
    if number(it, "bond_percent") > percent:
        yield Refusal("contract.bond", "bond_percent", {"percent": percent})
    if number(it, "bond_percent") and it.data.get("bond_letter") is not True:
        yield Refusal("contract.bond_letter", "bond_letter")


def minutes_if_over_limit(it: Situation, arguments: Mapping[str, Json]) -> Reasons:
    """From the single-person limit on, a meeting with quorum has decided, with minutes of today or before.

    Source: collective decision above the limit (INV-17) [D].
    """
    limit = papers_of(it).policy().number("payment.single_person_max_fen")
    if number(it, str(arguments["amount"])) >= limit:
        yield from decided_together(it, arguments)


def in_time(it: Situation, arguments: Mapping[str, Json]) -> Reasons:
    """Something was done within the period of a policy, or the reason for being late is written.

    Source: Procurement Law §46 sign in 30 days, §47 file in 7 working days, Procurement Regulations §50
    publish in 2 [V].
    """
    since, done = day(it, str(arguments["since"])), day(it, str(arguments["done"]))
    reason = word(it, str(arguments["reason"]))
    limit = papers_of(it).policy().number(str(arguments["policy"]))
    if since is None:
        return
    if done is None or done > today(it):
        yield Refusal("contract.not_done", str(arguments["done"]))
        return
    counting = arguments["counting"]
    days = working_days(it, since, done) if counting == "working" else (done - since).days
    if days > limit and not reason:
        yield Refusal("contract.late", str(arguments["done"]), {"days": days, "limit": limit})


def warranty_over(it: Situation) -> Reasons:
    """The warranty's months have passed since the last acceptance.

    Source: warranty by the contract (K-14) [D].
    """
    ends = warranty_ends_on(it.data)
    if ends is None or today(it) < ends:
        yield Refusal("contract.in_warranty", it.case.state, {"until": str(ends or "-")})


def no_open_claim(it: Situation) -> Reasons:
    """No breach and no refund of the contract is open.

    Source: claims are settled before a contract is closed [D].
    """
    papers = papers_of(it)
    for kind in (BREACH, REFUND):
        for paper in papers.of(kind):
            if text_in(paper.data, "contract") == it.case.code and paper.state not in SETTLED:
                yield Refusal("contract.open_claim", paper.code)


def retention_paid(it: Situation) -> Reasons:
    """Nothing is held back and nothing is owed under the contract, by the ledger.

    Source: retention is released or forfeited (INV-25) [D].
    """
    books = Books(it.facts.balances(word(it, "project")))
    left = books.amount(RETENTION, PAYABLE, contract=it.case.code)
    if left:
        yield Refusal("contract.still_owed", it.case.code, {"left": yuan(left)})


def clause_cited(it: Situation) -> Reasons:
    """The breach names a contract of the project and a clause that stands in it.

    Source: Civil Code §563, §585: notice and penalty by the agreement [K].
    """
    contract = papers_of(it).one(word(it, "contract"))
    if (
        contract is None
        or contract.case.definition != CONTRACT
        or text_in(contract.data, "project") != word(it, "project")
    ):
        yield Refusal("breach.no_contract", "contract")
        return
    written = {text_in(row, "check") for row in contract.lines("clauses") if text_in(row, "result") == "present"}
    if word(it, "clause") not in written:
        yield Refusal("breach.no_clause", "clause", {"contract": contract.code})


def penalty_computed(it: Situation) -> Reasons:
    """The penalty follows from base, rate, days and cap, within the contract; far above the loss it is argued.

    Source: Civil Code §585; Interpretation of the Contract Book §65: above 130 % of the loss is normally too high [V].
    """
    papers = papers_of(it)
    contract = papers.one(word(it, "contract"))
    worth = number_in(contract.data, "amount") if contract else 0
    penalty, loss = number(it, "penalty"), number(it, "loss")
    if not penalty:
        yield Refusal("breach.no_penalty", "penalty")
    if number(it, "base") > worth:
        yield Refusal("breach.base", "base", {"amount": yuan(worth)})
    percent = papers.policy().number("breach.penalty_of_loss_percent")
    if exceeds(penalty, percent, loss) and not filled(it, "loss_reason"):
        yield Refusal(
            "breach.above_loss", "loss_reason", {"percent": percent, "limit": yuan(loss * percent // PERCENT)}
        )


def claim_settled(it: Situation) -> Reasons:
    """The penalty has been received or set off to the last fen, by the ledger.

    Source: executed when the claim is nil (INV-26) [D].
    """
    left = Books(it.facts.balances(word(it, "project"))).amount(DUE_FROM_SUPPLIER, payment=it.case.code)
    if left:
        yield Refusal("breach.still_due", it.case.code, {"left": yuan(left)})


RECKONINGS = (
    Reckoning("payee_checked", payee_checked, frozenset({FieldType.TABLE}), "the verifications, and this one"),
)
"""Values that no one types."""

ENTRIES = (
    entry_with(clauses_ok, table="field"),
    entry_with(minutes_if_over_limit, amount="field", **HELD),
    entry_with(in_time, since="field", done="field", reason="field", policy="text", counting="working|natural"),
    *map(
        entry,
        (
            contract_terms,
            procurement_ok,
            payee_verified,
            payee_to_verify,
            payee_added,
            encumbrance_available,
            bond_le_10,
            warranty_over,
            no_open_claim,
            retention_paid,
            clause_cited,
            penalty_computed,
            claim_settled,
        ),
    ),
)
