"""What the red-flag rules look at, read from cases: payments, deals, cost lines, transfers, evidence, months, grants.

Not read: what a picture looks like and where it was taken (RF-26 finds the same bytes only: a likeness needs a decoder
of pictures, and what a telephone writes into them anybody can write), quantities delivered of a line (RF-10: contracts
are accepted by milestone, not by line), devices (RF-32: a record says who acted, and a county behind one address would
strike every day).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

from engine.case import Case
from engine.facts import Facts
from workflows.funds.flags import NIGHT, Hit, find
from workflows.funds.flags.insiders import insiders
from workflows.funds.flags.scene import Change, Cost, Deal, Evidence, Grant, Month, Order, Scene, Step, Transfer
from workflows.funds.invoices import invoices
from workflows.funds.papers import (
    ACCOUNT,
    BANK_LINE,
    CONTRACT,
    PAYMENT,
    RECEIPT,
    Paper,
    Papers,
    contract,
    dossier,
    lines_of,
    party,
    shares_of,
)
from workflows.funds.tracing import Trail
from workflows.guards.reading import Row, day_in, number_in, text_in
from workflows.progress import APPROVALS, CALENDAR, CHANGE, PERCENT, Course, verified, weighted

OPEN = frozenset(
    {
        *("supervisor_check", "twp_fin_check", "twp_approve", "fin_pay_check", "held", "released"),
        *("paid", "reconciled", "failed"),
    }
)
"""States of a payment that counts beside others: asked for and not refused."""

OUT_OF_FORCE = frozenset({"terminated", "void"})
GRANT, AWARDED = "grant", frozenset({"awarded", "effective"})
SEATED = "active"


def order(papers: Papers, paper: Paper, progress: int | None, now: datetime) -> Order:
    """Read a payment. `progress`: the project's verified progress in percent; None when it is not known."""
    agreed = papers.one(text_in(paper.data, "contract"))
    accepted = contract(agreed).milestone(text_in(paper.data, "milestone")) if agreed else None
    asked = paper.actors.get("drafting.submit")
    return Order(
        code=paper.code,
        contract=text_in(paper.data, "contract"),
        milestone=text_in(paper.data, "milestone"),
        party=party(paper.data),
        amount=number_in(paper.data, "amount"),
        asked_at=papers.local(asked.at if asked else now),
        lines=frozenset(share.line for share in shares_of(lines_of(paper.data, "shares"))),
        invoices=tuple(invoices(paper.data)),
        proof_on=accepted.accepted_on if accepted else None,
        progress_percent=progress,
        is_open=paper.state in OPEN,
        steps=tuple(Step(mark.user, papers.local(mark.at)) for name, mark in paper.actors.items() if "." in name),
    )


def deal(case: Case, year: int, data: Row) -> Deal:
    """Read a contract or purchase."""
    return Deal(
        case.code,
        case.unit,
        text_in(data, "subject"),
        year,
        text_in(data, "title") or text_in(data, "supplier"),
        number_in(data, "amount"),
        text_in(data, "supplier"),
        number_in(data, "price_limit"),
        number_in(data, "bidders"),
        text_in(data, "terms"),
    )


def evidence(facts: Facts, course: Course) -> Iterator[Evidence]:
    """Give the evidence of a project's reports, and whatever other project handed in the very same files."""
    own = course.project.code
    for report in course.reports:
        milestones = {text_in(row, "file"): text_in(row, "milestone") for row in lines_of(report.data, "proofs")}
        for file in lines_of(report.data, "evidence"):
            digest = text_in(file, "digest")
            yield Evidence(own, milestones.get(text_in(file, "name"), report.code), digest)
            others = (facts.case(code) for code in facts.holders_of(digest))
            yield from (
                Evidence(text_in(other.data, "project") or other.code, other.code, digest)
                for other in others
                if other is not None and text_in(other.data, "project") not in ("", own)
            )


@dataclass(frozen=True, slots=True)
class County:
    """What lies beside a project in the whole county: every deal, every cost line that is being paid for."""

    deals: tuple[Deal, ...]
    costs: tuple[Cost, ...]


def county(contracts: Sequence[Case], budgets: Sequence[Case], projects: Sequence[Case]) -> County:
    """Read the contracts in force, the budgets approved, and the assets registered."""
    deals = tuple(deal(one, one.opened_at.year, one.data) for one in contracts if one.state not in OUT_OF_FORCE)
    lines = [cost for one in budgets if one.state == "approved" for cost in _costs(one)]
    return County(deals, (*lines, *(asset for one in projects for asset in _assets(one))))


def _costs(budget: Case) -> Iterator[Cost]:
    for row in lines_of(budget.data, "approved_lines"):
        yield Cost(
            text_in(budget.data, "project"),
            text_in(row, "line"),
            text_in(row, "category"),
            text_in(row, "content"),
            number_in(row, "unit_price"),
            number_in(row, "market_price"),
        )


def _assets(project: Case) -> Iterator[Cost]:
    for place, row in enumerate(lines_of(project.data, "assets"), 1):
        serials = frozenset(filter(None, [text_in(row, "card_number")]))
        yield Cost(project.code, f"assets[{place}]", text_in(row, "kind"), "", serials=serials)


@dataclass(frozen=True, slots=True)
class Night:
    """One project as the nightly rules look at it."""

    papers: Papers
    project: Case
    facts: Facts
    now: datetime
    around: County
    trail: Trail

    def hits(self) -> tuple[Hit, ...]:
        """Ask every nightly rule: once over the project, and over each contract what is asked of contracts."""
        whole = self.scene()
        found = {hit.key: hit for hit in find(whole, NIGHT)}
        for paper in self.papers.of(CONTRACT):
            works = tuple(
                (f"{paper.code}/{text_in(row, 'milestone')}", day)
                for row in lines_of(paper.data, "acceptances")
                if (day := day_in(row, "accepted_on")) is not None
            )
            one = replace(whole, contract=contract(paper), works=works, trail=Trail(), transfers=(), orders=())
            found |= {hit.key: hit for hit in find(one, NIGHT)}
        return tuple(found[key] for key in sorted(found) if self._is_ours(found[key]))

    def _is_ours(self, hit: Hit) -> bool:
        """Say whether a hit over the county is about this project: its supplier, its cost lines, its equipment."""
        if hit.rule == "RF-22":
            suppliers = {text_in(one.data, "supplier") for one in self.papers.of(CONTRACT)}
            return hit.where.partition("/")[2] in suppliers
        if hit.rule == "RF-34":
            return self.project.code in (hit.figures.get("project"), hit.where.partition("/")[0])
        return True

    def scene(self) -> Scene:
        """Put together what the rules look at."""
        papers, today = self.papers, self.papers.local_day
        course = Course(self.project, self.facts, today)
        progress = int(course.actual() * PERCENT) if course.is_told else None
        project = papers.one(self.project.code)
        assert project is not None
        payments = papers.of(PAYMENT)
        own, transfers = self._transfers()
        accounts = {party(one.data).bank_account for one in payments} | {one.target for one in transfers}
        judges = {text_in(row, "expert") for row in project.lines("panel_members") if row.get("standing") == SEATED}
        return Scene(
            on=today,
            policy=papers.policy(),
            working_days=course.calendar.working_days,
            dossier=dossier(papers),
            trail=self.trail,
            orders=tuple(order(papers, one, progress, self.now) for one in payments),
            deals=tuple(one for one in self.around.deals if one.unit == self.project.unit),
            costs=self.around.costs,
            transfers=transfers,
            insiders=insiders(papers.policy(), accounts, judges, self.project.code),
            evidence=tuple(dict.fromkeys(evidence(self.facts, course))),
            months=tuple(self._months(course)),
            changes=tuple(self._changes()),
            grants=tuple(self._grants()),
            own_accounts=own,
            approved_on=papers.day_of(project, "approval_decide.activate"),
            started_on=papers.day_of(project, "approved.start"),
            refusal_reasons=tuple(filter(None, (text_in(one.data, "hold_condition") for one in payments))),
        )

    def _transfers(self) -> tuple[frozenset[str], tuple[Transfer, ...]]:
        """Give the numbers of the project's accounts, and what their statements show; bank charges are none."""
        codes = {text_in(one.data, "bank") for one in (*self.papers.of(RECEIPT), *self.papers.of(PAYMENT))} - {""}
        banks = [bank for code in sorted(codes) if (bank := self.facts.case(code)) is not None]
        numbers = frozenset(text_in(bank.data, "account_number") for bank in banks if bank.definition == ACCOUNT)
        found: list[Transfer] = []
        for bank in banks:
            home = text_in(bank.data, "account_number")
            for line in self.facts.peers(BANK_LINE, "account", bank.code):
                on, other = day_in(line.data, "booked_on"), text_in(line.data, "counter_account")
                if on is None or line.state == "explained":
                    continue
                ends = (home, other) if line.data.get("direction") == "out" else (other, home)
                found.append(Transfer(*ends, number_in(line.data, "amount"), on, text_in(line.data, "matched_to")))
        return numbers, tuple(found)

    def _months(self, course: Course) -> Iterator[Month]:
        before: dict[str, int] = {}
        for report in course.reports:
            claimed = {
                text_in(row, "milestone"): number_in(row, "claimed") for row in lines_of(report.data, "milestones")
            }
            accepted = verified(report) if report.state == "accepted" else before
            is_done = any(accepted.get(name, 0) >= PERCENT > before.get(name, 0) for name in accepted)
            month = text_in(report.data, "month")
            yield Month(self.project.code, month, _share(course, claimed), _share(course, accepted), is_done)
            before = accepted

    def _changes(self) -> Iterator[Change]:
        """Give the changes: approved when, and carried out when, also by an amendment of a contract that names it."""
        amendments = [
            (text_in(row, "reason"), day)
            for paper in self.papers.of(CONTRACT)
            for row in lines_of(paper.data, "supplements")
            if (day := day_in(row, "signed_on")) is not None
        ]
        for paper in self.papers.of(CHANGE):
            approved = [day for step in APPROVALS if (day := self.papers.day_of(paper, step)) is not None]
            done = [day for reason, day in amendments if paper.code in reason]
            applied_on = day_in(paper.data, "applied_on")
            first = min([*done, *([applied_on] if applied_on is not None else [])], default=None)
            yield Change(paper.code, max(approved, default=None), first)

    def _grants(self) -> Iterator[Grant]:
        receipts = [one for one in self.papers.of(RECEIPT) if one.state == "posted"]
        for paper in self.papers.of(GRANT):
            since = paper.actors.get("superior_review.award")
            if paper.state in AWARDED and since is not None:
                days = [day_in(one.data, "received_on") for one in receipts if one.data.get("source") == paper.code]
                awarded_on = self.facts.calendar(CALENDAR).local_day(since.at)
                yield Grant(paper.code, awarded_on, min(filter(None, days), default=None))


def _share(course: Course, done: Mapping[str, int]) -> int:
    """Give the share of the plan that some percentages of its milestones come to, in percent."""
    whole = weighted(course.plan, lambda row: Fraction(done.get(text_in(row, "milestone"), 0), PERCENT))
    return int(whole * PERCENT)


WATCHED = frozenset(
    {
        *("plan_selected", "joint_review", "approval_decide"),
        *("approved", "implementing", "suspended", "prelim_acceptance", "prelim_rectify", "trial_run"),
        *("final_acceptance", "final_rectify", "settlement", "evaluating", "improving", "terminating"),
    }
)
"""States of a project whose money is looked at every night: from the plan on, when the first of it may come."""
