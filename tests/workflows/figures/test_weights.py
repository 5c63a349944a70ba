"""The weights proposed for the next call (R-32), from scored and evaluated projects of a small county."""

from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from engine.case import Ballot, Case
from engine.counting import Choosing
from tests.workflows.figures.small_county import SmallCounty, counted, made, values
from tests.workflows.guards.trial import NOW
from workflows.scoring import POINTS_MAX

TREE = [
    {"part": "output", "dimension": "quality", "weight": 40, "review_points": "30"},
    {"part": "output", "dimension": "cost", "weight": 10, "review_points": "8"},
    {"part": "benefit", "dimension": "social", "weight": 30, "review_points": "21"},
    {"part": "satisfaction", "weight": 10, "review_points": "9"},
    {"part": "execution", "weight": 10, "review_points": "1"},
]
MONEY: dict[str, Any] = {"budget_total": 100_00, "settlement_amount": 60_00}


def scored(number: int, state: str = "closed", **data: Any) -> Case:  # noqa: ANN401  # data
    """Give a project whose panel gave one criterion as many points as its number says, the others in full."""
    sheets = tuple(
        Ballot("t", "", voter, Choosing.PASS, NOW, form={**POINTS_MAX, "a1": number}) for voter in ("e1", "e2", "e3")
    )
    return replace(made(str(number), state, **{**MONEY, **data}), rounds={"expert_scoring": sheets})


def evaluation(project: Case, kind: str = "final", benefit: str = "21", entered: str = "2026-10-12") -> Case:
    """Give its concluded evaluation."""
    tree = [row | {"review_points": benefit} if row["part"] == "benefit" else row for row in TREE]
    told: dict[str, Any] = {"kind": kind, "indicators": tree, "score": "79", "grade": "C"}
    return made(
        f"e{project.code}", "concluded", "performance-evaluation", entered=entered, project=project.code, **told
    )


def test_what_a_project_came_to_is_told_by_dimension() -> None:
    """Value by benefits and satisfaction, delivery by outputs, money by the ledger's execution and the cost."""
    project = scored(12)
    (line,) = (values(one) for one in counted("compared_projects", SmallCounty([project, evaluation(project)])))
    assert (line["reached_a"], line["reached_b"], line["reached_c"]) == (
        Decimal("75.0"),
        Decimal("75.0"),
        Decimal("70.0"),
    )
    assert (line["panel_points"], line["result_score"], line["result_grade"]) == (Decimal("98.0"), Decimal(79), "C")


def test_only_what_was_scored_and_finally_evaluated_is_compared() -> None:
    """A mid-term evaluation, one of six years ago, one without scores and one that still runs are left out."""
    midterm, old, running, typed = (
        scored(1),
        scored(2),
        scored(3, "evaluating"),
        scored(4, evaluation=[{"part": "benefit", "weight": 60, "points": "30"}], satisfaction="100"),
    )
    unscored = made("5", "closed", **MONEY)
    county = SmallCounty(
        [
            *(midterm, old, running, typed, unscored),
            *(evaluation(midterm, "midterm"), evaluation(old, entered="2020-10-12"), evaluation(unscored)),
        ]
    )
    (line,) = (values(one) for one in counted("compared_projects", county))
    assert (line["project"], line["reached_a"]) == (typed.code, Decimal("57.1")), "30 of 60, and satisfaction 10 of 10"


@pytest.mark.parametrize(("limit", "wanted"), [(2, 16), (1, 15)])
def test_the_proposal_moves_the_countys_weights_as_far_as_it_allows(limit: int, wanted: int) -> None:
    """Ten projects whose points in A1 foretold their benefits: each line names them, sums stay, the limit is policy."""
    projects = [scored(number) for number in range(1, 11)]
    evaluated = [evaluation(one, benefit=str(10 + number)) for number, one in enumerate(projects)]
    policies = {"screening.learning_change_max_points": limit}
    lines = counted("next_weights", SmallCounty([*projects, *evaluated], policies=policies))
    first = values(lines[0])
    assert (first["criterion"], first["compared"], first["agreeing"], first["opposing"]) == ("a1", 10, 45, 0)
    assert (first["weight_now"], first["weight_next"], first["clear"]) == (14, wanted, True)
    assert set(lines[0]["criterion"].behind) == {one.id for one in projects}
    assert sum(values(one)["weight_next"] for one in lines) == 100
