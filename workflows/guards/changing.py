"""Guards and values of project changes: the class follows from the figures, money from the budget, time from the plan.

Source: a change of place, scale or content goes to the original approver, Regulations on Government Investment art. 21
[V]; classes and their thresholds [D], policies `changes.…`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property

from engine.case import Case
from engine.definition import FieldType
from engine.guards import Reckoning
from engine.refusal import Refusal
from engine.situation import Situation
from engine.values import Json
from workflows.beside import standing_beside
from workflows.funds.books import Books
from workflows.funds.chart import APPROVED
from workflows.funds.papers import ADJUSTMENT, CONTRACT, IN_FORCE, lines_of
from workflows.funds.policy import exceeds
from workflows.guards.approval import plan_flaws
from workflows.guards.policies import least
from workflows.guards.reading import (
    Reasons,
    Row,
    complain,
    day,
    day_in,
    entry,
    filled,
    lines_where,
    local_day,
    names,
    number,
    number_in,
    rows,
    sum_of,
    text_in,
    today,
    word,
    yuan,
)
from workflows.progress import APPROVALS, CHANGE, PERCENT, Course, planned_rows

MINOR, MAJOR, CRITICAL = "minor", "major", "critical"
RANK = (MINOR, MAJOR, CRITICAL)
USUAL_MINOR, USUAL_MAJOR = (5, 20), (10, 60)
"""Percent of the budget and working days up to which a change is of a class, where the county set no policy [D]."""
CRITICAL_KINDS = frozenset({"scope", "site", "people", "supplier"})
CONTRACT_KINDS = frozenset({"scope", "cost", "supplier"})
COUNTED = frozenset({"applying", "closed"})


@dataclass(frozen=True)
class Change:
    """A change under judgement, with the project it changes."""

    it: Situation

    @cached_property
    def project(self) -> Case:
        """The project; a change always stands beside one."""
        return self.it.facts.case(word(self.it, "project")) or self.it.case

    @cached_property
    def course(self) -> Course:
        """The project's plan and reports."""
        return Course(self.project, self.it.facts, today(self.it))

    @cached_property
    def moves_plan(self) -> bool:
        """Whether the milestones are other ones than those of the plan in force."""
        return planned_rows(rows(self.it, "new_milestones")) != planned_rows(self.course.plan)

    @cached_property
    def moves_goals(self) -> bool:
        """Whether the performance targets are other ones than those in force.

        A change of a version that has no table of targets says so itself.
        """
        if "new_targets" not in self.it.definition.fields:
            return self.it.data.get("goals_change") is True
        return goals_of(rows(self.it, "new_targets")) != goals_of(self.course.goals)

    @cached_property
    def earlier(self) -> list[Case]:
        """The changes that were approved since the original authority last decided on one, oldest first."""
        found = sorted(self._others(), key=lambda one: one.opened_at)
        last = max((place for place, one in enumerate(found, 1) if one.data.get("class") == CRITICAL), default=0)
        return found[last:]

    def _others(self) -> Iterator[Case]:
        peers = standing_beside(self.it.facts, CHANGE, self.project.code)
        return (one for one in peers if one.id != self.it.case.id and one.state in COUNTED)

    def delay(self) -> int:
        """Give the working days by which the last milestone moves beyond the plan that the authority approved."""
        before = finish(self._approved_plan())
        after = finish(rows(self.it, "new_milestones")) or before
        if before is None or after is None or after <= before:
            return 0
        return self.course.calendar.working_days(before, after)

    def _approved_plan(self) -> list[Row]:
        """Give the first baseline, or the plan of the last change that the original authority approved."""
        critical = [plan for code, plan in self.course.plans if code and self._is_critical(self.it.facts.case(code))]
        return critical[-1] if critical else self.course.first_plan

    @staticmethod
    def _is_critical(change: Case | None) -> bool:
        return change is not None and change.data.get("class") == CRITICAL

    def cost(self) -> int:
        """Give what this change and the earlier ones come to in fen, each without its sign."""
        return abs(number(self.it, "cost_delta")) + sum(abs(number_in(one.data, "cost_delta")) for one in self.earlier)

    def budget(self) -> int:
        """Give the project's budget in fen: by the ledger, before it is active by the application."""
        return Books(self.it.facts.balances(self.project.code)).amount(APPROVED) or number_in(
            self.project.data, "amount"
        )


def finish(plan: list[Row]) -> date | None:
    """Give the day on which the last milestone of a plan is due."""
    return max((on for row in plan if (on := day_in(row, "finish_on")) is not None), default=None)


def goals_of(targets: list[Row]) -> list[tuple[object, ...]]:
    """Give what targets come to, whatever their order and however their figures are written."""
    return sorted(
        (
            text_in(row, "indicator"),
            *(Fraction(text_in(row, name) or "0") for name in ("baseline", "target")),
            text_in(row, "measure"),
            text_in(row, "due_on"),
        )
        for row in targets
    )


def class_of(it: Situation) -> str:
    """Give the class: critical by what is changed or by large figures, major by medium ones, else minor."""
    change = Change(it)
    if change.moves_goals or CRITICAL_KINDS & set(names(it, "kinds")):
        return CRITICAL
    for name, usual in ((MINOR, USUAL_MINOR), (MAJOR, USUAL_MAJOR)):
        percent = least(it, f"changes.{name}_cost_percent", usual[0])
        days = least(it, f"changes.{name}_delay_working_days", usual[1])
        if not exceeds(change.cost(), percent, change.budget()) and change.delay() <= days:
            return name
    return CRITICAL


def not_retroactive(it: Situation) -> Reasons:
    """The change is asked for before it is carried out, and says what it changes: the plan when time moves.

    Source: retroactive changes RF-25 [D].
    """
    on = day(it, "takes_effect_on")
    if on is None or on < today(it):
        yield Refusal("change.retroactive", "takes_effect_on", {"on": str(on or "-")})
    change = Change(it)
    if "schedule" in names(it, "kinds") and not change.moves_plan:
        yield Refusal("change.same_plan", "new_milestones")
    if change.moves_plan and "schedule" not in names(it, "kinds"):
        yield Refusal("change.kind_missing", "kinds")
    if bool(number(it, "cost_delta")) != ("cost" in names(it, "kinds")):
        yield Refusal("change.cost_kind", "cost_delta")
    if change.moves_plan:
        yield from plan_flaws(rows(it, "new_milestones"), "new_milestones")
        yield from _kept(it, change)


def _kept(it: Situation, change: Change) -> Reasons:
    """Complain of milestones that are accepted in full and are changed or gone in the new plan."""
    new = {text_in(row, "milestone"): row for row in planned_rows(rows(it, "new_milestones"))}
    old = planned_rows(change.course.plan)

    def is_lost(row: Row) -> bool:
        name = text_in(row, "milestone")
        return change.course.done.get(name, 0) >= PERCENT and new.get(name) != row

    yield from complain("change.accepted_milestone", "new_milestones", lines_where(old, is_lost))


def cumulative_ok(it: Situation) -> Reasons:
    """With all changes approved meanwhile, the change still is of the class it was sent here as.

    Source: changes together count as one [D].
    """
    found, was = class_of(it), word(it, "class") or MINOR
    if RANK.index(found) > RANK.index(was):
        yield Refusal("change.class_risen", it.case.state, {"class": found})


def baj_linked_if_money(it: Situation) -> Reasons:
    """A change of the cost names its own budget adjustment, whose figures make just this difference.

    Source: the budget changes only by its own procedure, Budget Law art. 13 [V].
    """
    delta = number(it, "cost_delta")
    if not delta:
        return
    adjustment = _adjustment(it)
    if adjustment is None or adjustment.state == "refused":
        yield Refusal("change.no_adjustment", "adjustment", {"code": word(it, "adjustment") or "-"})
        return
    more, less = (sum_of(lines_of(adjustment.data, table), "amount") for table in ("to_lines", "from_lines"))
    if more - less != delta:
        yield Refusal("change.adjustment_sum", "adjustment", {"adjusted": yuan(more - less), "delta": yuan(delta)})
    for other in standing_beside(it.facts, CHANGE, word(it, "project")):
        is_live = other.id != it.case.id and other.state != "refused"
        if is_live and text_in(other.data, "adjustment") == adjustment.code:
            yield Refusal("change.adjustment_taken", "adjustment", {"code": other.code})


def _adjustment(it: Situation) -> Case | None:
    found = it.facts.case(word(it, "adjustment")) if filled(it, "adjustment") else None
    is_own = found is not None and found.definition == ADJUSTMENT and found.data.get("project") == word(it, "project")
    return found if is_own else None


def baseline_updated(it: Situation) -> Reasons:
    """The change was carried out after its approval; its budget adjustment is in effect and its contracts are amended.

    Source: Regulations on Government Investment §21: as approved [V]; contracts and budget follow [D].
    """
    approved = max((mark.at for name in APPROVALS if (mark := it.case.actors.get(name))), default=it.case.opened_at)
    on, approved_on = day(it, "applied_on"), local_day(it, approved)
    if on is None or not approved_on <= on <= today(it):
        yield Refusal("change.applied_on", "applied_on", {"approved": str(approved_on)})
    adjustment = _adjustment(it)
    if number(it, "cost_delta") and (adjustment is None or adjustment.state != "applied"):
        yield Refusal("change.adjustment_open", "adjustment", {"code": word(it, "adjustment") or "-"})
    if CONTRACT_KINDS & set(names(it, "kinds")):
        yield from _contract_follows(it, approved_on)


def _contract_follows(it: Situation, approved_on: date) -> Reasons:
    """Complain when contracts are in force and none was amended for this change, nor signed since its approval."""
    found = [one for one in it.facts.peers(CONTRACT, "project", word(it, "project")) if one.state in IN_FORCE]

    def follows(contract: Case) -> bool:
        named = any(it.case.code in text_in(row, "reason") for row in lines_of(contract.data, "supplements"))
        signed = day_in(contract.data, "signed_on")
        return named or (signed is not None and signed >= approved_on)

    if found and not any(map(follows, found)):
        yield Refusal("change.contract", "applied_proof", {"code": it.case.code})


def _plan_in_force(it: Situation) -> Json:
    """Give the milestones in force, for the change to begin with."""
    return [dict(row) for row in planned_rows(Change(it).course.plan)]


def _goals_in_force(it: Situation) -> Json:
    """Give the performance targets in force, for the change to begin with."""
    return [dict(row) for row in Change(it).course.goals]


def _goals_moved(it: Situation) -> Json:
    return Change(it).moves_goals


def _tier(it: Situation) -> Json:
    """Give the tier of the project."""
    return text_in(Change(it).project.data, "tier") or None


def _delay(it: Situation) -> Json:
    """Give the working days of delay against the plan that the original authority approved."""
    return Change(it).delay()


def _class(it: Situation) -> Json:
    return class_of(it)


ENTRIES = tuple(map(entry, (not_retroactive, cumulative_ok, baj_linked_if_money, baseline_updated)))

RECKONINGS = (
    Reckoning("plan_in_force", _plan_in_force, frozenset({FieldType.TABLE}), "the milestones in force"),
    Reckoning("goals_in_force", _goals_in_force, frozenset({FieldType.TABLE}), "the performance targets in force"),
    Reckoning("goals_moved", _goals_moved, frozenset({FieldType.BOOLEAN}), "whether the targets are changed"),
    Reckoning("project_tier", _tier, frozenset({FieldType.CHOICE}), "the tier of the project"),
    Reckoning("change_delay", _delay, frozenset({FieldType.INTEGER}), "working days the plan moves"),
    Reckoning("change_class", _class, frozenset({FieldType.CHOICE}), "the class that the figures make"),
)
"""Values that no one types."""
