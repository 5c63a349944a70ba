"""When projects are going to be where they are on their way to: a range of days, and on what ground."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction

from engine.calendar import WorkingCalendar
from engine.definition import Definition
from engine.stays import History, predict
from service.web.portfolio import Wait
from service.web.views.addresses import item_url
from service.web.views.reader import Reader
from workflows.health import MILESTONES

PERCENT = 100


@dataclass(frozen=True, slots=True)
class Outlook:
    """A project on its way to a milestone. Without days, `why` says why nothing is foretold.

    `is_if_today`: it is where it is longer than most before it, so the days are those if it went on today.
    """

    code: str
    title: str
    url: str
    state: str
    goal: str
    first: date | None = None
    middle: date | None = None
    last: date | None = None
    within: int = 0
    basis: int = 0
    why: str = ""
    is_if_today: bool = False


def goals(definition: Definition) -> dict[str, frozenset[str]]:
    """Give what each state leads to, by its phase."""
    found = {phase: goal for phases, goal in MILESTONES for phase in phases}
    return {
        name: found[state.phase]
        for name, state in definition.states.items()
        if state.phase in found and name not in found[state.phase]
    }


def outlooks(  # what there is to tell it by
    waits: Sequence[Wait],
    history: History,
    definition: Definition,
    calendar: WorkingCalendar,
    reader: Reader,
    count_max: int | None = None,
) -> list[Outlook]:
    """Foretell each project that goes on; those that are expected first come first, those without ground last.

    Projects that are equally long in the same state are foretold once.
    """
    leads = goals(definition)
    going = [one for one in waits if one.state in leads]
    told = {
        (state, days): _outlook(state, days, leads[state], history, definition, calendar, reader)
        for state, days in {(one.state, one.days) for one in going}
    }

    def order(wait: Wait) -> tuple[bool, bool, date, str]:
        found = told[wait.state, wait.days]
        return found.middle is None, found.is_if_today, found.middle or date.max, wait.code

    return [
        replace(told[one.state, one.days], code=one.code, title=one.title, url=item_url(one.code))
        for one in sorted(going, key=order)[:count_max]
    ]


def _outlook(
    state: str,
    waited: float,
    goal: frozenset[str],
    history: History,
    definition: Definition,
    calendar: WorkingCalendar,
    reader: Reader,
) -> Outlook:
    """Foretell a project of no name that is so many working days in a state."""
    (target,) = goal
    states = definition.states
    named = Outlook("", "", "", reader.says(states[state].title), reader.says(states[target].title))
    told, is_if_today = predict(history.to_goal(state, waited, goal)), False
    if told is None:
        told, is_if_today = predict(history.after_leaving(state, goal)), True
    if told is None:
        return replace(named, why=reader.t("overview.outlook.few", all=len(history.after_leaving(state, goal))))
    first, middle, last = (_day(calendar, reader.now, length) for length in (told.low, told.middle, told.high))
    return replace(
        named,
        first=first,
        middle=middle,
        last=last,
        within=round(PERCENT * told.within),
        basis=told.basis,
        is_if_today=is_if_today,
    )


def _day(calendar: WorkingCalendar, now: datetime, length: float) -> date:
    """Give the local day so many working days from now."""
    return calendar.local_day(calendar.after(now, Fraction(round(length))).at)
