"""Values that rules give to adjustments of the pool, and to the projects they list."""

from engine.definition import FieldType
from engine.guards import Reckoning, ValueRule
from engine.situation import Situation
from engine.values import Json
from workflows.guards.reading import today
from workflows.screening.pool import answers, decided, listing

_TABLE = frozenset({FieldType.TABLE})


def this_year(it: Situation) -> Json:
    """Give the year."""
    return today(it).year


def adjusted(column: str, field: str) -> ValueRule:
    """Make the rule that takes a column of the newest adjustment's row of the project; without one, what it has."""

    def value(it: Situation) -> Json:
        found = decided(it)
        return it.data.get(field) if found is None else found[1].get(column) or it.data.get(field)

    return value


def adjustment_code(it: Situation) -> Json:
    """Name the ranking that an adjustment made."""
    found = decided(it)
    return it.data.get("ranking_version") if found is None else found[0].code


RECKONINGS = (
    Reckoning("this_year", this_year, frozenset({FieldType.INTEGER}), "the year"),
    Reckoning("pool_listing", listing, _TABLE, "the pool, and why each project is looked at"),
    Reckoning("pool_answers", answers, _TABLE, "the units' answers and the pool's new order"),
    Reckoning("rank_adjusted", adjusted("rank_after", "rank"), frozenset({FieldType.INTEGER}), "the new rank"),
    Reckoning(
        "index_adjusted", adjusted("index_after", "priority_index"), frozenset({FieldType.DECIMAL}), "the new index"
    ),
    Reckoning(
        "class_adjusted", adjusted("class_after", "priority_class"), frozenset({FieldType.CHOICE}), "the new class"
    ),
    Reckoning("adjustment_code", adjustment_code, frozenset({FieldType.TEXT}), "the adjustment that ranked anew"),
)
"""Rules of the pool's adjustment."""
