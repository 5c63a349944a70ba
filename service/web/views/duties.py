"""What a person has to hand in and by when: work that asks for papers, milestones to prove, the month's reports."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from msgspec import Struct

from service.web.views.home import DAYS_A_WEEK
from service.web.views.reader import Due, Reader
from service.web.views.rows import TaskRow
from workflows.guards.reading import day_in, text_in
from workflows.progress import PERCENT, Course, last_day, verified

SPANS = ("late", "week", "month", "later", "open")
"""When something is owed: it is late, this week, within a month, later, without a date."""

MONTH_DAYS = 31


class Duty(Struct, frozen=True):
    """Something that is owed: what, of which item, by when, and where it is done."""

    what: str
    code: str
    title: str
    url: str
    due: Due | None


class Span(Struct, frozen=True):
    """What is owed in a span of time."""

    name: str
    duties: Sequence[Duty]


def of_task(row: TaskRow) -> Duty:
    """Give the duty of a task."""
    return Duty(row.state, row.code, row.title, row.url, row.due)


def of_milestones(course: Course, title: str, url: str, reader: Reader) -> list[Duty]:
    """Give the milestones of a project that are still to be proved."""
    code = course.project.code
    proved = verified(course.last) if course.last is not None else {}
    rows = (
        (text_in(row, "milestone"), day_in(row, "finish_on"))
        for row in course.plan
        if not row.get("accepted_on") and proved.get(text_in(row, "milestone"), 0) < PERCENT
    )
    return [
        Duty(reader.t("duties.milestone", name=name), code, title, url, reader.due_on(course.calendar, on))
        for name, on in rows
        if on is not None
    ]


def of_month(course: Course, title: str, url: str, grace: int, reader: Reader) -> Duty:
    """Give the report on the month that runs: it is due some working days after its end."""
    month = f"{course.today:%Y-%m}"
    end = last_day(month)
    due = course.calendar.local_day(course.calendar.after(course.calendar.closes(end), grace).at)
    words = reader.t("duties.report", month=month)
    return Duty(words, course.project.code, title, url, reader.due_on(course.calendar, due))


def spans(duties: Iterable[Duty], today: date) -> list[Span]:
    """Put duties into spans of time, the soonest first; spans without any are left out."""
    ordered = sorted(duties, key=lambda one: (one.due is None, one.due.on if one.due else today, one.code, one.what))
    found: dict[str, list[Duty]] = {name: [] for name in SPANS}
    for one in ordered:
        found[_span(one.due, today)].append(one)
    return [Span(name, those) for name, those in found.items() if those]


def _span(due: Due | None, today: date) -> str:
    if due is None:
        return "open"
    if due.on < today:
        return "late"
    if due.on < today - timedelta(days=today.weekday()) + timedelta(days=DAYS_A_WEEK):
        return "week"
    return "month" if due.on <= today + timedelta(days=MONTH_DAYS) else "later"
