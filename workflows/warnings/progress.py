"""Rules on time: the plan against what was accepted, starts that were missed, reports that are missing, trial runs."""

from collections.abc import Callable, Iterator
from datetime import date
from fractions import Fraction

from workflows.guards.reading import Row, day_in, number_in, text_in
from workflows.warnings.alert import Alert, Watched

PER_MILLE = 1000
BUILDING = frozenset({"implementing", "prelim_acceptance", "prelim_rectify", "trial_run"})


def planned(it: Watched) -> Fraction:
    """Give the share of the plan that is due by today, by the weights of the milestones, in proportion within each."""
    return _weighted(it, lambda row: _elapsed(row, it.today))


def actual(it: Watched) -> Fraction:
    """Give the share of the plan that is done: by milestones accepted with evidence, or by accepted reports."""
    accepted = [row for row in it.rows("reports") if row.get("accepted") is True]
    reported = max((number_in(row, "progress_percent") for row in accepted), default=0)
    return max(_weighted(it, lambda row: Fraction(_is_accepted(row, it.today))), Fraction(reported, 100))


def _weighted(it: Watched, share: Callable[[Row], Fraction]) -> Fraction:
    rows = it.rows("milestones")
    whole = sum(number_in(row, "weight") for row in rows)
    if not whole:
        return Fraction(0)
    return sum((number_in(row, "weight") * share(row) for row in rows), Fraction(0)) / whole


def _elapsed(row: Row, today: date) -> Fraction:
    start, finish = day_in(row, "start_on"), day_in(row, "finish_on")
    if start is None or finish is None or today < start:
        return Fraction(0)
    days = max(1, (finish - start).days)
    return min(Fraction(1), Fraction((today - start).days, days))


def _is_accepted(row: Row, today: date) -> bool:
    accepted = day_in(row, "accepted_on")
    return accepted is not None and accepted <= today and bool(text_in(row, "evidence"))


def lag(it: Watched) -> Iterator[Alert]:
    """W-01: what is planned less what is accepted, in parts of a thousand."""
    if it.project.state in BUILDING:
        behind = int((planned(it) - actual(it)) * PER_MILLE)
        yield from it.alert("W-01", behind, planned=int(planned(it) * 100), actual=int(actual(it) * 100))


def proportion(it: Watched) -> Iterator[Alert]:
    """W-02: how far accepted by planned falls short of one, in percent."""
    due = planned(it)
    if it.project.state in BUILDING and due > 0:
        short = int((1 - actual(it) / due) * 100)
        yield from it.alert("W-02", short, planned=int(due * 100), actual=int(actual(it) * 100))


def milestones(it: Watched) -> Iterator[Alert]:
    """W-03: working days by which a milestone is late."""
    if it.project.state not in BUILDING:
        return
    for row in it.rows("milestones"):
        finish = day_in(row, "finish_on")
        if finish is not None and not _is_accepted(row, it.today):
            name = text_in(row, "milestone")
            yield from it.alert("W-03", it.working_days_since(finish), f"{it.project.code}/{name}", milestone=name)


def start(it: Watched) -> Iterator[Alert]:
    """W-04: months since the month in which the work was to start."""
    days = [day for row in it.rows("milestones") if (day := day_in(row, "start_on")) is not None]
    if it.project.state == "approved" and days:
        first = min(days)
        months = (it.today.year - first.year) * 12 + it.today.month - first.month
        yield from it.alert("W-04", months, start_on=first.isoformat())


def reports(it: Watched) -> Iterator[Alert]:
    """W-05: closed months since the start for which no report was accepted. Missing data is never green."""
    missing = missing_reports(it)
    yield from it.alert("W-05", len(missing), months=", ".join(missing))


def missing_reports(it: Watched) -> list[str]:
    """Give the closed months, oldest first, that lack an accepted report while the project was being built."""
    begun = it.project.actors.get("approved.start")
    if it.project.state not in BUILDING or begun is None:
        return []
    accepted = {text_in(row, "month") for row in it.rows("reports") if row.get("accepted") is True}
    first = it.calendar.local_day(begun.at)
    return [month for month in _months(first, it.today) if month not in accepted]


def _months(first: date, today: date) -> Iterator[str]:
    year, month = first.year, first.month
    while (year, month) < (today.year, today.month):
        yield f"{year}-{month:02}"
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)  # noqa: PLR2004  # months of a year


def trial(it: Watched) -> Iterator[Alert]:
    """W-12: how far the last trial period falls short of full availability, in hundredths of a percent."""
    periods = it.rows("trial_log")
    if it.project.state == "trial_run" and periods:
        last = periods[-1]
        short = int((100 - Fraction(text_in(last, "availability") or "0")) * 100)
        defects = number_in(last, "severe_defects")
        yield from it.alert("W-12", max(short, PER_MILLE * 10 if defects else 0), severe_defects=defects)


RULES = (lag, proportion, milestones, start, reports, trial)
