"""Values that rules give to studies: what comes from the application, how far the study left it, its panel."""

from collections.abc import Callable

from engine.case import Case
from engine.definition import FieldType
from engine.guards import Reckoning, ValueRule
from engine.situation import Situation
from engine.values import Json
from workflows.funds.papers import lines_of
from workflows.guards.reading import number_in, sum_of, text_in, today, yuan
from workflows.screening.panels import member_rows, project_of
from workflows.screening.rubric import screening
from workflows.screening.studies import approved_study, basis_of

_PERCENT = 100
_TABLE = frozenset({FieldType.TABLE})
_TEXT = frozenset({FieldType.TEXT})


def _from_project(give: Callable[[Situation, Case], Json]) -> ValueRule:
    """Make a rule that reads the project a study stands beside."""
    return lambda it: give(it, project_of(it))


def _goals(_it: Situation, project: Case) -> Json:
    return project.data.get("targets")


def _cost_lines(_it: Situation, project: Case) -> Json:
    return [
        {
            "line": f"{place}",
            "stage": "construction",
            "category": text_in(row, "category"),
            "content": text_in(row, "content"),
            "cost": number_in(row, "cost"),
            "basis": text_in(row, "basis"),
        }
        for place, row in enumerate(lines_of(project.data, "estimate"), 1)
    ]


def _funding(it: Situation, project: Case) -> Json:
    return [
        {"kind": text_in(row, "kind"), "year": today(it).year, "amount": number_in(row, "wished")}
        for row in lines_of(project.data, "source_wishes")
    ]


def drift(it: Situation) -> Json:
    """Set the study beside its application: the estimate, and every target; what drifted is flagged.

    Source: Regulations on Government Investment §12: above ten percent the study comes again [V].
    """
    project = project_of(it)
    most = screening(it).number("study_drift_percent")
    asked, now = number_in(project.data, "amount"), sum_of(lines_of(it.data, "cost_lines"), "cost")
    percent = abs(now - asked) * _PERCENT // asked if asked else 0
    rows: list[Json] = [
        {"matter": "amount", "before": yuan(asked), "now": yuan(now), "percent": percent, "flagged": percent > most}
    ]
    goals = {text_in(row, "indicator"): row for row in lines_of(it.data, "goals")}
    for target in lines_of(project.data, "targets"):
        name = text_in(target, "indicator")
        goal = goals.get(name)
        kept = goal is not None and text_in(goal, "target") == text_in(target, "target")
        said = text_in(goal, "target") if goal is not None else "-"
        rows.append({"matter": name, "before": text_in(target, "target"), "now": said or "-", "flagged": not kept})
    return rows


def study_panel(it: Situation) -> Json:
    """Give the experts who sit on the panel of the study."""
    return [text_in(row, "expert") for row in member_rows(it, text_in(it.data, "project"), "study")]


def _basis(_it: Situation, project: Case) -> Json:
    return basis_of(project.data)


def approved_as(column: str, field: str) -> ValueRule:
    """Make the rule that takes a field of the project's approved study; without one, what was typed."""

    def value(it: Situation) -> Json:
        study = approved_study(it.facts, it.case.code)
        return it.data.get(field) if study is None else study.data.get(column)

    return value


def study_code(it: Situation) -> Json:
    """Give the number of the approved study; without one, what was typed."""
    study = approved_study(it.facts, it.case.code)
    return it.data.get("study_number") if study is None else study.code


RECKONINGS = (
    Reckoning(
        "tier_of_project",
        _from_project(lambda _, project: project.data.get("tier")),
        frozenset({FieldType.CHOICE}),
        "the project's tier",
    ),
    Reckoning("goals_of_project", _from_project(_goals), _TABLE, "the application's targets"),
    Reckoning("costs_of_project", _from_project(_cost_lines), _TABLE, "the application's estimate as lines"),
    Reckoning("wishes_of_project", _from_project(_funding), _TABLE, "the sources that the application wished"),
    Reckoning("study_drift", drift, _TABLE, "how far the study left the application"),
    Reckoning("study_panel", study_panel, frozenset({FieldType.PERSONS}), "the panel of the study"),
    Reckoning("study_basis", _from_project(_basis), _TEXT, "the digest of what the study rests on"),
    Reckoning("study_code", study_code, _TEXT, "the number of the approved study"),
    Reckoning(
        "study_amount", approved_as("estimate", "study_estimate"), frozenset({FieldType.MONEY}), "what it estimates"
    ),
    Reckoning("study_day", approved_as("approved_on", "study_approved_on"), frozenset({FieldType.DATE}), "its day"),
)
"""Rules of studies."""
