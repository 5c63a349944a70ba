"""The ranking of a call: every component of every project, computed from their cases, and again from its table.

Source: ranking rules of the pool [D]. What is stored is what is ranked by: points, index and amounts as they are
written, so that anybody with the table and the seed comes to the same order.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from hashlib import sha256

from engine.case import Case
from engine.facts import Facts
from engine.values import Json
from workflows.funds.papers import PROJECT
from workflows.guards.reading import Row, day_in, lines_in, number_in, text_in
from workflows.ranking import (
    Candidate,
    Readiness,
    decided_by,
    penalty,
    priority_class,
    priority_index,
    priority_tags,
    ranked,
    ready_points,
    urgency,
)
from workflows.scoring import Rubric, Verdict, hundredths
from workflows.screening.results import BEST, last_grade
from workflows.screening.townships import Townships
from workflows.screening.verdicts import final_verdict, scored

UNDER_REVIEW = frozenset(
    [
        *("dept_check", "twp_check", "twp_decide", "prelim_review", "returned", "expert_setup", "expert_scoring"),
        *("panel_meeting", "expert_revise", "panel_confirm"),
    ]
)
"""States in which an application of a batch is not yet ready to be ranked."""

RANKED = "reserve_decision"
CLASSES = {1: "first", 2: "second", 3: "third"}
_FULL = 100


def applications(facts: Facts, number: str) -> tuple[Case, ...]:
    """Give the projects that answer a call, oldest first."""
    return facts.peers(PROJECT, "batch", number)


@dataclass(frozen=True, slots=True)
class Scored:
    """A project with what its panel gave it."""

    project: Case
    verdict: Verdict
    tags: tuple[str, ...]


def candidates(facts: Facts, number: str, rubric: Rubric) -> list[Scored]:
    """Give the projects of a batch that the experts have judged and the pool has not decided on."""
    found: list[Scored] = []
    for project in applications(facts, number):
        verdict = final_verdict(project, rubric)
        if project.state == RANKED and verdict is not None:
            found.append(Scored(project, verdict, tags_of(project, rubric)))
    return found


def tags_of(project: Case, rubric: Rubric) -> tuple[str, ...]:
    """Give the priorities that are granted: claimed, measurable, and with points enough in the trimmed mean."""
    claims = project.data.get("priority_claims")
    verdict = scored(project, rubric)
    measurable = bool(project.data.get("targets")) and bool(text_in(project.data, "priority_measure"))
    means = verdict.criteria if verdict is not None else {}
    granted = priority_tags(means, measurable=measurable, marks=rubric.priorities)
    return tuple(tag for tag in granted if isinstance(claims, list) and tag in claims)


def ranking(facts: Facts, number: str, rubric: Rubric, seed: str, on: date) -> list[Json]:
    """Rank a batch: one row a project, with every component, the first first."""
    townships = Townships(facts, on)
    rows = {one.project.code: _row(one, townships, seed, on) for one in candidates(facts, number, rubric)}
    order = again(rows.values(), seed)
    return [{"rank": place, **rows[code]} for place, code in enumerate(order, 1)]


def again(table: Iterable[Row], seed: str) -> list[str]:
    """Give the codes of a ranking's rows in the order that their components and the seed give."""
    return [one.code for one in ranked([_candidate(row) for row in table], seed)]


def tie_broken_by(first: Row, second: Row, seed: str) -> str:
    """Name what broke the tie of two neighbours in a ranking; empty where class or index had told them apart."""
    found = decided_by(_candidate(first), _candidate(second), seed)
    return "" if found in ("class", "index") else found


def draw_number(code: str, seed: str) -> str:
    """Give a project's number in the draw that ends a tie."""
    return sha256(f"{code}{seed}".encode()).hexdigest()


def _candidate(row: Row) -> Candidate:
    classes = {name: number for number, name in CLASSES.items()}
    return Candidate(
        code=text_in(row, "project"),
        priority_class=classes.get(text_in(row, "class"), len(classes)),
        index=Fraction(str(row.get("index", "0"))),
        points_a=Fraction(str(row.get("points_a", "0"))),
        cost_per_head=Fraction(number_in(row, "cost_per_head")),
        funded_per_head=Fraction(number_in(row, "funded_per_head")),
        completed_at=text_in(row, "submitted_at"),
    )


def _row(one: Scored, townships: Townships, seed: str, on: date) -> dict[str, Json]:
    project, verdict, marks = one.project, one.verdict, one.verdict.rubric.priorities
    data, township = project.data, townships.of(project)
    home = "" if township is None else township.id
    ready = _readiness(project, townships, home, on)
    cost, people = number_in(data, "amount"), number_in(data, "beneficiaries")
    total = Fraction(hundredths(verdict.total))
    mark = project.actors.get("draft.submit")
    return {
        "project": project.code,
        "name": text_in(data, "name"),
        **({"township": home} if home else {}),
        "class": CLASSES[priority_class(one.tags, total, marks)],
        "tags": ", ".join(one.tags) or "-",
        "total": hundredths(verdict.total),
        **{f"points_{name}": hundredths(points) for name, points in verdict.dimensions.items()},
        "readiness": ready_points(ready, marks),
        "urgency": urgency(ready.days_to_deadline, marks),
        "equity": hundredths(_FULL * (1 - ready.funded_percentile)),
        "penalty": penalty(ready, marks),
        "index": hundredths(priority_index(total, ready, marks)),
        "cost": cost,
        "cost_per_head": round(Fraction(cost, people)) if people else cost,
        "funded_per_head": round(townships.per_head(home)),
        "submitted_at": _moment(mark.at if mark is not None else project.opened_at),
        "draw": draw_number(project.code, seed),
    }


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def _readiness(project: Case, townships: Townships, home: str, on: date) -> Readiness:
    data, parts = project.data, project.data.get("ready_parts")
    deadline = day_in(data, "policy_due_on")
    return Readiness(
        parts_ready=len(parts) if isinstance(parts, list) else 0,
        days_to_deadline=(deadline - on).days if deadline is not None and deadline >= on else None,
        funded_percentile=townships.percentile(home),
        overdue_measures=townships.overdue(home),
        missed_reports=townships.missed_reports(home),
        is_excellent=last_grade(townships.facts, project.unit) == BEST,
    )


def component_row(project: Case, rubric: Rubric, townships: Townships, seed: str, on: date) -> Row | None:
    """Give every component of a project that experts have judged, whatever its state; None when none have."""
    verdict = final_verdict(project, rubric)
    if verdict is None:
        return None
    return _row(Scored(project, verdict, tags_of(project, rubric)), townships, seed, on)


def row_of(call: Case, code: str) -> Row | None:
    """Give a project's row in the ranking of its call."""
    return next((row for row in lines_in(call.data.get("ranking")) if row.get("project") == code), None)
