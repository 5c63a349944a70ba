"""When projects are going to be where they are on their way to: a range of days, and on what ground."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction

from engine.calendar import WorkingCalendar
from engine.definition import Definition
from engine.stays import History, predict
from service.web.portfolio import Member
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


def outlooks(
    members: Sequence[Member], history: History, definition: Definition, calendar: WorkingCalendar, reader: Reader
) -> list[Outlook]:
    """Foretell each project that goes on; those that are expected first come first, those without ground last."""
    leads = goals(definition)
    found = [
        _outlook(one, leads[one.line.state], history, definition, calendar, reader)
        for one in members
        if one.line.state in leads and not one.signs.is_resting
    ]
    return sorted(found, key=lambda one: (one.middle is None, one.is_if_today, one.middle or date.max, one.code))


def _outlook(
    member: Member,
    goal: frozenset[str],
    history: History,
    definition: Definition,
    calendar: WorkingCalendar,
    reader: Reader,
) -> Outlook:
    line, (target,) = member.line, goal
    named = Outlook(
        line.code,
        line.title,
        item_url(line.code),
        reader.says(definition.states[line.state].title),
        reader.says(definition.states[target].title),
    )
    told, is_if_today = predict(history.to_goal(line.state, member.waited_days, goal)), False
    if told is None:
        told, is_if_today = predict(history.after_leaving(line.state, goal)), True
    if told is None:
        return replace(named, why=reader.t("overview.outlook.few", all=len(history.after_leaving(line.state, goal))))
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
