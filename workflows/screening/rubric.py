"""The rubric a project is scored by: its call's weights and marks, and the county's policies for the rest."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from engine.case import Case
from engine.situation import Situation
from workflows.funds.papers import lines_of
from workflows.funds.policy import Policy
from workflows.guards.reading import Row, number_in, text_in, today, word
from workflows.ranking import Priorities
from workflows.scoring import POINTS_MAX, Rubric
from workflows.screening.calls import call_case

AREA = "screening"
STANDARD_WEIGHTS = "screening.standard_weights"
"""The policy with the weights and scales that a new call begins with."""


def screening(it: Situation) -> Policy:
    """Give the county's policies of screening on the day."""
    return Policy(it.facts.policy, today(it), AREA)


def rubric_of(policy: Policy) -> Rubric:
    """Give the county's rubric, with the standard weights; raises `Refused` where a value is not set."""
    share, whole = (int(part) for part in policy.words("recommend_share"))
    return Rubric(
        pass_points=policy.number("pass_points"),
        dimension_percent=policy.number("dimension_percent"),
        panel_share=Fraction(share, whole),
        deviation_max=policy.number("deviation_max"),
        range_max=policy.number("range_max"),
        criterion_range_percent=policy.number("criterion_range_percent"),
        remark_below_percent=policy.number("remark_below_percent"),
        remark_above_percent=policy.number("remark_above_percent"),
        revise_points=policy.number("revise_points"),
        priorities=priorities_of(policy),
    )


def priorities_of(policy: Policy) -> Priorities:
    """Give how the county orders its pool; raises `Refused` where a value is not set."""
    urgent, soon, other = (int(points) for points in policy.words("urgency_points"))
    return Priorities(
        tag_points=policy.numbers("tag_points"),
        class_one_points=policy.number("class_one_points"),
        index_percent=policy.numbers("index_percent"),
        urgent_days=policy.number("urgent_days"),
        soon_days=policy.number("soon_days"),
        urgency_points=(urgent, soon, other),
        overdue_points=policy.number("penalty_overdue_points"),
        missed_points=policy.number("penalty_missed_points"),
        penalty_max=policy.number("penalty_max_points"),
        best_grade_points=policy.number("best_grade_points"),
    )


def rubric(it: Situation) -> Rubric:
    """Give the rubric of the project under judgement: that of its call, where it answers one."""
    return rubric_in(call_case(it.facts, word(it, "batch")), screening(it))


def rubric_in(call: Case | None, policy: Policy) -> Rubric:
    """Give the rubric of a call: weights and marks as they were locked when it was published."""
    usual = rubric_of(policy)
    if call is None:
        return usual
    marks = (number_in(call.data, name) or getattr(usual, name) for name in ("pass_points", "dimension_percent"))
    pass_points, dimension_percent = marks
    weights = weights_of(call.data)
    return replace(usual, weights=weights or POINTS_MAX, pass_points=pass_points, dimension_percent=dimension_percent)


def weights_of(data: Row) -> Mapping[str, int]:
    """Give the weights of a call by criterion, in the model's order; empty when it has none."""
    given = {text_in(row, "criterion"): number_in(row, "weight") for row in lines_of(data, "weights")}
    return {name: given[name] for name in POINTS_MAX if name in given}
