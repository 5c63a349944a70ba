"""Guards of progress reports: one report a month, evidence for every step forward, nothing accepted unverified."""

import re
from collections.abc import Iterator

from engine.definition import FieldType
from engine.guards import Reckoning
from engine.refusal import Refusal
from engine.situation import Situation
from engine.values import Json
from workflows.guards.policies import least
from workflows.guards.reading import (
    Reasons,
    Row,
    complain,
    entry,
    filled,
    lines_where,
    number_in,
    rows,
    text_in,
    today,
    word,
)
from workflows.progress import DUE_USUAL, DUE_WORKING_DAYS, Course, last_day

MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")


def report_period_ok(it: Situation) -> Reasons:
    """The month is one since the start that has begun, and no other report of the project is for it.

    Source: one report a month [D].
    """
    month, course = word(it, "month"), _course(it)
    if not MONTH.fullmatch(month) or month > f"{today(it):%Y-%m}" or month < _first_month(course):
        yield Refusal("progress.month", "month", {"month": month or "-"})
    for other in course.reports:
        if other.id != it.case.id and text_in(other.data, "month") == month:
            yield Refusal("progress.month_taken", "month", {"month": month, "code": other.code})


def _first_month(course: Course) -> str:
    begun = course.project.actors.get("approved.start")
    return f"{course.calendar.local_day(begun.at):%Y-%m}" if begun is not None else ""


def report_overdue(it: Situation) -> Reasons:
    """The month has closed and its working days of grace are over.

    Source: reports by the fifth working day of the next month [D], policy `reports.due_working_days`.
    """
    month = word(it, "month")
    closed = last_day(month) if MONTH.fullmatch(month) else it.facts.calendar("cn").local_day(it.case.opened_at)
    days = least(it, DUE_WORKING_DAYS, DUE_USUAL)
    if it.facts.calendar("cn").working_days(closed, today(it)) <= days:
        yield Refusal("progress.not_late", "month", {"month": month, "days": days})


def evidence_each_milestone(it: Situation) -> Reasons:
    """Every milestone of the plan in force has its line, and each that went forward has a file that proves it.

    Source: supporting evidence for each claimed milestone [D].
    """
    course, table = _course(it), rows(it, "milestones")
    told = {text_in(row, "milestone"): row for row in table}
    names = [text_in(row, "milestone") for row in course.plan]
    if missing := [name for name in names if name not in told]:
        yield Refusal("progress.no_line", "milestones", {"names": ", ".join(missing)})
    if foreign := [name for name in told if name not in names]:
        yield Refusal("progress.not_planned", "milestones", {"names": ", ".join(foreign)})
    proved = {text_in(row, "milestone") for row in rows(it, "proofs") if text_in(row, "file") in _file_names(it)}

    def is_bare(row: Row) -> bool:
        name = text_in(row, "milestone")
        return number_in(row, "claimed") > course.done.get(name, 0) and name not in proved

    yield from complain("progress.no_proof", "milestones", lines_where(table, is_bare))
    lower = lines_where(table, lambda row: number_in(row, "claimed") < course.done.get(text_in(row, "milestone"), 0))
    if lower and not filled(it, "blockers"):
        yield from complain("progress.lower", "milestones", lower)


def verified_each_milestone(it: Situation) -> Reasons:
    """What is accepted of each milestone is written down, at most what was claimed, and less only with a remark.

    Source: verification by the township [D].
    """
    claimed = {text_in(row, "milestone"): number_in(row, "claimed") for row in rows(it, "milestones")}
    table = rows(it, "verified")
    listed = {text_in(row, "milestone") for row in table if "accepted" in row}
    if missing := [name for name in claimed if name not in listed]:
        yield Refusal("progress.not_verified", "verified", {"names": ", ".join(missing)})
    over = lines_where(table, lambda row: number_in(row, "accepted") > claimed.get(text_in(row, "milestone"), 0))
    yield from complain("progress.over_claim", "verified", over)

    def is_silent(row: Row) -> bool:
        return number_in(row, "accepted") < claimed.get(text_in(row, "milestone"), 0) and not text_in(row, "remark")

    yield from complain("progress.no_remark", "verified", lines_where(table, is_silent))


def evidence_fresh(it: Situation) -> Reasons:
    """No piece of evidence was handed in anywhere else before, or the verifier says why it may stand twice.

    Compared by the files' digests over all projects. Source: re-used evidence RF-26 [D].
    """
    if filled(it, "reuse_reason"):
        return
    for file, code in reused(it):
        yield Refusal("progress.reused", "evidence", {"file": text_in(file, "name"), "code": code})


def reused(it: Situation) -> Iterator[tuple[Row, str]]:
    """Give each piece of evidence that another case holds too, with that case's code."""
    for file in rows(it, "evidence"):
        others = (code for code in it.facts.holders_of(text_in(file, "digest")) if code != it.case.code)
        yield from ((file, code) for code in others)


def _course(it: Situation) -> Course:
    """Give the project's course; raises nothing: a report always stands beside a project."""
    project = it.facts.case(word(it, "project"))
    return Course(project if project is not None else it.case, it.facts, today(it))


def _file_names(it: Situation) -> set[str]:
    return {text_in(file, "name") for file in rows(it, "evidence")}


def _so_far(it: Situation) -> Json:
    """Give each milestone in force with what was last accepted of it, for the report to begin with."""
    course = _course(it)
    names = [text_in(row, "milestone") for row in course.plan]
    return [{"milestone": name, "claimed": course.done.get(name, 0)} for name in names]


ENTRIES = tuple(
    map(
        entry,
        (report_period_ok, report_overdue, evidence_each_milestone, verified_each_milestone, evidence_fresh),
    )
)

RECKONINGS = (
    Reckoning("progress_so_far", _so_far, frozenset({FieldType.TABLE}), "each milestone as it was last accepted"),
)
"""Values that no one types."""
