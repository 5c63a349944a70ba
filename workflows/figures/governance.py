"""What the county's townships are able to do with what was built: reach, quality, and the services' figures one by one.

Source: capacity of governance at the base, efficiency of services, sharing and innovation (domain S3, S4, S95) [D].
"""

from collections.abc import Iterator
from itertools import chain

from engine.case import Case
from workflows.figures.basis import Basis
from workflows.figures.cells import NOTHING, Cell, Counted, count, mean, percent, said, total
from workflows.figures.goals import Goal, decimal, goals
from workflows.guards.reading import number_in, text_in
from workflows.screening.townships import POPULATION

IN_SERVICE = frozenset(
    [
        *("trial_run", "final_acceptance", "final_rectify", "settlement", "evaluating", "improving", "closed"),
    ]
)
"""States of a project whose services are in use."""


def governance(it: Basis) -> Iterator[Counted]:
    """Give each township's figures: what is in service, whom it reaches, what of its targets was reached."""
    table = it.ground.policy(POPULATION)
    population = table if isinstance(table, dict) else {}
    for township, projects in it.by_township.items():
        people = population.get(township)
        yield {"township": Cell(township), **_capacity(it, projects, people if isinstance(people, int) else 0)}


def _capacity(it: Basis, projects: list[Case], people: int) -> Counted:
    running = [case for case in projects if case.state in IN_SERVICE]
    served = [(case, number_in(case.data, "beneficiaries")) for case in running]
    reached_people = sum(number for _, number in served)
    measured = [goal for goal in chain.from_iterable(goals(it, case) for case in projects) if goal.actual is not None]
    reached = [goal for goal in measured if goal.is_reached]
    return {
        "projects": count(projects),
        "in_service": count(running),
        "people": total(served),
        "coverage": Cell(percent(reached_people, people), total(served).behind) if people else NOTHING,
        **attainment(measured, reached),
        "satisfaction": mean(
            (case, points) for case in projects if (points := decimal(case.data.get("satisfaction"))) is not None
        ),
        "innovation": count(case for case in projects if text_in(case.data, "innovation").strip()),
        "sharing": count(case for case in projects if text_in(case.data, "data_exchange").strip()),
    }


def attainment(measured: list[Goal], reached: list[Goal]) -> Counted:
    """Give how many targets were measured and reached, and by how much things got better in the mean."""
    behind = tuple(dict.fromkeys(goal.project.id for goal in measured))
    there = tuple(dict.fromkeys(goal.project.id for goal in reached))
    return {
        "measured": Cell(len(measured), behind),
        "reached_count": Cell(len(reached), there),
        "reached_rate": Cell(percent(len(reached), len(measured)), there),
        "uplift": mean((goal.project, goal.uplift) for goal in measured if goal.uplift is not None),
    }


def services(it: Basis) -> Iterator[Counted]:
    """Give every target of every project that was approved or is in service: before, wanted, measured."""
    for project in it.projects:
        if it.phase(project) in ("delivery", "acceptance", "evaluation"):
            yield from (_service(it, goal) for goal in goals(it, project))


def _service(it: Basis, goal: Goal) -> Counted:
    by = (goal.by,) if goal.by is not None else ()
    return {
        "project": said(goal.project.code, goal.project),
        "name": Cell(it.title(goal.project)),
        "indicator": Cell(goal.indicator),
        "measure": Cell(goal.measure),
        "baseline": Cell(goal.baseline),
        "target": Cell(goal.target),
        "due_on": Cell(goal.due_on),
        "actual": said(goal.actual, *by),
        "reached": Cell(goal.is_reached if goal.actual is not None else None),
    }
