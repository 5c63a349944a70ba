"""Guards of payments: red flags, contract, account, invoices, balances, people; all from the ledger and the papers."""

from collections.abc import Iterator

from engine.places import unit_in
from engine.refusal import Refusal
from engine.situation import Situation
from workflows.funds.books import Books
from workflows.funds.chart import BANK, ENCUMBERED, IN_TRANSIT, RESERVED
from workflows.funds.flags import PAYMENT as AT_PAYMENT
from workflows.funds.flags import Hit, Level, Scene, find, held
from workflows.funds.flags.county import paid_by
from workflows.funds.flags.insiders import insiders
from workflows.funds.flags.reading import evidence, order
from workflows.funds.flags.scene import Order
from workflows.funds.movements.paying import RETENTION_MILESTONE
from workflows.funds.papers import CONTRACT, PAYMENT, contract, dossier, party, shares_of, standing_flags
from workflows.funds.shares import by_source
from workflows.guards.budget import papers_of
from workflows.guards.reading import (
    Reasons,
    actor_holds,
    entry,
    filled,
    number,
    rows,
    sum_of,
    text_in,
    today,
    word,
    working_days,
    yuan,
)
from workflows.progress import PERCENT, Course

IN_FORCE = frozenset({"performing", "amending", "warranty"})
SUPERVISED_TIERS = frozenset({"T3", "T4"})


def pay_checks_no_block(it: Situation) -> Reasons:
    """No red flag of the kind that blocks stands against the payment.

    Source: red-flag rules RF-01 to RF-35, blocks can not be released [D]; each rule cites its law in funds/flags.
    """
    yield from _told(hit for hit in find(scene(it), AT_PAYMENT) if hit.level is Level.BLOCK)


def no_unreleased_hard(it: Situation) -> Reasons:
    """Every hard red flag has been released by the head of finance with a reason, and no block stands.

    A release is for the request as it was then: one that was sent back and asked for anew is looked at anew. Flags
    found at night stand in the way until they are released, or until what was upheld is put right.

    Source: hard flags need the head of finance [D].
    """
    for code, rule in standing_flags(it.facts, word(it, "project")):
        yield Refusal("payment.red_flag", code, {"rule": rule})
    yield from _told(held(find(scene(it), AT_PAYMENT), _released(it)))


def _released(it: Situation) -> set[str]:
    """Give the keys of the hits that were released since the payment was last asked for, or tried again."""
    marks = it.case.actors
    release = marks.get("fin_pay_check.release_flags")
    asked = [marks[step].at for step in ("drafting.submit", "failed.retry") if step in marks]
    if release is None or any(at > release.at for at in asked):
        return set()
    return {text_in(row, "key") for row in rows(it, "releases") if text_in(row, "reason")}


def _told(hits: Iterator[Hit]) -> Reasons:
    for hit in hits:
        yield Refusal("flag." + hit.rule.lower().replace("-", "_"), hit.where, dict(hit.figures))


def scene(it: Situation) -> Scene:
    """Put together what the red-flag rules look at for the payment under judgement."""
    papers = papers_of(it)
    paper, project = papers.one(it.case.code), papers.one(papers.project)
    agreed = papers.one(word(it, "contract"))
    others = [one for one in papers.of(PAYMENT) if one.code != it.case.code]
    township = unit_in("item.township", it.case, it.facts)
    assert paper is not None
    course, progress = _course(it), _progress(it)
    return Scene(
        on=today(it),
        policy=papers.policy(),
        working_days=lambda first, last: working_days(it, first, last),
        order=order(papers, paper, progress, it.now),
        contract=contract(agreed) if agreed else None,
        dossier=dossier(papers),
        books=Books(it.facts.balances(papers.project)),
        buyer=township.name if township else "",
        orders=tuple(order(papers, one, progress, it.now) for one in others),
        elsewhere=tuple(_elsewhere(it)),
        insiders=insiders(papers.policy(), [text_in(paper.data, "bank_account")], (), papers.project),
        approved_on=papers.day_of(project, "approval_decide.activate") if project else None,
        started_on=papers.day_of(project, "approved.start") if project else None,
        evidence=tuple(dict.fromkeys(evidence(it.facts, course))) if course is not None else (),
    )


def _elsewhere(it: Situation) -> Iterator[Order]:
    """Give the payments to the same payee under contracts of other projects."""
    for agreed in it.facts.peers(CONTRACT, "supplier", word(it, "payee_name")):
        if text_in(agreed.data, "project") != word(it, "project"):
            yield from map(paid_by, it.facts.peers(PAYMENT, "contract", agreed.code))


def _course(it: Situation) -> Course | None:
    """Give the plan and the reports of the payment's project."""
    project = it.facts.case(word(it, "project"))
    return Course(project, it.facts, today(it)) if project is not None else None


def _progress(it: Situation) -> int | None:
    """Give the project's progress in percent by its accepted reports; None when there is none."""
    course = _course(it)
    return int(course.actual() * PERCENT) if course is not None and course.is_told else None


def contract_in_force(it: Situation) -> Reasons:
    """The contract is the project's, signed and filed, and not suspended or over.

    Source: no payment without a contract in force (INV-18) [D].
    """
    agreed = papers_of(it).one(word(it, "contract"))
    if agreed is None or agreed.state not in IN_FORCE or text_in(agreed.data, "project") != word(it, "project"):
        yield Refusal("payment.contract", "contract", {"state": agreed.state if agreed else "-"})


def payee_of_contract(it: Situation) -> Reasons:
    """Payee, credit code and account are the contract party's newest version, verified by two people.

    Source: payee = contract party on the day of release (INV-15) [D].
    """
    agreed = papers_of(it).one(word(it, "contract"))
    version = contract(agreed).payee_on(today(it)) if agreed else None
    if version is None or version.party != party(it.data):
        yield Refusal("payment.payee", "bank_account")


def supervisor_named(it: Situation) -> Reasons:
    """From tier T3 on, the supervisor confirms the work.

    Source: supervision by tier [D].
    """
    papers = papers_of(it)
    project = papers.one(papers.project)
    if project and text_in(project.data, "tier") in SUPERVISED_TIERS and not filled(it, "supervisor"):
        yield Refusal("payment.supervisor", "supervisor")


def invoice_verified(it: Situation) -> Reasons:
    """Valid invoices made out to the township cover the amount; each was verified, with its record.

    Source: Accounting Law: payments by original vouchers [V]; verification on the tax platform [D].
    """
    used = sum_of(rows(it, "invoices"), "used")
    if used != number(it, "amount") and word(it, "milestone") != RETENTION_MILESTONE:
        yield Refusal("payment.invoices", "invoices", {"used": yuan(used), "amount": yuan(number(it, "amount"))})
    if rows(it, "invoices") and not filled(it, "verification"):
        yield Refusal("paper.missing", "verification")
    yield from _told(
        hit for hit in find(scene(it), AT_PAYMENT) if hit.rule in ("RF-03", "RF-04") and hit.level is Level.BLOCK
    )


def within_balance(it: Situation) -> Reasons:
    """Every share is within what the contract has of that line and source, by the ledger.

    Source: paid by budget, procedure and progress, Budget Law Regulations §57 [V].
    """
    books = Books(it.facts.balances(word(it, "project")))
    for one in shares_of(rows(it, "shares")):
        place: dict[str, str | int] = {"source": one.source, "year": one.year, "line": one.line}
        bound = books.amount(ENCUMBERED, contract=word(it, "contract"), **place)
        left = bound + books.amount(RESERVED, payment=it.case.code, **place)
        if one.amount > left:
            yield Refusal("payment.over_balance", f"{one.source}/{one.line}", {"left": yuan(left)})


def cash_there(it: Situation) -> Reasons:
    """The sub-ledger of each source has the money, orders under way taken off, by the ledger.

    Source: no borrowing between projects or sources (INV-09) [D].
    """
    books, bank = Books(it.facts.balances(word(it, "project"))), word(it, "bank")
    for source, amount in by_source(shares_of(rows(it, "shares"))).items():
        there = books.amount(BANK, source=source, bank=bank)
        ordered = books.amount(IN_TRANSIT, source=source, bank=bank)
        if amount > there - ordered:
            yield Refusal("payment.no_cash", source, {"there": yuan(there - ordered)})


def payment_authority(it: Situation) -> Reasons:
    """Below the leader's limit the leader in charge decides, above it the mayor (with minutes from the next limit on).

    Source: limits of approval [D].
    """
    limit = papers_of(it).policy().number("payment.leader_max_fen")
    is_leader, is_mayor = (actor_holds(it, role, "township") for role in ("twp_leader", "twp_mayor"))
    if not (is_mayor or (is_leader and number(it, "amount") < limit)):
        yield Refusal("payment.authority", "amount", {"limit": yuan(limit)})


ENTRIES = tuple(
    map(
        entry,
        (
            pay_checks_no_block,
            no_unreleased_hard,
            contract_in_force,
            payee_of_contract,
            supervisor_named,
            invoice_verified,
            within_balance,
            cash_there,
            payment_authority,
        ),
    )
)
