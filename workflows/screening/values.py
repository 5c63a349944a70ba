"""Values that rules give to the cases of screening: weights and marks of a call, its seed and ranking, its outcome."""

from engine.definition import FieldType
from engine.guards import Reckoning, ValueRule
from engine.lots import digest
from engine.refusal import Refusal, Refused
from engine.situation import Situation
from engine.values import Json
from workflows.funds.papers import lines_of
from workflows.guards.reading import number_in, text_in, today, word
from workflows.screening.batch import applications, ranking, row_of
from workflows.screening.calls import call_case
from workflows.screening.rubric import STANDARD_WEIGHTS, rubric_in, rubric_of, screening
from workflows.screening.townships import Townships

IN_POOL = frozenset({"reserve_notice", "reserved", "frozen"})
OUT = frozenset({"draft", "void"})
_TABLE = frozenset({FieldType.TABLE})
_TEXT = frozenset({FieldType.TEXT})
_WHOLE = frozenset({FieldType.INTEGER})


def standard_weights(it: Situation) -> Json:
    """Give the weights and scales that the county's calls begin with."""
    rows = it.facts.policy(STANDARD_WEIGHTS, today(it))
    if not isinstance(rows, list):
        raise Refused(Refusal("policy.missing", where=STANDARD_WEIGHTS))
    return rows


def usual_pass_points(it: Situation) -> Json:
    """Give the points with which a score passes in the county."""
    return rubric_of(screening(it)).pass_points


def usual_dimension_percent(it: Situation) -> Json:
    """Give the share of a dimension's maximum that is needed in the county."""
    return rubric_of(screening(it)).dimension_percent


def seed_of(it: Situation) -> str:
    """Give the secret seed of a call's draw, the same at its publication and at its ranking."""
    return it.facts.seed(f"{it.case.id}/ranking")


def seed_sealed(it: Situation) -> Json:
    """Give the digest that commits a call to its seed before anybody has applied."""
    return digest(seed_of(it))


def seed_told(it: Situation) -> Json:
    """Tell the seed."""
    return seed_of(it)


def batch_ranking(it: Situation) -> Json:
    """Rank the call's projects by its locked rubric and its seed."""
    rubric = rubric_in(it.case, screening(it))
    return ranking(it.facts, word(it, "number"), rubric, seed_of(it), today(it))


def batch_outcome(it: Situation) -> Json:
    """Count by township what was applied for and what came into the pool, with the money of both."""
    townships = Townships(it.facts, today(it))
    found: dict[str, dict[str, int]] = {}
    for one in applications(it.facts, word(it, "number")):
        home = townships.of(one)
        if home is None or one.state in OUT:
            continue
        row = found.setdefault(home.id, {"applied": 0, "applied_cost": 0, "admitted": 0, "admitted_cost": 0})
        cost, is_in = number_in(one.data, "amount"), one.state in IN_POOL
        row["applied"] += 1
        row["applied_cost"] += cost
        row["admitted"] += is_in
        row["admitted_cost"] += cost * is_in
    return [{"township": home, **row} for home, row in sorted(found.items())]


def ranked_as(column: str, field: str) -> ValueRule:
    """Make the rule that takes a column of the project's row in its call's ranking; without one, what was typed."""

    def value(it: Situation) -> Json:
        call = call_case(it.facts, word(it, "batch"))
        row = row_of(call, it.case.code) if call is not None else None
        return it.data.get(field) if row is None else row.get(column)

    return value


def ranking_version(it: Situation) -> Json:
    """Name the ranking: the call's code and the revision it was made with; without a call, what was typed."""
    call = call_case(it.facts, word(it, "batch"))
    if call is None or not lines_of(call.data, "ranking"):
        return it.data.get("ranking_version")
    return f"{call.code}/{text_in(call.data, 'ranked_on')}"


def ranked_on(it: Situation) -> Json:
    """Give the day on which the ranking was made; without a call, what was typed."""
    call = call_case(it.facts, word(it, "batch"))
    return it.data.get("ranking_locked_on") if call is None else call.data.get("ranked_on")


RECKONINGS = (
    Reckoning("standard_weights", standard_weights, _TABLE, "the weights and scales that calls begin with"),
    Reckoning("usual_pass_points", usual_pass_points, _WHOLE, "the county's pass mark"),
    Reckoning("usual_dimension_percent", usual_dimension_percent, _WHOLE, "the county's least share of a dimension"),
    Reckoning("seed_sealed", seed_sealed, _TEXT, "the digest of the call's secret seed"),
    Reckoning("seed_told", seed_told, _TEXT, "the call's seed"),
    Reckoning("batch_ranking", batch_ranking, _TABLE, "the ranking of the call's projects"),
    Reckoning("batch_outcome", batch_outcome, _TABLE, "applications and admissions by township"),
    Reckoning("ranking_version", ranking_version, _TEXT, "the name of the call's ranking"),
    Reckoning("ranked_on", ranked_on, frozenset({FieldType.DATE}), "the day of the call's ranking"),
    Reckoning("rank_in_batch", ranked_as("rank", "rank"), _WHOLE, "the project's rank"),
    Reckoning(
        "index_in_batch", ranked_as("index", "priority_index"), frozenset({FieldType.DECIMAL}), "the project's index"
    ),
    Reckoning(
        "class_in_batch", ranked_as("class", "priority_class"), frozenset({FieldType.CHOICE}), "the project's class"
    ),
)
"""Rules of calls and of the pool's order."""
