"""Whether risks get fewer and work gets better: twelve months of the risk register, and inspections year by year.

Source: risk reduced, quality assured: trend of the residual risk, first-pass rate, re-check rate (domain S58) [D].
"""

from collections.abc import Iterator
from datetime import date

from engine.calendar import add_months
from engine.case import Case
from workflows.figures.basis import Basis
from workflows.figures.cells import Cell, Counted, count, mean, share, total
from workflows.guards.reading import number_in, text_in
from workflows.progress import last_day

RISK, CLOSED, GRAVE = "risk", "closed", frozenset({"orange", "red"})
INSPECTION, RECTIFYING, RECHECKING = "quality-inspection", "rectifying", "rechecking"
INSPECTED = frozenset({"passed", "failed"})
MONTHS = 12


def trend(it: Basis) -> Iterator[Counted]:
    """Give for each of twelve months what was found, what was closed, what was open at its end, and its exposure."""
    risks = [(one, it.opened(one), _closed_on(it, one)) for one in it.cases(RISK)]
    for first in months(it.ground.today, MONTHS):
        last = last_day(f"{first:%Y-%m}")
        closed = [one for one, _, on in risks if on is not None and first <= on <= last]
        still = [one for one, opened, on in risks if opened <= last and (on is None or on > last)]
        yield {
            "month": Cell(f"{first:%Y-%m}"),
            "found": count(one for one, opened, _ in risks if first <= opened <= last),
            "closed": count(closed),
            "open": count(still),
            "grave": count(one for one in still if text_in(one.data, "level") in GRAVE),
            "exposure": total((one, number_in(one.data, "exposure")) for one in still),
            "residual": mean((one, number_in(one.data, "residual")) for one in closed if one.data.get("residual")),
        }


def _closed_on(it: Basis, risk: Case) -> date | None:
    return it.entered(risk) if risk.state == CLOSED else None


def months(today: date, number: int) -> list[date]:
    """Give the first days of so many months, the last of them today's."""
    this = today.replace(day=1)
    return [add_months(this, back) for back in range(1 - number, 1)]


def quality(it: Basis) -> Iterator[Counted]:
    """Give for each year how many inspections were passed at once, and how many were looked at again."""
    found: dict[int, list[Case]] = {}
    for one in it.cases(INSPECTION):
        found.setdefault(it.opened(one).year, []).append(one)
    for year, inspections in sorted(found.items()):
        over = [one for one in inspections if one.state in INSPECTED]
        mended = [one for one in over if one.visits.get(RECTIFYING)]
        at_once = [one for one in over if one.state == "passed" and one not in mended]
        yield {
            "year": Cell(year),
            "inspections": count(inspections),
            "over": count(over),
            "at_once": count(at_once),
            "at_once_rate": share(at_once, over),
            "rechecked": count(one for one in over if one.visits.get(RECHECKING)),
            "failed": count(one for one in over if one.state == "failed"),
        }
