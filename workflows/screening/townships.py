"""What the ranking knows of a township besides its project: money a head in three years, and what is overdue."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property

from engine.case import Case
from engine.facts import Facts, Unit
from engine.places import above_of_kind, unit_in
from workflows.beside import standing_beside
from workflows.funds.papers import PROJECT
from workflows.guards.reading import number_in

POPULATION = "screening.township_population"
"""Policy: people by township, `{"T01": 62000}`. One that is missing among others counts as the best funded: what is not
known is to nobody's advantage."""

TOWNSHIP = "township"
YEARS_COUNTED = 3
MONTHS_OF_REPORTS = timedelta(days=365)
REPORT_RULE = "w_05"
LATE = (("improvement", frozenset({"overdue"})), ("finding", frozenset({"open", "rectifying", "verifying"})))
FUNDED = frozenset(
    [
        *("approved", "implementing", "suspended", "prelim_acceptance", "prelim_rectify", "trial_run"),
        *("final_acceptance", "final_rectify", "settlement", "evaluating", "improving", "closed"),
    ]
)


def township_of(unit_id: str, facts: Facts) -> str:
    """Give the id of the township a unit belongs to; the unit's own where it belongs to none (a body of the county)."""
    home = above_of_kind(TOWNSHIP, facts.unit(unit_id), facts)
    return home.id if home is not None else unit_id


@dataclass(frozen=True)
class Townships:
    """All townships as the ranking of a day sees them."""

    facts: Facts
    on: date

    def of(self, project: Case) -> Unit | None:
        """Give the township of a project."""
        return unit_in("item.township", project, self.facts)

    @cached_property
    def projects(self) -> Mapping[str, list[Case]]:
        """The projects of the plan years counted, by township."""
        found: dict[str, list[Case]] = {}
        for year in range(self.on.year - YEARS_COUNTED + 1, self.on.year + 1):
            for project in self.facts.peers(PROJECT, "plan_year", year):
                township = self.of(project)
                if township is not None and project.state in FUNDED:
                    found.setdefault(township.id, []).append(project)
        return found

    @cached_property
    def population(self) -> Mapping[str, int]:
        """People by township, as the county set it."""
        table = self.facts.policy(POPULATION, self.on)
        given = table if isinstance(table, dict) else {}
        return {id: people for id, people in given.items() if isinstance(people, int) and people > 0}

    def per_head(self, township: str) -> Fraction:
        """Give the fen a head that a township's projects were granted in these years."""
        granted = sum(
            number_in(one.data, "budget_total") or number_in(one.data, "amount")
            for one in self.projects.get(township, ())
        )
        if township in self.population:
            return Fraction(granted, self.population[township])
        return max(map(self.per_head, self.population), default=Fraction(0))

    def percentile(self, township: str) -> Fraction:
        """Give the share of townships that were granted less a head."""
        if township not in self.population:
            return Fraction(1) if self.population else Fraction(0)
        own, others = self.per_head(township), [self.per_head(one) for one in self.population]
        return Fraction(sum(other < own for other in others), len(others)) if others else Fraction(0)

    def overdue(self, township: str) -> int:
        """Count the measures and findings of its projects that are past their day."""
        return sum(self._overdue_of(project) for project in self.projects.get(township, ()))

    def _overdue_of(self, project: Case) -> int:
        late = 0
        for definition, states in LATE:
            for one in standing_beside(self.facts, definition, project.code):
                clock = one.clock
                is_past = clock is not None and clock.due_at.date() < self.on
                late += one.state in states and (one.state == "overdue" or is_past)
        return late

    def missed_reports(self, township: str) -> int:
        """Count the warnings of the last twelve months that a monthly report of its projects was missing."""
        since = self.on - MONTHS_OF_REPORTS
        return sum(
            one.data.get("rule") == REPORT_RULE and one.state != "false_alarm" and one.opened_at.date() >= since
            for project in self.projects.get(township, ())
            for one in standing_beside(self.facts, "warning", project.code)
        )
