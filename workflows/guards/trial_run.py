"""Guards of the trial run: long enough, told day by day, and calm at its end."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from engine.refusal import Refusal
from engine.situation import Situation
from workflows.funds.papers import lines_of
from workflows.guards.reading import (
    Reasons,
    Row,
    beside,
    complain,
    day,
    day_in,
    entry,
    lines_where,
    local_day,
    number_in,
    rows,
    text_in,
    today,
    word,
    working_days,
)

TRIAL_WORKING_DAYS_MIN = {"T1": 20}
TRIAL_WORKING_DAYS_USUAL = 60
AVAILABILITY_MIN = 99
CALM_WORKING_DAYS = 20
SEVERE = "severe"


def trial_min(it: Situation) -> Reasons:
    """The trial has run, and is logged for, 20 working days (T1) or 60.

    Source: trial of three months for larger projects, Guangzhou [V]; days by tier [D].
    """
    started = day(it, "trial_started_on")
    logged = max((on for row in rows(it, "trial_log") if (on := day_in(row, "to_on")) is not None), default=None)
    needed = TRIAL_WORKING_DAYS_MIN.get(word(it, "tier"), TRIAL_WORKING_DAYS_USUAL)
    ran = 0
    if started is not None and logged is not None:
        ran = working_days(it, started, min(logged, today(it)))
    if ran < needed:
        yield Refusal("trial.too_short", "trial_log", {"needed": needed, "ran": ran})


def trial_stable(it: Situation) -> Reasons:
    """Availability over the whole log is 99% or more; the last 20 working days had no severe defect.

    The log tells of every day since the trial began, once: days left out or told twice hide bad ones. What inspections
    of these days found is held against it.
    Source: stability of the trial [D].
    """
    log = [row for row in rows(it, "trial_log") if _days(row) > 0]
    if not log:
        yield Refusal("trial.no_log", "trial_log")
        return
    yield from _untold(it, log)
    for one in beside(it, "quality-inspection"):
        is_late = working_days(it, local_day(it, one.opened_at), today(it)) < CALM_WORKING_DAYS
        severe = sum(text_in(row, "class") == SEVERE for row in lines_of(one.data, "issues"))
        if severe and is_late:
            yield Refusal("trial.inspected", one.code, {"count": severe})
    days = sum(_days(row) for row in log)
    weighted = sum(Decimal(text_in(row, "availability") or "0") * _days(row) for row in log)
    if weighted < AVAILABILITY_MIN * days:
        found = str((Decimal(weighted) / days).quantize(Decimal("0.01")))
        yield Refusal("trial.unavailable", "trial_log", {"found": found, "least": AVAILABILITY_MIN})
    recent = lines_where(
        rows(it, "trial_log"), lambda row: _is_recent(it, row) and number_in(row, "severe_defects") > 0
    )
    yield from complain("trial.severe_defect", "trial_log", recent)


def _untold(it: Situation, log: Sequence[Row]) -> Reasons:
    """Complain of days since the beginning of the trial that the log leaves out, or tells of twice."""
    told = Counter(
        first + timedelta(days=number)
        for row in log
        if (first := day_in(row, "from_on")) is not None
        for number in range(_days(row))
    )
    started = day(it, "trial_started_on") or min(told)
    gaps = [started + timedelta(days=number) for number in range((max(told) - started).days)]
    gaps = [on for on in gaps if on not in told]
    if gaps:
        yield Refusal("trial.gap", "trial_log", {"days": len(gaps), "first": str(gaps[0])})
    twice = [on for on, times in sorted(told.items()) if times > 1]
    if twice:
        yield Refusal("trial.twice", "trial_log", {"days": len(twice), "first": str(twice[0])})


def _days(row: Row) -> int:
    first, last = day_in(row, "from_on"), day_in(row, "to_on")
    return 0 if first is None or last is None else (last - first).days + 1


def _is_recent(it: Situation, row: Row) -> bool:
    last = day_in(row, "to_on")
    return last is not None and working_days(it, last, today(it)) < CALM_WORKING_DAYS


ENTRIES = tuple(map(entry, (trial_min, trial_stable)))
