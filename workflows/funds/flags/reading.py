"""What the red-flag rules look at, read from cases: payments, deals, cost lines, transfers, evidence, months, grants.

What was delivered of a budget line is told in monthly reports (RF-10); what pictures look like and when they were taken
is seen by a job (RF-26), not where: anybody can write that. Browsers are known from signing in (RF-32).
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction

from engine.case import Case
from engine.events import Moved
from engine.facts import Facts
from workflows.funds.books import Books
from workflows.funds.chart import ENCUMBERED, PAYABLE, RESERVED, SPENT
from workflows.funds.flags import ASKED, DEAL, NIGHT, Hit, find
from workflows.funds.flags.county import OPEN, County, deal, township_of
from workflows.funds.flags.insiders import insiders
from workflows.funds.flags.scene import (
    Change,
    Cost,
    Evidence,
    Grant,
    Month,
    Order,
    Scene,
    Step,
    Transfer,
)
from workflows.funds.invoices import invoices
from workflows.funds.movements.paying import ADVANCE_MILESTONE
from workflows.funds.papers import (
    ACCOUNT,
    BANK_LINE,
    BINDING,
    CONTRACT,
    PAID,
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
from workflows.guards.reading import day_in, number_in, text_in
from workflows.progress import APPROVALS, CALENDAR, CHANGE, PERCENT, REPORT, Course, verified, weighted

GRANT, AWARDED = "grant", frozenset({"awarded", "effective"})
SEATED = "active"
SUPPLIERS = frozenset({"RF-19", "RF-21", "RF-22"})
"""Rules on what a supplier does all over the township."""

LARGE = frozenset({"large", "none"})
"""Sizes of suppliers whom the rules on small firms do not protect; who has declared none is protected [D]."""

REFUSING = frozenset({"hold", "refuse", "return"})
"""Actions on a payment with which somebody says why it is not paid now."""

GOODS = frozenset({"equipment"})
"""Categories of cost that come piece by piece and can be counted [D]."""


def order(papers: Papers, paper: Paper, progress: int | None, now: datetime) -> Order:
    """Read a payment. `progress`: the project's verified progress in percent; None when it is not known."""
    of = (text_in(paper.data, "contract"), text_in(paper.data, "milestone"))
    agreed, asked = papers.one(of[0]), paper.actors.get("drafting.submit")
    accepted = contract(agreed).milestone(of[1]) if agreed else None
    shares = shares_of(lines_of(paper.data, "shares"))
    return Order(
        paper.code,
        *of,
        party=party(paper.data),
        amount=number_in(paper.data, "amount"),
        asked_at=papers.local(asked.at if asked else now),
        lines=frozenset(share.line for share in shares),
        sources=frozenset(share.source for share in shares),
        invoices=tuple(invoices(paper.data)),
        proof_on=accepted.accepted_on if accepted else None,
        progress_percent=progress,
        is_open=paper.state in OPEN,
        is_paid=paper.state in PAID,
        paid_on=day_in(paper.data, "paid_on"),
        steps=tuple(Step(mark.user, papers.local(mark.at)) for name, mark in paper.actors.items() if "." in name),
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
class Night:
    """One project as the nightly rules look at it."""

    papers: Papers
    project: Case
    facts: Facts
    now: datetime
    around: County
    trail: Trail

    def hits(self) -> tuple[Hit, ...]:
        """Ask every nightly rule: over the project, and over each contract and payment what is asked of those."""
        whole = self.scene()
        found = {hit.key: hit for hit in (*find(whole, NIGHT), *self._of_contracts(whole), *self._of_payments(whole))}
        return tuple(found[key] for key in sorted(found) if self._is_ours(found[key]))

    def _of_contracts(self, whole: Scene) -> Iterator[Hit]:
        for paper in self.papers.of(CONTRACT):
            works = tuple(
                (f"{paper.code}/{text_in(row, 'milestone')}", day)
                for row in lines_of(paper.data, "acceptances")
                if (day := day_in(row, "accepted_on")) is not None
            )
            bare = replace(whole, trail=Trail(), transfers=(), orders=(), township=(), owed=())
            one = replace(bare, contract=contract(paper), works=works)
            yield from find(one, NIGHT)
            if paper.state in BINDING:
                yield from find(replace(one, deal=deal(paper.case, paper.case.opened_at.year, paper.data)), DEAL)

    def _of_payments(self, whole: Scene) -> Iterator[Hit]:
        for one in whole.orders:
            agreed = self.papers.one(one.contract)
            if one.is_open and agreed is not None:
                yield from find(replace(whole, order=one, contract=contract(agreed)), ASKED)

    def _is_ours(self, hit: Hit) -> bool:
        """Say whether a hit over township or county is about this project: its supplier, cost lines, equipment."""
        if hit.rule in SUPPLIERS:
            contracts = self.papers.of(CONTRACT)
            codes = (text_in(row, "credit_code") for one in contracts for row in lines_of(one.data, "payees"))
            return hit.where.rpartition("/")[2] in {*(text_in(one.data, "supplier") for one in contracts), *codes}
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
            orders=tuple(self._order(one, progress) for one in payments),
            elapsed_percent=_elapsed(course),
            deals=tuple(
                replace(one, unit=self._township)
                for one in self.around.deals
                if township_of(one.unit, self.facts) == self._township
            ),
            costs=tuple(self._costs(course)),
            transfers=transfers,
            insiders=insiders(papers.policy(), accounts, judges, self.project.code),
            evidence=tuple(dict.fromkeys(self._evidence(course))),
            months=tuple(self._months(course)),
            changes=tuple(self._changes()),
            grants=tuple(self._grants()),
            own_accounts=own,
            approved_on=papers.day_of(project, "approval_decide.activate"),
            started_on=papers.day_of(project, "approved.start"),
            refusal_reasons=tuple(reason for one in payments for reason in self._refused(one)),
            owed=tuple(self._owed(payments)),
            unit=self._township,
            township=tuple(self._habits()),
        )

    @property
    def _township(self) -> str:
        return township_of(self.project.unit, self.facts)

    def _habits(self) -> Iterator[Order]:
        """Give all payments of the township, whichever office and project asked for them."""
        for unit, payments in self.around.payments.items():
            if township_of(unit, self.facts) == self._township:
                yield from payments

    def _refused(self, payment: Paper) -> Iterator[str]:
        """Give what was said when a payment was held, sent back or refused: the condition, and each opinion."""
        if condition := text_in(payment.data, "hold_condition"):
            yield condition
        if any(name.partition(".")[2] in REFUSING for name in payment.case.times):
            for record in self.facts.history(payment.case.id):
                for event in record.events:
                    if isinstance(event, Moved) and event.action in REFUSING and event.comment:
                        yield event.comment

    def _owed(self, payments: tuple[Paper, ...]) -> Iterator[tuple[str, date]]:
        """Give accepted work of small firms that the books still owe and that nobody has asked payment for."""
        books = Books(self.facts.balances(self.project.code))
        asked = {
            (text_in(one.data, "contract"), text_in(one.data, "milestone")) for one in payments if one.state in OPEN
        }
        for paper in self.papers.of(CONTRACT):
            if text_in(paper.data, "supplier_size") in LARGE:
                continue
            for row in lines_of(paper.data, "acceptances"):
                name, on = text_in(row, "milestone"), day_in(row, "accepted_on")
                left = books.amount(PAYABLE, contract=paper.code, milestone=name)
                if on is not None and left > 0 and (paper.code, name) not in asked:
                    yield f"{paper.code}/{name}", on

    def _order(self, payment: Paper, progress: int | None) -> Order:
        """Read a payment, with the browser at which each of its steps was taken."""
        told = order(self.papers, payment, progress, self.now)
        steps = (replace(step, device=self.around.browser_of(step.actor, step.at)) for step in told.steps)
        return replace(told, steps=tuple(steps))

    def _costs(self, course: Course) -> Iterator[Cost]:
        """Give the county's cost lines; of this project's own, what came of those that are goods beside what was paid.

        Money paid in advance is for nothing that has come yet. A project whose progress is not told in reports of its
        own says nothing of what came, nor does a county in which no report has told of any yet.
        """
        spent = Books(self.facts.balances(self.project.code))
        came: Counter[str] = Counter()
        for report in course.accepted.values():
            for row in lines_of(report.data, "deliveries"):
                came[text_in(row, "line")] += number_in(row, "delivered")
        is_told = bool(course.accepted) and self.around.tells_deliveries
        for cost in self.around.costs:
            if cost.project != self.project.code or cost.category not in GOODS or not is_told:
                yield cost
                continue
            early = spent.amount(SPENT, line=cost.line, milestone=ADVANCE_MILESTONE)
            paid = spent.amount(SPENT, line=cost.line) - early
            bound = spent.amount(SPENT, ENCUMBERED, RESERVED, line=cost.line)
            yield replace(
                cost,
                quantity_paid=paid // cost.unit_price if cost.unit_price else 0,
                quantity_delivered=came[cost.line],
                is_delivered=came[cost.line] > 0 or not bound,
            )

    def _evidence(self, course: Course) -> Iterator[Evidence]:
        """Give the evidence with what its pictures show, and pictures of other projects that look the same."""
        bits = self.papers.policy().number("flags.alike_bits_count")
        begun = course.project.actors.get("approved.start")
        started_on = course.calendar.local_day(begun.at) if begun is not None else None
        for piece in evidence(self.facts, course):
            seen = self.around.pictures.get(piece.digest)
            if seen is None:
                yield piece
                continue
            taken = seen.taken_on
            is_then = taken is None or ((started_on is None or taken >= started_on) and taken <= course.today)
            yield replace(piece, likeness=seen.likeness, taken_on=taken, is_on_site=is_then)
            if piece.project == self.project.code:
                for digest in self.around.likenesses(piece.digest, bits):
                    yield from self._elsewhere(digest)

    def _elsewhere(self, digest: str) -> Iterator[Evidence]:
        """Give a picture as evidence of each report of another project that holds it."""
        likeness = self.around.pictures[digest].likeness
        for code in self.facts.holders_of(digest):
            other = self.facts.case(code)
            home = text_in(other.data, "project") if other is not None and other.definition == REPORT else ""
            if home not in ("", self.project.code):
                yield Evidence(home, code, digest, likeness)

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


def _elapsed(course: Course) -> int | None:
    """Give how much of the plan's time has gone, in percent; None without a plan."""
    starts = [day for row in course.plan if (day := day_in(row, "start_on")) is not None]
    ends = [day for row in course.plan if (day := day_in(row, "finish_on")) is not None]
    if not starts or not ends:
        return None
    first, last = min(starts), max(ends)
    gone = (course.today - first).days * PERCENT // max((last - first).days, 1)
    return min(max(gone, 0), PERCENT)


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
