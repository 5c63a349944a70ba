"""A project's plan and what was reported of it: the first baseline, the plan in force, progress accepted by milestone.

The baseline is what stood in the plan when the project was approved (field `baseline`, which no form edits); it changes
only by a project change that was carried out. Progress is what the township accepted in the monthly reports. A county
that brings projects along says until which day what was typed into their registers counts beside the cases
(`registers_entered_until`); the reports of months that had closed by then stay told.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property

from engine.calendar import WorkingCalendar
from engine.case import Case
from engine.facts import Facts
from workflows.beside import standing_beside
from workflows.funds.papers import lines_of
from workflows.guards.policies import entered_until, last_typed
from workflows.guards.reading import Row, day_in, number_in, text_in

REPORT = "progress-report"
CHANGE = "project-change"
SETTLED_CHANGES = frozenset({"closed", "refused"})
APPROVALS = ("twp_approve.approve", "cty_approve.approve", "orig_approve.approve")
"""The steps with which a change is approved, by its class."""

ENTERED_UNTIL = "registers_entered_until"
DUE_WORKING_DAYS = "reports.due_working_days"
DUE_USUAL = 5
CALENDAR = "cn"
PERCENT = 100
PLAN_COLUMNS = frozenset(
    {
        *("milestone", "start_on", "finish_on", "weight", "deliverable", "owner"),
        *("payment_percent", "before_acceptance"),
    }
)
"""What a plan says; the rest of a row is what was entered as done."""

HANDED_IN = frozenset({"twp_verify", "supervisor_note", "accepted"})
REPORTING = frozenset(
    {"implementing", "prelim_acceptance", "prelim_rectify", "trial_run", "final_rectify", "suspended"}
)
BUILDING = frozenset({"implementing", "prelim_acceptance", "prelim_rectify", "trial_run"})


def registers_entered(facts: Facts, on: date) -> bool:
    """Say whether registers that officials typed into a project still count on a day."""
    return entered_until(facts, ENTERED_UNTIL, on)


@dataclass(frozen=True)
class Course:
    """A project as its plan and its reports show it on a day."""

    project: Case
    facts: Facts
    today: date

    @cached_property
    def calendar(self) -> WorkingCalendar:
        """The working calendar."""
        return self.facts.calendar(CALENDAR)

    @cached_property
    def reports(self) -> tuple[Case, ...]:
        """The reports beside the project, by month."""
        found = standing_beside(self.facts, REPORT, self.project.code)
        return tuple(sorted(found, key=lambda one: text_in(one.data, "month")))

    @cached_property
    def is_entered(self) -> bool:
        """Whether registers typed into the project count beside its reports."""
        return registers_entered(self.facts, self.today)

    @cached_property
    def first_plan(self) -> list[Row]:
        """The milestones as they were approved."""
        return lines_of(self.project.data, "baseline") or lines_of(self.project.data, "milestones")

    @cached_property
    def _changes(self) -> list[Case]:
        """The changes that were carried out, in order."""
        changes = standing_beside(self.facts, CHANGE, self.project.code)
        return sorted((one for one in changes if one.state == "closed"), key=lambda one: one.entered_at)

    @cached_property
    def goals(self) -> list[Row]:
        """The performance targets in force: as approved, or as the last change that was carried out put them."""
        changed = [table for one in self._changes if (table := lines_of(one.data, "new_targets"))]
        return changed[-1] if changed else lines_of(self.project.data, "targets")

    @cached_property
    def plans(self) -> list[tuple[str, list[Row]]]:
        """Every baseline with the change that made it ("" for the first), in order."""
        found = [("", self.first_plan)]
        for one in self._changes:
            plan = lines_of(one.data, "new_milestones")
            if plan and planned_rows(plan) != planned_rows(found[-1][1]):
                found.append((one.code, plan))
        return found

    @cached_property
    def plan(self) -> list[Row]:
        """The milestones of the baseline in force."""
        return self.plans[-1][1]

    @cached_property
    def accepted(self) -> Mapping[str, Case]:
        """The accepted report of each month; a later one of the same month stands for it."""
        return {text_in(one.data, "month"): one for one in self.reports if one.state == "accepted"}

    @property
    def is_told(self) -> bool:
        """Whether any progress is known: a report was accepted, or one that was typed counts."""
        return bool(self.accepted or self._typed)

    @cached_property
    def last(self) -> Case | None:
        """The accepted report of the latest month."""
        return max(self.accepted.values(), key=lambda one: text_in(one.data, "month"), default=None)

    @cached_property
    def done(self) -> Mapping[str, int]:
        """What is accepted of each milestone, in percent: by the last accepted report, before one by what was typed."""
        if self.last is not None:
            return verified(self.last)
        typed = lines_of(self.project.data, "milestones") if self.is_entered else []
        return {text_in(row, "milestone"): PERCENT * _is_accepted(row, self.today) for row in typed}

    def planned(self, on: date | None = None, plan: list[Row] | None = None) -> Fraction:
        """Give the share of a plan (the one in force) that is due by a day (today), in proportion within each."""
        day = on or self.today
        return weighted(self.plan if plan is None else plan, lambda row: _elapsed(row, day))

    def actual(self) -> Fraction:
        """Give the share of the plan in force that is accepted."""
        done = weighted(self.plan, lambda row: Fraction(self.done.get(text_in(row, "milestone"), 0), PERCENT))
        if self.last is not None:
            return done
        return max(done, Fraction(max((number_in(row, "progress_percent") for row in self._typed), default=0), PERCENT))

    @cached_property
    def _typed(self) -> list[Row]:
        """The accepted reports that were typed into the project and count.

        Until the policy's day all do, after it those of the months that had closed by then.
        """
        told = [row for row in lines_of(self.project.data, "reports") if row.get("accepted") is True]
        until = last_typed(self.facts, ENTERED_UNTIL, self.today)
        if until is None or self.today <= until:
            return told if until is not None else []
        return [row for row in told if last_day(text_in(row, "month")) <= until]

    def owed(self) -> Iterator[str]:
        """Give the months since the start, oldest first, whose report should be in by now."""
        begun = self.project.actors.get("approved.start")
        if self.project.state not in BUILDING or begun is None:
            return
        grace = self.facts.policy(DUE_WORKING_DAYS, self.today)
        days = grace if isinstance(grace, int) else DUE_USUAL
        for month in months(self.calendar.local_day(begun.at), self.today):
            if self.calendar.working_days(last_day(month), self.today) > days:
                yield month

    def missing(self) -> list[str]:
        """Give the months whose report is late and not handed in, oldest first."""
        return [month for month in self.owed() if month not in self._months_in(HANDED_IN)]

    def unknown(self) -> list[str]:
        """Give the months whose report should be in and is not accepted: for these nothing is known."""
        return [month for month in self.owed() if month not in self._months_in(frozenset({"accepted"}))]

    def has_report(self, month: str) -> bool:
        """Say whether a month's report is accepted."""
        return month in self._months_in(frozenset({"accepted"}))

    def unopened(self) -> list[str]:
        """Give the closed months since the start for which nobody has begun a report, oldest first."""
        begun = self.project.actors.get("approved.start")
        if begun is None or self.project.state not in REPORTING:
            return []
        known = {text_in(one.data, "month") for one in self.reports} | {text_in(row, "month") for row in self._typed}
        first = self.calendar.local_day(begun.at)
        return [month for month in months(first, self.today) if month not in known]

    def _months_in(self, states: frozenset[str]) -> set[str]:
        told = {text_in(one.data, "month") for one in self.reports if one.state in states}
        return told | {text_in(row, "month") for row in self._typed}


def planned_rows(plan: list[Row]) -> list[Row]:
    """Give a plan without what was entered as done."""
    return [{name: value for name, value in row.items() if name in PLAN_COLUMNS} for row in plan]


def verified(report: Case) -> dict[str, int]:
    """Give what a report accepts of each milestone, in percent."""
    return {text_in(row, "milestone"): number_in(row, "accepted") for row in lines_of(report.data, "verified")}


def weighted(plan: list[Row], share: Callable[[Row], Fraction]) -> Fraction:
    """Give the weighted share of a plan, between 0 and 1; 0 for a plan without weights."""
    whole = sum(number_in(row, "weight") for row in plan)
    if not whole:
        return Fraction(0)
    return sum((number_in(row, "weight") * share(row) for row in plan), Fraction(0)) / whole


def months(first: date, today: date) -> Iterator[str]:
    """Give the months that have closed since a day, as `2026-05`, oldest first."""
    month = first.replace(day=1)
    while (after := next_month(month)) <= today:
        yield f"{month:%Y-%m}"
        month = after


def last_day(month: str) -> date:
    """Give the last day of a month written as `2026-05`."""
    return next_month(date.fromisoformat(f"{month}-01")) - timedelta(days=1)


def next_month(day: date) -> date:
    """Give the first day of the month after a day."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _elapsed(row: Row, today: date) -> Fraction:
    start, finish = day_in(row, "start_on"), day_in(row, "finish_on")
    if start is None or finish is None or today < start:
        return Fraction(0)
    days = max(1, (finish - start).days)
    return min(Fraction(1), Fraction((today - start).days, days))


def _is_accepted(row: Row, today: date) -> bool:
    accepted = day_in(row, "accepted_on")
    return accepted is not None and accepted <= today and bool(text_in(row, "evidence"))
