"""The papers of a project, read from its cases: what the ledger's rules know besides the ledger.

An act under judgement is read as it would leave its case: with the form's data, in the state it leads to, decided by
its actor. Everything else is as it was last committed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from engine.calendar import add_months
from engine.case import Case, Mark
from engine.facts import Facts
from engine.refusal import Refusal, Refused
from engine.situation import Situation
from workflows.funds.books import Books
from workflows.funds.chart import DUE_FROM_SUPPLIER
from workflows.funds.policy import Policy
from workflows.funds.shares import Share
from workflows.funds.terms import (
    BankAccount,
    Budget,
    Contract,
    Dossier,
    Line,
    Milestone,
    Party,
    PayeeVersion,
    Payment,
    Source,
    SourceKind,
)
from workflows.guards.reading import Row, day_in, lines_in, number_in, text_in, today
from workflows.meetings import held_on
from workflows.screening.studies import estimate_on_record

PROJECT = "township-project"
BUDGET, ADJUSTMENT = "budget", "budget-adjustment"
CONTRACT, PAYMENT, REFUND, BREACH, RECEIPT = "contract", "payment", "refund", "breach", "receipt"
ACCOUNT, BANK_LINE = "special-account", "bank-line"
RED_FLAG, STANDING = "red-flag", frozenset({"explaining", "deciding", "upheld"})
"""The procedure of flags that were found at night, and its states in which nothing was settled."""

SOURCES: Mapping[str, SourceKind] = {
    "grant": SourceKind.GRANT,
    "private-capital": SourceKind.PRIVATE,
    "policy-loan": SourceKind.LOAN,
    "special-bond": SourceKind.BOND,
    "own-funds": SourceKind.FISCAL,
}
"""The five ways to money, by the key of their definition."""

ORDERED = frozenset({"released", "paid", "reconciled", "failed"})
"""States of a payment between its order to the bank and the moment that the order is taken back."""

PAID = frozenset({"paid", "reconciled"})
"""States of a payment whose money has gone out."""

BINDING = frozenset({"signed", "performing", "amending", "warranty"})
"""States of a contract in which work or money under it may still come."""

IN_FORCE = BINDING | {"closed"}
"""States of a contract that both sides keep, or have kept to its end."""

VERIFIERS_MIN = 2
"""So many people verify an account before it is paid to (INV-15) [D]."""

IN_EFFECT = frozenset({"effective", "signed", "drawing", "repaid", "issued", "using", "matured"})
"""States of a source in which its money is bound."""


@dataclass(frozen=True, slots=True)
class Paper:
    """One case as a rule reads it."""

    case: Case
    state: str
    data: Row
    actors: Mapping[str, Mark]

    @property
    def code(self) -> str:
        """The case's code, by which others refer to it."""
        return self.case.code

    def lines(self, field: str) -> list[Row]:
        """Give the rows of a table, none when it is empty."""
        return lines_of(self.data, field)

    def actor(self, step: str) -> str | None:
        """Give who last took `state.action`."""
        mark = self.actors.get(step)
        return mark.user if mark is not None else None


def lines_of(data: Row, field: str) -> list[Row]:
    """Give the rows of a table in some data, none when it is empty."""
    return lines_in(data.get(field))


def shares_of(table: list[Row]) -> tuple[Share, ...]:
    """Read shares from a table with the columns source, year, line and amount."""
    return tuple(
        Share(text_in(row, "source"), number_in(row, "year"), text_in(row, "line"), number_in(row, "amount"))
        for row in table
    )


class Papers:
    """All papers of one project as an act would leave them; each kind is read once."""

    __slots__ = ("_it", "_known", "_target", "project")

    def __init__(self, it: Situation, project: str, target: str | None = None) -> None:
        """Look at a project from the case under judgement, which the act leads to `target` (None: nowhere yet)."""
        self.project = project
        self._it = it
        self._target = target
        self._known: dict[str, tuple[Paper, ...]] = {}

    def of(self, definition: str) -> tuple[Paper, ...]:
        """Give the project's papers of a kind, oldest first."""
        if definition not in self._known:
            peers = self._it.facts.peers(definition, "project", self.project)
            self._known[definition] = tuple(self._paper(case) for case in peers)
        return self._known[definition]

    def one(self, code: str) -> Paper | None:
        """Give any paper by its code."""
        if code == self._it.case.code:
            return self._paper(self._it.case)
        case = self._it.facts.case(code) if code else None
        return None if case is None else self._paper(case)

    def _paper(self, case: Case) -> Paper:
        it = self._it
        if case.id != it.case.id:
            return Paper(case, case.state, case.data, case.actors)
        actors = dict(it.case.actors)
        if it.action is not None and self._target is not None:
            actors[f"{it.case.state}.{it.action.name}"] = Mark(it.actor.id, it.now)
        return Paper(it.case, self._target or it.case.state, it.data, actors)

    @property
    def local_day(self) -> date:
        """The day of the act."""
        return today(self._it)

    def local(self, at: datetime) -> datetime:
        """Give a moment as the clocks of the county show it."""
        return at.astimezone(self._it.facts.calendar(self._it.definition.calendar).zone)

    def day_of(self, paper: Paper, step: str) -> date | None:
        """Give the local day on which a step was last taken."""
        mark = paper.actors.get(step)
        calendar = self._it.facts.calendar(self._it.definition.calendar)
        return calendar.local_day(mark.at) if mark is not None else None

    def estimate(self, project: Paper) -> int:
        """Give what the budget of the project is measured by, in fen."""
        return estimate_on_record(self._it.facts, project.case, project.data)

    def policy(self) -> Policy:
        """Give the policy values of the day."""
        return Policy(self._it.facts.policy, self.local_day)


def dossier(papers: Papers) -> Dossier:
    """Put a project's papers together; raises `Refused` when there is no such project."""
    project = papers.one(papers.project)
    if project is None or project.case.definition != PROJECT:
        raise Refused(Refusal("funds.no_project", where=papers.project or "-"))
    payments = {paper.code: _payment(papers, paper) for paper in papers.of(PAYMENT)}
    banks = {text_in(paper.data, "bank") for paper in (*papers.of(PAYMENT), *papers.of(RECEIPT))}
    accounts = (papers.one(code) for code in sorted(banks) if code)
    return Dossier(
        project=project.code,
        state=project.state,
        budget=budget(papers, project),
        sources={source.code: source for source in sources(papers)},
        contracts={paper.code: contract(paper) for paper in papers.of(CONTRACT)},
        banks={one.code: BankAccount(one.code, text_in(one.data, "kind"), one.state) for one in accounts if one},
        payments=payments,
        closed_through=_closed_through(papers),
        reopened=_reopened(papers),
    )


def _closed_through(papers: Papers) -> date | None:
    value = papers.policy().lookup("funds.closed_through", papers.local_day)
    return date.fromisoformat(value) if isinstance(value, str) and value else None


def _reopened(papers: Papers) -> frozenset[int]:
    value = papers.policy().lookup("funds.reopened_years", papers.local_day)
    return frozenset(year for year in value if isinstance(year, int)) if isinstance(value, list) else frozenset()


def budget(papers: Papers, project: Paper) -> Budget | None:
    """Give the budget in force: the approved one with every adjustment that was applied; None before there is one."""
    approved = [paper for paper in papers.of(BUDGET) if paper.state == "approved"]
    if not approved:
        return None
    data = approved[-1].data
    shares = list(shares_of(lines_of(data, "approved_shares")))
    reviewed = lines_of(data, "approved_lines")
    categories = {text_in(row, "line"): text_in(row, "category") for row in reviewed}
    costs = {text_in(row, "line"): number_in(row, "cost") for row in reviewed}
    is_raised = False
    for paper in papers.of(ADJUSTMENT):
        if paper.state == "applied":
            _adjust(shares, paper)
            is_raised = is_raised or "lead_review" in paper.case.visits
            categories |= {text_in(row, "line"): text_in(row, "category") for row in paper.lines("to_lines")}
            for table, sign in (("from_lines", -1), ("to_lines", 1)):
                for change in shares_of(paper.lines(table)):
                    costs[change.line] = costs.get(change.line, 0) + sign * change.amount
    return Budget(
        total=sum(share.amount for share in shares),
        lines=tuple(Line(line, categories.get(line, ""), cost) for line, cost in costs.items()),
        shares=tuple(share for share in shares if share.amount),
        estimate=papers.estimate(project),
        ceiling=number_in(data, "ceiling"),
        is_raised=is_raised,
    )


def _adjust(shares: list[Share], paper: Paper) -> None:
    """Take away and add what an applied adjustment says, share by share."""
    for table, sign in (("from_lines", -1), ("to_lines", 1)):
        for change in shares_of(paper.lines(table)):
            index = next((place for place, one in enumerate(shares) if _is_same(one, change)), None)
            old = shares[index].amount if index is not None else 0
            new = Share(change.source, change.year, change.line, old + sign * change.amount)
            if index is None:
                shares.append(new)
            else:
                shares[index] = new


def _is_same(one: Share, other: Share) -> bool:
    return (one.source, one.year, one.line) == (other.source, other.year, other.line)


def sources(papers: Papers) -> Iterator[Source]:
    """Give the funding sources in effect."""
    for definition, kind in SOURCES.items():
        for paper in papers.of(definition):
            if paper.state in IN_EFFECT:
                yield source(paper, kind)


def source(paper: Paper, kind: SourceKind) -> Source:
    """Read one funding source."""
    eligible = paper.data.get("eligible")
    own_kind = text_in(paper.data, "source_kind")
    return Source(
        code=paper.code,
        kind=SourceKind(own_kind) if own_kind in ("donation", "operator") else kind,
        amount=number_in(paper.data, "amount"),
        document=text_in(paper.data, "document"),
        eligible=frozenset(map(str, eligible)) if isinstance(eligible, list) else frozenset(),
        expires_year=number_in(paper.data, "expires_year") or None,
        is_pro_rata=number_in(paper.data, "own_share_percent") > 0,
        borrower=text_in(paper.data, "borrower_kind"),
    )


def contract(paper: Paper) -> Contract:
    """Read a contract with its supplements, verified payees and accepted milestones."""
    accepted = {text_in(row, "milestone"): day_in(row, "accepted_on") for row in paper.lines("acceptances")}
    return Contract(
        code=paper.code,
        state=paper.state,
        original=number_in(paper.data, "amount"),
        payees=verified_payees(paper.data),
        milestones=tuple(
            Milestone(text_in(row, "milestone"), number_in(row, "amount"), accepted.get(text_in(row, "milestone")))
            for row in paper.lines("milestones")
        ),
        supplements=tuple(signed_amount(row) for row in signed_supplements(paper.data)),
        advance_cap=number_in(paper.data, "advance_max"),
        signed_on=day_in(paper.data, "signed_on"),
    )


def warranty_ends_on(contract: Row) -> date | None:
    """Give the day on which a contract's warranty is over: so many months after the last acceptance."""
    accepted = [on for row in lines_of(contract, "acceptances") if (on := day_in(row, "accepted_on"))]
    return add_months(max(accepted), number_in(contract, "warranty_months")) if accepted else None


def signed_supplements(data: Row) -> list[Row]:
    """Give the supplements that are in force: one that is still negotiated has no day of signing."""
    return [row for row in lines_of(data, "supplements") if day_in(row, "signed_on")]


def signed_amount(row: Row) -> int:
    """Give what a supplement adds to the price, in fen; below zero where it takes away."""
    return -number_in(row, "amount") if text_in(row, "direction") == "less" else number_in(row, "amount")


def set_off(papers: Papers, claim: str) -> int:
    """Give what orders to the bank have taken off for a claim, in fen; an order that failed for good took nothing."""
    orders = (paper for paper in papers.of(PAYMENT) if paper.state in ORDERED)
    rows = (row for paper in orders for row in paper.lines("deductions") if text_in(row, "claim") == claim)
    return sum(number_in(row, "amount") for row in rows)


def booked_proceeds(papers: Papers, books: Books, breach: Paper) -> int:
    """Give what the books have as money that came in for a penalty, in fen: what is settled and was not set off."""
    settled = number_in(breach.data, "penalty") - books.amount(DUE_FROM_SUPPLIER, payment=breach.code)
    return settled - set_off(papers, breach.code)


def verified_payees(data: Row) -> tuple[PayeeVersion, ...]:
    """Give the accounts of a contract that two people have verified, in the order in which they came into use.

    The system writes down each verification (`payee_checks`); contracts of older versions have day and names in the row
    of the account itself.
    """
    typed = [_typed(row, on) for row in lines_of(data, "payees") if (on := day_in(row, "verified_on"))]
    checks: dict[Party, dict[str, date]] = {}
    for row in lines_of(data, "payee_checks"):
        on, who = day_in(row, "checked_on"), text_in(row, "checked_by")
        if on is not None and who:
            checks.setdefault(party(row), {}).setdefault(who, on)
    verified = [
        PayeeVersion(payee, sorted(days.values())[VERIFIERS_MIN - 1], frozenset(days))
        for payee, days in checks.items()
        if len(days) >= VERIFIERS_MIN
    ]
    return tuple(sorted([*typed, *verified], key=lambda version: version.verified_on))


def _typed(row: Row, on: date) -> PayeeVersion:
    return PayeeVersion(party(row), on, frozenset({text_in(row, "first_by"), text_in(row, "second_by")} - {""}))


def party(row: Row) -> Party:
    """Read who is paid."""
    return Party(text_in(row, "payee_name"), text_in(row, "credit_code"), text_in(row, "bank_account"))


def _payment(papers: Papers, paper: Paper) -> Payment:
    return Payment(
        code=paper.code,
        state=paper.state,
        contract=text_in(paper.data, "contract"),
        milestone=text_in(paper.data, "milestone"),
        amount=number_in(paper.data, "amount"),
        party=party(paper.data),
        creator=paper.case.initiator,
        checker=paper.actor("twp_fin_check.pass"),
        approver=paper.actor("twp_approve.approve"),
        releaser=paper.actor("fin_pay_check.release"),
        payer=paper.actor("released.pay"),
        approved_on=papers.day_of(paper, "twp_approve.approve"),
        released_on=papers.day_of(paper, "fin_pay_check.release"),
        minutes_on=_minutes_on(papers, paper),
        is_clearance=paper.data.get("is_clearance") is True,
    )


def _minutes_on(papers: Papers, payment: Paper) -> date | None:
    """Give the day of the meeting that decided on a payment: the one it names, or one that was typed with minutes."""
    named = text_in(payment.data, "meeting")
    if named:
        meeting = papers.one(named)
        return held_on(meeting.case, payment.code, "payment") if meeting is not None else None
    typed = payment.lines("meetings")
    return day_in(typed[-1], "held_on") if typed and payment.data.get("minutes") else None


def standing_flags(facts: Facts, project: str) -> list[tuple[str, str]]:
    """Give code and rule (`RF-12`) of the hard red flags of a project that are neither released nor put right."""
    return [
        (flag.code, text_in(flag.data, "rule").upper().replace("_", "-"))
        for flag in facts.peers(RED_FLAG, "project", project)
        if flag.state in STANDING and text_in(flag.data, "level") == "hard"
    ]
