"""The year's plan of audits: which projects are looked into when, those with the most against them first.

Source: regular audits of the use of funds by departments together, with a yearly plan (domain S92 b); samples by risk
(AUD) [D]. Points and the number of audits a quarter are the county's to set [D].
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from engine.calendar import add_months
from engine.case import Case
from workflows.figures.basis import Basis
from workflows.figures.cells import Cell, Counted, count, said
from workflows.figures.credit import OPEN_FINDING
from workflows.funds.papers import BREACH, RED_FLAG
from workflows.guards.reading import text_in

AUDIT, WARNING = "audit", "warning"
AUDITED = frozenset({"delivery", "acceptance", "evaluation"})
TIER_POINTS = {"T1": 0, "T2": 1, "T3": 2, "T4": 3}
GRAVE, LIFTED = frozenset({"orange", "red"}), frozenset({"cleared", "false_alarm"})
PER_QUARTER, EVERY_MONTHS = "funds.audit.per_quarter_count", "funds.audit.every_months"
PER_QUARTER_USUAL, EVERY_MONTHS_USUAL = 5, 24
QUARTER_MONTHS, QUARTERS = 3, 4
RELEASED = "released"


@dataclass(frozen=True, slots=True)
class Standing:
    """What speaks for an audit of a project: what was found, when it was last audited, and this year's audits of it."""

    project: Case
    flags: list[Case]
    warnings: list[Case]
    findings: list[Case]
    breaches: list[Case]
    last: date | None
    this_year: list[Case]

    @property
    def points(self) -> int:
        """The more, the sooner: two for a flag or an open finding, one for a grave warning or a breach, by tier."""
        never = 2 if self.last is None else 0
        serious = len(self.flags) + len(self.findings)
        tier = TIER_POINTS.get(text_in(self.project.data, "tier"), 0)
        return 2 * serious + len(self.warnings) + len(self.breaches) + tier + never


def plan(it: Basis) -> Iterator[Counted]:
    """Give the projects to be audited in their order: the quarter of each, or the audit that is planned already."""
    every, today = _number(it, EVERY_MONTHS, EVERY_MONTHS_USUAL), it.ground.today
    standings = [_standing(it, one) for one in it.projects if it.phase(one) in AUDITED]
    due = [one for one in standings if one.this_year or one.last is None or add_months(one.last, every) <= today]
    order = sorted(due, key=lambda one: (-one.points, one.project.code))
    waiting = [one for one in order if not one.this_year]
    quarters = {one.project.id: _quarter(it, place) for place, one in enumerate(waiting)}
    for one in order:
        yield {
            "project": said(one.project.code, one.project),
            "name": Cell(it.title(one.project)),
            "township": Cell(it.ground.township(one.project.unit)),
            "points": Cell(one.points),
            "flags": count(one.flags),
            "warnings": count(one.warnings),
            "findings_open": count(one.findings),
            "breaches": count(one.breaches),
            "audited_on": Cell(one.last),
            "quarter": Cell(quarters.get(one.project.id, "")),
            "audits": count(one.this_year),
        }


def _number(it: Basis, key: str, usual: int) -> int:
    value = it.ground.policy(key)
    return value if isinstance(value, int) and value > 0 else usual


def _quarter(it: Basis, place: int) -> str:
    """Name the quarter of the so manieth audit: this one on, so many in each."""
    today, each = it.ground.today, _number(it, PER_QUARTER, PER_QUARTER_USUAL)
    number = today.year * QUARTERS + (today.month - 1) // QUARTER_MONTHS + place // each
    return f"{number // QUARTERS} Q{number % QUARTERS + 1}"


def _standing(it: Basis, project: Case) -> Standing:
    audits = it.beside(AUDIT, project)
    over = [it.entered(one) for one in audits if one.state == "closed"]
    warnings = [one for one in it.beside(WARNING, project) if text_in(one.data, "colour") in GRAVE]
    return Standing(
        project=project,
        flags=[one for one in it.beside(RED_FLAG, project) if one.state != RELEASED],
        warnings=[one for one in warnings if one.state not in LIFTED],
        findings=[one for one in it.beside("finding", project) if one.state in OPEN_FINDING],
        breaches=it.beside(BREACH, project),
        last=max(over, default=None),
        this_year=[one for one in audits if it.opened(one).year == it.ground.today.year],
    )
