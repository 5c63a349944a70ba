"""The start page: what to do now, what is late, what came back, what is due this week."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from msgspec import Struct

from engine.calendar import WorkingCalendar
from service.web.views.reader import Reader
from service.web.views.rows import TaskRow

FIRST = 5
"""How many tasks the start page shows."""

DAYS_A_WEEK = 7


class Tile(Struct, frozen=True):
    """A number that leads to its list. `is_capped`: there are at least so many."""

    label: str
    count: int
    url: str
    is_urgent: bool = False
    is_capped: bool = False


def late(rows: Iterable[TaskRow]) -> list[TaskRow]:
    """Give the tasks whose deadline has passed."""
    return [row for row in rows if row.is_late]


def due_this_week(rows: Iterable[TaskRow], reader: Reader, calendar: WorkingCalendar) -> list[TaskRow]:
    """Give the tasks that are due from today until Sunday."""
    today = calendar.local_day(reader.now)
    last = today + timedelta(days=DAYS_A_WEEK - 1 - today.weekday())
    return [row for row in rows if row.due is not None and not row.is_late and today <= row.due.on <= last]


def tiles(reader: Reader, rows: Sequence[TaskRow], count: int, claimable: int, returned: int, week: int) -> list[Tile]:
    """Give the numbers of the start page; `rows` are the soonest due, `count` is how many there are in all."""
    t, capped = reader.t, count > len(rows)
    overdue = len(late(rows))
    found = [
        Tile(t("home.mine"), count, "/queue"),
        Tile(
            t("home.late"), overdue, "/queue?due=late", is_urgent=overdue > 0, is_capped=capped and overdue == len(rows)
        ),
        Tile(t("home.week"), week, "/queue?due=week", is_capped=capped and overdue + week == len(rows)),
    ]
    if returned:
        found.append(Tile(t("home.returned"), returned, "/returned", is_urgent=True))
    if claimable:
        found.append(Tile(t("home.claimable"), claimable, "/queue?view=claimable"))
    return found
