"""How the steps of the procedure end and how long they take; how whole projects end.

Source: the success of projects step by step, proper use of money, attained goals (domain S20) [D].
"""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from engine.case import Case
from engine.definition import ActionKind
from workflows.figures.basis import Basis
from workflows.figures.cells import Cell, Counted, count, mean, share
from workflows.figures.goals import goals
from workflows.figures.governance import attainment
from workflows.funds.papers import PROJECT, RED_FLAG, lines_of
from workflows.guards.reading import day_in, number_in, text_in
from workflows.reports.ground import Move

BUILDING, DELIVERED = "implementing", "prelim_acceptance"
GOOD = frozenset({"A", "B"})
SUCCEEDED, ENDED = "closed", frozenset({"closed", "terminated"})


def steps(it: Basis) -> Iterator[Counted]:
    """Give each step that projects came to: how many passed, were returned, were turned down, wait, in working days."""
    found: dict[str, list[tuple[Case, Move]]] = {}
    for project in it.projects:
        for move in it.moves.get(project.id, ()):
            found.setdefault(move.state, []).append((project, move))
    for state in it.definition.states if found else ():
        if state in found:
            yield {"step": Cell(state), **_step(it, found[state])}


def _step(it: Basis, stays: list[tuple[Case, Move]]) -> Counted:
    ends: dict[ActionKind | None, list[Case]] = {}
    for project, move in stays:
        if move.left is not None:
            ends.setdefault(it.outcome(move), []).append(project)
    passed, over = ends.get(ActionKind.FORWARD, []), [project for project, move in stays if move.left is not None]
    return {
        "arrived": count(project for project, _ in stays),
        "passed": count(passed),
        "returned": count(ends.get(ActionKind.RETURN, ())),
        "rejected": count(ends.get(ActionKind.NEGATIVE, ())),
        "waiting": count(project for project, move in stays if move.left is None),
        "pass_rate": share(passed, over),
        "days": mean((project, days) for project, move in stays if (days := stayed(it, move)) is not None),
    }


def stayed(it: Basis, move: Move) -> Fraction | None:
    """Give the working days of a stay that is over."""
    return it.ground.working_days(PROJECT, move.entered, move.left) if move.left is not None else None


def success(it: Basis) -> Iterator[Counted]:
    """Give for each year what became of the projects that ended in it."""
    found: dict[int, list[Case]] = {}
    for project in it.projects:
        if project.state in ENDED:
            found.setdefault(it.entered(project).year, []).append(project)
    for year, projects in sorted(found.items()):
        yield {"year": Cell(year), **_success(it, projects)}


def _success(it: Basis, projects: list[Case]) -> Counted:
    closed = [one for one in projects if one.state == SUCCEEDED]
    timely = [one for one in closed if is_on_time(it, one)]
    frugal = [one for one in closed if is_in_budget(it, one)]
    good = [one for one in closed if text_in(one.data, "evaluation_grade") in GOOD]
    sound = [one for one in timely if one in frugal and one in good]
    measured = [goal for one in projects for goal in goals(it, one) if goal.actual is not None]
    return {
        "ended": count(projects),
        "closed": count(closed),
        "on_time": count(timely),
        "in_budget": count(frugal),
        "good": count(good),
        "succeeded": count(sound),
        "success_rate": share(sound, projects),
        "clean": count(one for one in projects if not misused(it, one)),
        **attainment(measured, [goal for goal in measured if goal.is_reached]),
    }


def is_on_time(it: Basis, project: Case) -> bool:
    """Say whether a project was handed over for acceptance by the last day of its first baseline."""
    rows = lines_of(project.data, "baseline") or lines_of(project.data, "milestones")
    last = max((on for row in rows if (on := day_in(row, "finish_on"))), default=None)
    delivered = delivered_on(it, project)
    return last is not None and delivered is not None and delivered <= last


def delivered_on(it: Basis, project: Case) -> date | None:
    """Give the day a project was handed over for its preliminary acceptance."""
    sent = [
        move.left
        for move in it.moves.get(project.id, ())
        if move.state == BUILDING and move.to == DELIVERED and move.left is not None
    ]
    return it.ground.day(sent[-1]) if sent else None


def is_in_budget(it: Basis, project: Case) -> bool:
    """Say whether no more was paid than was approved first."""
    approved = it.reviewed_budget(project)[1]
    return approved > 0 and it.spent(project) <= approved


def misused(it: Basis, project: Case) -> bool:
    """Say whether a red flag of a project was upheld or put right, or an audit found money used otherwise."""
    flags = (one.state in ("upheld", "corrected") for one in it.beside(RED_FLAG, project))
    findings = (number_in(one.data, "amount") > 0 for one in it.beside("finding", project))
    return any(flags) or any(findings)
