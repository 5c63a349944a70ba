"""Guards of the performance evaluation: a tree that is complete, a sample that is enough, points that follow."""

from datetime import date
from fractions import Fraction

from engine.definition import FieldType
from engine.facts import Facts
from engine.guards import Reckoning
from engine.refusal import Refusal
from engine.situation import Situation
from engine.values import Json
from workflows.beside import standing_beside
from workflows.funds.books import Books
from workflows.funds.chart import APPROVED, SPENT
from workflows.funds.policy import exceeds
from workflows.guards.policies import least
from workflows.guards.reading import (
    Reasons,
    Row,
    complain,
    entry,
    lines_where,
    number,
    number_in,
    rows,
    sum_of,
    text_in,
    today,
    word,
    yuan,
)
from workflows.performance import (
    ERROR_BY_TIER,
    LEVELS,
    Direction,
    Indicator,
    execution_points,
    grade,
    points,
    sample_needed,
    satisfaction,
)

EVALUATION = "performance-evaluation"
STANDARD_INDICATORS = "evaluations.standard_indicators"
SAMPLING_ERROR = "surveys.sampling_error_percent"
BY_CODE = "code"
FULL_WEIGHT = 100
RESULTS_WEIGHT_MIN = 60
RESULTS = frozenset({"output", "benefit"})
TARGET_PERCENT_MAX, RESCORE_PERCENT_MAX, RANGE_ZERO_PERCENT, GAP_POINTS = 130, 10, 50, 10
"""Usual policies `evaluations.…` [D]: above how much of its target an actual value is explained, by how much of a
weight a re-score says why, how far outside a range nothing is left, by how many points a self-evaluation may differ."""

AGAINST_THE_RULES = frozenset({"unlawful", "recoverable", "loss"})
UNCONFIRMED, HANDED_ON = "open", frozenset({"transferred", "sanctioned"})
CAP_PERCENT, CAP_AMOUNT = "evaluations.misuse_percent", "evaluations.misuse_fen"
CAP_USUAL = (5, 10_000_000)
"""Share of the budget (percent) and amount (fen) of misuse from which the grade is fair at best [D]."""


def indicators_ok(it: Situation) -> Reasons:
    """The weights make 100 with 60 or more for outputs and benefits; every target can be reached.

    Source: document 2020 no. 10 [V]; 60 % for outputs and benefits [K].
    """
    table = rows(it, "indicators")
    found, results = (
        sum_of(table, "weight"),
        sum_of((row for row in table if text_in(row, "part") in RESULTS), "weight"),
    )
    if found != FULL_WEIGHT:
        yield Refusal("evaluation.weights", "indicators", {"found": found})
    if results < RESULTS_WEIGHT_MIN:
        yield Refusal("evaluation.results_weight", "indicators", {"found": results, "least": RESULTS_WEIGHT_MIN})
    yield from complain("performance.no_target", "indicators", lines_where(table, _lacks_target))


def _lacks_target(row: Row) -> bool:
    if text_in(row, "direction") == Direction.RANGE:
        return not text_in(row, "high") or _decimal(row.get("high")) < _decimal(row.get("target"))
    return not text_in(row, "target")


def sample_ok(it: Situation) -> Reasons:
    """There are as many valid answers as the number of people served and the tier ask for; staff do not count.

    Answers by code are counted by the system, nobody types them.
    Source: sample size of a proportion at 95 % confidence [D], policy `surveys.sampling_error_percent`.
    """
    yield from complain("performance.typed_codes", "survey", lines_where(rows(it, "survey"), _is_by_code))
    project = it.facts.case(text_in(it.data, "project"))
    tier = text_in(project.data, "tier") if project is not None else ""
    table = [row for row in rows(it, "survey") if not _is_by_code(row)] + _by_code(it)
    found = sum(answers_that_count(table).values())
    needed = sample_needed(number(it, "population"), sampling_error(it.facts, tier, today(it)))
    if found < needed:
        yield Refusal("performance.sample", "survey", {"found": found, "least": needed})


def all_indicators_filled(it: Situation) -> Reasons:
    """Every indicator has its actual value and evidence, and no more points than its formula gives.

    Execution is read from the ledger, satisfaction from the survey; nobody types them. An actual value above 130 % of
    its target says why: the target may have been too low.
    Source: self-evaluation by units [V]; evidence and formulas [D].
    """
    table = rows(it, "indicators")
    bare = lines_where(table, lambda row: not (text_in(row, "evidence") and text_in(row, "self_points")))
    yield from complain("evaluation.no_evidence", "indicators", bare)
    most = _percent(it, "target_explained", TARGET_PERCENT_MAX)
    far = lines_where(table, lambda row: _is_far_above(row, most))
    yield from complain("performance.low_target", "indicators", far)
    for line, row in enumerate(table, 1):
        due, claimed = _due_points(it, row), _decimal(row.get("self_points"))
        if claimed > due:
            params: dict[str, int | str] = {"line": line, "most": _written(due), "found": _written(claimed)}
            yield Refusal("performance.points", "indicators", params)


def _is_far_above(row: Row, most: Fraction) -> bool:
    target, actual = _decimal(row.get("target")), _decimal(row.get("actual"))
    is_above = text_in(row, "direction") == Direction.HIGHER and target > 0 and actual > target * most
    return is_above and not text_in(row, "deviation")


def each_change_reasoned(it: Situation) -> Reasons:
    """Every indicator is scored within its weight, large changes say why, and score and grade follow from the lines.

    Money that a confirmed finding says was spent against the rules rules the best grades out.
    Source: re-scores with reason [D]; grades from 90, 80, 60 points, document 2020 no. 10 [V]; misuse [D], policies
    `evaluations.misuse_percent`, `evaluations.misuse_fen`.
    """
    table = rows(it, "indicators")
    outside = lines_where(table, lambda row: not text_in(row, "review_points") or _review(row) > _weight(row))
    yield from complain("performance.not_scored", "indicators", outside)

    allowed = _percent(it, "rescore", RESCORE_PERCENT_MAX)

    def is_silent(row: Row) -> bool:
        change = abs(_review(row) - _decimal(row.get("self_points")))
        return change > _weight(row) * allowed and not text_in(row, "change_reason")

    yield from complain("performance.no_reason", "indicators", lines_where(table, is_silent))
    score = sum((_review(row) for row in table), Fraction(0))
    if _decimal(it.data.get("score")) != score:
        yield Refusal("performance.sum", "score", {"points": _written(score)})
    if word(it, "grade") != grade(score):
        yield Refusal("performance.grade", "grade", {"grade": grade(score)})
    yield from _misused(it, score)


def _misused(it: Situation, score: Fraction) -> Reasons:
    """Complain of a grade that money spent against the rules rules out: fair at best, poor where it was handed on."""
    project = text_in(it.data, "project")
    confirmed = [
        one
        for one in standing_beside(it.facts, "finding", project)
        if one.state != UNCONFIRMED and text_in(one.data, "amount_kind") in AGAINST_THE_RULES
    ]
    amount = sum(number_in(one.data, "amount") for one in confirmed)
    budget = Books(it.facts.balances(project)).amount(APPROVED)
    percent, most = least(it, CAP_PERCENT, CAP_USUAL[0]), least(it, CAP_AMOUNT, CAP_USUAL[1])
    is_fraud = any(one.state in HANDED_ON for one in confirmed)
    best = "D" if is_fraud else "C" if amount > most or exceeds(amount, percent, budget) else "A"
    if grade(score) < best:
        yield Refusal("performance.misused", "score", {"grade": best, "amount": yuan(amount)})


def _due_points(it: Situation, row: Row) -> Fraction:
    weight = number_in(row, "weight")
    if text_in(row, "part") == "execution":
        books = Books(it.facts.balances(text_in(it.data, "project")))
        return execution_points(books.amount(SPENT), books.amount(APPROVED), weight)
    if text_in(row, "part") == "satisfaction":
        return weight * satisfaction(answers_that_count(rows(it, "survey"))) / 100
    high = row.get("high")
    return points(
        Indicator(
            Direction(text_in(row, "direction")),
            weight,
            _decimal(row.get("target")),
            _decimal(row.get("actual")),
            _decimal(high) if high else None,
        ),
        _percent(it, "range_zero", RANGE_ZERO_PERCENT),
    )


def sampling_error(facts: Facts, tier: str, on: date) -> Fraction:
    """Give the sampling error allowed for a tier: what the county set, or the usual one (unknown tiers: the least)."""
    table = facts.policy(SAMPLING_ERROR, on)
    percent = table.get(tier) if isinstance(table, dict) else None
    usual = ERROR_BY_TIER.get(tier, min(ERROR_BY_TIER.values()))
    return Fraction(percent, FULL_WEIGHT) if isinstance(percent, int) and percent > 0 else usual


def _percent(it: Situation, name: str, usual: int) -> Fraction:
    """Give a share that the county set in percent (`evaluations.NAME_percent`), or the usual one."""
    return Fraction(least(it, f"evaluations.{name}_percent", usual), FULL_WEIGHT)


def _is_by_code(row: Row) -> bool:
    return text_in(row, "channel") == BY_CODE


def _by_code(it: Situation) -> list[Row]:
    """Give the answers that came by link, a row for each kind of people asked."""
    counted = it.facts.answers(it.case.id)
    return [{"asked": asked, "channel": BY_CODE, **levels} for asked, levels in sorted(counted.items())]


def _survey(it: Situation) -> Json:
    """Give the whole survey: what was asked by telephone and on paper as entered, and what came by link as counted."""
    entered = (dict(row) for row in rows(it, "survey") if not _is_by_code(row))
    return [*entered, *(dict(row) for row in _by_code(it))]


def answers_that_count(table: list[Row]) -> dict[str, int]:
    """Give the answers of a survey's rows by level; those of staff stand apart."""
    asked = [row for row in table if text_in(row, "asked") != "staff"]
    return {level: sum_of(asked, level) for level in LEVELS}


def _weight(row: Row) -> int:
    return number_in(row, "weight")


def _review(row: Row) -> Fraction:
    return _decimal(row.get("review_points"))


def _decimal(value: Json) -> Fraction:
    return Fraction(value) if isinstance(value, str) and value else Fraction(0)


def _written(value: Fraction) -> str:
    return f"{float(value):.2f}"


def _standard_indicators(it: Situation) -> Json:
    """Give the tree that the county's evaluations begin with; one that is begun with another keeps it."""
    return it.data.get("indicators") or it.facts.policy(STANDARD_INDICATORS, today(it)) or []


def _self_score(it: Situation) -> Json:
    """Add up what the unit gave itself."""
    return _written(sum((_decimal(row.get("self_points")) for row in rows(it, "indicators")), Fraction(0)))


def _self_quality(it: Situation) -> Json:
    """Say how good a self-evaluation was: near the review, too high, too low. Source: gap above ten points [D]."""
    gap = _decimal(_self_score(it)) - _decimal(it.data.get("score"))
    if abs(gap) <= least(it, "evaluations.gap_points", GAP_POINTS):
        return "sound"
    return "too_high" if gap > 0 else "too_low"


ENTRIES = tuple(map(entry, (indicators_ok, sample_ok, all_indicators_filled, each_change_reasoned)))


RECKONINGS = (
    Reckoning("standard_indicators", _standard_indicators, frozenset({FieldType.TABLE}), "the tree to begin with"),
    Reckoning("self_score", _self_score, frozenset({FieldType.DECIMAL}), "what the unit gave itself"),
    Reckoning("self_quality", _self_quality, frozenset({FieldType.CHOICE}), "how near the self-evaluation came"),
    Reckoning("survey_with_codes", _survey, frozenset({FieldType.TABLE}), "the survey with the answers by link"),
)
"""Values that no one types."""
