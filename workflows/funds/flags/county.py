"""What lies beside a project in the whole county, as the red-flag rules see it: deals, costs, payments, pictures."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from engine.case import Case
from engine.facts import Facts
from engine.places import above_of_kind
from workflows.funds.flags.scene import Cost, Deal, Order, Picture
from workflows.funds.invoices import invoices
from workflows.funds.papers import CONTRACT, PAID, lines_of, party
from workflows.guards.reading import Row, day_in, number_in, text_in

OUT_OF_FORCE = frozenset({"terminated", "void"})
OPEN = frozenset(
    {
        *("supervisor_check", "twp_fin_check", "twp_approve", "fin_pay_check", "held", "released"),
        *("paid", "reconciled", "failed"),
    }
)
"""States of a payment that counts beside others: asked for and not refused."""

BETWEEN_SERIALS = re.compile(r"[^\w.:/-]+")


def township_of(unit: str, facts: Facts) -> str:
    """Give the township that a unit belongs to, which is who buys and pays; the unit itself where there is none."""
    found = above_of_kind("township", facts.unit(unit), facts)
    return found.id if found is not None else unit


@dataclass(frozen=True, slots=True)
class County:
    """What lies beside a project in the whole county: deals, cost lines being paid for, pictures, who sat where.

    `pictures` are by the digest of the file; `browsers` are each person's sign-ins, in order of time.
    """

    deals: tuple[Deal, ...]
    costs: tuple[Cost, ...]
    pictures: Mapping[str, Picture] = field(default_factory=dict)
    browsers: Mapping[str, Sequence[tuple[datetime, str]]] = field(default_factory=dict)
    payments: Mapping[str, Sequence[Order]] = field(default_factory=dict)
    """All payments that were asked for and not refused, by the unit they were asked for in."""

    tells_deliveries: bool = False
    """Whether reports tell what was delivered: those of an older version of their procedure could not."""

    def browser_of(self, user: str, at: datetime) -> str:
        """Give the browser at which somebody signed in last before a moment, "" when that is not known."""
        seen = self.browsers.get(user, ())
        place = bisect_right(seen, at, key=lambda one: one[0])
        return seen[place - 1][1] if place else ""

    def likenesses(self, digest: str, bits: int) -> list[str]:
        """Give the digests of other pictures that differ from one in no more than some bits."""
        own = self.pictures.get(digest)
        if own is None:
            return []
        every = self.pictures.items()
        return [name for name, one in every if name != digest and (one.likeness ^ own.likeness).bit_count() <= bits]


def county(
    contracts: Sequence[Case],
    budgets: Sequence[Case],
    projects: Sequence[Case],
    reports: Sequence[Case] = (),
    payments: Sequence[Case] = (),
    pictures: Mapping[str, Picture] | None = None,
    browsers: Mapping[str, Sequence[tuple[datetime, str]]] | None = None,
) -> County:
    """Read contracts in force, approved budgets, assets registered, equipment that came, payments asked for."""
    deals = tuple(deal(one, one.opened_at.year, one.data) for one in contracts if one.state not in OUT_OF_FORCE)
    lines = [cost for one in budgets if one.state == "approved" for cost in costs_of(one)]
    things = (*(one for case in projects for one in _assets(case)), *(one for case in reports for one in _came(case)))
    tells = any("deliveries" in case.data for case in reports)
    asked: dict[str, list[Order]] = {}
    for one in payments:
        if one.state in OPEN:
            asked.setdefault(one.unit, []).append(paid_by(one))
    return County(deals, (*lines, *things), pictures or {}, browsers or {}, asked, tells)


def costs_of(budget: Case) -> Iterator[Cost]:
    """Read the approved lines of a budget."""
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


def _came(report: Case) -> Iterator[Cost]:
    """Read the serial numbers of what a report says was delivered."""
    for row in lines_of(report.data, "deliveries"):
        serials = frozenset(filter(None, BETWEEN_SERIALS.split(text_in(row, "serials"))))
        yield Cost(text_in(report.data, "project"), text_in(row, "line"), "", "", serials=serials)


def deal(case: Case, year: int, data: Row, township: str = "") -> Deal:
    """Read a contract or purchase; `township` is who buys (empty: the unit of the case)."""
    return Deal(
        case.code,
        township or case.unit,
        text_in(data, "subject"),
        year,
        text_in(data, "title") or text_in(data, "supplier"),
        number_in(data, "amount"),
        text_in(data, "supplier"),
        number_in(data, "price_limit"),
        number_in(data, "bidders"),
        text_in(data, "terms"),
        method=text_in(data, "method"),
        project=text_in(data, "project"),
    )


def deals_of(township: str, facts: Facts, but: str = "") -> Iterator[Deal]:
    """Give the contracts of a township, of all its offices and projects, that are in force or drafted, but for one."""
    for told in facts.titles(CONTRACT):
        is_kept = told.code != but and told.state not in OUT_OF_FORCE
        if is_kept and township_of(told.unit, facts) == township and (case := facts.case(told.code)) is not None:
            yield deal(case, case.opened_at.year, case.data, township)


def paid_by(case: Case) -> Order:
    """Read a payment for the rules on the mass of them: its amount, days and invoices, not its steps."""
    return Order(
        case.code,
        text_in(case.data, "contract"),
        text_in(case.data, "milestone"),
        party=party(case.data),
        amount=number_in(case.data, "amount"),
        asked_at=case.opened_at,
        invoices=tuple(invoices(case.data)),
        is_open=case.state in OPEN,
        is_paid=case.state in PAID,
        paid_on=day_in(case.data, "paid_on"),
    )
