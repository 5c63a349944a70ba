"""Scores by hand against scores by rule."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from adapters.shipped import policies
from workflows.funds.policy import Policy
from workflows.ranking import (
    Candidate,
    Priorities,
    Readiness,
    penalty,
    priority_class,
    priority_index,
    priority_tags,
    ranked,
    ready_points,
    urgency,
)
from workflows.scoring import (
    DIMENSION_MAX,
    POINTS_MAX,
    Rubric,
    Sheet,
    Verdict,
    deviation,
    hundredths,
    judge,
    severity,
    suggested_return_points,
    unexplained,
)
from workflows.screening.rubric import AREA, rubric_of


def sheet(expert: str, total: int, *, recommends: bool = True) -> Sheet:
    """Give a sheet of so many points, spread over the criteria in proportion, the rest on the first with room."""
    points = {name: most * total // 100 for name, most in POINTS_MAX.items()}
    for name, most in POINTS_MAX.items():
        points[name] += (more := min(most - points[name], total - sum(points.values())))
        assert more >= 0
    return Sheet(expert, points, recommends)


def test_the_model_has_a_hundred_points() -> None:
    """40 for social value, 30 for feasibility, 30 for the use of money."""
    assert dict(DIMENSION_MAX) == {"a": 40, "b": 30, "c": 30}
    assert sum(POINTS_MAX.values()) == 100


def test_five_sheets_drop_the_highest_and_the_lowest() -> None:
    """Of 60, 78, 80, 83, 99 the mean is that of 78, 80 and 83."""
    sheets = [sheet(f"E{number}", total) for number, total in enumerate((99, 60, 80, 83, 78))]
    assert hundredths(judge(sheets).total) == "80.33"
    assert sum(judge(sheets).dimensions.values()) == judge(sheets).total


def test_three_sheets_are_all_counted() -> None:
    """A written review of three keeps every sheet."""
    assert judge([sheet("E1", 70), sheet("E2", 80), sheet("E3", 91)]).total == Fraction(241, 3)


@pytest.mark.parametrize(
    ("totals", "written", "dispersed"),
    [((80, 80, 80), "0.00", False), ((68, 80, 92), "9.79", False), ((62, 85, 90), "12.19", True)],
)
def test_deviation_is_that_of_the_whole_panel(totals: tuple[int, ...], written: str, dispersed: bool) -> None:
    """Above 12 the panel scores again."""
    found = judge([sheet(f"E{number}", total) for number, total in enumerate(totals)])
    assert (deviation(found), found.deviation_squared > 144) == (written, dispersed)


@pytest.mark.parametrize(("square", "spread", "dispersed"), [(144, 30, False), (145, 30, True), (144, 31, True)])
def test_dispersion_begins_above_its_limits(square: int, spread: int, dispersed: bool) -> None:
    """A deviation of 12 and a range of 30 are still allowed."""
    found = Verdict(Fraction(80), {}, Fraction(1), Fraction(square), Fraction(spread), ())
    assert found.is_dispersed is dispersed


def test_one_wide_criterion_is_dispersion() -> None:
    """A range above half of a criterion's maximum, though the totals agree."""
    one, two = sheet("E1", 80), sheet("E2", 80)
    points = {**two.points, "a1": one.points["a1"] - 8, "a2": 10, "a3": 12, "a4": 4}
    assert judge([one, Sheet("E2", points, recommends=True)]).wide_criteria == ("a1",)


def test_a_weak_dimension_fails_in_spite_of_the_total() -> None:
    """Full points for A and B, 17 of 30 for C: 87 in all, and yet no pass."""
    points = {name: most for name, most in POINTS_MAX.items() if name[0] != "c"} | {"c1": 5, "c2": 4, "c3": 4, "c4": 4}
    found = judge([Sheet(f"E{number}", points, recommends=True) for number in range(3)])
    assert (found.total, found.weak_dimensions, found.passes) == (Fraction(87), ("c",), False)


def test_two_thirds_must_recommend() -> None:
    """Two of three is enough, one of three is not."""
    two = [sheet("E1", 85), sheet("E2", 85), sheet("E3", 85, recommends=False)]
    one = [sheet("E1", 85), sheet("E2", 85, recommends=False), sheet("E3", 85, recommends=False)]
    assert judge(two).passes
    assert not judge(one).passes


def test_a_call_weighs_otherwise_and_asks_for_more() -> None:
    """Weights stretch the scales: with all of C's points moved to A, a panel strong in A gains what it had in A."""
    points = {name: most if name[0] == "a" else most // 2 for name, most in POINTS_MAX.items()}
    sheets = [Sheet(f"E{number}", points, recommends=True) for number in range(3)]
    weights = {**POINTS_MAX, "a1": 35, "c1": 1, "c2": 5, "c3": 2, "c4": 1}
    found = judge(sheets, Rubric(weights=weights, pass_points=80, dimension_percent=50))
    assert sum(weights.values()) == 100
    assert (judge(sheets).total, found.total) == (Fraction(70), Fraction(161, 2))
    assert (found.dimensions["a"], found.dimensions["c"], found.passes) == (Fraction(61), Fraction(9, 2), True)
    assert judge(sheets, Rubric(weights=weights, pass_points=81, dimension_percent=50)).passes is False
    assert found.criteria["a1"] == 14


def test_the_shipped_marks_are_the_standard() -> None:
    """What the code assumes without a county and what a county starts with are the same numbers."""
    shipped = policies()
    assert rubric_of(Policy(lambda key, _: shipped.get(key), date(2026, 6, 1), AREA)) == Rubric()


def test_extreme_points_need_a_comment() -> None:
    """Below 60% or above 90%: of 10, five and ten but not six or nine."""
    usual = {name: -(-most * 3 // 4) for name, most in POINTS_MAX.items()}
    assert unexplained(usual, []) == []
    assert unexplained({**usual, "c1": 5, "a2": 10}, []) == ["a2", "c1"]
    assert unexplained({**usual, "c1": 5, "a2": 10}, ["c1"]) == ["a2"]


def test_points_are_written_with_two_decimals_half_up() -> None:
    """As an official would round them."""
    assert [hundredths(Fraction(number, 800)) for number in (4, 3, 60000, 61564)] == ["0.01", "0.00", "75.00", "76.96"]


def test_the_return_is_suggested_from_the_cost_a_head() -> None:
    """Half the median earns all points, the median 8, three times the median none."""
    found = [suggested_return_points(Fraction(cost), Fraction(100)) for cost in (50, 100, 200, 300, 400)]
    assert found == [8, 8, 4, 0, 0]


def test_severity_is_drawn_towards_zero_when_there_is_little_to_go_by() -> None:
    """Three projects scored ten points above the others: five."""
    assert severity([90, 90, 90], [Fraction(80)] * 3) == 5
    assert severity([], []) == 0


def test_class_and_index_order_the_pool() -> None:
    """Class before index, index before the ties, the draw at the very end and the same for everybody."""
    assert priority_tags({"a1": Fraction(10), "a2": Fraction(6)}, measurable=True) == ("efficiency",)
    assert priority_tags({"a1": Fraction(10)}, measurable=False) == ()
    assert [priority_class(("efficiency",), Fraction(85)), priority_class(("business",), Fraction(84))] == [1, 2]
    assert priority_class((), Fraction(99)) == 3
    readiness = Readiness(4, 80, Fraction(1, 2), overdue_measures=1, missed_reports=1)
    assert priority_index(Fraction(80), readiness) == Fraction(60) + 8 + 10 + Fraction(5, 2) - 3
    assert [urgency(90), urgency(180), urgency(181), urgency(None)] == [100, 60, 20, 20]
    assert penalty(Readiness(0, None, Fraction(0), overdue_measures=9)) == 10
    own = Priorities(
        tag_points={"livelihood": 12}, class_one_points=90, index_percent={"total": 100}, soon_days=200, penalty_max=1
    )
    assert priority_tags({"a1": Fraction(14), "a3": Fraction(12)}, measurable=True, marks=own) == ("livelihood",)
    assert priority_class(("livelihood",), Fraction(89), own) == 2
    assert priority_index(Fraction(80), readiness, own) == 80 - 1
    assert urgency(200, own) == 60
    assert priority_index(Fraction(0), Readiness(0, None, Fraction(1), overdue_measures=5)) == 0
    praised = replace(readiness, is_excellent=True)
    assert priority_index(Fraction(80), praised) - priority_index(Fraction(80), readiness) == Fraction(2, 10)
    assert ready_points(replace(praised, parts_ready=5)) == 100


def test_ties_fall_in_the_fixed_order() -> None:
    """Dimension A, cost a head, money a head, time of submission; then the draw by seed."""
    ten = Fraction(10)
    usual = Candidate("", 2, ten, ten, ten, ten, "2026-05-01")

    def one(code: str, **changes: Any) -> Candidate:  # noqa: ANN401  # any part of a candidate
        return replace(usual, code=code, **changes)

    order = [
        one("class", priority_class=1),
        one("index", index=Fraction(11)),
        one("a", points_a=Fraction(11)),
        one("cost", cost_per_head=Fraction(9)),
        one("money", funded_per_head=Fraction(9)),
        one("early", completed_at="2026-04-30"),
    ]
    twins = [one("P1"), one("P2")]
    assert ranked([*twins, *reversed(order)], "seed")[:6] == order
    draws = {tuple(each.code for each in ranked(twins, f"seed {number}")) for number in range(20)}
    assert draws == {("P1", "P2"), ("P2", "P1")}
    assert ranked(twins, "seed") == ranked(twins[::-1], "seed")
