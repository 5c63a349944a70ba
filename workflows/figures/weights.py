"""What became of the projects that experts scored, and the weights that this proposes for the next call.

Source: rules for next year's weights drawn from results (domain S19 c, S69 a) [D]; the rule itself stands in
`workflows/screening/next_weights.py`, its numbers are the county's to set (policies `screening.learning_…`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from engine.calendar import add_months
from engine.case import Case
from workflows.figures.basis import Basis
from workflows.figures.cells import PERCENT, Cell, Counted, said, tenth
from workflows.figures.goals import decimal
from workflows.funds.papers import lines_of
from workflows.guards.reading import Row, lines_in, number_in, text_in
from workflows.scoring import DIMENSIONS, POINTS_MAX, Rubric, Verdict
from workflows.screening.calls import CALL
from workflows.screening.next_weights import Limits, Outcome, Proposed, propose
from workflows.screening.results import CONCLUDED, EVALUATION
from workflows.screening.rubric import STANDARD_WEIGHTS, weights_of
from workflows.screening.verdicts import scored

PROJECTS_MIN, SHRINK = "screening.learning_projects_min_count", "screening.learning_few_count"
CHANGE_MAX, KEPT_MONTHS = "screening.learning_change_max_points", "screening.learning_months"
KEPT_MONTHS_USUAL = 60
EVALUATED = frozenset({"improving", "closed"})
"""Where a project stands whose own evaluation is over."""

USUAL_WEIGHT = 10
"""Points of the execution rate and of satisfaction in a tree that names none: self-evaluation form [V]."""

DIMENSION_OF: Mapping[str, str] = {
    "benefit": "a",
    "satisfaction": "a",
    "output": "b",
    "process": "b",
    "decision": "b",
}
"""The dimension of the scoring model whose promise a part of an evaluation tells of; cost and execution are of `c`."""


@dataclass(frozen=True, slots=True)
class Result:
    """A project that was scored and evaluated: what its panel gave it, what it came to, its score and grade."""

    project: Case
    verdict: Verdict
    reached: Mapping[str, Fraction]
    score: Decimal | None
    grade: str

    @property
    def outcome(self) -> Outcome:
        """Give what weights are learned from."""
        return Outcome(self.verdict.criteria, self.reached)


def results(it: Basis) -> list[Result]:
    """Give the projects with scores and a final evaluation of the last years (five), by code."""
    months = _number(it, KEPT_MONTHS, KEPT_MONTHS_USUAL)
    calls = {text_in(one.data, "number"): one for one in it.cases(CALL)}
    found = []
    for project in sorted(it.projects, key=lambda one: one.code):
        evaluated = _evaluation(it, project)
        if evaluated is None or add_months(it.entered(evaluated), months) < it.ground.today:
            continue
        call = calls.get(text_in(project.data, "batch"))
        weights = weights_of(call.data) if call is not None else {}
        verdict = scored(project, Rubric(weights=weights or POINTS_MAX))
        if verdict is not None:
            found.append(_result(it, project, evaluated, verdict))
    return found


def _evaluation(it: Basis, project: Case) -> Case | None:
    """Give the newest final evaluation that is concluded; the project itself where it was typed in there."""
    final = [
        one for one in it.beside(EVALUATION, project) if one.state == CONCLUDED and text_in(one.data, "kind") == "final"
    ]
    typed = project if project.state in EVALUATED and lines_of(project.data, "evaluation") else None
    return max(final, key=lambda one: one.entered_at, default=typed)


def _result(it: Basis, project: Case, evaluated: Case, verdict: Verdict) -> Result:
    is_typed = evaluated is project
    table, points = ("evaluation", "points") if is_typed else ("indicators", "review_points")
    score, grade = ("evaluation_score", "evaluation_grade") if is_typed else ("score", "grade")
    parts = [*_parts(lines_of(evaluated.data, table), points), *_unwritten(it, project, evaluated)]
    return Result(project, verdict, _reached(parts), decimal(evaluated.data.get(score)), text_in(evaluated.data, grade))


Part = tuple[str, int, Fraction]
"""A dimension, the weight of a line, and the points it got."""


def _parts(table: Iterable[Row], points: str) -> Iterator[Part]:
    for row in table:
        dimension = "c" if text_in(row, "dimension") == "cost" else DIMENSION_OF.get(text_in(row, "part"))
        given = decimal(row.get(points))
        if dimension is not None and given is not None:
            yield dimension, number_in(row, "weight"), Fraction(given)


def _unwritten(it: Basis, project: Case, evaluated: Case) -> Iterator[Part]:
    """Add what the ledger knows, the execution of the budget; and satisfaction where the tree has no line for it."""
    budget = it.reviewed_budget(project)[1]
    if budget:
        yield "c", USUAL_WEIGHT, USUAL_WEIGHT * min(Fraction(1), Fraction(it.spent(project), budget))
    satisfied = decimal(project.data.get("satisfaction"))
    if satisfied is not None and evaluated is project:
        yield "a", USUAL_WEIGHT, USUAL_WEIGHT * Fraction(satisfied) / PERCENT


def _reached(parts: Sequence[Part]) -> dict[str, Fraction]:
    found = {}
    for name in DIMENSIONS:
        own = [(weight, points) for dimension, weight, points in parts if dimension == name]
        whole = sum(weight for weight, _ in own)
        if whole:
            found[name] = sum((points for _, points in own), Fraction(0)) / whole
    return found


def proposal(it: Basis) -> list[Proposed]:
    """Propose the weights that the next call begins with."""
    usual = Limits()
    limits = Limits(
        _number(it, PROJECTS_MIN, usual.projects_min),
        _number(it, SHRINK, usual.shrink),
        _number(it, CHANGE_MAX, usual.change_max),
    )
    return propose(standing_weights(it), [one.outcome for one in results(it)], limits)


def standing_weights(it: Basis) -> Mapping[str, int]:
    """Give the weights that a call would begin with now."""
    given = {text_in(row, "criterion"): row for row in lines_in(it.ground.policy(STANDARD_WEIGHTS))}
    return {name: number_in(given[name], "weight") if name in given else most for name, most in POINTS_MAX.items()}


def next_weights(it: Basis) -> Iterator[Counted]:
    """Give a line for each criterion: its weight now and proposed, and the pairs of projects that speak for it."""
    compared = [one.project for one in results(it)]
    for one in proposal(it) if compared else ():
        yield {
            "criterion": said(one.criterion, *compared),
            "weight_now": Cell(one.weight),
            "compared": Cell(one.evidence.projects),
            "agreeing": Cell(one.evidence.agreeing),
            "opposing": Cell(one.evidence.opposing),
            "correlation": Cell(hundredth(one.evidence.correlation)),
            "clear": Cell(one.evidence.is_clear),
            "weight_next": Cell(one.proposed),
            "weight_change": Cell(one.change),
        }


def compared_projects(it: Basis) -> Iterator[Counted]:
    """Give a line for each project behind it: its panel's points, and what it came to by dimension."""
    for one in results(it):
        yield {
            "project": said(one.project.code, one.project),
            "name": Cell(it.title(one.project)),
            "panel_points": Cell(tenth(one.verdict.total)),
            **{
                f"reached_{name}": Cell(tenth(one.reached[name] * PERCENT) if name in one.reached else None)
                for name in DIMENSIONS
            },
            "result_score": Cell(one.score),
            "result_grade": Cell(one.grade),
        }


def hundredth(value: Fraction) -> Decimal:
    """Round to a hundredth, halves to even."""
    return Decimal(round(value * PERCENT)) / PERCENT


def _number(it: Basis, key: str, usual: int) -> int:
    value = it.ground.policy(key)
    return value if isinstance(value, int) and value > 0 else usual
