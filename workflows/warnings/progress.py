"""Rules on time: the plan against what was accepted, starts that were missed, reports that are missing, trial runs."""

from collections.abc import Iterator
from fractions import Fraction
from math import ceil

from workflows.guards.reading import day_in, number_in, text_in
from workflows.progress import BUILDING, PERCENT
from workflows.warnings.alert import Alert, Watched

PER_MILLE = 1000


def planned(it: Watched) -> Fraction:
    """Give the share of the plan in force that is due by today."""
    return it.course.planned()


def actual(it: Watched) -> Fraction:
    """Give the share of the plan in force that is accepted in the monthly reports."""
    return it.course.actual()


def lag(it: Watched) -> Iterator[Alert]:
    """W-01: what is planned less what is accepted, in parts of a thousand."""
    if it.project.state in BUILDING:
        behind = int((planned(it) - actual(it)) * PER_MILLE)
        yield from it.alert("W-01", behind, planned=int(planned(it) * 100), actual=int(actual(it) * 100))


def proportion(it: Watched) -> Iterator[Alert]:
    """W-02: how far accepted by planned falls short of one, in percent."""
    due = planned(it)
    if it.project.state in BUILDING and due > 0:
        short = ceil((1 - actual(it) / due) * 100)
        yield from it.alert("W-02", short, planned=int(due * 100), actual=int(actual(it) * 100))


def milestones(it: Watched) -> Iterator[Alert]:
    """W-03: working days by which a milestone is late."""
    if it.project.state not in BUILDING:
        return
    for row in it.course.plan:
        finish, name = day_in(row, "finish_on"), text_in(row, "milestone")
        if finish is not None and it.course.done.get(name, 0) < PERCENT:
            yield from it.alert("W-03", it.working_days_since(finish), f"{it.project.code}/{name}", milestone=name)


def start(it: Watched) -> Iterator[Alert]:
    """W-04: months since the month in which the work was to start."""
    days = [day for row in it.course.plan if (day := day_in(row, "start_on")) is not None]
    if it.project.state == "approved" and days:
        first = min(days)
        months = (it.today.year - first.year) * 12 + it.today.month - first.month
        yield from it.alert("W-04", months, start_on=first.isoformat())


def reports(it: Watched) -> Iterator[Alert]:
    """W-05: months whose report is late and not handed in. Missing data is never green."""
    missing = it.course.missing()
    yield from it.alert("W-05", len(missing), months=", ".join(missing))


def trial(it: Watched) -> Iterator[Alert]:
    """W-12: how far the last trial period falls short of full availability, in hundredths of a percent."""
    periods = it.rows("trial_log")
    if it.project.state == "trial_run" and periods:
        last = periods[-1]
        short = ceil((100 - Fraction(text_in(last, "availability") or "0")) * 100)
        defects = number_in(last, "severe_defects")
        yield from it.alert("W-12", max(short, PER_MILLE * 10 if defects else 0), severe_defects=defects)


RULES = (lag, proportion, milestones, start, reports, trial)
