"""What the county has set as policy, read with its types. A policy that is absent or malformed counts as not set."""

from collections.abc import Mapping
from datetime import date

from engine.facts import Facts, Unit
from engine.situation import Situation
from engine.values import Json
from workflows.guards.reading import Row, day_in, lines_in, number_in, text_in, today

BARRED_UNITS = "barred_units"
ANNUAL_CEILINGS = "annual_ceilings"
ANNUAL_PLAN = "screening.annual_plan"
AUTHORITY = "authority"
USER_OPINIONS_MIN = "user_opinions_min"


def value(it: Situation, key: str) -> Json:
    """Give a policy in force today."""
    return it.facts.policy(key, today(it))


def entered_until(facts: Facts, key: str, on: date) -> bool:
    """Say whether what officials typed still counts on a day, by a policy that holds its last day."""
    until = last_typed(facts, key, on)
    return until is not None and on <= until


def last_typed(facts: Facts, key: str, on: date) -> date | None:
    """Give the last day on which what officials typed counts, by the policy of a day; None where there is none."""
    until = facts.policy(key, on)
    return date.fromisoformat(until) if isinstance(until, str) else None


def reviews_entered(it: Situation) -> bool:
    """Say whether a panel, a ranking, an adjustment of the pool or a study may still be typed into the project.

    A county that brings along projects from before these had procedures of their own says until which day.
    """
    return entered_until(it.facts, "reviews_entered_until", today(it))


def bars(it: Situation) -> list[str]:
    """Give the causes for which the unit or one above it is barred today: `[{unit, until, cause}]`."""
    above = _line(it)
    return [
        text_in(row, "cause")
        for row in lines_in(value(it, BARRED_UNITS))
        if text_in(row, "unit") in above and (until := day_in(row, "until")) is not None and until >= today(it)
    ]


def annual_ceiling(it: Situation, year: int) -> int | None:
    """Give the fen that the year's plan may hold: `{"2026": 5000000000}`; None when the county set none."""
    return ceiling_of(it.facts, year, today(it))


def ceiling_of(facts: Facts, year: int, on: date) -> int | None:
    """Give the year's ceiling in fen by the policy of a day."""
    ceilings = facts.policy(ANNUAL_CEILINGS, on)
    ceiling = ceilings.get(str(year)) if isinstance(ceilings, dict) else None
    return ceiling if isinstance(ceiling, int) else None


def plan_items(it: Situation, year: int) -> list[Row]:
    """Give the items of the year's approved plan, `[{year, item, document, amount, project}]`, amounts in fen."""
    return [row for row in lines_in(value(it, ANNUAL_PLAN)) if number_in(row, "year") == year]


def authority(it: Situation, matter: str, fallback: Mapping[str, tuple[str, ...]], tier: str) -> tuple[str, ...]:
    """Give the roles that decide a matter of a tier: `{"approve": {"T1": ["twp_mayor"]}}`, or the fallback's."""
    table = value(it, AUTHORITY)
    by_tier = table.get(matter) if isinstance(table, dict) else None
    roles = by_tier.get(tier) if isinstance(by_tier, dict) else None
    return tuple(str(role) for role in roles) if isinstance(roles, list) else fallback.get(tier, ())


def least(it: Situation, key: str, usual: int) -> int:
    """Give a number the county set, or the usual one."""
    number = value(it, key)
    return number if isinstance(number, int) and not isinstance(number, bool) else usual


def _line(it: Situation) -> frozenset[str]:
    """Give the ids of the case's unit and all above it."""
    unit: Unit | None = it.facts.unit(it.case.unit)
    return frozenset(part for part in unit.path.split("/") if part) if unit is not None else frozenset({it.case.unit})
